//go:build e2e && linux

package e2e_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/digital-watashi/kiosk/terminal/residue"
	"github.com/digital-watashi/kiosk/terminal/street"
)

// leaveCores has every program that crashes from now on leave a core behind, if
// nothing else keeps it from that.
func leaveCores(t *testing.T) {
	t.Helper()
	t.Setenv("GOTRACEBACK", "crash")
	if err := syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{Cur: 1 << 30, Max: 1 << 30}); err != nil {
		t.Fatal(err)
	}
}

// findsWhatIsPlanted writes secrets into each kind of process, as if it had kept them,
// and makes sure that each is found there, once, and not when it is gone again.
func (l *laboratory) findsWhatIsPlanted() {
	l.T.Helper()
	for name, processes := range map[string][]residue.Process{"terminald": l.terminald(), "uplinkd": l.uplinkd(), "pcscd": pcscd()} {
		l.plants(name, processes)
	}
}

func (l *laboratory) plants(name string, processes []residue.Process) {
	l.T.Helper()
	secrets := l.fragmentFree()
	var text []byte
	for _, s := range secrets {
		text = append(append(text, s.Text...), 0)
	}
	undo, err := processes[0].Plant(text)
	if err != nil {
		l.T.Fatal(err)
	}
	planted := l.count(name, secrets, processes)
	if err := undo(); err != nil {
		l.T.Fatal(err)
	}
	gone := l.count(name, secrets, processes)
	for _, kind := range residue.Kinds() {
		if planted.Copies(kind) != 1 || gone.Copies(kind) != 0 {
			l.T.Errorf("a planted %s is found %d times in %s, and %d times when it is gone", kind, planted.Copies(kind), name, gone.Copies(kind))
		}
	}
	l.report = append(l.report, fmt.Sprintf("%-10s planted and found: %s; after they were taken out: %s", name, planted.Whole(), gone.Whole()))
}

// fragmentFree is one secret of each kind that nothing holds yet.
func (l *laboratory) fragmentFree() (all []residue.Secret) {
	who := l.stranger()
	for l.grams.HasNumber(who.code) {
		who = l.stranger()
	}
	slip := residue.Secret{Kind: residue.Slip, Text: l.kanji(8)}
	for _, s := range append(who.secrets(), slip) {
		if !slices.ContainsFunc(all, func(before residue.Secret) bool { return before.Kind == s.Kind }) {
			all = append(all, s)
		}
	}
	return all
}

// swapAndDisk holds that nothing lies in the swap, in a log or in a file, and that what
// a password is typed into can never be swapped.
func (l *laboratory) swapAndDisk() {
	l.T.Helper()
	all := street.Secrets{}
	for _, s := range l.used {
		all[s.Text] = string(s.Kind)
	}
	found := append(l.SearchDisk(all), l.scratched(all)...)
	for _, what := range found {
		l.T.Error(what)
	}
	swapped := 0
	for _, p := range append(l.terminald(), l.uplinkd()...) {
		kB, err := p.Swapped()
		if err != nil {
			l.T.Fatal(err)
		}
		swapped += kB
	}
	locked, err := l.terminald()[0].Locked()
	if err != nil || locked == 0 || swapped > 0 {
		l.T.Errorf("%d kB are locked and %d kB swapped: %v", locked, swapped, err)
	}
	l.report = append(l.report, fmt.Sprintf("%d in logs and files, %d kB swapped, %d kB locked", len(found), swapped, locked))
}

// scratch gives all programs of the street a folder for temporary files, where there is
// nothing else.
func (l *laboratory) scratch(t *testing.T) {
	t.Helper()
	l.temporary = t.TempDir()
	t.Setenv("TMPDIR", l.temporary)
}

// scratched is what was found there, and first what was planted there.
func (l *laboratory) scratched(all street.Secrets) []string {
	l.T.Helper()
	planted := filepath.Join(l.temporary, "planted")
	if err := os.WriteFile(planted, []byte(l.used[0].Text), 0o600); err != nil {
		l.T.Fatal(err)
	}
	if found, err := all.Below(l.temporary); err != nil || len(found) == 0 {
		l.T.Errorf("what was planted among the temporary files is not found: %v", err)
	}
	if err := os.Remove(planted); err != nil {
		l.T.Fatal(err)
	}
	found, err := all.Below(l.temporary)
	if err != nil {
		l.T.Fatal(err)
	}
	return found
}

// crash has both services end as a fault in them would, in a folder where other
// programs leave their cores.
func (l *laboratory) crash() {
	l.T.Helper()
	l.Terminald.Stop()
	l.Uplinkd.Stop()
	l.T.Chdir(l.T.TempDir())
	control := exec.Command("sh", "-c", "kill -ABRT $$")
	_ = control.Run() // it ends by that signal
	left := len(cores())
	l.StartTerminald()
	l.Start(l.Uplinkd)
	l.Terminald.End(syscall.SIGABRT)
	l.Uplinkd.End(syscall.SIGABRT)
	after := len(cores()) - left
	if !strings.Contains(l.Terminald.Logged(), "SIGABRT") || !strings.Contains(l.Uplinkd.Logged(), "SIGABRT") {
		l.T.Error("a service did not crash")
	}
	if after > 0 {
		l.T.Errorf("%d core dumps of the services", after)
	}
	text := fmt.Sprintf("%d core dumps", after)
	if left == 0 {
		text += " (nor of any program here)"
	}
	l.report[len(l.report)-1] += ", " + text
}

func cores() []string {
	all, _ := filepath.Glob("core*") // the pattern is well-formed
	return all
}

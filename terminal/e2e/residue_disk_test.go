//go:build e2e && linux

package e2e_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/digital-watashi/kiosk/terminal/street"
)

// swap holds that nothing of the services lies in the swap, and that what a password is
// typed into never can.
func (l *laboratory) swap() string {
	l.T.Helper()
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
	return fmt.Sprintf("%d kB swapped, %d kB locked", swapped, locked)
}

// disk holds that nothing stands in what the services wrote, crashing and before, and
// not among the temporary files of any program.
func (l *laboratory) disk() string {
	l.T.Helper()
	all := street.Secrets{}
	for _, s := range l.used {
		all[s.Text] = string(s.Kind)
	}
	found := append(l.SearchDisk(all), l.scratched(all)...)
	for _, what := range found {
		l.T.Error(what)
	}
	return fmt.Sprintf("%d in logs and files", len(found))
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

//go:build e2e && linux

package e2e_test

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
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

// crash has both services end as a fault in them would, while somebody confirms, in a
// folder where other programs leave their cores.
func (l *laboratory) crash() string {
	l.T.Helper()
	l.Terminald.Stop()
	l.Uplinkd.Stop()
	l.T.Chdir(l.T.TempDir())
	control := exec.Command("sh", "-c", "kill -ABRT $$")
	_ = control.Run() // it ends by that signal
	left := len(cores())
	l.StartTerminald()
	l.Start(l.Uplinkd)
	l.glass = newGlass(l.Street)
	g := l.comes(250)
	g.opens()
	g.shows()
	g.types()
	l.Terminald.End(syscall.SIGABRT)
	l.Uplinkd.End(syscall.SIGABRT)
	g.in.remove()
	l.used = append(l.used, g.who.secrets()...)
	if !strings.Contains(l.Terminald.Logged(), "SIGABRT") || !strings.Contains(l.Uplinkd.Logged(), "SIGABRT") {
		l.T.Error("a service did not crash")
	}
	return l.dumped(left)
}

// dumped tells how many cores there are now, where others left so many.
func (l *laboratory) dumped(before int) string {
	l.T.Helper()
	after := len(cores()) - before
	if after > 0 {
		l.T.Errorf("%d core dumps of the services", after)
	}
	if before == 0 {
		return fmt.Sprintf("%d core dumps in mid-visit (nor of any program here)", after)
	}
	return fmt.Sprintf("%d core dumps in mid-visit", after)
}

func cores() []string {
	all, _ := filepath.Glob("core*") // the pattern is well-formed
	return all
}

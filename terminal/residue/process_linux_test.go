package residue_test

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"testing"

	"github.com/digital-watashi/kiosk/terminal/residue"
)

// me is this process.
func me() residue.Process { return residue.Process(fmt.Sprint(os.Getpid())) }

// count is how often a whole secret stands in a process's memory.
func count(t *testing.T, p residue.Process, s residue.Secret) int {
	t.Helper()
	tally := residue.NewTally("a process")
	if err := tally.Search([]residue.Secret{s}, nil, p); err != nil {
		t.Fatal(err)
	}
	if tally.Bytes == 0 {
		t.Fatal("nothing was read")
	}
	return tally.Copies(s.Kind)
}

func TestWhatAProcessKeepsIsFoundInIt(t *testing.T) {
	kept := []byte(password)
	for i := range kept { // so that this text stands nowhere else in memory
		kept[i] = password[len(password)-1-i]
	}
	s := residue.Secret{Kind: residue.PIN, Text: string(kept)}
	if n := count(t, me(), s); n < 2 { // itself, and the one that is searched for
		t.Errorf("it was found %d times, want 2 at least", n)
	}
	runtime.KeepAlive(kept)
}

func TestPlantedSecretIsFoundAndGoneAfterwards(t *testing.T) {
	child := exec.Command("sleep", "60")
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = child.Process.Kill(); _ = child.Wait() }()
	p := residue.Process(fmt.Sprint(child.Process.Pid))
	s := residue.Secret{Kind: residue.PIN, Text: password}
	for !hasStack(p) {
		runtime.Gosched() // it is between fork and exec
	}
	if n := count(t, p, s); n != 0 {
		t.Fatalf("it is there %d times before it was planted", n)
	}
	undo, err := p.Plant([]byte(password))
	if err != nil {
		t.Fatal(err)
	}
	if n := count(t, p, s); n != 1 {
		t.Errorf("planted once, it was found %d times", n)
	}
	if err := undo(); err != nil {
		t.Fatal(err)
	}
	if n := count(t, p, s); n != 0 {
		t.Errorf("dug out, it is found %d times", n)
	}
}

// hasStack reports whether a process is another program than this one already.
func hasStack(p residue.Process) bool {
	name, err := os.ReadFile("/proc/" + string(p) + "/comm")
	return err == nil && string(name) == "sleep\n"
}

func TestSwapOfAProcessIsTold(t *testing.T) {
	if _, err := me().Swapped(); err != nil {
		t.Error(err)
	}
}

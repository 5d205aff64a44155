package soak_test

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/digital-watashi/kiosk/terminal/soak"
)

// program is one that leaks what it is told to, built as those that ship are.
type program struct {
	t    *testing.T
	path string
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Reader
}

func build(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "leak")
	if out, err := exec.Command("go", "build", "-trimpath", "-o", path, "./testdata/leak").CombinedOutput(); err != nil {
		t.Fatalf("building a program that leaks: %v: %s", err, out)
	}
	return path
}

func start(t *testing.T, path string) *program {
	t.Helper()
	p := &program{t: t, path: path, cmd: exec.Command(path)}
	in, err := p.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := p.cmd.StdoutPipe()
	if err == nil {
		err = p.cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		_ = p.cmd.Wait()
	})
	p.in, p.out = in, bufio.NewReader(out)
	return p
}

// leaks returns when it has.
func (p *program) leaks(what string) {
	p.t.Helper()
	if _, err := io.WriteString(p.in, what+"\n"); err != nil {
		p.t.Fatal(err)
	}
	if _, err := p.out.ReadString('\n'); err != nil {
		p.t.Fatal(err)
	}
}

func (p *program) process() soak.Process { return soak.Process(strconv.Itoa(p.cmd.Process.Pid)) }

// What a visit is to a terminal, a line is to the program: each leak is found as what it
// is, and where nothing leaks nothing is found.
func TestLeakOfALiveProcessIsFound(t *testing.T) {
	path := build(t)
	goroutines, err := soak.ReadProgram(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, leak := range []string{"nothing", "descriptor", "goroutine", "memory"} {
		p, ledger := start(t, path), &soak.Ledger{}
		for range 40 {
			p.leaks(leak)
			weight, err := p.process().Weigh()
			if err != nil {
				t.Fatal(err)
			}
			n, err := goroutines.Count(p.process())
			if err != nil {
				t.Fatal(err)
			}
			ledger.Note("leak", "memory", "kB", soak.Limit{Plus: 8192}, float64(weight.Anonymous))
			ledger.Note("leak", "descriptor", "", soak.Limit{Plus: 1}, float64(weight.Open()))
			ledger.Note("leak", "goroutine", "", soak.Limit{Plus: 6}, float64(n)) // the collector starts its own when it is needed
		}
		for _, f := range ledger.Findings() {
			if f.Grown() != (f.What == leak) {
				t.Errorf("a program that leaks %s: %+v", leak, f)
			}
		}
	}
}

func TestGoroutinesAreCountedOneByOne(t *testing.T) {
	path := build(t)
	goroutines, err := soak.ReadProgram(path)
	if err != nil {
		t.Fatal(err)
	}
	p := start(t, path)
	p.leaks("nothing")
	before, err := goroutines.Count(p.process())
	if err != nil || before < 1 {
		t.Fatalf("%d goroutines, %v", before, err)
	}
	for range 1000 {
		p.leaks("goroutine")
	}
	if after, err := goroutines.Count(p.process()); err != nil || after < before+1000 || after > before+1010 {
		t.Errorf("%d and a thousand are %d, %v", before, after, err)
	}
}

func TestWeightTellsWhatIsOpen(t *testing.T) {
	p := start(t, build(t))
	p.leaks("descriptor") // with the first, Go opens two of its own
	before, err := p.process().Weigh()
	if err != nil {
		t.Fatal(err)
	}
	p.leaks("descriptor")
	p.leaks("descriptor")
	after, err := p.process().Weigh()
	if err != nil {
		t.Fatal(err)
	}
	if before.Open() < 3 || before.Descriptors["pipe"] < 2 || before.Threads < 1 || before.Virtual < before.Resident || before.Resident < before.Anonymous || before.Anonymous == 0 {
		t.Errorf("weighs %+v", before)
	}
	if after.Open() != before.Open()+2 || after.Descriptors["file"] != before.Descriptors["file"]+2 {
		t.Errorf("with two files more it has %v, before %v", after.Descriptors, before.Descriptors)
	}
}

func TestWhatCannotBeWeighedIsToldSo(t *testing.T) {
	if _, err := soak.Process("0").Weigh(); err == nil {
		t.Error("weighed a process that there is not")
	}
	if _, err := soak.ReadProgram(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("read a program that there is not")
	}
	stripped := filepath.Join(t.TempDir(), "stripped")
	if err := os.WriteFile(stripped, []byte("#!/bin/sh\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := soak.ReadProgram(stripped); err == nil {
		t.Error("read a program that Go has not built")
	}
}

package street

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"
)

// A Program is one that ships, and that may run, end, and be started anew as a
// service manager does. What it logs stands beside its data, where a search finds
// it too.
type Program struct {
	path, log string
	args      []string

	mu    sync.Mutex
	clock *clock // nil for one that goes by the machine's
	cmd   *exec.Cmd
	over  chan struct{} // closed when it has ended
	kills int
}

// Program is one of the street, which does not run yet, and will end with it.
func (s *Street) Program(name string, args ...string) *Program {
	s.T.Helper()
	return s.ProgramAt(s.dir, name, args...)
}

// ProgramAt is a program of another machine of the street, which logs in a folder of
// that machine's.
func (s *Street) ProgramAt(folder, name string, args ...string) *Program {
	s.T.Helper()
	p := &Program{path: shipped(s.T, name), log: filepath.Join(folder, name+".log"), args: args}
	s.life.Cleanup(func() {
		p.Stop()
		if s.life.Failed() {
			text := p.Logged()
			s.life.Logf("%s:\n%s", name, text[max(0, len(text)-8000):])
		}
	})
	return p
}

// Start starts a program.
func (s *Street) Start(p *Program) {
	s.T.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.start(); err != nil {
		s.T.Fatal(err)
	}
}

// StartTerminald starts terminald, and returns when a technician is answered and the
// screen has its address.
func (s *Street) StartTerminald() {
	s.T.Helper()
	_ = os.Remove(s.Path("screen.url")) // of the one before
	s.Start(s.Terminald)
	s.Until("the terminal is ready", func() error {
		if _, err := s.Unsent(); err != nil {
			return err
		}
		_, err := os.Stat(s.Path("screen.url"))
		return err
	})
}

// start is called with the lock held.
func (p *Program) start() error {
	log, err := os.OpenFile(p.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	p.cmd = exec.Command(p.path, p.args...)
	p.cmd.Stdout, p.cmd.Stderr = log, log
	if err := p.begin(); err != nil {
		return err
	}
	cmd, over := p.cmd, make(chan struct{})
	p.over = over
	go func() {
		_ = cmd.Wait() // how it ended stands in its log
		close(over)
	}()
	return nil
}

// begin starts the process, with a clock of its own if it is to have one.
func (p *Program) begin() error {
	if p.clock == nil {
		return p.cmd.Start()
	}
	return p.clock.start(p.cmd)
}

// OwnClock gives a program a clock that Ahead can set. It is called before Start.
func (p *Program) OwnClock() { p.clock = &clock{} }

// Ahead sets the clock of a program that has one of its own: so far ahead of the
// machine's, or behind it. It shows as a clock that was set: what the program times
// meanwhile goes on. Like a machine's, it outlives the program.
func (p *Program) Ahead(d time.Duration) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.clock == nil {
		return fmt.Errorf("%s goes by the clock of the machine", p.Name())
	}
	return p.clock.set(d, p.over != nil && !p.ended())
}

// ended is called with the lock held, of a program that has begun.
func (p *Program) ended() bool {
	select {
	case <-p.over:
		return true
	default:
		return false
	}
}

// Kill ends it as a power cut ends a process, and starts it anew. One that had ended
// by itself was not killed, and that is a failure.
func (p *Program) Kill() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended() {
		return fmt.Errorf("%s has ended by itself: %v", p.Name(), p.cmd.ProcessState)
	}
	if err := p.cmd.Process.Signal(syscall.SIGKILL); err != nil {
		return err
	}
	<-p.over
	p.kills++
	return p.start()
}

// End sends a signal and waits for the end.
func (p *Program) End(signal os.Signal) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over == nil { // it never began
		return
	}
	_ = p.cmd.Process.Signal(signal) // one that has ended already needs none
	<-p.over
}

// Stop ends it in good order.
func (p *Program) Stop() { p.End(os.Interrupt) }

// Ended reports whether it runs no more.
func (p *Program) Ended() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ended()
}

// Kills is how often it was killed.
func (p *Program) Kills() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.kills
}

// PID is the number of its process.
func (p *Program) PID() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return fmt.Sprint(p.cmd.Process.Pid)
}

// Name is what it is called in bin/.
func (p *Program) Name() string { return filepath.Base(p.path) }

// Logged is all that it has logged, in all its lives.
func (p *Program) Logged() string {
	text, _ := os.ReadFile(p.log) // none before it has begun
	return string(text)
}

// Tool runs a program to its end and gives what it printed.
func (s *Street) Tool(name string, args ...string) []byte {
	s.T.Helper()
	var out, complaints bytes.Buffer
	cmd := exec.CommandContext(s.T.Context(), shipped(s.T, name), args...)
	cmd.Stdout, cmd.Stderr = &out, &complaints
	if err := cmd.Run(); err != nil {
		s.T.Fatalf("%s %v: %v\n%s%s", name, args, err, out.Bytes(), complaints.Bytes())
	}
	return out.Bytes()
}

// Operator has the platform's operator give a command, and returns what it prints.
func (s *Street) Operator(words ...string) string {
	s.T.Helper()
	return string(s.Tool("watashi-platformd", append([]string{"-config", s.platformConfig()}, words...)...))
}

// shipped is a program as `make build` left it: in bin/, or where WATASHI_BIN says.
// Tests run in folders like this one.
func shipped(t *testing.T, name string) string {
	t.Helper()
	bin := os.Getenv("WATASHI_BIN")
	if bin == "" {
		bin = filepath.Join("..", "..", "bin")
	}
	path, err := filepath.Abs(filepath.Join(bin, name))
	if err == nil {
		_, err = os.Stat(path)
	}
	if err != nil {
		t.Fatalf("%v: run make build first", err)
	}
	return path
}

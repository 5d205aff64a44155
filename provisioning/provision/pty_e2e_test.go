//go:build e2e && linux

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/digital-watashi/kiosk/hal/haltest/pcscdtest"
	"github.com/digital-watashi/kiosk/provisioning"
	"github.com/digital-watashi/kiosk/provisioning/provision/console/ptytest"
)

// seat is a person before a terminal of 80 by 24, where the shipped command runs.
type seat struct {
	t       *testing.T
	person  *os.File // what they type, and see
	program *os.File // the other end
	before  unix.Termios
	run     *exec.Cmd
	screen  paper
}

// sit starts a command as a shell on a terminal does.
func sit(t *testing.T, run *exec.Cmd) *seat {
	t.Helper()
	s := &seat{t: t, run: run}
	s.person, s.program = ptytest.Pair(t)
	size := &unix.Winsize{Row: 24, Col: 80}
	if err := unix.IoctlSetWinsize(int(s.program.Fd()), unix.TIOCSWINSZ, size); err != nil {
		t.Fatal(err)
	}
	s.before = s.modes()
	run.Stdin, run.Stdout, run.Stderr = s.program, s.program, s.program
	run.Env = append(os.Environ(), "TERM=xterm", "NO_COLOR=")
	run.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { // ends when the terminal is closed
		buffer := make([]byte, 4096)
		for {
			n, err := s.person.Read(buffer)
			s.screen.Write(buffer[:n])
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() {
		_ = run.Process.Kill() // it may have ended
		_ = run.Wait()
		if t.Failed() {
			t.Logf("on the screen:\n%s", s.screen.String())
		}
	})
	return s
}

func (s *seat) modes() unix.Termios {
	s.t.Helper()
	state, err := unix.IoctlGetTermios(int(s.program.Fd()), unix.TCGETS)
	if err != nil {
		s.t.Fatal(err)
	}
	return *state
}

// sees waits for words on the screen.
func (s *seat) sees(words string) {
	s.t.Helper()
	ptytest.WaitFor(s.t, fmt.Sprintf("%q in\n%s", words, s.screen.String()), func() bool { return strings.Contains(s.screen.String(), words) })
}

// asked waits for the question for a token, the given time, without echo.
func (s *seat) asked(times int) {
	s.t.Helper()
	ptytest.WaitFor(s.t, "the question", func() bool {
		return strings.Count(s.screen.String(), "then press Enter: ") == times && !ptytest.Echoes(s.t, s.program)
	})
}

func (s *seat) types(text string) {
	s.t.Helper()
	if _, err := s.person.WriteString(text); err != nil {
		s.t.Fatal(err)
	}
}

// exit waits for the end.
func (s *seat) exit() int {
	s.t.Helper()
	ended := make(chan struct{})
	go func() { defer close(ended); _ = s.run.Wait() }() // the exit code tells
	select {
	case <-ended:
	case <-time.After(time.Minute):
		s.t.Fatal("the command does not end")
	}
	return s.run.ProcessState.ExitCode()
}

// leaves waits for the end, and looks at what is left: the terminal is as it was, no
// line was too long for it, and no secret stands on it.
func (s *seat) leaves(secret string, codes ...int) string {
	s.t.Helper()
	if got := s.exit(); !slices.Contains(codes, got) {
		s.t.Errorf("exit %d, want one of %d", got, codes)
	}
	if _, err := s.program.WriteString("\x04"); err != nil { // a mark behind all that was printed
		s.t.Fatal(err)
	}
	ptytest.WaitFor(s.t, "the end of what was printed", func() bool { return strings.HasSuffix(s.screen.String(), "\x04") })
	if s.modes() != s.before {
		s.t.Error("the terminal has other modes than before")
	}
	text := regexp.MustCompile(`\x1b\[[0-9;]*m`).ReplaceAllString(strings.ReplaceAll(strings.TrimSuffix(s.screen.String(), "\x04"), "\r\n", "\n"), "")
	for line := range strings.Lines(text) {
		if n := len([]rune(strings.TrimRight(line, "\n"))); n > 80 {
			s.t.Errorf("a line of %d characters: %s", n, line)
		}
	}
	if strings.ContainsAny(text, "\x1b\r") {
		s.t.Errorf("there is more than text and colours on the screen: %q", text)
	}
	if strings.Contains(text, secret) {
		s.t.Error("the token stands on the screen")
	}
	return text
}

// asks is init without a token, so that a person is asked.
func (m *clean) asks(more ...string) *exec.Cmd {
	return m.command(append([]string{"init", "--environment", "test", "--config", m.config, "--protection", "file"}, more...)...)
}

func TestE2EATokenIsTypedAtATerminal(t *testing.T) {
	pcscdtest.Within(t, func(t *testing.T) {
		s := newSite(t, nil)
		m := s.machine()
		token := s.token()
		p := sit(t, m.asks())
		p.asked(1)
		p.types(token[:len(token)-9] + "\n") // the end was not copied
		p.asked(2)
		p.types("\n") // and there is no stick
		p.asked(3)
		p.types(token + "\n")
		p.sees("is it sharp, whole and cut?")
		p.types("y\n")
		text := p.leaves(token[20:40], exitDone)
		for _, want := range []string{"1/6  ", "6/6  ", "ready"} {
			if !strings.Contains(text, want) {
				t.Errorf("the screen lacks %q", want)
			}
		}
		t.Logf("\n%s", text)
		s.want(endOf(m.command("status")), exitDone, "may serve")
	})
}

// stopped is how a step stands that was interrupted: on a line of its own.
var stopped = regexp.MustCompile(`(?m)^[56]/6  (devices|report )  +stopped`)

func TestE2ECtrlCLeavesWhatCanBeTakenUpAgain(t *testing.T) {
	pcscdtest.Within(t, func(t *testing.T) {
		s := newSite(t, nil)
		m := s.machine()
		token := s.token()
		asking := sit(t, m.asks())
		asking.asked(1)
		asking.types("\x03")
		asking.leaves(token[20:40], exitInterrupted)
		for _, at := range []string{"1/6", "2/6", "3/6", "4/6"} { // a step may be over before the keys are read
			if m.provisioned() {
				break
			}
			p := sit(t, m.asks())
			p.asked(1)
			p.types(token + "\n")
			p.sees(at)
			p.types("\x03")
			p.leaves(token[20:40], exitInterrupted)
		}
		for _, at := range []string{"Trying the printer", "is it sharp, whole and cut?"} {
			p := sit(t, m.asks())
			p.sees(at)
			p.types("\x03")
			text := p.leaves(token[20:40], exitInterrupted)
			if !stopped.MatchString(text) || !strings.Contains(text, "provisioned, not ready") || strings.Contains(text, "not provisioned") {
				t.Errorf("after an interruption behind the identity:\n%s", text)
			}
			t.Logf("\n%s", text)
		}
		s.want(endOf(m.init(token, "--protection", "file")), exitDone, "ready")
		s.want(endOf(m.command("status")), exitDone, "may serve")
	})
}

// provisioned reports whether nobody is asked for a token any more.
func (m *clean) provisioned() bool {
	return provisioning.Provisioned(filepath.Join(m.dir, "terminald"), filepath.Join(m.dir, "uplinkd"))
}

//go:build e2e

package main

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/hal/haltest/pcscdtest"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning/tpm/swtpm"
)

// byStick is init without a network, which would end it were it asked: the platform
// does not run.
func (m *clean) byStick(token, stick string, more ...string) *exec.Cmd {
	return m.init(token, append([]string{"--offline", stick}, more...)...)
}

// answer has the platform's operator answer what is on a stick.
func (s *site) answer(stick string) string {
	s.t.Helper()
	requests, err := filepath.Glob(filepath.Join(stick, "watashi-request-*.json"))
	s.check(err)
	return s.platformd(append([]string{"enrol"}, requests...)...)
}

// trips carries the stick until the machine is ready.
func (m *clean) trips(token, stick string) (last ended) {
	m.t.Helper()
	for range 3 {
		if last = endOf(m.byStick(token, stick, "--json")); last.code != exitWaiting {
			break
		}
		m.answer(stick)
	}
	return last
}

// From a clean machine to "ready" with one token and a stick, where nobody answers at
// the platform's address: a TPM that its maker certified, and a platform that lets in
// nothing else. The command is killed on each trip; it is run again, and once with a
// stick that was lost. The platform answers while it rests, and while it runs.
func TestE2EMachineComesUpByStick(t *testing.T) {
	pcscdtest.Within(t, func(t *testing.T) {
		chip := swtpm.Certified(t)
		s := newSite(t, chip.Makers)
		token := s.token("24h")
		s.shut()
		m, stick, lost := s.machine("--tpm", chip.Socket), t.TempDir(), t.TempDir()
		s.want(endOf(m.init(token)), exitUnreachable, "--offline FOLDER")

		m.killedOn(token, lost, "1/6")
		s.check(os.WriteFile(filepath.Join(lost, "watashi-token.txt"), []byte(token), 0o600))
		s.want(endOf(m.byStick(token, lost)), exitWaiting, "watashi-platformd enrol FILE", "watashi-request-", "The stick that travels holds the token itself")
		key := m.device()
		s.want(endOf(m.byStick(token, stick)), exitOtherStick, "the request is on this one now")
		s.holdsNoSecret(stick, token)
		if said := s.answer(stick); !strings.Contains(said, "a challenge for the machine's TPM") {
			t.Errorf("the operator reads %q", said)
		}
		old := s.only(stick, "watashi-answer-*-1.json")

		s.want(endOf(m.byStick(token, stick)), exitWaiting, "a second time", "-2.json")
		s.holdsNoSecret(stick, token)
		s.check(os.WriteFile(filepath.Join(stick, "watashi-answer-again-1.json"), old, 0o600))
		s.want(endOf(m.byStick(token, stick)), exitOldAnswer, "watashi-platformd enrol FILE")
		s.check(os.Remove(filepath.Join(stick, "watashi-answer-again-1.json")))
		s.open()
		if said := s.answer(stick); !strings.Contains(said, "all that the machine needs") {
			t.Errorf("the operator reads %q", said)
		}
		s.shut()

		m.killedOn(token, stick, "3/6")
		e := endOf(m.byStick(token, stick))
		s.want(e, exitDone, "ready")
		s.want(endOf(m.command("status")), exitDone, "may serve", "in a tpm")
		if m.device() != key {
			t.Error("another device key was made on the way")
		}
		t.Logf("%s", e.out)
	})
}

// only is the one file of that pattern.
func (s *site) only(dir, pattern string) []byte {
	s.t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, pattern))
	s.check(err)
	if len(names) != 1 {
		s.t.Fatalf("%d files %s", len(names), pattern)
	}
	text, err := os.ReadFile(names[0])
	s.check(err)
	return text
}

// holdsNoSecret looks through all that travels.
func (s *site) holdsNoSecret(stick, token string) {
	s.t.Helper()
	parsed, err := protocol.ParseToken(token)
	s.check(err)
	names, err := filepath.Glob(filepath.Join(stick, "*"))
	s.check(err)
	for _, name := range names {
		text, err := os.ReadFile(name)
		s.check(err)
		if strings.Contains(string(text), parsed.Password()[16:]) || strings.Contains(string(text), token) {
			s.t.Errorf("%s holds the secret", name)
		}
	}
}

// killedOn runs init with a stick and kills it when a line begins so.
func (m *clean) killedOn(token, stick, line string) {
	m.t.Helper()
	run := m.byStick(token, stick)
	out, err := run.StdoutPipe()
	m.check(err)
	m.check(run.Start())
	for lines := bufio.NewScanner(out); lines.Scan() && !strings.HasPrefix(lines.Text(), line); {
	}
	_ = run.Process.Kill() // it may have ended
	_ = run.Wait()
}

// What an operator is told about a request that is none, or not for this platform.
func TestE2EOperatorIsToldOfWrongRequests(t *testing.T) {
	s, other := newSite(t, nil), newSite(t, nil)
	m, stick := other.machine("--protection", "file"), t.TempDir()
	s.want(endOf(m.byStick(other.token(), stick)), exitWaiting)
	request := s.only(stick, "watashi-request-*.json")
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"another platform's": {request, "another platform"},
		"cut":                {request[:len(request)-5], "it was cut"},
	} {
		path := s.file("request.json", c.file)
		out, err := exec.Command(program("watashi-platformd"), "-config", s.config, "enrol", path).CombinedOutput()
		if err == nil || !strings.Contains(string(out), c.want) {
			t.Errorf("%s: %v, %s", name, err, out)
		}
	}
}

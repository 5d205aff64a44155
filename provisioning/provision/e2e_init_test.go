//go:build e2e

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/haltest/pcscdtest"
	"github.com/digital-watashi/kiosk/provisioning"
	"github.com/digital-watashi/kiosk/provisioning/tpm/swtpm"
)

// site is a platform that ships and the road to it; machines are brought up there
// with the command that ships.
type site struct {
	t       *testing.T
	dir     string
	config  string // of the platform
	address string
	run     *exec.Cmd
	count   int
	last    string // token
}

// program is one that `make build` left.
func program(name string) string { return filepath.Join("..", "..", "bin", name) }

// newSite founds a platform that takes keys only which a chip of these makers has
// proven; without makers it takes files as well.
func newSite(t *testing.T, makers []byte) *site {
	t.Helper()
	s := &site{t: t, dir: t.TempDir(), address: freeAddress(t)}
	home := filepath.Join(s.dir, "platform")
	s.config = filepath.Join(home, "platformd.json")
	s.tool(program("watashi-platformd"), "init", "-dir", home, "-id", "watashi-test", "-host", s.address)
	var cas []byte
	for _, ca := range haltest.NewCA().Certificates() {
		cas = append(cas, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca.Raw})...)
	}
	s.platformd("ca", "add", s.file("jpki.pem", cas))
	s.edit(map[string]any{"listen": s.address})
	if makers != nil {
		s.platformd("ek", "add", s.file("makers.pem", makers))
		s.edit(map[string]any{"protection": "tpm-attested"})
	}
	s.open()
	return s
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

func (s *site) check(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) file(name string, text []byte) string {
	s.t.Helper()
	path := filepath.Join(s.dir, name)
	s.check(os.WriteFile(path, text, 0o600))
	return path
}

// edit changes members of the platform's configuration.
func (s *site) edit(members map[string]any) {
	s.t.Helper()
	all := map[string]any{}
	text, err := os.ReadFile(s.config)
	s.check(err)
	s.check(json.Unmarshal(text, &all))
	maps.Copy(all, members)
	text, err = json.Marshal(all)
	s.check(err)
	s.check(os.WriteFile(s.config, text, 0o600))
}

func (s *site) tool(name string, args ...string) string {
	s.t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		s.t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func (s *site) platformd(args ...string) string {
	s.t.Helper()
	return s.tool(program("watashi-platformd"), append([]string{"-config", s.config}, args...)...)
}

// open starts the platform, and returns when it answers.
func (s *site) open() {
	s.t.Helper()
	var log paper
	run := exec.Command(program("watashi-platformd"), "-config", s.config, "run")
	run.Stdout, run.Stderr = &log, &log
	s.check(run.Start())
	s.run = run
	s.t.Cleanup(func() {
		_ = run.Process.Kill() // ended before: nothing to do
		_ = run.Wait()
		if s.t.Failed() {
			s.t.Logf("the platform said:\n%s", log.String())
		}
	})
	await(s.t, "the platform", func() bool {
		line, err := net.Dial("tcp", s.address)
		if err == nil {
			line.Close()
		}
		return err == nil
	})
}

// shut ends the platform.
func (s *site) shut() {
	s.t.Helper()
	s.check(s.run.Process.Signal(os.Interrupt))
	_, _ = s.run.Process.Wait() // that it was told to end is no news
}

func (s *site) token(more ...string) string {
	s.t.Helper()
	s.last = s.platformd(append([]string{"token", fmt.Sprintf("T-%04d", s.count)}, more...)...)
	return s.last
}

// clean is a machine that nobody has provisioned.
type clean struct {
	*site
	dir, config string
	flags       []string // of init besides those of all
}

func (s *site) machine(flags ...string) *clean {
	s.t.Helper()
	s.count++
	m := &clean{s, filepath.Join(s.dir, fmt.Sprintf("machine%d", s.count)), "", flags}
	s.check(os.Mkdir(m.dir, 0o700))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	s.check(err)
	go haltest.ServePrinterTCP(s.t.Context(), listener, haltest.NewPrinter())
	text, err := json.Marshal(map[string]any{
		"state_dir": filepath.Join(m.dir, "terminald"), "reader": "Virtual", "status_socket": filepath.Join(m.dir, "nobody"),
		"printer": map[string]any{"kind": "tcp", "address": listener.Addr().String(), "width_dots": 576},
	})
	s.check(err)
	m.config = filepath.Join(m.dir, "terminald.json")
	s.check(os.WriteFile(m.config, text, 0o600))
	return m
}

func (m *clean) folders() []string {
	return []string{"--state-dir", filepath.Join(m.dir, "terminald"), "--uplink-dir", filepath.Join(m.dir, "uplinkd")}
}

// command is the shipped one, with the machine's folders.
func (m *clean) command(args ...string) *exec.Cmd {
	return exec.Command(program("watashi-provision"), append(append([]string{args[0]}, m.folders()...), args[1:]...)...)
}

// init is the one that brings the machine up, without asking anybody.
func (m *clean) init(token string, more ...string) *exec.Cmd {
	file := filepath.Join(m.dir, "token.txt")
	m.check(os.WriteFile(file, []byte(token+"\n"), 0o600))
	args := append([]string{"init", "--yes", "--environment", "test", "--token-file", file, "--config", m.config}, m.flags...)
	return m.command(append(args, more...)...)
}

// ended runs a command to its end.
func endOf(c *exec.Cmd) ended {
	var out, said bytes.Buffer
	c.Stdout, c.Stderr = &out, &said
	_ = c.Run() // the exit code tells
	return ended{c.ProcessState.ExitCode(), out.String(), said.String(), strings.Join(c.Args[1:], " ")}
}

func (s *site) want(e ended, code int, texts ...string) {
	s.t.Helper()
	(&bench{t: s.t}).want(e, code, texts...)
}

// device is the machine's key as it lies on the disk, and where.
func (m *clean) device() string {
	for _, place := range []string{".provisioning/device.key", "device.key"} {
		if text, err := os.ReadFile(filepath.Join(m.dir, "terminald", place)); err == nil {
			return string(text)
		}
	}
	return ""
}

// From a clean machine to "ready" with one token, over a real pcscd, a TPM whose
// maker certified it, and a platform that lets in nothing else.
func TestE2EMachineComesUpWithOneToken(t *testing.T) {
	pcscdtest.Within(t, func(t *testing.T) {
		chip := swtpm.Certified(t)
		s := newSite(t, chip.Makers)
		m := s.machine("--tpm", chip.Socket)
		e := endOf(m.init(s.token(), "--json"))
		s.want(e, exitDone, "6/6  report")
		s.check(judgeBySchema("init", e.out))
		var r readiness
		s.check(json.Unmarshal([]byte(e.out), &r))
		if !r.Ready || len(r.Steps) != 6 || r.Protection != "tpm" {
			t.Errorf("%+v", r)
		}
		t.Logf("%d steps, %.1f seconds:\n%s", len(r.Steps), r.Seconds, e.said)
		s.want(endOf(m.command("status")), exitDone, "may serve", "in a tpm")
		s.want(endOf(m.command("check", "--config", m.config)), exitDone, "in order", "it has the device key and would sign")
		if _, err := provisioning.LoadDevice(filepath.Join(m.dir, "terminald")); err != nil {
			t.Error(err)
		}
	})
}

// The command is killed when each step has been told, and at moments between, and
// goes on with the same token and the same key.
func TestE2EMachineComesUpThroughKills(t *testing.T) {
	pcscdtest.Within(t, func(t *testing.T) {
		chip := swtpm.Certified(t)
		s := newSite(t, chip.Makers)
		m := s.machine("--tpm", chip.Socket)
		token, keys := s.token(), map[string]bool{}
		for step := range len(initSteps()) {
			if !m.killedAfter(token, step) {
				t.Errorf("step %d: init came to its end", step)
			}
			chip.Forget(t)
			if key := m.device(); key != "" {
				keys[key] = true
			}
		}
		begin := time.Now()
		s.want(endOf(m.init(token)), exitDone, "ready")
		whole := time.Since(begin)
		s.want(endOf(m.command("status")), exitDone, "may serve")
		if len(keys) != 1 || !keys[m.device()] {
			t.Errorf("%d device keys were made on the way", len(keys))
		}
		kills := 0
		for part := range 6 {
			m := s.machine("--tpm", chip.Socket)
			token := s.token()
			run := m.init(token)
			s.check(run.Start())
			timer := time.AfterFunc(whole*time.Duration(part*2+1)/12, func() { _ = run.Process.Kill() })
			_ = run.Wait() // killed, or done before
			if !timer.Stop() {
				kills++
				chip.Forget(t)
			}
			if e := endOf(m.init(token)); e.code != exitDone && e.code != exitProvisioned {
				s.want(e, exitDone, "ready")
			}
			s.want(endOf(m.command("status")), exitDone, "may serve")
		}
		t.Logf("killed after each of %d steps and at %d moments between", len(initSteps()), kills)
	})
}

// killedAfter runs init and kills it when it has told so many steps.
func (m *clean) killedAfter(token string, steps int) bool {
	m.t.Helper()
	run := m.init(token)
	out, err := run.StdoutPipe()
	m.check(err)
	m.check(run.Start())
	lines := bufio.NewScanner(out)
	for steps > 0 && lines.Scan() {
		if strings.HasPrefix(lines.Text(), fmt.Sprintf("%d/6", steps)) {
			break
		}
	}
	_ = run.Process.Kill() // it may have ended
	return run.Wait() != nil
}

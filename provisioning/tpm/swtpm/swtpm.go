// Package swtpm runs software TPMs for tests: processes of Debian's swtpm, which
// keep their seeds in a folder as a chip does in itself. Each is started and ended
// by the test that uses it. A Line to one has the troubles that no software chip has.
package swtpm

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Chip is a software TPM that answers at a unix socket.
type Chip struct {
	Socket string // its device name for tpm.At
	// Makers are the CA certificates, in PEM, of who made the chip; nil if nobody
	// certified it.
	Makers []byte
	state  string
	run    *exec.Cmd
	said   *bytes.Buffer
}

// New makes a chip with seeds of its own and switches it on.
func New(t testing.TB) *Chip {
	t.Helper()
	c := blank(t)
	c.On(t)
	return c
}

// Certified makes a chip whose maker, one of its own, certified its endorsement
// keys, and switches it on.
func Certified(t testing.TB) *Chip {
	t.Helper()
	c := blank(t)
	c.manufacture(t)
	c.On(t)
	return c
}

func blank(t testing.TB) *Chip {
	t.Helper()
	// Not t.TempDir: a socket's path may have 107 characters only.
	dir, err := os.MkdirTemp("", "swtpm")
	if err != nil {
		t.Fatal(err)
	}
	c := &Chip{Socket: filepath.Join(dir, "chip"), state: dir}
	t.Cleanup(func() {
		c.Off(t)
		os.RemoveAll(dir)
	})
	return c
}

// manufacture has a CA certify the endorsement keys, in the chip's memory.
func (c *Chip) manufacture(t testing.TB) {
	t.Helper()
	at := func(name string) string { return filepath.Join(c.state, name) }
	for name, lines := range map[string][]string{
		"setup.conf": {"create_certs_tool = /usr/bin/swtpm_localca", "create_certs_tool_config = " + at("ca.conf"), "create_certs_tool_options = " + at("ca.options")},
		"ca.conf":    {"statedir = " + c.state, "signingkey = " + at("ca.key"), "issuercert = " + at("ca.pem"), "certserial = " + at("serial")},
		"ca.options": nil,
	} {
		if err := os.WriteFile(at(name), []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	said, err := exec.Command("swtpm_setup", "--tpm2", "--tpmstate", c.state, "--config", at("setup.conf"), "--create-ek-cert").CombinedOutput()
	if err != nil {
		t.Fatalf("making a certified software TPM (Debian's package swtpm-tools): %v\n%s", err, said)
	}
	for _, name := range []string{"ca.pem", "swtpm-localca-rootca-cert.pem"} {
		text, err := os.ReadFile(at(name))
		if err != nil {
			t.Fatal(err)
		}
		c.Makers = append(c.Makers, text...)
	}
}

// patience for a process to come up or to end.
const patience = 20 * time.Second

// On switches the chip on, and returns when it answers.
func (c *Chip) On(t testing.TB) {
	t.Helper()
	c.said = &bytes.Buffer{}
	c.run = exec.Command("swtpm", "socket", "--tpm2", "--tpmstate", "dir="+c.state,
		"--server", "type=unixio,path="+c.Socket, "--flags", "not-need-init,startup-clear")
	c.run.Stdout, c.run.Stderr = c.said, c.said
	if err := c.run.Start(); err != nil {
		t.Fatalf("switching a software TPM on (Debian's package swtpm): %v", err)
	}
	for until := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		if line, err := net.Dial("unix", c.Socket); err == nil {
			line.Close()
			return
		}
		if time.Now().After(until) {
			c.Off(t)
			t.Fatalf("the software TPM does not come up: %s", c.said)
		}
	}
}

// Forget has the chip let go of what a program that was killed left in it. The
// kernel does that at a real one's device; a software TPM at a socket fills up.
func (c *Chip) Forget(t testing.TB) {
	t.Helper()
	c.Off(t)
	c.On(t)
}

// Off switches it off, as a power cut does. What it keeps stays.
func (c *Chip) Off(t testing.TB) {
	t.Helper()
	if c.run == nil {
		return
	}
	if err := c.run.Process.Kill(); err != nil {
		t.Error(err)
	}
	c.run.Wait() // killed: that is its error
	c.run = nil
	os.Remove(c.Socket)
}

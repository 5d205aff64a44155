// Package swtpm runs software TPMs for tests: processes of Debian's swtpm, which
// keep their seeds in a folder as a chip does in itself. Each is started and ended
// by the test that uses it.
package swtpm

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// Chip is a software TPM that answers at a unix socket.
type Chip struct {
	Socket string // its device name for tpm.At
	state  string
	run    *exec.Cmd
	said   *bytes.Buffer
}

// New makes a chip with seeds of its own and switches it on.
func New(t testing.TB) *Chip {
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
	c.On(t)
	return c
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

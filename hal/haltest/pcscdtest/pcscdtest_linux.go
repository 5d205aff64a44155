package pcscdtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Addr is where the first virtual reader listens, ReaderName what PC/SC calls it.
const (
	Addr       = "127.0.0.1:35963"
	ReaderName = "Virtual PCD 00 00"
)

// inside marks the process that runs in the namespaces.
const inside = "WATASHI_PCSCDTEST"

// patience is how long pcscd may take to come up.
const patience = 20 * time.Second

// Within runs body with a pcscd of its own. The test binary starts itself anew in
// the namespaces, for this one test; what that prints is the test's log.
func Within(t *testing.T, body func(t *testing.T)) {
	t.Helper()
	if os.Getenv(inside) == t.Name() {
		start(t)
		body(t)
		return
	}
	cmd := exec.CommandContext(t.Context(), "unshare", append(namespaces(), self(t)...)...)
	cmd.Env = append(os.Environ(), inside+"="+t.Name())
	out, err := cmd.CombinedOutput()
	t.Logf("inside the namespaces:\n%s", out)
	if err != nil {
		t.Fatalf("running %s in namespaces of its own: %v", t.Name(), err)
	}
	if bytes.Contains(out, []byte("no tests to run")) {
		t.Fatalf("running %s in namespaces of its own: it was not found", t.Name())
	}
}

// namespaces are the arguments of unshare. --kill-child ends everything inside
// with the test.
func namespaces() []string {
	args := []string{"--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"}
	if os.Geteuid() != 0 {
		args = append(args, "--map-root-user")
	}
	return args
}

func self(t *testing.T) []string {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	args := []string{binary, "-test.run", pattern(t.Name()), "-test.v", "-test.count=1"}
	if deadline, ok := t.Deadline(); ok {
		args = append(args, "-test.timeout="+time.Until(deadline).String())
	}
	return args
}

// pattern matches exactly the test of that name, level by level.
func pattern(name string) string {
	levels := strings.Split(name, "/")
	for i, level := range levels {
		levels[i] = "^" + level + "$"
	}
	return strings.Join(levels, "/")
}

// start brings the loopback up, covers what belongs to the machine, and runs pcscd
// until the test ends.
func start(t *testing.T) {
	t.Helper()
	if out, err := exec.Command("ip", "link", "set", "lo", "up").CombinedOutput(); err != nil {
		t.Fatalf("bringing up the loopback interface: %v: %s", err, out)
	}
	cover(t, "/run")
	cover(t, "/dev/bus/usb")
	if err := os.Mkdir("/run/pcscd", 0o755); err != nil {
		t.Fatal(err)
	}
	run(t, "pcscd", "--foreground", "--config", config(t))
	listening(t)
}

// cover lays an empty file system over a directory, if there is one.
func cover(t *testing.T, dir string) {
	t.Helper()
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		return
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "mode=0755"); err != nil {
		t.Fatalf("covering %s: %v", dir, err)
	}
}

// config is a directory with vpcd as the only reader.
func config(t *testing.T) string {
	t.Helper()
	libraries, _ := filepath.Glob("/usr/lib*/pcsc/drivers/serial/libifdvpcd.so*")
	if len(libraries) == 0 {
		t.Fatal("there is no libifdvpcd.so: install the Debian package vsmartcard-vpcd")
	}
	text := fmt.Sprintf("FRIENDLYNAME %q\nDEVICENAME /dev/null:0x8C7B\nLIBPATH %s\nCHANNELID 0x8C7B\n", "Virtual PCD", libraries[0])
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "vpcd"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

// run starts a program that ends with the test. What it printed is logged if the
// test fails.
func run(t *testing.T, name string, args ...string) {
	t.Helper()
	var out syncBuffer
	cmd := exec.Command(name, args...)
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatalf("starting %s: %v", name, err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait() // that it was told to end is no news
		if t.Failed() {
			t.Logf("%s said:\n%s", name, out.String())
		}
	})
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// listening waits until pcscd takes clients and vpcd takes cards. It looks rather
// than connects: a connection would be a card.
func listening(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !ready() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatal("waiting for pcscd: it does not listen")
		}
	}
}

// ready looks for the socket of pcscd, and for port 8C7B in state 0A, LISTEN.
func ready() bool {
	if _, err := os.Stat("/run/pcscd/pcscd.comm"); err != nil {
		return false
	}
	table, _ := os.ReadFile("/proc/net/tcp")
	for line := range strings.Lines(string(table)) {
		if fields := strings.Fields(line); len(fields) > 3 && strings.HasSuffix(fields[1], ":8C7B") && fields[3] == "0A" {
			return true
		}
	}
	return false
}

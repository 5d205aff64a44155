package pcscdtest

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
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

// patience is how long pcscd may take for anything.
const patience = 20 * time.Second

// Within runs body with a pcscd of its own, which has vpcd's two readers. The test
// binary starts itself anew in the namespaces, for this one test; what that prints
// is the test's log.
func Within(t *testing.T, body func(t *testing.T)) {
	t.Helper()
	within(t, func(t *testing.T) {
		start(t, "pcscd", "--foreground", "--config", config(t)).await(0, 1)
		body(t)
	})
}

func within(t *testing.T, body func(t *testing.T)) {
	t.Helper()
	if os.Getenv(inside) == t.Name() {
		seclude(t)
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

// seclude brings the loopback up and covers what belongs to the machine.
func seclude(t *testing.T) {
	t.Helper()
	command(t, "ip", "link", "set", "lo", "up")
	cover(t, "/run")
	cover(t, "/dev/bus/usb")
	if err := os.Mkdir("/run/pcscd", 0o755); err != nil {
		t.Fatal(err)
	}
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
	text := fmt.Sprintf("FRIENDLYNAME %q\nDEVICENAME /dev/null:0x8C7B\nLIBPATH %s\nCHANNELID 0x8C7B\n", "Virtual PCD", vpcd(t))
	dir := t.TempDir()
	write(t, filepath.Join(dir, "vpcd"), text)
	return dir
}

func vpcd(t *testing.T) string {
	t.Helper()
	libraries, _ := filepath.Glob("/usr/lib*/pcsc/drivers/serial/libifdvpcd.so*")
	if len(libraries) == 0 {
		t.Fatal("there is no libifdvpcd.so: install the Debian package vsmartcard-vpcd")
	}
	return libraries[0]
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func command(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		t.Fatalf("running %s %s: %v: %s", name, strings.Join(args, " "), err, out)
	}
}

// addr is where reader k listens for its card.
func addr(k int) string { return fmt.Sprintf("127.0.0.1:%d", firstPort+k) }

// names are what PC/SC calls reader k, or begins to: vpcd's own, and on the bus.
func names(k int) []string {
	return []string{fmt.Sprintf("Virtual PCD 00 %02d", k), busName(k) + " "}
}

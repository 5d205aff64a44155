package pcscdtest

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
)

const firstPort = 0x8C7B

// service is a pcscd that runs until the test ends. What it printed is logged if
// the test fails.
type service struct {
	t    *testing.T
	cmd  *exec.Cmd
	out  syncBuffer
	over func()
}

func start(t *testing.T, args ...string) *service {
	t.Helper()
	s := &service{t: t, cmd: exec.Command(args[0], args[1:]...)}
	s.cmd.Stdout, s.cmd.Stderr = &s.out, &s.out
	if err := s.cmd.Start(); err != nil {
		t.Fatalf("starting %s: %v", args[0], err)
	}
	s.over = sync.OnceFunc(func() { _ = s.cmd.Wait() }) // that it was told to end is no news
	t.Cleanup(func() {
		s.end(syscall.SIGTERM)
		if t.Failed() {
			t.Logf("%s said:\n%s", args[0], s.out.String())
		}
	})
	return s
}

// end returns when it has ended.
func (s *service) end(signal os.Signal) {
	_ = s.cmd.Process.Signal(signal) // it may have ended before
	s.over()
}

// await waits until pcscd takes clients and those readers take cards. It looks
// rather than connects: a connection would be a card.
func (s *service) await(readers ...int) *service {
	s.t.Helper()
	await(s.t, "pcscd listens", func() bool {
		if _, err := readerStates(); err != nil {
			return false
		}
		for _, k := range readers {
			if _, ok := state(k); !ok || !listening(firstPort+k) {
				return false
			}
		}
		return true
	})
	return s
}

// listening looks for the port in state 0A, LISTEN.
func listening(port int) bool {
	table, _ := os.ReadFile("/proc/net/tcp")
	for line := range strings.Lines(string(table)) {
		if fields := strings.Fields(line); len(fields) > 3 && strings.HasSuffix(fields[1], fmt.Sprintf(":%04X", port)) && fields[3] == "0A" {
			return true
		}
	}
	return false
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

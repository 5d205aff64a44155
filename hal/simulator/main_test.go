package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
)

// A console is a simulator that runs in this process, and its standard input and
// output. The simulator ends with the test.
type console struct {
	t     *testing.T
	in    io.WriteCloser
	lines chan string
}

// patience is how long an answer may take.
const patience = 30 * time.Second

// simulate starts a simulator and returns once it is ready. What it said before
// that is in the log.
func simulate(t *testing.T, args ...string) *console {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	inRead, in := io.Pipe()
	outRead, out := io.Pipe()
	c := &console{t: t, in: in, lines: make(chan string, 1000)}
	done := make(chan error, 1)
	go c.collect(outRead)
	go func() {
		done <- run(ctx, args, inRead, out)
		out.Close()
	}()
	t.Cleanup(func() {
		cancel()
		in.Close()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("the simulator ended with %v", err)
		}
	})
	return c
}

func (c *console) collect(out io.Reader) {
	defer close(c.lines)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		c.lines <- lines.Text()
	}
}

// until gives the lines before the one that begins with that.
func (c *console) until(begin string) (before []string, line string) {
	c.t.Helper()
	late := time.NewTimer(patience)
	defer late.Stop()
	for {
		select {
		case line, ok := <-c.lines:
			if !ok {
				c.t.Fatalf("the simulator ended before it said %q, after %q", begin, before)
			}
			if strings.HasPrefix(line, begin) {
				return before, line
			}
			if strings.HasPrefix(line, "error:") {
				c.t.Fatalf("the simulator said %q", line)
			}
			before = append(before, line)
		case <-late.C:
			c.t.Fatalf("the simulator did not say %q, but %q", begin, before)
		}
	}
}

// say gives a command and returns what was answered to it.
func (c *console) say(command string) []string {
	c.t.Helper()
	if _, err := io.WriteString(c.in, command+"\n"); err != nil {
		c.t.Fatal(err)
	}
	before, _ := c.until("ok")
	return before
}

// refused gives a command that must be refused, and returns the refusal.
func (c *console) refused(command string) string {
	c.t.Helper()
	if _, err := io.WriteString(c.in, command+"\n"); err != nil {
		c.t.Fatal(err)
	}
	_, line := c.until("error:")
	return line
}

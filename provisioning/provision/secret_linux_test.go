package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/digital-watashi/kiosk/hal/haltest"
)

// terminalPair is a keyboard with a screen, and the person before it.
func terminalPair(t *testing.T) (person, program *os.File) {
	t.Helper()
	person, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { person.Close() })
	if err := unix.IoctlSetPointerInt(int(person.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(person.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	program, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { program.Close() })
	return person, program
}

// echoes reports whether what is typed is shown.
func echoes(t *testing.T, terminal *os.File) bool {
	t.Helper()
	state, err := unix.IoctlGetTermios(int(terminal.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	return state.Lflag&unix.ECHO != 0
}

// waitFor waits for a condition of a terminal, which no channel tells.
func waitFor(t *testing.T, what string, is func() bool) {
	t.Helper()
	deadline, tick := time.After(20*time.Second), time.NewTicker(5*time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("waiting for %s in vain", what)
		}
	}
}

func TestAPersonIsAskedForThePINWithoutEcho(t *testing.T) {
	l := newLab(t)
	l.reader.Insert(haltest.NewCard(midori(), l.ca))
	person, program := terminalPair(t)
	var out, said paper
	ended := make(chan int, 1)
	go func() {
		ended <- runGroup(t.Context(), devicesGroup(), l.world, []string{"card", "read", "--pin-stdin", "--ca", l.cas(), "--config", l.config("{}")}, program, &out, &said)
	}()
	waitFor(t, "the question", func() bool { return strings.Contains(said.String(), "Signing PIN") && !echoes(t, program) })
	if !strings.Contains(said.String(), "5 tries of the signing PIN left") {
		t.Errorf("the tries left are not told before: %s", said.String())
	}
	if _, err := person.WriteString("midori123\n"); err != nil {
		t.Fatal(err)
	}
	if code := <-ended; code != exitDone {
		t.Errorf("exit %d\n%s%s", code, out.String(), said.String())
	}
	if !echoes(t, program) {
		t.Error("the terminal does not echo any more")
	}
}

func TestAnInterruptedQuestionLeavesTheTerminalAsItWas(t *testing.T) {
	_, program := terminalPair(t)
	ctx, interrupt := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := secrets{program, new(bytes.Buffer)}.ask(ctx, "Signing PIN")
		ended <- err
	}()
	waitFor(t, "the question", func() bool { return !echoes(t, program) })
	interrupt()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if !echoes(t, program) {
		t.Error("the terminal does not echo any more")
	}
}

func TestColourIsOnATerminalUnlessNobodyWantsIt(t *testing.T) {
	_, program := terminalPair(t)
	env := map[string]string{}
	get := func(name string) string { return env[name] }
	if !paintFor(program, get).on || paintFor(new(bytes.Buffer), get).on {
		t.Error("colour is not for terminals alone")
	}
	env["NO_COLOR"] = "1"
	if paintFor(program, get).on {
		t.Error("NO_COLOR does not turn it off")
	}
	delete(env, "NO_COLOR")
	env["TERM"] = "dumb"
	if paintFor(program, get).on {
		t.Error("a dumb terminal gets colour")
	}
}

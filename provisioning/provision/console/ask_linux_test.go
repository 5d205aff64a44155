package console_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/digital-watashi/kiosk/provisioning/provision/console"
	"github.com/digital-watashi/kiosk/provisioning/provision/console/ptytest"
)

func TestAnInterruptedQuestionLeavesTheTerminalAsItWas(t *testing.T) {
	_, program := ptytest.Pair(t)
	ctx, interrupt := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := console.AskSecret(ctx, program, new(bytes.Buffer), "Signing PIN")
		ended <- err
	}()
	ptytest.WaitFor(t, "the question", func() bool { return !ptytest.Echoes(t, program) })
	interrupt()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if !ptytest.Echoes(t, program) {
		t.Error("the terminal does not echo any more")
	}
}

func TestColourIsOnATerminalUnlessNobodyWantsIt(t *testing.T) {
	_, program := ptytest.Pair(t)
	env := map[string]string{}
	get := func(name string) string { return env[name] }
	on, off := console.PaintFor(program, get), console.PaintFor(new(bytes.Buffer), get)
	if on.In(console.Green, "ok") != "\x1b[32mok\x1b[0m" || on.In(console.Green, "") != "" || off.In(console.Green, "ok") != "ok" {
		t.Errorf("%q, %q", on.In(console.Green, "ok"), off.In(console.Green, "ok"))
	}
	env["NO_COLOR"] = "1"
	if console.PaintFor(program, get).In(console.Green, "ok") != "ok" {
		t.Error("NO_COLOR does not turn it off")
	}
	delete(env, "NO_COLOR")
	env["TERM"] = "dumb"
	if console.PaintFor(program, get).In(console.Green, "ok") != "ok" {
		t.Error("a dumb terminal gets colour")
	}
}

package main

import (
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/provisioning/provision/console/ptytest"
)

func TestAPersonIsAskedForThePINWithoutEcho(t *testing.T) {
	l := newLab(t)
	l.reader.Insert(haltest.NewCard(midori(), l.ca))
	person, program := ptytest.Pair(t)
	var out, said paper
	ended := make(chan int, 1)
	go func() {
		ended <- runGroup(t.Context(), devicesGroup(), l.World, []string{"card", "read", "--pin-stdin", "--ca", l.cas(), "--config", l.config("{}")}, program, &out, &said)
	}()
	ptytest.WaitFor(t, "the question", func() bool { return strings.Contains(said.String(), "Signing PIN") && !ptytest.Echoes(t, program) })
	if !strings.Contains(said.String(), "5 tries of the signing PIN left") {
		t.Errorf("the tries left are not told before: %s", said.String())
	}
	if _, err := person.WriteString("midori123\n"); err != nil {
		t.Fatal(err)
	}
	if code := <-ended; code != exitDone {
		t.Errorf("exit %d\n%s%s", code, out.String(), said.String())
	}
	if !ptytest.Echoes(t, program) {
		t.Error("the terminal does not echo any more")
	}
}

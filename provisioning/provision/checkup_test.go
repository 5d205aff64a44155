package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/provisioning/provision/checkup"
)

// examined runs check as a program does.
func (b *bench) examined() (checkup.Report, ended) {
	b.t.Helper()
	e := b.run("", "check", "--json")
	b.check(judgeBySchema("check", e.out))
	var c checkup.Report
	b.check(json.Unmarshal([]byte(e.out), &c))
	return c, e
}

func words(c checkup.Report) string {
	var all []string
	for _, f := range c.Findings {
		all = append(all, f.Device+" "+string(f.Word))
	}
	return strings.Join(all, ", ")
}

func TestCheckLooksAtTheWholeMachine(t *testing.T) {
	b := newBench(t)
	c, e := b.examined()
	b.want(e, exitUnprovisioned)
	if got := words(c); !strings.HasPrefix(got, "identity fault, disk ") {
		t.Errorf("without an identity: %s", got)
	}
	b.want(b.run(b.token(), "init", "--environment", "test"), exitDone)
	b.want(b.run("", "check"), exitDone, "T-0001, test", "days left", "answers, in", "version 1", "MiB free", "in order")
	c, _ = b.examined()
	for _, want := range []string{"identity ok, tpm none, certificates ok, clock ok, platform ok, bundle ok, disk ", "terminald attention, reader ok, printer ok"} {
		if !strings.Contains(words(c), want) {
			t.Errorf("got %s, want %s", words(c), want)
		}
	}
	plug := b.bare()
	b.want(b.run("", "check"), exitReader, "reader          fault")
	plug()
	b.server.Close()
	b.want(b.run("", "check"), exitUnreachable, "clock           attention", "door: 127.0.0.1:", "1 fault")
}

// What ended is told as such, and not as a clock that is wrong.
func TestCheckTellsACertificateThatHasEnded(t *testing.T) {
	b := newBench(t)
	b.want(b.run(b.token(), "init", "--environment", "test"), exitDone)
	b.world.Now = func() time.Time { return time.Now().AddDate(2, 2, 0) }
	b.want(b.run("", "status"), exitLapsed, "device certificate", "TLS certificate", "days ago")
	b.want(b.run("", "check"), exitLapsed, "certificates", "days ago")
	b.world.Now = func() time.Time { return time.Now().AddDate(-1, 0, 0) }
	b.want(b.run("", "status"), exitClock, "valid from")
	b.world.Now = func() time.Time { return time.Now().AddDate(1, 6, 0) }
	b.want(b.run("", "check"), exitClock, "certificates    attention", "should have been renewed", "clock of this machine is wrong")
}

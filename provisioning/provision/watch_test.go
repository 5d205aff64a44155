package main

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/provisioning/provision/trial"
)

// paper is a writer that may be read while it is written to.
type paper struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (p *paper) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.Write(b)
}

func (p *paper) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

// A watch tells each change once, in the order in which it happened.
func TestWatchTellsWhatChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		printer, scanner, sensors := haltest.NewPrinter(), haltest.NewScanner(), haltest.NewSensors()
		l.printer, l.scanner, l.sensors = printer, scanner, sensors
		var out, said paper
		ended := make(chan int)
		go func() {
			ended <- runGroup(t.Context(), devicesGroup(), l.World, []string{"watch", "--for", "1m", "--config", l.config("{}")}, nil, &out, &said)
		}()
		for _, happens := range []func(){
			func() { l.insert(midori()) },
			l.reader.Remove,
			func() { printer.Break(haltest.PrinterFaults{PaperOut: true}) },
			func() { printer.Break(haltest.PrinterFaults{}) },
			func() { scanner.Scan("watashi:key:314159265362") },
			func() { scanner.Scan("https://example.com/?name=somebody") },
			func() {
				sensors.Set(hal.Auxiliaries{Device: hal.Online, Tamper: true, Door: hal.DoorOpen, Switch: hal.SwitchRun})
			},
		} {
			time.Sleep(5 * time.Second)
			happens()
		}
		if code := <-ended; code != exitDone {
			t.Errorf("exit %d: %s", code, said.String())
		}
		lines := strings.SplitAfter(out.String(), "00:00:05")
		l.equal("00:00:05"+strings.Join(lines[1:], "00:00:05"), `
00:00:05  reader    card in
00:00:10  reader    card out
00:00:15  printer   paper-out
00:00:20  printer   online
00:00:25  scanner   code read: registration-key
00:00:30  scanner   code read: other
00:00:35  tamper    alarm
00:00:35  door      open
`)
		for _, state := range []string{"printer   online", "scanner   online", "sensors   online", "tamper    quiet", "door      closed", "switch    run"} {
			if !strings.Contains(lines[0], state) {
				t.Errorf("%q is not told at the beginning: %s", state, lines[0])
			}
		}
		for _, secret := range []string{"314159265362", "somebody"} {
			if strings.Contains(out.String()+said.String(), secret) {
				t.Errorf("%q is told", secret)
			}
		}
	})
}

func TestWatchIsOneObjectALineForPrograms(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.printer, l.scanner, l.sensors = haltest.NewPrinter(), haltest.NewScanner(), haltest.NewSensors()
		time.AfterFunc(time.Second, func() { l.insert(midori()) })
		time.AfterFunc(2*time.Second, l.reader.Remove)
		e := l.run("", "watch", "--json", "--for", "4s")
		l.want(e, exitDone)
		cards := []string{}
		for line := range strings.Lines(e.out) {
			l.valid("device-watch", line)
			var event trial.WatchEvent
			if err := json.Unmarshal([]byte(line), &event); err != nil {
				t.Error(err)
			}
			if event.Event == "card" {
				cards = append(cards, event.Value)
			}
		}
		if strings.Join(cards, " ") != "in out" {
			t.Errorf("cards %q in\n%s", cards, e.out)
		}
	})
}

func TestWatchEndsAtAnInterrupt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.printer = haltest.NewPrinter()
		ctx, interrupt := context.WithCancel(t.Context())
		time.AfterFunc(time.Hour, interrupt)
		l.want(l.runWithin(ctx, "", "watch"), exitDone, "printer")
	})
}

func TestWatchAsksTheTerminalWhileItRuns(t *testing.T) {
	l := newLab(t)
	config := l.terminald(strings.Replace(statusWell, `"paper":"full"`, `"paper":"low"`, 1), 204)
	l.OpenPrinter, l.OpenSensors = nil, nil
	e := l.run("", "watch", "--for", "700ms", "--config", config)
	l.want(e, exitDone, "it tells states only", "terminal  in-service", "reader    online", "printer   paper-low", "scanner   online", "door      closed")
	if strings.Count(e.out, "paper-low") != 1 {
		t.Errorf("a state is told again: %s", e.out)
	}
}

//go:build gpio && linux

package gpio_test

// These tests drive the lines of a chip that the kernel simulates with gpio-sim, so
// they run through the whole character device. They need Linux 5.17 or later with
// configfs mounted, and root:
//
//	modprobe gpio-sim && go test -tags gpio ./hal/gpio

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/gpio"
	"github.com/digital-watashi/kiosk/hal/haltest"
)

// A simChip is a chip of gpio-sim. What is outside of its lines is at the files in
// sys.
type simChip struct {
	t      *testing.T
	config string // its folder in configfs
	dev    string
	sys    string
}

func newSimChip(t *testing.T) *simChip {
	t.Helper()
	c := &simChip{t: t, config: fmt.Sprintf("/sys/kernel/config/gpio-sim/watashi-%d", os.Getpid())}
	bank := filepath.Join(c.config, "bank")
	for _, folder := range []string{c.config, bank} {
		if err := os.Mkdir(folder, 0o755); err != nil {
			t.Fatal("making a chip (modprobe gpio-sim, as root): ", err)
		}
		t.Cleanup(func() { os.Remove(folder) })
	}
	c.write(filepath.Join(bank, "num_lines"), "32")
	c.plug()
	t.Cleanup(c.unplug)
	return c
}

func (c *simChip) plug() {
	c.write(filepath.Join(c.config, "live"), "1")
	name := c.read(filepath.Join(c.config, "bank", "chip_name"))
	c.dev = filepath.Join("/dev", name)
	c.sys = filepath.Join("/sys/devices/platform", c.read(filepath.Join(c.config, "dev_name")), name)
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) { // udev makes it
		if _, err := os.Stat(c.dev); err == nil {
			return
		} else if time.Now().After(deadline) {
			c.t.Fatal(err)
		}
	}
}

func (c *simChip) unplug() { c.write(filepath.Join(c.config, "live"), "0") }

func (c *simChip) write(path, text string) {
	c.t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		c.t.Fatal(err)
	}
}

func (c *simChip) read(path string) string {
	c.t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		c.t.Fatal(err)
	}
	return strings.TrimSpace(string(text))
}

func (c *simChip) line(offset int, file string) string {
	return filepath.Join(c.sys, fmt.Sprintf("sim_gpio%d", offset), file)
}

// level pulls a line from outside, as a loop that is closed to ground or opened.
func (c *simChip) level(offset int, high bool) {
	c.t.Helper()
	pull := "pull-down"
	if high {
		pull = "pull-up"
	}
	c.write(c.line(offset, "pull"), pull)
}

// wantTold waits until sensors tell something, whatever they tell before.
func wantTold(t *testing.T, told <-chan hal.Auxiliaries, want hal.Auxiliaries) {
	t.Helper()
	late := time.After(10 * time.Second)
	for last := (hal.Auxiliaries{}); last != want; {
		select {
		case last = <-told:
		case <-late:
			t.Fatalf("the sensors say %+v, want %+v", last, want)
		}
	}
}

// A request for lines with a bias pulls them, which is what an open loop looks like:
// so the test begins with all alarms.
func TestSensorsOnASimulatedChip(t *testing.T) {
	chip := newSimChip(t)
	config := wired()
	config.Chip, config.Door.ActiveLow = chip.dev, true
	ctx, stop := context.WithCancelCause(t.Context())
	told, done := make(chan hal.Auxiliaries, 100), make(chan error)
	go func() { done <- gpio.Open(config).Serve(ctx, func(a hal.Auxiliaries) { told <- a }) }()
	alarms := hal.Auxiliaries{Device: hal.Online, Tamper: true, Door: hal.DoorOpen, Switch: hal.SwitchMaintenance, Headset: hal.HeadsetPresent}
	wantTold(t, told, alarms)
	chip.level(tamper, false)
	chip.level(door, true)
	chip.level(operator, false)
	chip.level(headset, false)
	wantTold(t, told, well())
	chip.level(door, false)
	open := well()
	open.Door = hal.DoorOpen
	wantTold(t, told, open)
	chip.unplug()
	wantTold(t, told, hal.Auxiliaries{Device: hal.NoDevice})
	chip.plug()
	wantTold(t, told, alarms)
	stop(errStop)
	if err := <-done; !errors.Is(err, errStop) {
		t.Errorf("Serve returned %v", err)
	}
}

func TestLightsOnASimulatedChip(t *testing.T) {
	chip := newSimChip(t)
	config := wired()
	config.Chip, config.Scanner.ActiveLow = chip.dev, true
	c := gpio.Open(config)
	haltest.TestLights(t, haltest.LightsFixture{Lights: c, Lit: func() hal.GuideLights { return chip.seen(config) }})
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

// seen looks at the lights for more than one flash.
func (c *simChip) seen(config gpio.Config) hal.GuideLights {
	lines := []*gpio.Line{config.CardReader, config.ReceiptPrinter, config.Scanner}
	lit, looks := make([]int, len(lines)), 0
	for end := time.Now().Add(1200 * time.Millisecond); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		looks++
		for i, l := range lines {
			if (c.read(c.line(l.Offset, "value")) == "1") != l.ActiveLow {
				lit[i]++
			}
		}
	}
	glow := func(n int) hal.Glow {
		switch n {
		case 0:
			return hal.GlowOff
		case looks:
			return hal.GlowContinuous
		}
		return hal.GlowSlow
	}
	return hal.GuideLights{CardReader: glow(lit[0]), ReceiptPrinter: glow(lit[1]), Scanner: glow(lit[2])}
}

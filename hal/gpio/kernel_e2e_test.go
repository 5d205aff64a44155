//go:build e2e && linux

package gpio_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/warthog618/go-gpiocdev"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/gpio"
	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/haltest/kerneltest"
)

// onBoard is a cabinet on the eight lines of a real chip. Its door and its scanner's
// light are wired the other way round.
func onBoard(b *kerneltest.Board) gpio.Config {
	return gpio.Config{
		Chip: b.Link(), Tamper: &gpio.Line{Offset: 0}, Door: &gpio.Line{Offset: 1, ActiveLow: true}, Operator: &gpio.Line{Offset: 2},
		Headset:    &gpio.Line{Offset: 3},
		CardReader: &gpio.Line{Offset: 5}, ReceiptPrinter: &gpio.Line{Offset: 6}, Scanner: &gpio.Line{Offset: 7, ActiveLow: true},
	}
}

// be brings the loops of a cabinet into a state.
func be(b *kerneltest.Board, a hal.Auxiliaries) {
	b.Pull(0, a.Tamper)
	b.Pull(1, a.Door != hal.DoorOpen)
	b.Pull(2, a.Switch == hal.SwitchMaintenance)
	b.Pull(3, a.Headset == hal.HeadsetPresent)
}

func TestE2EACabinetOnARealKernel(t *testing.T) {
	kerneltest.Within(t, kerneltest.Machine{Modules: kerneltest.BoardModules()}, func(t *testing.T) {
		for _, scene := range []struct {
			name string
			play func(*testing.T, *kerneltest.Board)
		}{
			{"its sensors are sensors", sensorsConform},
			{"its lights are lights", lightsConform},
			{"a door that bounces opens once", bounces},
			{"a short alarm is told", shortAlarm},
			{"a loop that is cut is an alarm", cut},
			{"lines that another program holds", held},
			{"a line that the chip has not got", beyond},
			{"a board that goes while lights flash", goesFlashing},
		} {
			t.Run(scene.name, func(t *testing.T) {
				b := kerneltest.NewBoard(t)
				be(b, well())
				scene.play(t, b)
			})
		}
	})
}

func sensorsConform(t *testing.T, b *kerneltest.Board) {
	forced, open, turned, plugged := well(), well(), well(), well()
	forced.Tamper, open.Door = true, hal.DoorOpen
	turned.Door, turned.Switch = hal.DoorOpen, hal.SwitchMaintenance
	plugged.Headset = hal.HeadsetPresent
	haltest.TestSensors(t, haltest.SensorsFixture{
		Sensors: gpio.Open(onBoard(b)),
		States:  []hal.Auxiliaries{well(), forced, well(), plugged, well(), open, turned},
		Set:     func(a hal.Auxiliaries) { be(b, a) },
		Unplug:  b.Unplug, Plug: b.Plug,
	})
}

func lightsConform(t *testing.T, b *kerneltest.Board) {
	c := gpio.Open(onBoard(b))
	haltest.TestLights(t, haltest.LightsFixture{
		Lights: c, Lit: func() hal.GuideLights { return onLines(b) }, Unplug: b.Unplug, Plug: b.Plug,
	})
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

// onLines looks at what drives the lights for longer than a half of a flash.
func onLines(b *kerneltest.Board) hal.GuideLights {
	var before [kerneltest.Lines]int
	for line := range before {
		before[line] = b.Flips(line)
	}
	time.Sleep(650 * time.Millisecond)
	glow := func(line int, lit bool) hal.Glow {
		switch {
		case b.Flips(line) > before[line]:
			return hal.GlowSlow
		case b.Driven(line) && b.High(line) == lit:
			return hal.GlowContinuous
		}
		return hal.GlowOff
	}
	return hal.GuideLights{CardReader: glow(5, true), ReceiptPrinter: glow(6, true), Scanner: glow(7, false)}
}

// toldOn serves the sensors of a board and gives what they tell, and why not.
func toldOn(t *testing.T, config gpio.Config) (<-chan hal.Auxiliaries, <-chan error) {
	t.Helper()
	told, why, done := make(chan hal.Auxiliaries, 100), make(chan error, 100), make(chan error)
	config.OnTrouble = func(err error) { why <- err }
	ctx, stop := context.WithCancelCause(context.Background())
	go func() { done <- gpio.Open(config).Serve(ctx, func(a hal.Auxiliaries) { told <- a }) }()
	t.Cleanup(func() {
		stop(errStop)
		if err := <-done; !errors.Is(err, errStop) {
			t.Errorf("Serve returned %v", err)
		}
	})
	return told, why
}

func next[T any](t *testing.T, told <-chan T) (one T) {
	t.Helper()
	select {
	case one = <-told:
	case <-time.After(10 * time.Second):
		t.Fatal("nothing is told")
	}
	return one
}

func wantNext(t *testing.T, told <-chan hal.Auxiliaries, wants ...hal.Auxiliaries) {
	t.Helper()
	for _, want := range wants {
		if got := next(t, told); got != want {
			t.Errorf("told %+v, want %+v", got, want)
		}
	}
}

func bounces(t *testing.T, b *kerneltest.Board) {
	told, _ := toldOn(t, onBoard(b))
	wantNext(t, told, well())
	for range 4 { // 20 ms, as contacts do; more would be as long as what counts
		b.Pull(1, false)
		time.Sleep(3 * time.Millisecond)
		b.Pull(1, true)
		time.Sleep(2 * time.Millisecond)
	}
	b.Pull(1, false)
	open := well()
	open.Door = hal.DoorOpen
	wantNext(t, told, open)
	time.Sleep(time.Second)
	if len(told) > 0 {
		t.Errorf("told %+v as well", <-told)
	}
}

// shortAlarm is shorter than the sensors' look at what they may have missed.
func shortAlarm(t *testing.T, b *kerneltest.Board) {
	told, _ := toldOn(t, onBoard(b))
	wantNext(t, told, well())
	b.Pull(0, true)
	time.Sleep(100 * time.Millisecond)
	b.Pull(0, false)
	forced := well()
	forced.Tamper = true
	wantNext(t, told, forced, well())
}

// cut leaves lines to the chip's own pull-ups.
func cut(t *testing.T, b *kerneltest.Board) {
	told, _ := toldOn(t, onBoard(b))
	wantNext(t, told, well())
	b.Pull(0, true)
	b.Pull(2, true)
	for last := (hal.Auxiliaries{}); !last.Tamper || last.Switch != hal.SwitchMaintenance; {
		last = next(t, told)
	}
}

func held(t *testing.T, b *kerneltest.Board) {
	path, err := filepath.EvalSymlinks(b.Link())
	if err != nil {
		t.Fatal(err)
	}
	other, err := gpiocdev.RequestLines(path, []int{1, 6}, gpiocdev.AsInput)
	if err != nil {
		t.Fatal(err)
	}
	told, why := toldOn(t, onBoard(b))
	wantNext(t, told, hal.Auxiliaries{Device: hal.DeviceBusy})
	if err := next(t, why); !errors.Is(err, hal.ErrBusy) {
		t.Errorf("the reason is %v, want %v", err, hal.ErrBusy)
	}
	lights := gpio.Open(onBoard(b))
	if err := lights.Light(t.Context(), hal.GuideLights{}); !errors.Is(err, hal.ErrBusy) {
		t.Errorf("Light = %v, want %v", err, hal.ErrBusy)
	}
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	wantNext(t, told, well())
	if err := errors.Join(lights.Light(t.Context(), hal.GuideLights{}), lights.Close()); err != nil {
		t.Error(err)
	}
}

func beyond(t *testing.T, b *kerneltest.Board) {
	config := onBoard(b)
	config.Operator = &gpio.Line{Offset: kerneltest.Lines}
	told, why := toldOn(t, config)
	wantNext(t, told, hal.Auxiliaries{Device: hal.HardwareError})
	t.Logf("the technician reads: %v", next(t, why))
}

// goesFlashing pulls the board out from under a goroutine that drives it. What is
// plugged in again has its lines anew, and flashes.
func goesFlashing(t *testing.T, b *kerneltest.Board) {
	lights, flashing := gpio.Open(onBoard(b)), hal.GuideLights{CardReader: hal.GlowSlow}
	told, _ := toldOn(t, onBoard(b))
	wantNext(t, told, well())
	if err := lights.Light(t.Context(), flashing); err != nil {
		t.Fatal(err)
	}
	b.Unplug()
	wantNext(t, told, hal.Auxiliaries{Device: hal.NoDevice})
	time.Sleep(time.Second) // what flashes notices with its next flash
	if err := lights.Light(t.Context(), flashing); !errors.Is(err, hal.ErrGone) {
		t.Errorf("Light = %v, want %v", err, hal.ErrGone)
	}
	b.Plug()
	wantNext(t, told, well())
	if err := lights.Light(t.Context(), flashing); err != nil {
		t.Error(err)
	}
	if got := onLines(b); got != flashing {
		t.Errorf("the lights glow %q, want %q", got, flashing)
	}
	if err := lights.Close(); err != nil || slices.Contains([]bool{b.High(5), b.High(6), !b.High(7)}, true) {
		t.Errorf("after Close (%v) lights are lit", err)
	}
}

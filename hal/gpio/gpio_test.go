package gpio_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/gpio"
	"github.com/digital-watashi/kiosk/hal/haltest"
)

// The lines that the cabinets of these tests use.
const tamper, door, operator, headset, reader, printer, scanner = 4, 17, 22, 27, 5, 6, 13

func wired() gpio.Config {
	return gpio.Config{
		Chip: "fake", Tamper: &gpio.Line{Offset: tamper}, Door: &gpio.Line{Offset: door}, Operator: &gpio.Line{Offset: operator},
		Headset: &gpio.Line{Offset: headset}, CardReader: &gpio.Line{Offset: reader}, ReceiptPrinter: &gpio.Line{Offset: printer}, Scanner: &gpio.Line{Offset: scanner},
	}
}

var errStop = errors.New("closing time")

func well() hal.Auxiliaries {
	return hal.Auxiliaries{Device: hal.Online, Door: hal.DoorClosed, Switch: hal.SwitchRun, Headset: hal.HeadsetNotPresent}
}

func TestLoopsAreSensors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		board := newBoard()
		forced, open, turned, plugged := well(), well(), well(), well()
		forced.Tamper, open.Door = true, hal.DoorOpen
		turned.Door, turned.Switch = hal.DoorOpen, hal.SwitchMaintenance
		plugged.Headset = hal.HeadsetPresent
		haltest.TestSensors(t, haltest.SensorsFixture{
			Sensors: gpio.OpenOver(board, wired()),
			States:  []hal.Auxiliaries{well(), forced, well(), plugged, well(), open, turned},
			Set: func(a hal.Auxiliaries) {
				board.set(tamper, a.Tamper)
				board.set(door, a.Door == hal.DoorOpen)
				board.set(operator, a.Switch == hal.SwitchMaintenance)
				board.set(headset, a.Headset == hal.HeadsetPresent)
			},
			Unplug: func() { board.unplug(hal.ErrGone) },
			Plug:   board.plug,
		})
		if board.held() != 0 {
			t.Errorf("%d requests are left open", board.held())
		}
	})
}

// told serves sensors in the bubble and collects what they tell.
func told(t *testing.T, c *gpio.Cabinet) *[]hal.Auxiliaries {
	t.Helper()
	var all []hal.Auxiliaries
	ctx, stop := context.WithCancelCause(context.Background())
	done := make(chan error)
	go func() { done <- c.Serve(ctx, func(a hal.Auxiliaries) { all = append(all, a) }) }()
	t.Cleanup(func() {
		stop(errStop)
		if err := <-done; !errors.Is(err, errStop) {
			t.Errorf("Serve returned %v", err)
		}
	})
	synctest.Wait()
	return &all
}

func TestASensorThatIsNotWiredIsNotTold(t *testing.T) {
	for _, c := range []struct {
		config gpio.Config
		want   hal.Auxiliaries
	}{
		{gpio.Config{}, hal.Auxiliaries{}},
		{gpio.Config{Tamper: &gpio.Line{Offset: tamper}}, hal.Auxiliaries{Device: hal.Online, Tamper: true}},
		{gpio.Config{Door: &gpio.Line{Offset: door}}, hal.Auxiliaries{Device: hal.Online, Door: hal.DoorClosed}},
		{gpio.Config{Operator: &gpio.Line{Offset: operator}}, hal.Auxiliaries{Device: hal.Online, Switch: hal.SwitchMaintenance}},
		{gpio.Config{Headset: &gpio.Line{Offset: headset}}, hal.Auxiliaries{Device: hal.Online, Headset: hal.HeadsetNotPresent}},
	} {
		synctest.Test(t, func(t *testing.T) {
			board := newBoard()
			board.slip(tamper, true)
			board.slip(operator, true)
			all := told(t, gpio.OpenOver(board, c.config))
			time.Sleep(time.Hour)
			synctest.Wait()
			if !slices.Equal(*all, []hal.Auxiliaries{c.want}) {
				t.Errorf("told %+v, want %+v once", *all, c.want)
			}
		})
	}
}

func TestAShortAlarmIsToldEvenWhenItIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		board := newBoard()
		all := told(t, gpio.OpenOver(board, wired()))
		board.set(tamper, true)
		board.set(tamper, false)
		synctest.Wait()
		forced := well()
		forced.Tamper = true
		if want := []hal.Auxiliaries{well(), forced, well()}; !slices.Equal(*all, want) {
			t.Errorf("told %+v, want %+v", *all, want)
		}
	})
}

func TestAnEdgeThatWasLostIsFoundByLooking(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		board := newBoard()
		all := told(t, gpio.OpenOver(board, wired()))
		board.slip(door, true)
		time.Sleep(time.Second)
		synctest.Wait()
		if got := (*all)[len(*all)-1]; got.Door != hal.DoorOpen {
			t.Errorf("after a second the door is %q", got.Door)
		}
	})
}

func TestWhatIsWrongWithTheChipIsToldAndTriedAgain(t *testing.T) {
	for _, c := range []struct {
		err  error
		want hal.State
	}{
		{hal.ErrGone, hal.NoDevice},
		{fmt.Errorf("%w: device or resource busy", hal.ErrBusy), hal.DeviceBusy},
		{errors.New("permission denied"), hal.HardwareError},
	} {
		synctest.Test(t, func(t *testing.T) {
			board, config := newBoard(), wired()
			var troubles []string
			config.OnTrouble = func(err error) { troubles = append(troubles, err.Error()) }
			board.unplug(c.err)
			all := told(t, gpio.OpenOver(board, config))
			time.Sleep(time.Minute)
			board.plug()
			time.Sleep(time.Second)
			synctest.Wait()
			if want := []hal.Auxiliaries{{Device: c.want}, well()}; !slices.Equal(*all, want) {
				t.Errorf("%v: told %+v, want %+v", c.err, *all, want)
			}
			if len(troubles) != 1 || !strings.Contains(troubles[0], c.err.Error()) {
				t.Errorf("%v: the reason was told as %q, want once", c.err, troubles)
			}
			if board.taken < 60 || board.taken > 130 {
				t.Errorf("tried %d times in a minute", board.taken)
			}
		})
	}
}

// seen looks at the lights for two seconds, as an eye does.
func seen(board *fakeBoard) hal.GuideLights {
	start := time.Now()
	time.Sleep(2 * time.Second)
	glow := func(line int) hal.Glow {
		switch {
		case board.flipped(line, start) > 0:
			return hal.GlowSlow
		case board.isActive(line):
			return hal.GlowContinuous
		}
		return hal.GlowOff
	}
	return hal.GuideLights{CardReader: glow(reader), ReceiptPrinter: glow(printer), Scanner: glow(scanner)}
}

func TestLampsAreLights(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		board := newBoard()
		c := gpio.OpenOver(board, wired())
		haltest.TestLights(t, haltest.LightsFixture{
			Lights: c, Lit: func() hal.GuideLights { return seen(board) },
			Unplug: func() { board.unplug(hal.ErrGone) }, Plug: board.plug,
		})
		if err := c.Close(); err != nil || board.held() != 0 {
			t.Errorf("Close: %v, %d requests are left open", err, board.held())
		}
	})
}

func TestASlowLightFlashesOnceASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		board := newBoard()
		c := gpio.OpenOver(board, wired())
		slow := hal.GuideLights{Scanner: hal.GlowSlow, CardReader: hal.GlowContinuous}
		start := time.Now()
		for range 100 { // as often as a screen is shown
			if err := c.Light(t.Context(), slow); err != nil {
				t.Fatal(err)
			}
			time.Sleep(100 * time.Millisecond)
		}
		if n := board.flipped(scanner, start); n < 19 || n > 21 {
			t.Errorf("flipped %d times in ten seconds, want 20", n)
		}
		if err := c.Close(); err != nil || board.isActive(scanner) || board.isActive(reader) {
			t.Errorf("after Close (%v) lights are lit", err)
		}
		if err := c.Light(t.Context(), slow); !errors.Is(err, hal.ErrGone) {
			t.Errorf("Light after Close: %v, want %v", err, hal.ErrGone)
		}
	})
}

func TestLightsThatAreNotWiredStayDark(t *testing.T) {
	board := newBoard()
	c := gpio.OpenOver(board, gpio.Config{})
	if err := c.Light(t.Context(), hal.GuideLights{CardReader: hal.GlowSlow}); err != nil || board.taken != 0 {
		t.Errorf("Light = %v, the chip was asked %d times", err, board.taken)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

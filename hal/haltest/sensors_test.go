package haltest_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
)

// cabinet are states of a cabinet with all sensors.
func cabinet() []hal.Auxiliaries {
	well := hal.Auxiliaries{Device: hal.Online, Door: hal.DoorClosed, Switch: hal.SwitchRun, Headset: hal.HeadsetNotPresent}
	forced, open, turned, plugged := well, well, well, well
	forced.Tamper = true
	open.Door = hal.DoorOpen
	turned.Door, turned.Switch = hal.DoorOpen, hal.SwitchMaintenance
	plugged.Headset = hal.HeadsetPresent
	return []hal.Auxiliaries{well, forced, well, plugged, well, open, turned}
}

func TestVirtualSensorsKeepWhatSensorsPromise(t *testing.T) {
	run := func(t *testing.T) {
		s := haltest.NewSensors()
		s.Set(cabinet()[0])
		haltest.TestSensors(t, haltest.SensorsFixture{
			Sensors: s, States: cabinet(), Set: s.Set,
			Unplug: func() { s.Set(hal.Auxiliaries{Device: hal.NoDevice}) },
			Plug:   func() { s.Set(cabinet()[0]) },
		})
	}
	run(t)
	synctest.Test(t, run)
}

func TestSensorsTellEachChangeHoweverShort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := haltest.NewSensors()
		s.Set(cabinet()[0])
		var told []hal.Auxiliaries
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		done := make(chan error)
		go func() { done <- s.Serve(ctx, func(a hal.Auxiliaries) { told = append(told, a) }) }()
		synctest.Wait()
		states := cabinet()
		s.Set(states[1])
		s.Set(states[1])
		s.Set(states[0])
		synctest.Wait()
		if want := states[:3]; !slices.Equal(told, want) {
			t.Errorf("told %+v, want %+v", told, want)
		}
		stop()
		<-done
	})
}

func TestVirtualLightsKeepWhatLightsPromise(t *testing.T) {
	l := haltest.NewLights()
	haltest.TestLights(t, haltest.LightsFixture{Lights: l, Lit: l.Lit, Unplug: l.Unplug, Plug: l.Plug})
}

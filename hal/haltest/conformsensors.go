package haltest

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal"
)

// SensorsFixture is the sensors of a cabinet to be tested, and the hands that open
// and close it.
type SensorsFixture struct {
	Sensors hal.Sensors
	// States are at least two different things that the sensors can say, each Online
	// and each differing from its neighbours in one sensor. The first is how the
	// cabinet is when the test begins and ends.
	States []hal.Auxiliaries
	// Set brings the cabinet into one of these states.
	Set func(hal.Auxiliaries)
	// Unplug takes the sensors away, and Plug brings them back. Without them it is
	// not tested that they are waited for.
	Unplug, Plug func()
	// Patience is how long a hand and the sensors may take; 0 is ten seconds.
	Patience time.Duration
}

// TestSensors holds sensors to what hal.Sensors promises.
func TestSensors(t testing.TB, f SensorsFixture) {
	t.Helper()
	if f.Patience == 0 {
		f.Patience = 10 * time.Second
	}
	if len(f.States) < 2 {
		t.Fatal("the fixture names less than two states")
	}
	sensorsReturnTheCause(t, f)
	sensorsTellNowAndEachChange(t, f)
	sensorsTellWhatHappenedUnwatched(t, f)
	sensorsWaitForChanged(t, f)
	sensorsAreWaitedFor(t, f)
}

// A watched is a running Serve of sensors.
type watched struct {
	t        testing.TB
	patience time.Duration
	stop     context.CancelCauseFunc
	told     chan hal.Auxiliaries
	done     chan error
}

func watch(t testing.TB, f SensorsFixture) *watched {
	ctx, stop := context.WithCancelCause(context.Background())
	w := &watched{t: t, patience: f.Patience, stop: stop, told: make(chan hal.Auxiliaries), done: make(chan error, 1)}
	var inside atomic.Int32
	go func() {
		w.done <- f.Sensors.Serve(ctx, func(a hal.Auxiliaries) {
			if inside.Add(1) != 1 {
				t.Error("changed was called while another changed was running")
			}
			defer inside.Add(-1)
			w.told <- a
		})
	}()
	return w
}

func (w *watched) wants(want hal.Auxiliaries) {
	w.t.Helper()
	if got := await(w.t, w.patience, w.told, "changed was not called"); got != want {
		w.t.Errorf("the sensors say %+v, want %+v", got, want)
	}
}

// end ends a Serve that has said all it had to.
func (w *watched) end(why error) {
	w.t.Helper()
	w.stop(why)
	select {
	case err := <-w.done:
		w.done <- err
	case a := <-w.told:
		w.t.Errorf("the sensors say %+v once more", a)
	case <-time.After(w.patience):
		w.t.Fatal("Serve did not return")
	}
	if err := await(w.t, w.patience, w.done, "Serve did not return"); !errors.Is(err, why) {
		w.t.Errorf("Serve returned %v, want the cause of its context", err)
	}
}

func sensorsReturnTheCause(t testing.TB, f SensorsFixture) {
	t.Helper()
	w := watch(t, f)
	w.wants(f.States[0])
	w.end(errOver{})
}

// sensorsTellNowAndEachChange goes through the states and back.
func sensorsTellNowAndEachChange(t testing.TB, f SensorsFixture) {
	t.Helper()
	w := watch(t, f)
	w.wants(f.States[0])
	for i := 1; i < 2*len(f.States)-1; i++ {
		state := f.States[min(i, 2*len(f.States)-2-i)]
		f.Set(state)
		w.wants(state)
	}
	w.end(errOver{})
}

// sensorsTellWhatHappenedUnwatched opens the cabinet while nobody looks.
func sensorsTellWhatHappenedUnwatched(t testing.TB, f SensorsFixture) {
	t.Helper()
	f.Set(f.States[1])
	w := watch(t, f)
	w.wants(f.States[1])
	f.Set(f.States[0])
	w.wants(f.States[0])
	w.end(errOver{})
}

// sensorsWaitForChanged ends Serve while changed looks at a state.
func sensorsWaitForChanged(t testing.TB, f SensorsFixture) {
	t.Helper()
	inside, leave, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	ctx, stop := context.WithCancelCause(context.Background())
	go func() {
		done <- f.Sensors.Serve(ctx, func(hal.Auxiliaries) {
			close(inside)
			<-leave
		})
	}()
	await(t, f.Patience, inside, "changed was not called")
	stop(errOver{})
	select {
	case <-done:
		t.Error("Serve returned before changed")
	default:
	}
	close(leave)
	if err := await(t, f.Patience, done, "Serve did not return"); !errors.Is(err, errOver{}) {
		t.Errorf("Serve returned %v, want the cause of its context", err)
	}
}

func sensorsAreWaitedFor(t testing.TB, f SensorsFixture) {
	t.Helper()
	if f.Unplug == nil || f.Plug == nil {
		return
	}
	w := watch(t, f)
	w.wants(f.States[0])
	f.Unplug()
	got := await(t, f.Patience, w.told, "changed was not called when the sensors were unplugged")
	if got.Device == hal.Online || got.Device == "" {
		t.Errorf("without sensors they are %q", got.Device)
	}
	f.Plug()
	for got.Device != hal.Online {
		got = await(t, f.Patience, w.told, "changed was not called when the sensors were plugged in")
	}
	if got != f.States[0] {
		t.Errorf("the sensors say %+v, want %+v", got, f.States[0])
	}
	w.end(errOver{})
}

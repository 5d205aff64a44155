package uplink_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/digital-watashi/kiosk/terminal/uplink"
)

// A watchdog that believes the loop dead would end a carrier with nothing wrong.
func TestTheLoopTellsOfEachTurnWhateverTheDeskDoes(t *testing.T) {
	for name, desk := range map[string]func(*world){
		"answers":            func(w *world) { w.serve(func() { w.wait(time.Minute) }) },
		"is not there":       func(w *world) { w.near.cutOff(errors.New("connection refused")); w.wait(time.Minute) },
		"takes and is still": func(w *world) { w.still(); w.wait(time.Minute) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				var turns int
				var longest time.Duration
				last := time.Now()
				w.carrier.Alive = func() { turns, longest, last = turns+1, max(longest, time.Since(last)), time.Now() }
				w.carry()
				desk(w)
				longest = max(longest, time.Since(last))
				if turns < 2 || longest > uplink.LongestTurn+time.Second {
					t.Errorf("%d turns in a minute, %v between two of them", turns, longest)
				}
			})
		})
	}
}

// still takes every call to the Desk, and answers none.
func (w *world) still() {
	go func() {
		for {
			call, err := w.near.Accept()
			if err != nil {
				return
			}
			w.t.Cleanup(func() { call.Close() })
		}
	}()
	w.t.Cleanup(func() { w.near.Close() })
}

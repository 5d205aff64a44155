package gpio_test

import (
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/gpio"
)

// A contact is one line that bounces as the test likes.
type contact struct {
	mu     sync.Mutex
	active bool
	err    error
	closed bool
}

func (c *contact) Active() ([]bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return []bool{c.active}, c.err
}

func (c *contact) Close() error { c.closed = true; return nil }

func (c *contact) set(active bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.active, c.err = active, err
}

// polling collects the edges of a contact that is looked at.
func polling(t *testing.T, c *contact) (gpio.Loops, *[]gpio.Edge) {
	t.Helper()
	var edges []gpio.Edge
	loops, err := gpio.Poll(c, func(e gpio.Edge) { edges = append(edges, e) })
	if err != nil {
		t.Fatal(err)
	}
	return loops, &edges
}

func TestALevelCountsOnceItHasStood(t *testing.T) {
	for _, c := range []struct {
		name string
		high time.Duration
		want []gpio.Edge
	}{
		{"a spark", 5 * time.Millisecond, nil},
		{"a bounce", 25 * time.Millisecond, nil},
		{"just long enough", 45 * time.Millisecond, []gpio.Edge{gpio.Turned(0, true), gpio.Turned(0, false)}},
		{"a door", time.Hour, []gpio.Edge{gpio.Turned(0, true), gpio.Turned(0, false)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				line := &contact{}
				loops, edges := polling(t, line)
				line.set(true, nil)
				time.Sleep(c.high)
				line.set(false, nil)
				time.Sleep(time.Second)
				if err := loops.Close(); err != nil || !line.closed {
					t.Errorf("Close = %v, closed %t", err, line.closed)
				}
				if !slices.Equal(*edges, c.want) {
					t.Errorf("told %v, want %v", *edges, c.want)
				}
			})
		})
	}
}

func TestAContactThatBouncesIsToldOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		line := &contact{}
		loops, edges := polling(t, line)
		for i := range 40 { // of 7 ms each, so that looks meet both levels
			line.set(i%2 == 0, nil)
			time.Sleep(7 * time.Millisecond)
		}
		line.set(true, nil)
		time.Sleep(50 * time.Millisecond)
		if active, err := loops.Active(); err != nil || !active[0] {
			t.Errorf("Active = %v, %v", active, err)
		}
		if err := loops.Close(); err != nil {
			t.Error(err)
		}
		if want := []gpio.Edge{gpio.Turned(0, true)}; !slices.Equal(*edges, want) {
			t.Errorf("told %v, want %v", *edges, want)
		}
	})
}

func TestPollingSaysWhenTheChipIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		line := &contact{}
		loops, _ := polling(t, line)
		line.set(false, hal.ErrGone)
		time.Sleep(25 * time.Millisecond)
		if _, err := loops.Active(); err != hal.ErrGone {
			t.Errorf("Active = %v, want %v", err, hal.ErrGone)
		}
		if err := loops.Close(); err != nil {
			t.Error(err)
		}
		if _, err := gpio.Poll(line, nil); err != hal.ErrGone {
			t.Errorf("polling a chip that is gone: %v", err)
		}
	})
}

// An adapter on USB misses a look now and then; that is no chip that is gone.
func TestOneLookThatFailsIsMadeAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		line := &contact{}
		loops, edges := polling(t, line)
		time.Sleep(5 * time.Millisecond) // between two looks, of which there is one each 10 ms
		for range 3 {
			line.set(true, hal.ErrGone)
			time.Sleep(10 * time.Millisecond)
			line.set(true, nil)
			time.Sleep(50 * time.Millisecond)
		}
		if active, err := loops.Active(); err != nil || !active[0] {
			t.Errorf("Active = %v, %v", active, err)
		}
		if err := loops.Close(); err != nil {
			t.Error(err)
		}
		if want := []gpio.Edge{gpio.Turned(0, true)}; !slices.Equal(*edges, want) {
			t.Errorf("told %v, want %v", *edges, want)
		}
	})
}

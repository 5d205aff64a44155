package haltest

import (
	"context"
	"sync"

	"github.com/digital-watashi/kiosk/hal"
)

// Sensors are those of a cabinet: a tamper detector, a door, an operator switch and
// the switch in a headset's jack. They run on channels alone, so they work inside a testing/synctest
// bubble, and may be set from any goroutine and served by many.
type Sensors struct {
	mu      sync.Mutex
	told    []hal.Auxiliaries // all that they ever said; the last is now
	changed chan struct{}     // closed at the next change; made by whoever waits
}

var _ hal.Sensors = (*Sensors)(nil)

// NewSensors is a cabinet that is closed, whole and running.
func NewSensors() *Sensors {
	return &Sensors{told: []hal.Auxiliaries{{Device: hal.Online, Door: hal.DoorClosed, Switch: hal.SwitchRun}}}
}

// Set makes the sensors say something else from now on. Each Serve tells it, and
// none is left out, however soon the next comes.
func (s *Sensors) Set(a hal.Auxiliaries) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.told[len(s.told)-1] == a {
		return
	}
	s.told = append(s.told, a)
	if s.changed != nil {
		close(s.changed)
		s.changed = nil
	}
}

// Serve tells what the sensors say now, and each change, until ctx ends.
func (s *Sensors) Serve(ctx context.Context, changed func(hal.Auxiliaries)) error {
	next := s.now()
	for ctx.Err() == nil {
		a, later := s.at(next)
		if later == nil {
			changed(a)
			next++
			continue
		}
		select {
		case <-later:
		case <-ctx.Done():
		}
	}
	return context.Cause(ctx)
}

// now is the index of what they say now.
func (s *Sensors) now() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.told) - 1
}

// at is what they said at an index, or the channel that says when to look again.
func (s *Sensors) at(i int) (hal.Auxiliaries, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i < len(s.told) {
		return s.told[i], nil
	}
	if s.changed == nil {
		s.changed = make(chan struct{})
	}
	return hal.Auxiliaries{}, s.changed
}

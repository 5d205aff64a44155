//go:build cgo || windows

package pcsc

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/ebfe/scard"

	"github.com/digital-watashi/kiosk/hal"
)

// pnp is the name under which the service tells of readers that come and go.
const pnp = `\\?PnP?\Notification`

// slot follows the card slot of one reader. Insertions are told apart by the
// service's counter: a swap between two looks changes nothing else.
type slot struct {
	name    string
	state   scard.StateFlag
	present bool
	count   uint16
	served  bool // this insertion was attended
}

// see takes in a state and reports whether the card that was there is gone.
func (s *slot) see(state scard.StateFlag) (left bool) {
	was, count := s.present, s.count
	s.state = state &^ scard.StateChanged
	s.present = state&scard.StatePresent != 0
	s.count = uint16(state >> 16)
	same := was && s.present && count == s.count
	s.served = s.served && same
	return was && !same
}

// watcher is the one goroutine that waits. It starts a visit for a card that
// came and ends the presence of one that left.
type watcher struct {
	reader  *Reader
	service *service
	attend  func(context.Context, hal.Card)

	slots   []*slot
	pnp     scard.StateFlag
	refused map[string]bool
	visit   *visit
}

// run watches until ctx ends or the service dies, and then waits for the visit.
func (w *watcher) run(ctx context.Context) {
	var err error
	for err == nil && ctx.Err() == nil {
		if err = w.look(ctx); err == nil {
			w.endVisit()
			w.startVisit(ctx)
			w.reader.report(w.state())
		}
	}
	if w.visit != nil {
		w.visit.leave(cmp.Or(err, context.Cause(ctx)))
		<-w.visit.done
	}
}

// look waits for news of readers and cards, a slice at most.
func (w *watcher) look(ctx context.Context) error {
	if err := w.list(); err != nil {
		return err
	}
	w.reader.report(w.state())
	states := w.states()
	err := w.service.wait.GetStatusChange(states, slice)
	switch kindOfError(err) {
	case kindQuiet, kindCancelled:
		return nil
	case kindGone:
		pause(ctx, unknownPause) // unplugged since it was listed
		return nil
	}
	if err != nil {
		return fmt.Errorf("watching the readers: %w", sorted(err))
	}
	w.see(states)
	return nil
}

// list brings the slots up to the readers that there are.
func (w *watcher) list() error {
	names, err := w.service.wait.ListReaders()
	if err != nil && kindOfError(err) != kindGone {
		return fmt.Errorf("listing the readers: %w", sorted(err))
	}
	maps.DeleteFunc(w.refused, func(name string, _ bool) bool { return !slices.Contains(names, name) })
	names = slices.DeleteFunc(names, func(name string) bool { return !w.reader.usable(name, w.refused) })
	for _, name := range names {
		if w.slot(name) == nil {
			w.slots = append(w.slots, &slot{name: name})
		}
	}
	w.slots = slices.DeleteFunc(w.slots, func(s *slot) bool {
		gone := !slices.Contains(names, s.name)
		if gone && w.visits(s) {
			w.visit.leave(hal.ErrGone)
		}
		return gone
	})
	return nil
}

func (w *watcher) slot(name string) *slot {
	for _, s := range w.slots {
		if s.name == name {
			return s
		}
	}
	return nil
}

// states are what is known already; the wait ends when it is no longer true.
func (w *watcher) states() []scard.ReaderState {
	states := []scard.ReaderState{{Reader: pnp, CurrentState: w.pnp}}
	for _, s := range w.slots {
		states = append(states, scard.ReaderState{Reader: s.name, CurrentState: s.state})
	}
	return states
}

func (w *watcher) see(states []scard.ReaderState) {
	w.pnp = states[0].EventState &^ scard.StateChanged
	for i, s := range w.slots {
		if s.see(states[i+1].EventState) && w.visits(s) {
			w.visit.leave(hal.ErrCardRemoved)
		}
	}
}

func (w *watcher) visits(s *slot) bool { return w.visit != nil && w.visit.reader == s.name }

// endVisit forgets a visit that is over.
func (w *watcher) endVisit() {
	if w.visit == nil {
		return
	}
	select {
	case <-w.visit.done:
		w.visit = nil
	default:
	}
}

// startVisit attends the first card that nobody attended yet.
func (w *watcher) startVisit(ctx context.Context) {
	if w.visit != nil || ctx.Err() != nil {
		return
	}
	for _, s := range w.slots {
		if s.present && !s.served {
			s.served = true
			w.visit = begin(ctx, w.reader, w.service, s.name, w.attend)
			return
		}
	}
}

// state is the best state of the readers that may be used.
func (w *watcher) state() hal.State {
	switch {
	case len(w.slots) == 0:
		return hal.NoDevice
	case w.visit != nil && w.visit.busy.Load():
		return hal.DeviceBusy
	}
	for _, s := range w.slots {
		if s.state&(scard.StateUnavailable|scard.StateUnknown) == 0 {
			return hal.Online
		}
	}
	return hal.HardwareError
}

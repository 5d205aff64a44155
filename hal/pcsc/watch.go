//go:build cgo || windows

package pcsc

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/ebfe/scard"

	"github.com/digital-watashi/kiosk/hal"
)

// pnp is the name under which the service tells of readers that come and go.
const pnp = `\\?PnP?\Notification`

// watcher is the one goroutine that waits. It starts a visit for a card that
// came and ends the presence of one that left. It outlives the service: a visit
// that the service left behind may still be ending when the next one runs.
type watcher struct {
	reader *Reader
	attend func(context.Context, hal.Card)

	slots   slots
	pnp     scard.StateFlag
	refused map[string]bool
	visit   *visit

	mu      sync.Mutex // guards service, for wake
	service *service   // nil while there is none
}

// run watches until ctx ends, and then waits for the visit.
func (w *watcher) run(ctx context.Context) {
	defer context.AfterFunc(ctx, w.wake)()
	for delay := backOffFirst; ctx.Err() == nil; delay = min(2*delay, backOffMost) {
		if s, err := dial(); err == nil {
			delay = backOffFirst
			w.live(ctx, s)
		}
		w.endVisit()
		if ctx.Err() == nil {
			w.reader.report(hal.Offline)
			pause(ctx, delay)
		}
	}
	if w.visit != nil {
		w.visit.leave(context.Cause(ctx))
		<-w.visit.done
	}
}

// live is one life of the service.
func (w *watcher) live(ctx context.Context, s *service) {
	w.serveBy(s)
	defer s.release()
	defer w.serveBy(nil)
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
	}
	for _, s := range w.slots { // whether they stay plugged in, nobody sees now
		s.depart()
		w.reader.reaches.forget(s.name)
	}
	w.slots, w.pnp = nil, 0
}

// serveBy says which service wake has to wake.
func (w *watcher) serveBy(s *service) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.service = s
}

// wake ends a wait early.
func (w *watcher) wake() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.service != nil {
		w.service.wake()
	}
}

// look waits for news of readers and cards, a slice at most. Whatever it fails
// with, this life of the service is over.
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
		return fmt.Errorf("watching the readers: %w: %w", hal.ErrUnavailable, err)
	}
	w.see(states)
	return nil
}

// list brings the slots up to the readers that there are.
func (w *watcher) list() error {
	names, err := w.service.wait.ListReaders()
	if err != nil && kindOfError(err) != kindGone {
		return fmt.Errorf("listing the readers: %w: %w", hal.ErrUnavailable, err)
	}
	maps.DeleteFunc(w.refused, func(name string, _ bool) bool { return !slices.Contains(names, name) })
	names = slices.DeleteFunc(names, func(name string) bool { return !w.reader.usable(name, w.refused) })
	for _, s := range slices.Clone(w.slots) {
		if !slices.Contains(names, s.name) {
			w.slots.remove(s)
			w.reader.reaches.forget(s.name)
			if s.present { // else its card has left already
				w.left(s, hal.ErrGone)
			}
		}
	}
	w.slots.add(names)
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
		if s.see(states[i+1].EventState) {
			w.left(s, s.why())
		}
	}
}

// left is told of a card that is no longer there, or no longer to be reached.
func (w *watcher) left(s *slot, why error) {
	s.depart()
	w.slots.part()
	if w.visit != nil && w.visit.of(s.name) {
		w.visit.leave(why)
	}
}

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

// startVisit attends the card that nobody attended yet.
func (w *watcher) startVisit(ctx context.Context) {
	if w.visit != nil || ctx.Err() != nil {
		return
	}
	if names := w.slots.next(); len(names) > 0 {
		in := newStay()
		w.slots.settle(names, in)
		w.visit = begin(ctx, w.reader, names, in, w.wake, w.attend)
	}
}

// state is the best state of the readers that may be used.
func (w *watcher) state() hal.State {
	if w.visit != nil && w.visit.busy.Load() {
		return hal.DeviceBusy
	}
	if w.visit != nil && w.visit.hangs.Load() {
		return hal.HardwareError
	}
	return w.slots.device()
}

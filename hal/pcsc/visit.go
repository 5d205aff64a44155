//go:build cgo || windows

package pcsc

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"github.com/ebfe/scard"

	"github.com/digital-watashi/kiosk/hal"
)

// visit is one card attended: from the insertion until attend has returned and
// the card is powered down. Of several cards at once, one visit tells.
type visit struct {
	readers []string                // of the card, or of all that collide
	stay    stay                    // of the card; it may outlast the visit
	leave   context.CancelCauseFunc // ends the card's presence
	busy    atomic.Bool             // another program holds the card
	hangs   atomic.Bool             // an exchange does not come back
	wake    func()                  // has the watcher look at busy, hangs and done
	done    chan struct{}           // closed when the visit is over
}

// begin starts a visit; the watcher waits for its end.
func begin(ctx context.Context, r *Reader, readers []string, in stay, wake func(), attend func(context.Context, hal.Card)) *visit {
	presence, leave := context.WithCancelCause(ctx)
	v := &visit{readers: readers, stay: in, leave: leave, wake: wake, done: make(chan struct{})}
	go func() {
		defer wake()
		defer close(v.done)
		defer leave(nil)
		if len(readers) > 1 {
			attend(presence, &card{presence: presence, leave: leave, fault: hal.ErrCardCollision, reaches: &r.reaches, left: in.left})
			return
		}
		v.run(presence, r, attend)
	}()
	return v
}

func (v *visit) of(name string) bool { return slices.Contains(v.readers, name) }

// run holds the card for the length of attend, by a context of its own. It powers
// the card down afterwards, since a verified PIN survives a disconnect and a reset.
func (v *visit) run(presence context.Context, r *Reader, attend func(context.Context, hal.Card)) {
	work := connectFor(presence)
	if work == nil {
		return
	}
	defer release(work)
	c := &card{presence: presence, leave: v.leave, reader: v.readers[0], reaches: &r.reaches, left: v.stay.left, hung: v.hung}
	handle, err := v.hold(presence, work)
	switch {
	case handle != nil:
		c.open(handle, r.config.MaxData)
	case presence.Err() != nil || gone(err):
		v.leave(err)
		return
	default:
		c.fault = err
	}
	defer c.powerDown()
	r.setName(v.readers[0])
	defer r.setName("")
	attend(presence, c)
}

// hung has the watcher tell a reader that hangs.
func (v *visit) hung(is bool) {
	v.hangs.Store(is)
	v.wake()
}

// connectFor gives a working context as long as the card is there. That there is
// none is no reason to pass a card over: if the service died, the watcher says so.
func connectFor(presence context.Context) *scard.Context {
	for presence.Err() == nil {
		if work, err := connect(); err == nil {
			return work
		}
		pause(presence, busyAgain)
	}
	return nil
}

// gone tells the errors after which there is no card to speak of. A service that
// refuses it is not among them: the citizen stands there and hears of it.
func gone(err error) bool {
	k := kindOfError(err)
	return k == kindRemoved || k == kindGone
}

// hold takes the card exclusively. It waits while another program holds it. Of a card
// that is shown and cannot be had it doubts that it is there, and tries it again.
func (v *visit) hold(presence context.Context, work *scard.Context) (*scard.Card, error) {
	for doubts := 0; ; {
		handle, err := work.Connect(v.readers[0], scard.ShareExclusive, scard.ProtocolAny)
		kind := kindOfError(err)
		v.tell(kind == kindBusy)
		switch {
		case err == nil:
			return handle, nil
		case kind == kindBusy:
			pause(presence, busyAgain)
		case kind == kindGone || doubts == mostDoubts:
			return nil, sorted(err)
		default:
			pause(presence, time.Duration(doubts)*doubtAgain)
			lookAnew(work, v.readers[0])
			doubts++
		}
		if err := context.Cause(presence); err != nil {
			return nil, err
		}
	}
}

// tell lets the watcher know at once that the card is held, or is no longer.
func (v *visit) tell(busy bool) {
	if v.busy.Swap(busy) != busy {
		v.wake()
	}
}

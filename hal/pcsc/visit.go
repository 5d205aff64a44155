//go:build cgo || windows

package pcsc

import (
	"context"
	"sync/atomic"

	"github.com/ebfe/scard"

	"github.com/digital-watashi/kiosk/hal"
)

// visit is one card attended: from the insertion until attend has returned and
// the card is powered down.
type visit struct {
	reader string
	leave  context.CancelCauseFunc // ends the card's presence
	busy   atomic.Bool             // another program holds the card
	done   chan struct{}           // closed when the visit is over
}

// begin starts a visit; the watcher waits for its end.
func begin(ctx context.Context, r *Reader, s *service, name string, attend func(context.Context, hal.Card)) *visit {
	presence, leave := context.WithCancelCause(ctx)
	v := &visit{reader: name, leave: leave, done: make(chan struct{})}
	go func() {
		defer s.wake()
		defer close(v.done)
		defer leave(nil)
		v.run(presence, r, s.work, attend)
	}()
	return v
}

// run holds the card for the length of attend. It powers the card down
// afterwards, since a verified PIN survives a disconnect and a reset.
func (v *visit) run(presence context.Context, r *Reader, work *scard.Context, attend func(context.Context, hal.Card)) {
	handle, err := v.connect(presence, work)
	if err != nil {
		v.leave(err)
		return
	}
	c := newCard(presence, v.leave, handle, r.config.MaxData)
	defer c.powerDown()
	r.setName(v.reader)
	defer r.setName("")
	attend(presence, c)
}

// connect takes the card exclusively. It waits while another program holds it,
// tries a card that does not answer once more, and returns no handle for one that
// stays silent.
func (v *visit) connect(presence context.Context, work *scard.Context) (*scard.Card, error) {
	for silent := false; ; {
		handle, err := work.Connect(v.reader, scard.ShareExclusive, scard.ProtocolAny)
		v.busy.Store(kindOfError(err) == kindBusy)
		switch k := kindOfError(err); {
		case err == nil:
			return handle, nil
		case k == kindBusy:
			pause(presence, busyAgain)
		case k != kindMute:
			return nil, sorted(err)
		case silent:
			return nil, nil
		default:
			silent = true
		}
		if err := context.Cause(presence); err != nil {
			return nil, err
		}
	}
}

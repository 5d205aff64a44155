package acme

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/digital-watashi/kiosk/hal"
)

// Reader is the card reader. It is a hal.Reader, and a hal.Ejector while it is
// served.
type Reader struct {
	dial     Dial
	attended byte // the number of the insertion that was attended last

	mu   sync.Mutex // one exchange at a time
	line Line       // nil while the reader is away
}

var (
	_ hal.Reader  = (*Reader)(nil)
	_ hal.Ejector = (*Reader)(nil)
)

// look is how often it is asked whether a card is there.
const look = 20 * time.Millisecond

// NewReader makes a reader. Serve dials its line and closes it.
func NewReader(dial Dial) *Reader { return &Reader{dial: dial} }

// Serve attends one card after another. A reader that goes away is dialled again; a
// card that stayed in it lost its power, so that it is a new insertion.
func (r *Reader) Serve(ctx context.Context, attend func(context.Context, hal.Card)) error {
	defer r.hangUp()
	for ctx.Err() == nil {
		if err := r.connect(ctx); err == nil {
			r.attended = 0
			r.attendAll(ctx, attend)
		}
		pause(ctx, again)
	}
	return context.Cause(ctx)
}

// attendAll attends cards until the reader is gone or ctx ends.
func (r *Reader) attendAll(ctx context.Context, attend func(context.Context, hal.Card)) {
	for ctx.Err() == nil {
		insertion, err := r.insertion()
		switch {
		case errors.Is(err, hal.ErrGone):
			return
		case insertion != 0 && insertion != r.attended:
			r.attended = insertion
			r.visit(ctx, insertion, attend)
		default:
			pause(ctx, look)
		}
	}
}

// visit attends one card. Its context ends with it; and it is powered down when
// attend returns, since it may remember a password.
func (r *Reader) visit(ctx context.Context, insertion byte, attend func(context.Context, hal.Card)) {
	atr, err := r.exchange('P', nil)
	if err != nil && !errors.Is(err, hal.ErrCardMute) {
		return
	}
	ctx, cancel := context.WithCancelCause(ctx)
	var watching sync.WaitGroup
	watching.Go(func() { r.watch(ctx, insertion, cancel) })
	c := &card{reader: r, atr: atr}
	if err != nil {
		c.gone = hal.ErrCardMute // it is attended all the same: somebody must tell its holder
	}
	attend(ctx, c)
	c.leave(hal.ErrCardRemoved)
	cancel(nil)
	watching.Wait()
	_, _ = r.exchange('D', nil) // a card that has left has no power
}

// watch cancels a visit when its card is not there any more.
func (r *Reader) watch(ctx context.Context, insertion byte, cancel context.CancelCauseFunc) {
	for ctx.Err() == nil {
		now, err := r.insertion()
		switch {
		case errors.Is(err, hal.ErrGone):
			cancel(hal.ErrGone)
		case err == nil && now != insertion:
			cancel(hal.ErrCardRemoved)
		}
		pause(ctx, look)
	}
}

func (r *Reader) insertion() (byte, error) {
	answer, err := r.exchange('Q', nil)
	if err != nil || len(answer) != 1 {
		return 0, err
	}
	return answer[0], nil
}

// Eject hands the card back to its holder.
func (r *Reader) Eject(ctx context.Context) error { return r.move(ctx, 'J') }

// Retain draws the card into the bin.
func (r *Reader) Retain(ctx context.Context) error { return r.move(ctx, 'R') }

func (r *Reader) move(ctx context.Context, kind byte) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	_, err := r.exchange(kind, nil)
	return err
}

// exchange sends a frame and gives the payload of the answer. A line on which that
// goes wrong is not used again: who knows what the next answer would belong to.
func (r *Reader) exchange(kind byte, payload []byte) ([]byte, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.line == nil {
		return nil, hal.ErrGone
	}
	got, answer, err := converse(r.line, kind, payload)
	switch {
	case err != nil:
		err = fmt.Errorf("%w: %w", hal.ErrGone, errors.Join(err, r.line.Close()))
		r.line = nil
		return nil, err
	case got == kind:
		return answer, nil
	case got == 'E' && len(answer) == 1 && answer[0] == 1:
		return nil, hal.ErrCardRemoved
	case got == 'E' && len(answer) == 1 && answer[0] == 2:
		return nil, hal.ErrCardMute
	}
	return nil, fmt.Errorf("exchanging %c: the reader answered %c % X", kind, got, answer)
}

func converse(line Line, kind byte, payload []byte) (byte, []byte, error) {
	if err := send(line, kind, payload); err != nil {
		return 0, nil, err
	}
	answer := make([]byte, 1<<16-1)
	for late := time.Now().Add(patience); ; {
		got, n, err := receive(line, answer)
		if !errors.Is(err, hal.ErrTimeout) || time.Now().After(late) {
			return got, answer[:n:n], err
		}
	}
}

func (r *Reader) connect(ctx context.Context) error {
	line, err := r.dial(ctx)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.line = line
	return nil
}

func (r *Reader) hangUp() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.line != nil {
		_ = r.line.Close() // nothing is on it any more
		r.line = nil
	}
}

package escpos

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/digital-watashi/kiosk/hal"
)

// talk is one conversation with the printer over its port: commands out, replies
// back. One goroutine has it.
type talk struct {
	port     hal.Port
	silence  time.Duration // how long an answer at once may take
	patience time.Duration // how long a printer at work may take over one thing
	question string        // asks in order; openJob chooses it
	decoder  decoder
	heard    []reply
	last     condition // what the printer last said of itself unasked
}

// errBabble: something that is no printer sends without end.
var errBabble = errors.New("line sends without end")

// babble is more readings than any printer has to say unasked.
const babble = 256

// drain reads until the line is silent, so that an answer to an old question is
// not taken for the answer to a new one.
func (t *talk) drain(ctx context.Context) error {
	defer func() { t.heard = nil }()
	for range babble {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err := t.listen(); errors.Is(err, hal.ErrTimeout) {
			return nil
		} else if err != nil {
			return err
		}
	}
	return errBabble
}

// next waits for the next reply.
func (t *talk) next(ctx context.Context) (reply, error) {
	for len(t.heard) == 0 {
		if ctx.Err() != nil {
			return reply{}, context.Cause(ctx)
		}
		if err := t.listen(); err != nil && !errors.Is(err, hal.ErrTimeout) {
			return reply{}, err
		}
	}
	r := t.heard[0]
	t.heard = t.heard[1:]
	return r, nil
}

// listen reads once.
func (t *talk) listen() error {
	var buffer [64]byte
	n, err := t.port.Read(buffer[:])
	for _, b := range buffer[:n] {
		r, whole := t.decoder.feed(b)
		if !whole {
			continue
		}
		if r.kind == automatic {
			t.last = automaticStatus(r.bytes)
		}
		t.heard = append(t.heard, r)
	}
	switch {
	case n > 0:
		return nil // an error will come again
	case err == nil:
		return hal.ErrTimeout
	}
	return err
}

// await waits for a reply of one kind, and hears the others on the way. If
// stops is set, an unasked report of a fault ends the waiting with that fault.
func (t *talk) await(ctx context.Context, kind replyKind, patience time.Duration, stops bool) (byte, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, hal.ErrTimeout)
	defer cancel()
	for {
		r, err := t.next(ctx)
		switch {
		case err != nil:
			return 0, err
		case r.kind == kind:
			return r.bytes[0], nil
		case stops && r.kind == automatic && t.last.fault() != nil:
			return 0, t.last.fault()
		}
	}
}

// hear waits for one reply of whatever kind.
func (t *talk) hear(ctx context.Context, patience time.Duration) (replyKind, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, hal.ErrTimeout)
	defer cancel()
	r, err := t.next(ctx)
	return r.kind, err
}

// condition asks the printer how it is: four questions, one at a time, since
// their answers look alike.
func (t *talk) condition(ctx context.Context) (condition, error) {
	var c condition
	for n := byte(1); n <= 4; n++ {
		if err := t.write(ctx, []byte{0x10, 0x04, n}); err != nil {
			return condition{}, err
		}
		b, err := t.await(ctx, realTime, t.silence, false)
		if err != nil {
			return condition{}, err
		}
		c.realTimeStatus(n, b)
	}
	return c, nil
}

// write sends a whole command. A port that takes nothing for as long as it
// waits is a printer that has stopped: hal.ErrTimeout. So is one that takes a
// few bytes now and then and never comes to the end.
func (t *talk) write(ctx context.Context, command []byte) error {
	ctx, cancel := context.WithTimeoutCause(ctx, t.patience, hal.ErrTimeout)
	defer cancel()
	for len(command) > 0 {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		n, err := t.port.Write(command)
		command = command[n:]
		switch {
		case err == nil && len(command) > 0:
			return io.ErrShortWrite
		case err != nil && (n == 0 || !errors.Is(err, hal.ErrTimeout)):
			return err
		}
	}
	return nil
}

// why asks for the reason of a standstill. Without an answer it is otherwise.
func (t *talk) why(ctx context.Context, otherwise error) error {
	c, err := t.condition(ctx)
	switch {
	case err == nil && c.fault() != nil:
		return c.fault()
	case errors.Is(err, hal.ErrGone):
		return err
	}
	return otherwise
}

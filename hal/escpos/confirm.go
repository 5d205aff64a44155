package escpos

import (
	"context"
	"errors"

	"github.com/digital-watashi/kiosk/hal"
)

// confirm asks in order, and waits for the answer: the printer gives it when
// everything before is done, and if it is still the printer that was asked at
// the start.
func (p *Printer) confirm(ctx context.Context, t *talk) error {
	if err := t.write(ctx, []byte(t.question)); err != nil {
		return stalled(ctx, t, err)
	}
	p.owed++
	var paper byte
	for p.owed > 0 {
		b, err := t.await(ctx, inOrder, t.patience, true)
		switch {
		case errors.Is(err, hal.ErrTimeout) && ctx.Err() == nil:
			return t.why(ctx, ErrUnconfirmed)
		case err != nil:
			return err
		}
		paper = b
		p.owed--
	}
	if paper&0x0C != 0 {
		return ErrPaperOut // it ended within this slip, nobody knows where
	}
	return nil
}

// stalled says why a printer takes no more. It cannot be asked in the middle of
// a command; what it reported unasked tells.
func stalled(ctx context.Context, t *talk, err error) error {
	if !errors.Is(err, hal.ErrTimeout) || ctx.Err() != nil {
		return err
	}
	if heard := t.drain(ctx); heard != nil {
		return heard
	}
	if fault := t.last.fault(); fault != nil {
		return fault
	}
	return ErrOffline
}

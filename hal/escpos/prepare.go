package escpos

import (
	"context"
	"errors"

	"github.com/digital-watashi/kiosk/hal"
)

// calm brings a line to rest after a conversation that ended badly: it ends what
// the printer may be in the middle of, and reads what is still said. A NUL ends
// DLE EOT, as many as a strip has bytes end a strip, and elsewhere they say
// nothing. They go before anything else, or a question would be taken for the
// size of a strip and eat what follows. They are sent once: a printer that
// stands still keeps them in its buffer, which is small.
func (p *Printer) calm(ctx context.Context, t *talk) error {
	nuls := 1
	if p.torn {
		nuls = stripHead + stripRows*(p.options.Dots+7)/8
		t.silence *= 3 // at 9600 baud they alone take two seconds
	}
	err := t.write(ctx, make([]byte, nuls))
	switch {
	case err == nil:
		p.torn = false
	case ctx.Err() != nil, !errors.Is(err, hal.ErrTimeout):
		return err
	}
	return t.drain(ctx)
}

// prepare brings the printer to the start of a job, and refuses one that would
// not print. Nothing of the slip has left when it fails.
func (p *Printer) prepare(ctx context.Context, t *talk) error {
	if err := t.able(ctx); err != nil {
		return asOffline(err)
	}
	if p.torn {
		return ErrOffline // it takes nothing
	}
	if p.spoiled {
		if err := p.mend(ctx, t); err != nil {
			return asOffline(err)
		}
		if err := t.able(ctx); err != nil {
			return asOffline(err)
		}
	}
	return asOffline(p.openJob(ctx, t))
}

// able asks whether the printer prints.
func (t *talk) able(ctx context.Context) error {
	c, err := t.condition(ctx)
	if err != nil {
		return err
	}
	return c.fault()
}

// asOffline names the silence of a printer.
func asOffline(err error) error {
	if errors.Is(err, hal.ErrTimeout) {
		return ErrOffline
	}
	return err
}

// mend ends a job that was broken off: clear the buffers where the printer can,
// and cut off what is printed, so that the next citizen's slip does not carry
// it. Last, questions and answers are brought in step.
func (p *Printer) mend(ctx context.Context, t *talk) error {
	p.torn = true
	if err := p.forget(ctx, t); err != nil {
		return err
	}
	mending := []byte(reset + unmark)
	if p.scrap {
		mending = append(mending, (&job{cut: p.options.Cut}).ending()...)
	}
	if err := t.write(ctx, mending); err != nil {
		return err
	}
	if p.owed > 0 {
		if err := p.settle(ctx, t); err != nil {
			return err
		}
	}
	p.torn, p.spoiled, p.scrap = false, false, false
	return nil
}

// forget clears the buffers. A printer that says so answers no old question any
// more; from one that says nothing, such an answer may still come.
func (p *Printer) forget(ctx context.Context, t *talk) error {
	if err := t.write(ctx, []byte(forget)); err != nil {
		return err
	}
	switch _, err := t.await(ctx, block, t.silence, false); {
	case err == nil:
		p.owed = 0
		return t.drain(ctx)
	case ctx.Err() != nil, !errors.Is(err, hal.ErrTimeout):
		return err
	}
	return nil
}

// settle asks once more in order and waits until all that may be owed has come,
// or until nothing more comes. What was owed by a job that is lost never does. A
// printer that answers nothing at all stays in debt, so that its next slip is
// not confirmed by an answer that is late.
func (p *Printer) settle(ctx context.Context, t *talk) error {
	if err := t.write(ctx, []byte(sayPaper)); err != nil {
		return err
	}
	p.owed++
	patience := t.patience
	for p.owed > 0 {
		_, err := t.await(ctx, inOrder, patience, true)
		switch {
		case err == nil:
			p.owed--
			patience = t.silence
		case ctx.Err() != nil, !errors.Is(err, hal.ErrTimeout):
			return err
		case patience == t.silence:
			p.owed = 0
		default:
			return t.able(ctx) // does it say anything?
		}
	}
	return nil
}

// openJob puts the mark and chooses the question whose answer means "printed".
//
// GS r alone does not do. A printer that is switched off and on in the middle of
// a slip loses what it had, takes the rest of a strip for letters, and answers
// GS r as if nothing had been: where the line outlives the printer, as a serial
// line or a print server does, nobody would notice. Counting an answer a strip
// does not do either, since the answer behind a torn strip comes all the same.
// So the question must need something that a printer forgets when it is switched
// off, and only then. That is a macro: Epson and those who follow it keep one
// until power-off, and GS ^ with none defined does nothing and answers nothing.
// The mark is a macro that holds GS r 1; the slip is printed when GS ^ answers.
//
// Whether a printer has macros shows between two fences, which are Automatic
// Status Backs, asked for in order:
//
//	GS : GS r 1 GS :   an answer: what is recorded is also carried out
//	ESC @              drops letters that a torn command has left
//	GS a               a fence
//	GS ^               an answer, if there are macros
//	GS a               a fence
//
// It is tried twice, since the power may go in the middle of this too. A printer
// without macros is asked by GS r 1. Such a printer needs a line that breaks when
// it is switched off: USB, or TCP into the printer itself.
func (p *Printer) openJob(ctx context.Context, t *talk) error {
	p.torn, p.spoiled = true, true
	t.question = sayPaper
	if p.plain {
		return t.write(ctx, []byte(reset))
	}
	unfenced := 0
	for range 2 {
		fenced, marked, err := t.tryMark(ctx)
		switch {
		case err != nil:
			return err
		case marked:
			t.question = sayMark
			return nil
		case fenced:
			continue
		}
		unfenced++
		p.owed += 2 // at most: what was recorded, and GS ^
		if err := p.settle(ctx, t); err != nil || p.owed > 0 {
			return err
		}
	}
	p.plain = unfenced == 2
	return nil
}

// tryMark puts the mark, and listens whether it stands between two fences.
func (t *talk) tryMark(ctx context.Context) (fenced, marked bool, err error) {
	if err := t.write(ctx, []byte(mark+reset+fence+sayMark+fence)); err != nil {
		return false, false, err
	}
	return t.fences(ctx)
}

// fences listens to the answers to an opening.
func (t *talk) fences(ctx context.Context) (fenced, marked bool, err error) {
	for seen := 0; seen < 2; {
		kind, err := t.hear(ctx, t.silence)
		switch {
		case errors.Is(err, hal.ErrTimeout) && ctx.Err() == nil:
			return false, false, nil
		case err != nil:
			return false, false, err
		case kind == inOrder:
			marked = seen == 1
		case kind == automatic:
			seen++
			if fault := t.last.fault(); fault != nil {
				return false, false, fault
			}
		}
	}
	return true, marked, nil
}

// abandon tells the printer to forget a job that ended badly, so that it does
// not print the code later, when somebody else stands there. The context may be
// over; the port's own bound holds.
func abandon(t *talk, cause error) {
	if !errors.Is(cause, hal.ErrGone) {
		_, _ = t.port.Write([]byte(forget))
	}
}

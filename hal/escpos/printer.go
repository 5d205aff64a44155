package escpos

import (
	"context"
	"errors"
	"time"

	"github.com/digital-watashi/kiosk/hal"
)

// Options are what is not the same at every printer. The zero value suits an
// 80 mm printer on USB or TCP.
type Options struct {
	// Faces draw the slips. Nil: what LoadFaces finds in the SystemFontDirs.
	Faces *Faces
	// Dots is the width of the paper, Paper80mm if zero.
	Dots int
	// Cut parts the slip from the roll.
	Cut Cut
	// Silence is how long the answer to a status request may take; one second
	// if zero.
	Silence time.Duration
	// Patience is how long the printer may be silent once it has the whole job;
	// fifteen seconds if zero.
	Patience time.Duration
	// Paced waits for the printer after every strip. It stands in for the flow
	// control that a serial line does not have.
	Paced bool
}

func (o Options) withDefaults() Options {
	if o.Faces == nil {
		o.Faces = LoadFaces(SystemFontDirs()...)
	}
	if o.Dots == 0 {
		o.Dots = Paper80mm
	}
	if o.Silence == 0 {
		o.Silence = time.Second
	}
	if o.Patience == 0 {
		o.Patience = 15 * time.Second
	}
	return o
}

// Printer prints slips. It may be shared: conversations wait for one another.
type Printer struct {
	options Options
	dial    func(context.Context) (Line, error)
	turn    chan struct{} // holds one token while a conversation runs

	// Guarded by turn.
	stale bool // an answer to an old question may still come
	torn  bool // the printer may be left in the middle of a command
	scrap bool // paper of a broken job may still be in the printer
}

// New gives a printer on a port that stays open and belongs to the caller. Its
// Write must return in bounded time, as its Read does.
func New(port hal.Port, o Options) *Printer {
	return NewDialing(func(context.Context) (Line, error) { return keptOpen{port}, nil }, o)
}

// NewDialing gives a printer whose line is opened for each conversation and
// closed after it. So one that was unplugged is found again, and a network
// printer, which serves one connection at a time, is not kept from others.
func NewDialing(dial func(context.Context) (Line, error), o Options) *Printer {
	return &Printer{options: o.withDefaults(), dial: dial, turn: make(chan struct{}, 1), stale: true, torn: true}
}

// keptOpen is a line that somebody else closes.
type keptOpen struct{ hal.Port }

func (keptOpen) Close() error { return nil }

// Status asks the printer how it is. A printer that is not there is NoDevice,
// one that does not answer Offline; neither is an error. An error is the cause
// of the context, or tells what a technician must mend; the status goes with it.
func (p *Printer) Status(ctx context.Context) (hal.PrinterStatus, error) {
	var c condition
	err := p.converse(ctx, func(t *talk) (err error) {
		c, err = t.condition(ctx)
		return err
	})
	switch {
	case err == nil:
		return c.status(), nil
	case ctx.Err() != nil:
		return hal.PrinterStatus{Device: hal.Offline, Paper: hal.PaperUnknown}, context.Cause(ctx)
	case errors.Is(err, hal.ErrGone):
		return hal.PrinterStatus{Device: hal.NoDevice, Paper: hal.PaperUnknown}, nil
	case errors.Is(err, hal.ErrTimeout):
		return hal.PrinterStatus{Device: hal.Offline, Paper: hal.PaperUnknown}, nil
	}
	return hal.PrinterStatus{Device: hal.Offline, Paper: hal.PaperUnknown}, err
}

// Print prints a slip and waits until the printer says that it has. Every error
// is a *PrintError.
func (p *Printer) Print(ctx context.Context, s Slip) error {
	j := newJob(s, p.options.Faces, p.options.Dots, p.options.Cut)
	defer j.wipe()
	begun := false
	err := p.converse(ctx, func(t *talk) error {
		if err := p.prepare(ctx, t); err != nil {
			return err
		}
		begun, p.torn, p.scrap = true, true, true
		if err := p.send(ctx, t, j); err != nil {
			abandon(t, err)
			return err
		}
		p.torn, p.scrap = false, false
		return nil
	})
	if err != nil {
		return &PrintError{Begun: begun, Err: err}
	}
	return nil
}

// converse opens the line, has a conversation over it and closes it. A
// conversation that ended badly leaves answers behind, which the next one drains.
func (p *Printer) converse(ctx context.Context, have func(*talk) error) error {
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	line, err := p.dial(ctx)
	if err != nil {
		return err
	}
	defer line.Close()
	t := &talk{port: line, silence: p.options.Silence}
	if p.stale {
		if err := t.drain(ctx); err != nil {
			return err
		}
	}
	err = have(t)
	p.stale = err != nil
	return err
}

// prepare brings the printer to the start of a command, and refuses one that
// would not print.
func (p *Printer) prepare(ctx context.Context, t *talk) error {
	if p.torn {
		if err := p.mend(ctx, t); err != nil {
			return asOffline(err)
		}
	}
	c, err := t.condition(ctx)
	if err != nil {
		return asOffline(err)
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
// fill up the raster command that it may still be waiting in (elsewhere a NUL
// says nothing), and cut off what is printed, so that the next citizen's slip
// does not carry it.
func (p *Printer) mend(ctx context.Context, t *talk) error {
	fill := make([]byte, stripHead+stripRows*(p.options.Dots+7)/8)
	mending := append([]byte(forget), fill...)
	mending = append(mending, reset...)
	if p.scrap {
		mending = append(mending, (&job{cut: p.options.Cut}).ending()...)
	}
	if err := t.write(ctx, mending); err != nil {
		return err
	}
	if err := t.drain(ctx); err != nil {
		return err
	}
	p.torn, p.scrap = false, false
	return nil
}

// send sends the job, command by command, and waits for the answer behind it.
func (p *Printer) send(ctx context.Context, t *talk, j *job) error {
	for command := range j.commands() {
		if err := t.write(ctx, command); err != nil {
			return stalled(ctx, t, err)
		}
		if p.options.Paced {
			if err := p.confirm(ctx, t); err != nil {
				return err
			}
		}
	}
	if err := p.confirm(ctx, t); err != nil {
		return err
	}
	// The slip is out; what becomes of the line now is the next one's concern.
	_ = t.write(ctx, []byte(hush))
	return nil
}

// confirm asks in order, and waits for the answer: the printer gives it when
// everything before is done.
func (p *Printer) confirm(ctx context.Context, t *talk) error {
	if err := t.write(ctx, []byte(sayPaper)); err != nil {
		return stalled(ctx, t, err)
	}
	paper, err := t.await(ctx, inOrder, p.options.Patience, true)
	switch {
	case errors.Is(err, hal.ErrTimeout) && ctx.Err() == nil:
		return t.why(ctx, ErrUnconfirmed)
	case err != nil:
		return err
	case paper&0x0C != 0:
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

// abandon tells the printer to forget a job that ended badly, so that it does
// not print the code later, when somebody else stands there. The context may be
// over; the port's own bound holds.
func abandon(t *talk, cause error) {
	if !errors.Is(cause, hal.ErrGone) {
		_, _ = t.port.Write([]byte(forget))
	}
}

package escpos

import (
	"context"
	"errors"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/confined"
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
	// control that a serial line does not have. A slip of an arm's length takes a
	// minute and a half at 9600 baud, eight seconds at 115200.
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
	stale   bool // an answer to an old question may still come
	torn    bool // the printer may be left in the middle of a command
	spoiled bool // a job was broken off
	scrap   bool // paper of it may still be in the printer
	plain   bool // the printer knows no Automatic Status Back
	owed    int  // in-order questions that may still be answered
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
	return &Printer{
		options: o.withDefaults(), dial: dial, turn: make(chan struct{}, 1),
		// Whoever had the printer before may have been cut off in the middle of a
		// slip: a crash, or the power.
		stale: true, torn: true, spoiled: true, scrap: true, owed: 1,
	}
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
	var j *job
	confined.Do(func() { j = newJob(s, p.options.Faces, p.options.Dots, p.options.Cut) })
	defer j.wipe()
	begun := false
	err := p.converse(ctx, func(t *talk) error {
		if err := p.prepare(ctx, t); err != nil {
			return err
		}
		begun, p.scrap = true, true
		if err := p.send(ctx, t, j); err != nil {
			abandon(t, err)
			return err
		}
		p.spoiled, p.scrap = false, false
		// The slip is out; what becomes of the line now is the next one's concern.
		p.torn = t.write(ctx, []byte(hush)) != nil
		p.stale = p.torn
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
		p.plain = false // it may be another printer when it is back
		return err
	}
	defer line.Close()
	t := &talk{port: line, silence: p.options.Silence, patience: p.options.Patience}
	if p.stale || p.torn {
		if err := p.calm(ctx, t); err != nil {
			return err
		}
	}
	p.stale = false
	if err := have(t); err != nil {
		p.stale, p.plain = true, false
		return err
	}
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
	return p.confirm(ctx, t)
}

package main

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/escpos"
	"github.com/digital-watashi/kiosk/terminal"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
	"github.com/digital-watashi/kiosk/terminal/devices"
	"github.com/digital-watashi/kiosk/terminal/status"
)

// rig is the devices of this machine, each watched on its way to the terminal.
type rig struct {
	reader  hal.Reader
	card    *watch // of the reader
	press   *press // the printer
	scanner hal.Scanner
	codes   *watch   // of the scanner
	cabinet *cabinet // the sensors; nil where none are
	lights  hal.Lights
	dark    func() error // closes the lights
	voice   hal.Voice
	faces   *escpos.Faces
}

// assemble opens what the configuration names. It touches no device yet.
func assemble(c devices.Config, refuseVirtual bool, log *slog.Logger) (r *rig, err error) {
	r = &rig{card: &watch{}, codes: &watch{}}
	r.reader, err = devices.OpenReader(c.Reader, devices.ReaderOptions{
		RefuseVirtual: refuseVirtual, OnState: r.card.state,
		OnRefused: func(name string, err error) { r.card.refused(log, name, err) },
	})
	if err != nil {
		return nil, err
	}
	trouble := func(what string) func(error) {
		return func(err error) { log.Warn(what, "error", err) }
	}
	r.scanner, err = c.OpenScanner(devices.ScannerOptions{OnState: r.codes.state, OnTrouble: trouble("scanner not there")})
	if err != nil {
		return nil, err
	}
	sensors, err := c.OpenSensors(devices.SensorOptions{OnTrouble: trouble("sensors not readable")})
	if err != nil {
		return nil, err
	}
	if sensors != nil {
		r.cabinet = &cabinet{Sensors: sensors}
	}
	if r.lights, r.dark, err = c.OpenLights(); err != nil {
		return nil, err
	}
	r.voice = c.OpenVoice()
	r.faces = c.LoadFaces()
	if missing := r.unprinted(); missing != nil {
		log.Warn("slips come out in another language", "languages", missing, "fonts_missing", r.faces.Missing())
	}
	r.press = &press{Printer: c.OpenPrinter(r.faces)}
	return r, nil
}

// close lets go of what the devices stood on.
func (r *rig) close() error { return errors.Join(r.dark(), r.faces.Close()) }

// sensors are nil where the cabinet has none; a nil *cabinet in the interface
// would be one.
func (r *rig) sensors() hal.Sensors {
	if r.cabinet == nil {
		return nil
	}
	return r.cabinet
}

// mute lists the languages that the voice of this machine does not speak.
func (r *rig) mute() (missing []string) {
	for _, l := range catalogue.Languages() {
		if r.voice != nil && r.voice.Speaks(l.Tag) != nil {
			missing = append(missing, l.Tag)
		}
	}
	return missing
}

// unprinted lists the languages whose slips come out in another, since this machine
// has no font with their letters.
func (r *rig) unprinted() (missing []string) {
	for _, l := range catalogue.Languages() {
		if !r.faces.Draws(l.Tag, catalogue.SlipLetters(l.Tag)) {
			missing = append(missing, l.Tag)
		}
	}
	return missing
}

func (r *rig) scannerState() hal.State {
	if r.scanner == nil {
		return ""
	}
	return r.codes.last()
}

func (r *rig) sensorStatus() *status.Sensors {
	if r.cabinet == nil {
		return nil
	}
	a := r.cabinet.now()
	return &status.Sensors{Device: a.Device, Tamper: a.Tamper, Door: a.Door, Switch: a.Switch, Headset: a.Headset}
}

// press is the printer, with the memory of what it said last: it says nothing
// while it prints, and that is no fault. The terminal asks it again and again, so
// that whoever else wants to know seldom has to.
type press struct {
	terminal.Printer

	mu       sync.Mutex
	last     hal.PrinterStatus
	trouble  error
	at       time.Time // when it said so
	printing int
}

// fresh is how long an answer of the printer is believed.
const fresh = time.Second

// Print prints. Meanwhile the last answer stands.
func (p *press) Print(ctx context.Context, slip escpos.Slip) error {
	p.count(1)
	defer p.count(-1)
	return p.Printer.Print(ctx, slip)
}

func (p *press) count(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.printing += n
}

// Status asks the printer.
func (p *press) Status(ctx context.Context) (hal.PrinterStatus, error) {
	s, err := p.Printer.Status(ctx)
	if ctx.Err() == nil {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.last, p.trouble, p.at = s, err, time.Now()
	}
	return s, err
}

// glance asks the printer, unless it prints or has just answered: whoever looks
// often must not keep the terminal from its turn.
func (p *press) glance(ctx context.Context) (hal.PrinterStatus, error) {
	if last, err, enough := p.before(fresh); enough {
		return last, err
	}
	s, err := p.Status(ctx)
	if last, before, enough := p.before(0); enough && ctx.Err() != nil { // it began to print just now
		return last, before
	}
	return s, err
}

// before is what it said last, and whether that will do.
func (p *press) before(young time.Duration) (last hal.PrinterStatus, trouble error, enough bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.last, p.trouble, p.printing > 0 || time.Since(p.at) < young
}

// cabinet is the sensors, and what they said last.
type cabinet struct {
	hal.Sensors

	turn sync.Mutex // one change at a time, and none while tamper is cleared

	mu    sync.Mutex
	heard hal.Auxiliaries
}

// Serve passes each change on, after it was noted.
func (c *cabinet) Serve(ctx context.Context, changed func(hal.Auxiliaries)) error {
	return c.Sensors.Serve(ctx, func(a hal.Auxiliaries) {
		c.turn.Lock()
		defer c.turn.Unlock()
		c.note(a)
		changed(a)
	})
}

func (c *cabinet) note(a hal.Auxiliaries) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.heard = a
}

// now is what they say; before the first word they are not there.
func (c *cabinet) now() hal.Auxiliaries {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.heard.Device == "" {
		return hal.Auxiliaries{Device: hal.NoDevice}
	}
	return c.heard
}

// What forbids to clear tamper.
var (
	errStillTampered = errors.New("a sensor still says that the machine is opened by force")
	errNotReadable   = errors.New("the sensors cannot be read, so nobody knows whether the machine is whole")
)

// whole does something while the sensors say that the machine is whole; what they
// say meanwhile comes after it, and is not lost in it.
func (c *cabinet) whole(do func() error) error {
	c.turn.Lock()
	defer c.turn.Unlock()
	switch a := c.now(); {
	case a.Tamper:
		return errStillTampered
	case a.Device != hal.Online:
		return errNotReadable
	}
	return do()
}

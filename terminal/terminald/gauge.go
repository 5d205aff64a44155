package main

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning"
	"github.com/digital-watashi/kiosk/terminal"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
	"github.com/digital-watashi/kiosk/terminal/status"
	"github.com/digital-watashi/kiosk/terminal/uplink"
)

// printerPatience bounds the question to the printer.
const printerPatience = 2 * time.Second

// gauge reads all instruments, for the status socket, the heartbeat and systemd.
type gauge struct {
	mu      sync.Mutex
	code    catalogue.Code
	missing error
	base    *ground // nil while something is missing; with it clock and rig
	clock   *uplink.Clock
	rig     *rig
	counts  *tally
	desk    *uplink.Desk // nil before the uplink
	hurry   *hurry
	pulse   func() // returns when the terminal's loop has answered
	bay     *bay
	// conditions are all that keeps the terminal from taking a card in.
	conditions func() []catalogue.Code
}

func newGauge(counts *tally) *gauge {
	return &gauge{code: catalogue.TerminalStarting, counts: counts, bay: &bay{}}
}

func (g *gauge) lack(code catalogue.Code, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.code, g.missing = code, err
}

func (g *gauge) fit(base *ground, clock *uplink.Clock, r *rig) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.base, g.clock, g.rig = base, clock, r
}

func (g *gauge) link(desk *uplink.Desk, h *hurry) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.desk, g.hurry = desk, h
}

func (g *gauge) beat(pulse func(), conditions func() []catalogue.Code) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.pulse, g.conditions = pulse, conditions
}

// fitted is a copy of the instruments, to be read without the lock.
func (g *gauge) fitted() *gauge {
	g.mu.Lock()
	defer g.mu.Unlock()
	return &gauge{
		code: g.code, missing: g.missing, base: g.base, clock: g.clock, rig: g.rig, counts: g.counts,
		desk: g.desk, hurry: g.hurry, pulse: g.pulse, bay: g.bay, conditions: g.conditions,
	}
}

func (g *gauge) status(ctx context.Context) status.Terminal {
	g = g.fitted()
	s := status.Terminal{Version: version, Fault: string(g.code)}
	if g.missing != nil {
		s.Missing = g.missing.Error()
	}
	if g.base == nil {
		return s
	}
	id, bundle := g.base.identity, g.base.current()
	s.TerminalID, s.Environment, s.Protection = id.TerminalID, string(id.Environment), id.Protection
	for _, refusal := range append(provisioning.Refusals(id, bundle), id.Valid(time.Now())) {
		if refusal != nil {
			s.Refusals = append(s.Refusals, refusal.Error())
		}
	}
	s.OutOfService, s.Maintenance = g.counts.outOfService(), g.bay.mode()
	s.Bundle = g.base.told()
	s.Reader, s.Scanner, s.Sensors = g.rig.card.last(), g.rig.scannerState(), g.rig.sensorStatus()
	s.Printer, s.Platform, s.Clock, s.Journal = g.askPrinter(ctx), g.askLink(), g.askClock(), g.askJournal()
	if since, err := g.base.journal.Tampered(); err == nil { // or the journal's fault tells
		s.TamperedSince = since.UTC()
	}
	return s
}

func (g *gauge) askPrinter(ctx context.Context) *status.Printer {
	ctx, cancel := context.WithTimeout(ctx, printerPatience)
	defer cancel()
	p, err := g.rig.press.glance(ctx)
	s := &status.Printer{Device: p.Device, Paper: p.Paper, CoverOpen: p.CoverOpen, CutterFault: p.CutterFault}
	if err != nil {
		s.Error = err.Error()
	}
	return s
}

func (g *gauge) askLink() *status.Link {
	if g.desk == nil {
		return &status.Link{Cause: uplink.CauseNotTried, Words: uplink.Explain(uplink.CauseNotTried)}
	}
	link, refused := g.desk.Status()
	s := &status.Link{Reachable: link.Reachable, Cause: link.Cause, Words: link.Words, Contact: link.Contact.UTC().Round(0)}
	for _, r := range refused {
		s.Refused = append(s.Refused, status.Refused(r))
	}
	return s
}

func (g *gauge) askClock() *status.Clock {
	s := &status.Clock{SkewSeconds: int(g.clock.Skew().Seconds()), Words: g.clock.Words()}
	if err := g.clock.Fault(); err != nil {
		s.Fault = err.Error()
	}
	return s
}

func (g *gauge) askJournal() *status.Journal {
	p, err := g.base.journal.Pressure()
	head, err2 := g.base.journal.AuditHead()
	salvaged, err3 := damaged(g.base.path)
	s := &status.Journal{
		Unsent: p.Unsent, UnsentBytes: p.Bytes, Oldest: p.Oldest, DiskFree: p.DiskFree, Quarantined: p.Quarantined,
		AuditEntries: head.Entries, AuditHead: head.SHA256, Salvaged: salvaged,
	}
	unknown, err4 := g.base.journal.Unknown()
	s.Unknown = unknown
	if err := errors.Join(err, err2, err3, err4); err != nil {
		s.Fault = err.Error()
	}
	return s
}

// errNoTerminal: without an identity and a journal there is nothing to clear.
var errNoTerminal = errors.New("there is no terminal yet: GET /status says what is missing")

// clearTamper forgets that the machine was opened by force, unless it still is.
func (g *gauge) clearTamper() error {
	g = g.fitted()
	if g.base == nil {
		return errNoTerminal
	}
	clear := func() error { return g.base.journal.ClearTamper(time.Now()) }
	if g.rig.cabinet == nil { // it had sensors once
		return clear()
	}
	return g.rig.cabinet.whole(clear)
}

// heartbeat is the same for the platform, signed.
func (g *gauge) heartbeat() ([]byte, error) {
	s := g.status(context.Background())
	if s.Journal == nil || s.Journal.Fault != "" {
		return nil, errors.New("making a heartbeat: the journal does not answer")
	}
	now := time.Now().UTC()
	h := protocol.Heartbeat{
		TerminalID: s.TerminalID, Time: now, Versions: map[string]string{"terminald": version},
		BundleVersion: s.Bundle.Version, Protection: s.Protection,
		Queue: s.Journal.Unsent, Quarantined: s.Journal.Quarantined, Unknown: s.Journal.Unknown, Lost: s.Journal.Lost(),
		AuditEntries: s.Journal.AuditEntries, AuditHead: s.Journal.AuditHead, ClockSkewSeconds: s.Clock.SkewSeconds,
		ReaderState: string(s.Reader), PrinterState: string(s.Printer.Device), Paper: string(s.Printer.Paper),
	}
	if !s.Journal.Oldest.IsZero() {
		h.OldestUnsentSeconds = max(0, int(now.Sub(s.Journal.Oldest).Seconds()))
	}
	g = g.fitted()
	identity := g.base.identity
	h.CertificateDays = daysLeft(identity.Current().NotAfter, now)
	h.ForgedPhotos = int(g.counts.forged.Load())
	h.Conditions, h.Maintenance = g.told(), s.Maintenance != "" && s.Maintenance != string(terminal.InService)
	return protocol.SignHeartbeat(h, identity.Signer, identity.Current())
}

// daysLeft are whole days; what ran out an hour ago has -1 left.
func daysLeft(end, now time.Time) *int {
	days := int(math.Floor(end.Sub(now).Hours() / 24))
	return &days
}

// told are the conditions as a heartbeat holds them, each once.
func (g *gauge) told() (codes []string) {
	found := []catalogue.Code{catalogue.TerminalStarting}
	if g.conditions != nil {
		found = g.conditions()
	}
	if g.base.standing.suspended() { // the platform answers that, and looking takes a while
		found = append([]catalogue.Code{catalogue.TerminalSuspended}, found...)
	}
	for _, code := range found {
		if !slices.Contains(codes, string(code)) && len(codes) < protocol.MaxHeartbeatConditions {
			codes = append(codes, string(code))
		}
	}
	return codes
}

// healthy is asked before each sign of life to systemd: the journal reads, and
// the loop of the terminal turns. While something is missing, waiting is health.
func (g *gauge) healthy(ctx context.Context) error {
	g = g.fitted()
	if g.base != nil {
		if _, err := g.base.journal.Pressure(); err != nil {
			return err
		}
	}
	if g.pulse != nil {
		g.pulse() // a loop that hangs, hangs this, and systemd notices
	}
	return context.Cause(ctx)
}

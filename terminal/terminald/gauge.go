package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
	"github.com/digital-watashi/kiosk/terminal/journal"
	"github.com/digital-watashi/kiosk/terminal/uplink"
)

// Status is what a technician is told: facts about the machine, none about any
// citizen.
type Status struct {
	Version     string   `json:"version"`
	Fault       string   `json:"fault,omitempty"`   // why there is no terminal
	Missing     string   `json:"missing,omitempty"` // the same, in words
	TerminalID  string   `json:"terminal_id,omitempty"`
	Environment string   `json:"environment,omitempty"`
	Protection  string   `json:"protection,omitempty"`
	Refusals    []string `json:"refusals,omitempty"` // why it must not serve people
	// OutOfService is the fault for whose sake the screen says that no card is taken
	// in; empty while one is, or a citizen is served.
	OutOfService string        `json:"out_of_service,omitempty"`
	Bundle       *BundleStatus `json:"bundle,omitempty"`
	// The devices; without scanner or sensors where the configuration names none.
	Reader  string         `json:"reader,omitempty"`
	Printer *PrinterStatus `json:"printer,omitempty"`
	Scanner string         `json:"scanner,omitempty"`
	Sensors *SensorStatus  `json:"sensors,omitempty"`
	// TamperedSince is when the machine was opened by force, until somebody clears
	// it.
	TamperedSince time.Time `json:"tampered_since,omitzero"`

	Platform *LinkStatus    `json:"platform,omitempty"`
	Clock    *ClockStatus   `json:"clock,omitempty"`
	Journal  *JournalStatus `json:"journal,omitempty"`
}

// BundleStatus is the bundle in force.
type BundleStatus struct {
	Version int       `json:"version"`
	Issued  time.Time `json:"issued"`
}

// PrinterStatus is what the printer says.
type PrinterStatus struct {
	Device    hal.State `json:"device"`
	Paper     hal.Paper `json:"paper"`
	CoverOpen bool      `json:"cover_open"`
	// CutterFault: the cutter stands still.
	CutterFault bool   `json:"cutter_fault,omitempty"`
	Error       string `json:"error,omitempty"`
}

// SensorStatus is what the sensors say now, in the words of XFS4IoT. Door and
// switch are empty where there are none.
type SensorStatus struct {
	Device hal.State          `json:"device"`
	Tamper bool               `json:"tamper"`
	Door   hal.Door           `json:"door,omitempty"`
	Switch hal.OperatorSwitch `json:"operator_switch,omitempty"`
}

// LinkStatus is the way to the platform.
type LinkStatus struct {
	Reachable bool          `json:"reachable"`
	Cause     string        `json:"cause,omitempty"`
	Words     string        `json:"words,omitempty"` // of the cause
	Contact   time.Time     `json:"uplinkd_heard,omitzero"`
	Refused   []RefusedItem `json:"refused,omitempty"`
}

// RefusedItem is an item that was tried and has come to no receipt.
type RefusedItem struct {
	ID        protocol.ID `json:"id"`
	Kind      string      `json:"kind"`
	Status    int         `json:"status"`
	Code      string      `json:"code,omitempty"`
	Permanent bool        `json:"permanent"`
	Times     int         `json:"times"`
}

// ClockStatus is how the clock is judged.
type ClockStatus struct {
	SkewSeconds int    `json:"skew_seconds"` // ahead of the platform's
	Words       string `json:"words"`
	Fault       string `json:"fault,omitempty"`
}

// JournalStatus is how much waits.
type JournalStatus struct {
	Unsent      int       `json:"unsent"`
	UnsentBytes uint64    `json:"unsent_bytes"`
	Oldest      time.Time `json:"oldest,omitzero"`
	Quarantined int       `json:"quarantined"` // set apart, as the platform keeps refusing them
	Unknown     int       `json:"unknown"`     // hand-overs whose outcome nobody knows
	DiskFree    uint64    `json:"disk_free"`
	Fault       string    `json:"fault,omitempty"`
	// The audit chain, and its head as the heartbeat signs it.
	AuditEntries uint64          `json:"audit_entries"`
	AuditHead    protocol.Digest `json:"audit_head,omitzero"`
	// Salvaged are the damaged journals that lie beside this one.
	Salvaged []SalvageStatus `json:"salvaged,omitempty"`
}

// lost is how many registrations damaged journals took with them.
func (j JournalStatus) lost() (n int) {
	for _, s := range j.Salvaged {
		n += s.Lost
	}
	return n
}

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
}

func newGauge(counts *tally) *gauge {
	return &gauge{code: catalogue.TerminalStarting, counts: counts}
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

func (g *gauge) beat(pulse func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.pulse = pulse
}

// fitted is a copy of the instruments, to be read without the lock.
func (g *gauge) fitted() *gauge {
	g.mu.Lock()
	defer g.mu.Unlock()
	return &gauge{
		code: g.code, missing: g.missing, base: g.base, clock: g.clock, rig: g.rig, counts: g.counts,
		desk: g.desk, hurry: g.hurry, pulse: g.pulse,
	}
}

func (g *gauge) status(ctx context.Context) Status {
	g = g.fitted()
	s := Status{Version: version, Fault: string(g.code)}
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
	s.OutOfService = g.counts.outOfService()
	s.Bundle = &BundleStatus{bundle.Version, bundle.Issued}
	s.Reader, s.Scanner, s.Sensors = string(g.rig.card.last()), g.rig.scannerState(), g.rig.sensorStatus()
	s.Printer, s.Platform, s.Clock, s.Journal = g.askPrinter(ctx), g.askLink(), g.askClock(), g.askJournal()
	if since, err := g.base.journal.Tampered(); err == nil { // or the journal's fault tells
		s.TamperedSince = since.UTC()
	}
	return s
}

func (g *gauge) askPrinter(ctx context.Context) *PrinterStatus {
	ctx, cancel := context.WithTimeout(ctx, printerPatience)
	defer cancel()
	p, err := g.rig.press.glance(ctx)
	s := &PrinterStatus{Device: p.Device, Paper: p.Paper, CoverOpen: p.CoverOpen, CutterFault: p.CutterFault}
	if err != nil {
		s.Error = err.Error()
	}
	return s
}

func (g *gauge) askLink() *LinkStatus {
	if g.desk == nil {
		return &LinkStatus{Cause: uplink.CauseNotTried, Words: uplink.Explain(uplink.CauseNotTried)}
	}
	link, refused := g.desk.Status()
	s := &LinkStatus{Reachable: link.Reachable, Cause: link.Cause, Words: link.Words, Contact: link.Contact.UTC().Round(0)}
	for _, r := range refused {
		s.Refused = append(s.Refused, RefusedItem(r))
	}
	return s
}

func (g *gauge) askClock() *ClockStatus {
	s := &ClockStatus{SkewSeconds: int(g.clock.Skew().Seconds()), Words: g.clock.Words()}
	if err := g.clock.Fault(); err != nil {
		s.Fault = err.Error()
	}
	return s
}

func (g *gauge) askJournal() *JournalStatus {
	p, err := g.base.journal.Pressure()
	head, err2 := g.base.journal.AuditHead()
	salvaged, err3 := damaged(g.base.path)
	s := &JournalStatus{
		Unsent: p.Unsent, UnsentBytes: p.Bytes, Oldest: p.Oldest, DiskFree: p.DiskFree, Quarantined: p.Quarantined,
		AuditEntries: head.Entries, AuditHead: head.SHA256, Salvaged: salvaged,
	}
	records, err4 := g.base.journal.Records()
	for _, r := range records {
		if r.HandOver == journal.Unknown {
			s.Unknown++
		}
	}
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
		Queue: s.Journal.Unsent, Quarantined: s.Journal.Quarantined, Unknown: s.Journal.Unknown, Lost: s.Journal.lost(),
		AuditEntries: s.Journal.AuditEntries, AuditHead: s.Journal.AuditHead, ClockSkewSeconds: s.Clock.SkewSeconds,
		ReaderState: s.Reader, PrinterState: string(s.Printer.Device), Paper: string(s.Printer.Paper),
	}
	if !s.Journal.Oldest.IsZero() {
		h.OldestUnsentSeconds = max(0, int(now.Sub(s.Journal.Oldest).Seconds()))
	}
	identity := g.fitted().base.identity
	return protocol.SignHeartbeat(h, identity.Signer, identity.Certificate)
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

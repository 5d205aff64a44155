package terminal

import (
	"context"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/escpos"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/journal"
	"github.com/digital-watashi/kiosk/ui"
)

// Screen shows what the terminal has to say. Show keeps the last View and never
// blocks; it is *ui.Server. It is called in confinement: one that calls into C does so
// on a goroutine of its own.
type Screen interface {
	Show(ui.View)
}

// Printer prints slips; it is *escpos.Printer. Print returns nil only when the
// printer said that the whole slip is on paper. Both end when the context does.
type Printer interface {
	Status(ctx context.Context) (hal.PrinterStatus, error)
	Print(ctx context.Context, slip escpos.Slip) error
}

// Journal keeps what must survive a power cut; it is *journal.Journal. What it
// returns without an error is on the disk.
type Journal interface {
	Recover() (withdraw []protocol.ID, err error)
	// Reopen takes it in use again after the disk failed; else it does nothing.
	Reopen(ctx context.Context) error
	Commit(id protocol.ID, envelope []byte, at time.Time) error
	BeginHandOver(id protocol.ID) error
	EndHandOver(id protocol.ID, h journal.HandOver) error
	Withdraw(id protocol.ID, withdrawal []byte, asked bool) error
	Pressure() (journal.Pressure, error)
	// Audit appends a fixed word to the audit trail.
	Audit(event string, id protocol.ID) error
	// Tamper keeps that the machine was opened by force; told again, it keeps the
	// first time.
	Tamper(at time.Time) error
	// Tampered is since when; zero where it was not, or somebody has cleared it.
	Tampered() (since time.Time, err error)
}

// Platform is the way to the platform, as far as there is one; it is
// *uplink.Desk.
type Platform interface {
	// Reachable reports whether the platform would likely answer.
	Reachable() bool
	// QueryKey carries a sealed key query and brings the signed answer.
	QueryKey(ctx context.Context, jwe []byte) (jws []byte, err error)
	// Await waits for the verified receipt of a committed registration.
	Await(ctx context.Context, id protocol.ID) (protocol.Receipt, error)
}

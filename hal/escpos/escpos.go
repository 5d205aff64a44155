// Package escpos prints slips on a receipt printer that speaks ESC/POS.
//
// A Slip is a document of text blocks: the caller says what is on it, in which
// language, and this package how it looks on 80 mm or 58 mm of paper. It knows
// nothing of registrations. Everything is drawn here and sent as raster, so that
// a name never depends on the kanji in a printer's ROM; only the code is sent a
// second time, as plain text, for a printer whose raster fails.
//
//	Slip ── Render ──▶ image, one bit a dot ── strips ──▶ GS v 0 … cut, GS r 1
//	                                            hal.Port ◀── the printer answers
//
// Print returns nil only when the printer has answered a status request that
// stands behind the whole job in its buffer. Every other end is an error with a
// name, and tells whether a byte of the slip may have left.
//
// The code is in byte slices. Print clears what it makes of them; the slices of
// the Slip belong to the caller, who calls Slip.Wipe.
package escpos

import "errors"

// Why a slip did not come out. A line that is lost ends in hal.ErrGone, an end
// of the context in its cause.
var (
	// ErrPaperOut: the roll is at its end.
	ErrPaperOut = errors.New("printer out of paper")
	// ErrCutter: the cutter does not move, which is mostly paper in it.
	ErrCutter = errors.New("printer cutter stuck")
	// ErrCoverOpen: somebody opened the printer.
	ErrCoverOpen = errors.New("printer cover open")
	// ErrOffline: the printer says that it is not ready, or does not answer.
	ErrOffline = errors.New("printer offline")
	// ErrHardware: the printer reports a fault that it cannot mend itself.
	ErrHardware = errors.New("printer fault")
	// ErrUnconfirmed: the whole job was sent and the printer did not say that it
	// printed it. The slip may lie in the tray.
	ErrUnconfirmed = errors.New("printing unconfirmed")
)

// PrintError is what Print returns when it cannot say that the slip was printed.
type PrintError struct {
	// Begun reports whether a byte of the slip may have left. When it is false
	// nothing of this slip is on paper.
	Begun bool
	// Err is the reason: one of the errors of this package or of hal, or the
	// context's cause.
	Err error
}

// Error tells the reason, and whether paper may have been printed.
func (e *PrintError) Error() string {
	if e.Begun {
		return "printing slip (begun): " + e.Err.Error()
	}
	return "printing slip: " + e.Err.Error()
}

// Unwrap gives the reason.
func (e *PrintError) Unwrap() error { return e.Err }

// Package escpos prints slips on a receipt printer that speaks ESC/POS.
//
// A Slip is a document of text blocks: the caller says what is on it, in which
// language, and this package how it looks on 80 mm or 58 mm of paper. It knows
// nothing of registrations. Everything is drawn here and sent as raster, so that
// a name never depends on the kanji in a printer's ROM; only the code is sent a
// second time, as plain text, for a printer whose raster fails.
//
//	Slip ── Render ──▶ image, one bit a dot ── strips ──▶ GS v 0 … cut, GS ^
//	                                            hal.Port ◀── the printer answers
//
// Print returns nil only when the printer has answered a question that stands
// behind the whole job in its buffer, and that it can only answer if it was not
// switched off since the job began. Every other end is an error with a name, and
// tells whether a byte of the slip may have left. A slip that was broken off is
// cleared from the printer, or cut off, before the next one, also when another
// process began it.
//
// # Printers that are not in here
//
// A printer that does not speak ESC/POS is a terminal.Printer of its own, that is
// two methods:
//
//	Status(context.Context) (hal.PrinterStatus, error)
//	Print(context.Context, escpos.Slip) error
//
// Status answers in a second or two and disturbs nothing. A printer that is not
// there or does not answer is a status, NoDevice or Offline, not an error; the
// cause of an ended context is. Print returns nil only when the printer itself
// says that the whole slip is out, never because all of it was sent; otherwise a
// *PrintError, with Begun false only if nothing of the slip can be on paper or
// still come. It draws with Render, clears the picture's Pix when it is done, and
// leaves the bytes of Code and QR alone, which belong to the caller. Whatever
// happened, the next slip comes out whole and carries nothing of the one before.
// haltest.TestPrinter tries all of that.
//
// Star (StarPRNT, Star Line): raster by ESC GS S or ESC * r, cut 1B 64 n, begin
// with 1B 40. The status is an ASB of variable length, on request by ESC ACK SOH,
// by itself after ESC RS a: its first byte has b & 91h == 01h and encodes the
// length, byte 2 & 20h is the cover, byte 5 & 08h the end of paper, and byte 8
// holds a counter of five bits, 0xx0xxx0. ETB (17h) waits until all before it is
// printed, raises the counter and sends the ASB. It is 0 after power-on: raise it
// to 2 or more before the slip, and the slip is printed when ETB behind it makes
// one more of that, which a printer that was switched off and on cannot say.
//
// CUPS and IPP: a job is printed when its job-state is 9, completed; 7 and 8 are
// cancelled and aborted, and 6 is stopped. Status comes from Get-Printer-Attributes,
// printer-state and printer-state-reasons: media-empty, media-low, cover-open,
// media-jam (PaperJammed), offline-report. A raw queue does not do: completed
// then means sent. Cancel a job whose Print ends in an error, or it is printed
// when the next citizen stands there; and keep no job history, which holds codes.
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

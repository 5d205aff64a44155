// Package hal says what a device is: a card, a reader of cards, a port that
// carries bytes, a scanner, the sensors and lights of a cabinet, and the words
// for what can be wrong with each. It holds no
// driver. Drivers live in the rooms below it; whoever has a device of their own
// implements these seams and runs the conformance suites in hal/haltest.
//
// There are two byte seams. A Card takes a command APDU and gives its response;
// a Port carries bytes both ways. Everything above them is ordinary Go that
// runs the same over a real device and over a virtual one.
//
// No seam has a Close: whoever opened a device closes it.
package hal

import (
	"context"
	"errors"
	"io"
)

// Card is one ISO/IEC 7816 card, for as long as it stays in its reader.
//
// One caller at a time. A status word is part of the response, never an error;
// an error speaks of the line only and is, or wraps, ErrCardRemoved, ErrGone or
// the context's cause. An implementation neither keeps nor logs the bytes: they
// may be a VERIFY.
type Card interface {
	// ATR is the answer to reset. It names a card's maker at best; recognise a
	// card by SELECT.
	ATR() []byte
	// Transmit sends one command APDU and returns the response with its two
	// bytes of status word. The context is looked at before the command goes
	// out. An exchange in flight is not cut short; a driver may stop waiting for it
	// when the context ends, and then owns the card until it is back.
	Transmit(ctx context.Context, command []byte) (response []byte, err error)
}

// Watched is what a Card can do besides where its reader sees it lie there when
// nobody attends it any more. Optional.
type Watched interface {
	// Left is closed when this card has left the reader, also when that is long
	// after attend returned, and when nobody can see any more whether it has, as the
	// reader was unplugged or its service died. It is closed before another card is
	// attended in its place. A card in the mouth of a motorised reader has left when
	// its holder has it in the hand, if that can be seen.
	Left() <-chan struct{}
}

// Reader serves cards as net/http serves requests.
type Reader interface {
	// Serve calls attend for each card put in, one at a time, until ctx ends,
	// and then returns the context's cause. A reader or a service that goes
	// away is waited for, not returned. The context given to attend is the
	// card's presence: taking the card out cancels it with cause
	// ErrCardRemoved. The card is held exclusively, and powered down when
	// attend returns, since a verified PIN survives anything less. After attend
	// returns, the same insertion is not attended again.
	Serve(ctx context.Context, attend func(ctx context.Context, c Card)) error
}

// Ejector is what a motorised reader can do besides. Optional.
type Ejector interface {
	// Eject hands the card back to its holder.
	Eject(ctx context.Context) error
	// Retain draws a forgotten card into the bin.
	Retain(ctx context.Context) error
}

// Port is a line to a device that speaks bytes: USB, serial or TCP. Read
// returns in bounded time, with ErrTimeout on silence. Write returns ErrGone
// when the line is gone for good.
type Port interface {
	io.Reader
	io.Writer
}

// What can be wrong with a line. Drivers sort their own codes into these once.
var (
	// ErrCardRemoved: the card was taken out; what it knew is gone with it.
	ErrCardRemoved = errors.New("card removed")
	// ErrCardMute: there is a card that does not answer, because it lies the wrong
	// way round, is dirty or is no chip card.
	ErrCardMute = errors.New("card does not answer")
	// ErrCardCollision: there is more than one card, and nobody can tell whose it is.
	ErrCardCollision = errors.New("more than one card")
	// ErrLength: the line carries no APDU of this length. The card was not reached
	// and stays as it was; a shorter command may be sent.
	ErrLength = errors.New("APDU too long for the line")
	// ErrGone: the device was unplugged or its line is dead.
	ErrGone = errors.New("device gone")
	// ErrBusy: another program holds the device.
	ErrBusy = errors.New("device held by another program")
	// ErrUnavailable: the service in front of the device does not run.
	ErrUnavailable = errors.New("device service unavailable")
	// ErrTimeout: the device said nothing in the time given.
	ErrTimeout = errors.New("device silent")
)

// State is how a device is, in the words of XFS4IoT (Common.Status, device).
type State string

// The states that a terminal tells apart.
const (
	Online        State = "online"
	Offline       State = "offline"
	PowerOff      State = "powerOff"
	NoDevice      State = "noDevice"
	HardwareError State = "hardwareError"
	DeviceBusy    State = "deviceBusy" // another program holds it
)

// Paper is how much a printer has, in the words of XFS4IoT (Printer, paper).
type Paper string

// The paper states. Low is a hint by roll radius; out and jammed stop the printer.
const (
	PaperUnknown Paper = "unknown"
	PaperFull    Paper = "full"
	PaperLow     Paper = "low"
	PaperOut     Paper = "out"
	PaperJammed  Paper = "jammed"
)

// PrinterStatus is what a printer says of itself.
type PrinterStatus struct {
	Device    State
	Paper     Paper
	CoverOpen bool
	// CutterFault: the cutter stands still, which is a HardwareError that a person
	// at the machine can often mend.
	CutterFault bool
}

// Ready reports whether a slip would come out now.
func (s PrinterStatus) Ready() bool {
	return s.Device == Online && !s.CoverOpen && s.Paper != PaperOut && s.Paper != PaperJammed
}

package devices

import (
	"errors"

	"github.com/digital-watashi/kiosk/hal"
)

// ErrNoPCSC is what a build says that has no way to a card reader, and how to
// build instead.
var ErrNoPCSC = errors.New("built without PC/SC: build with cgo and libpcsclite-dev")

// ReaderOptions is what else there is to say about a card reader, and who is told
// about it.
type ReaderOptions struct {
	// RefuseVirtual passes over readers that are software, as production must.
	RefuseVirtual bool
	// OnState is told each change of the reader's state, one call at a time; nil
	// for nobody.
	OnState func(hal.State)
	// OnRefused is told of each reader that was passed over; nil for nobody.
	OnRefused func(name string, err error)
}

// ReaderInfo is what can be seen of a reader, and of the card in it, without
// touching either.
type ReaderInfo struct {
	Name string
	// Virtual: it is software, which production passes over.
	Virtual bool
	// Present: there is a card.
	Present bool
	// ATR is the answer to reset; empty without a card and for a mute one.
	ATR []byte
	// Busy: a program holds the card, which may be terminald.
	Busy bool
	// Mute: the card does not answer.
	Mute bool
}

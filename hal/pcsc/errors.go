//go:build cgo || windows

package pcsc

import (
	"errors"
	"fmt"

	"github.com/ebfe/scard"

	"github.com/digital-watashi/kiosk/hal"
)

var (
	// ErrVirtualReader: the reader is software, and the configuration refuses that.
	ErrVirtualReader = errors.New("virtual card reader refused")
	// ErrServing: Serve runs already.
	ErrServing = errors.New("reader is being served already")
)

// kind is what can be done about a PC/SC code.
type kind int

const (
	kindOther     kind = iota // the line is in doubt: ends the card's visit
	kindRemoved               // no card
	kindGone                  // no reader
	kindService               // no service: both contexts are dead
	kindBusy                  // another program holds the card
	kindMute                  // a card, but no answer
	kindQuiet                 // nothing happened
	kindCancelled             // woken up
)

// kindOf sorts the codes. F_COMM_ERROR is pcsc-lite's word for a pcscd that died,
// and so, now and then, is W_SECURITY_VIOLATION: it hung up without an answer, as
// one does that polkit forbids to answer.
func kindOf(code scard.Error) kind {
	switch code {
	case scard.ErrRemovedCard, scard.ErrNoSmartcard:
		return kindRemoved
	case scard.ErrUnknownReader, scard.ErrReaderUnavailable, scard.ErrNoReadersAvailable:
		return kindGone
	case scard.ErrNoService, scard.ErrServiceStopped, scard.ErrCommError, scard.ErrInvalidHandle,
		scard.ErrShutdown, scard.ErrServerTooBusy, scard.ErrSystemCancelled, scard.ErrSecurityViolation:
		return kindService
	case scard.ErrSharingViolation:
		return kindBusy
	case scard.ErrUnresponsiveCard, scard.ErrUnpoweredCard, scard.ErrUnsupportedCard, scard.ErrProtoMismatch,
		scard.ErrInvalidAtr, scard.ErrCardUnsupported:
		return kindMute
	case scard.ErrTimeout:
		return kindQuiet
	case scard.ErrCancelled:
		return kindCancelled
	}
	return kindOther
}

// kindOfError is kindOf for what the binding returns as an error.
func kindOfError(err error) kind {
	var code scard.Error
	if errors.As(err, &code) {
		return kindOf(code)
	}
	return kindOther
}

// sorted wraps a PC/SC code into the word that package hal has for it.
func sorted(err error) error {
	word := map[kind]error{
		kindRemoved: hal.ErrCardRemoved,
		kindService: hal.ErrUnavailable,
		kindBusy:    hal.ErrBusy,
		kindMute:    hal.ErrCardMute,
	}[kindOfError(err)]
	if word == nil {
		word = hal.ErrGone
	}
	return fmt.Errorf("%w: %w", word, err)
}

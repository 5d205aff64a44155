//go:build cgo || windows

package pcsc

import (
	"fmt"
	"sync"

	"github.com/ebfe/scard"

	"github.com/digital-watashi/kiosk/hal"
)

// service is the waiting context of one life of the PC/SC service. Once the
// service died it is dead for good, and IsValid does not know it.
type service struct {
	wait *scard.Context

	mu       sync.Mutex // guards released, and that no Cancel meets a Release
	released bool
}

func dial() (*service, error) {
	wait, err := connect()
	if err != nil {
		return nil, err
	}
	return &service{wait: wait}, nil
}

// client guards the list of contexts that pcsc-lite's client library keeps for a
// whole process. SCardDisconnect walks it without the library's own lock, and dies
// of a context that another thread is just giving back (seen with 1.9.9).
var client sync.Mutex

// connect opens a context. Each is of one use: one waits, one works for a visit.
func connect() (*scard.Context, error) {
	client.Lock()
	defer client.Unlock()
	c, err := scard.EstablishContext()
	if err != nil {
		// Whatever the code, no reader or card was spoken to yet.
		return nil, fmt.Errorf("connecting to the card service: %w: %w", hal.ErrUnavailable, err)
	}
	return c, nil
}

// release gives a context back. A dead service refuses, and has forgotten it.
func release(c *scard.Context) {
	client.Lock()
	defer client.Unlock()
	_ = c.Release()
}

// powerDown lets go of a card and has it forget. One that left has forgotten
// already, and there is nobody to tell of an error.
func powerDown(handle *scard.Card) {
	client.Lock()
	defer client.Unlock()
	_ = handle.Disconnect(scard.UnpowerCard)
}

// lookAnew has the service look whether there is a card. pcscd may show one that left
// while it was powered down, until the next one comes; of it Connect says what it says of
// a card that does not answer (seen with 1.9.9). To power down what is there takes no card,
// and pcscd shows after that what its reader found. A card that is there loses nothing: it
// could not be had.
func lookAnew(work *scard.Context, reader string) {
	if handle, err := work.Connect(reader, scard.ShareDirect, scard.ProtocolUndefined); err == nil {
		powerDown(handle)
	}
}

// wake ends the wait that is going on, if one is.
func (s *service) wake() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.released {
		_ = s.wait.Cancel() // with no wait there is nothing to end
	}
}

func (s *service) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.released = true
	release(s.wait)
}

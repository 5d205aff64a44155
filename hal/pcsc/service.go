//go:build cgo || windows

package pcsc

import (
	"fmt"
	"sync"

	"github.com/ebfe/scard"
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

// connect opens a context. Each is of one use: one waits, one works for a visit.
func connect() (*scard.Context, error) {
	c, err := scard.EstablishContext()
	if err != nil {
		return nil, fmt.Errorf("connecting to the card service: %w", sorted(err))
	}
	return c, nil
}

// wake ends the wait that is going on, if one is.
func (s *service) wake() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.released {
		_ = s.wait.Cancel() // with no wait there is nothing to end
	}
}

// release gives the context back. A dead service refuses, and has forgotten it.
func (s *service) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.released = true
	_ = s.wait.Release()
}

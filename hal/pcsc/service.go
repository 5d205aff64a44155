//go:build cgo || windows

package pcsc

import (
	"fmt"
	"sync"

	"github.com/ebfe/scard"
)

// service is one life of the PC/SC service: a context that waits and one that
// works. Once the service died both are dead for good, and IsValid does not
// know it.
type service struct {
	wait, work *scard.Context

	mu       sync.Mutex // guards released, and that no Cancel meets a Release
	released bool
}

func dial() (*service, error) {
	wait, err := scard.EstablishContext()
	if err != nil {
		return nil, fmt.Errorf("connecting to the card service: %w", sorted(err))
	}
	work, err := scard.EstablishContext()
	if err != nil {
		_ = wait.Release() // nothing was done with it
		return nil, fmt.Errorf("connecting to the card service: %w", sorted(err))
	}
	return &service{wait: wait, work: work}, nil
}

// wake ends the wait that is going on, if one is.
func (s *service) wake() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.released {
		_ = s.wait.Cancel() // with no wait there is nothing to end
	}
}

// release gives the contexts back. A dead service refuses, and has forgotten them.
func (s *service) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.released = true
	_ = s.wait.Release()
	_ = s.work.Release()
}

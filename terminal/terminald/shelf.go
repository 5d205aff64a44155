package main

import (
	"runtime/debug"
	"sync"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning"
)

// shelf holds the bundle in force: on disk, and read.
type shelf struct {
	dir string

	mu     sync.Mutex
	bundle *protocol.Bundle
}

func openShelf(dir string) (*shelf, error) {
	bundle, _, err := provisioning.LoadBundle(dir)
	if err != nil {
		return nil, err
	}
	return &shelf{dir: dir, bundle: bundle}, nil
}

// current is the bundle in force. Nobody changes it; a new one takes its place.
func (s *shelf) current() *protocol.Bundle {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bundle
}

func (s *shelf) receiptKeys() []protocol.PublicKey { return s.current().ReceiptKeys }

// take puts a bundle in force that the platform has signed and that is newer.
func (s *shelf) take(jws []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := provisioning.SaveBundle(s.dir, jws); err != nil {
		return err
	}
	bundle, _, err := provisioning.LoadBundle(s.dir)
	if err == nil {
		s.bundle = bundle
	}
	return err
}

// built is when the source of this program was committed; zero when unknown.
func built() time.Time {
	info, _ := debug.ReadBuildInfo()
	if info == nil {
		return time.Time{}
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.time" {
			if at, err := time.Parse(time.RFC3339, s.Value); err == nil {
				return at
			}
		}
	}
	return time.Time{}
}

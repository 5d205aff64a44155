package main

import (
	"errors"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning"
	"github.com/digital-watashi/kiosk/terminal/status"
)

// shelf holds the bundle in force: on disk, and read.
type shelf struct {
	dir string
	log *slog.Logger

	mu      sync.Mutex
	bundle  *protocol.Bundle
	damaged error                 // why it is the last good one, and not the newest
	refused *status.BundleRefusal // nil since one was taken
}

func openShelf(dir string, log *slog.Logger) (*shelf, error) {
	bundle, _, err := provisioning.LoadBundle(dir)
	if err != nil {
		return nil, err
	}
	s := &shelf{dir: dir, log: log, bundle: bundle, damaged: provisioning.DamagedBundle(dir)}
	if s.damaged != nil {
		log.Error("the last good bundle is in force", "version", bundle.Version, "error", s.damaged)
	}
	return s, nil
}

// current is the bundle in force. Nobody changes it; a new one takes its place.
func (s *shelf) current() *protocol.Bundle {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bundle
}

func (s *shelf) receiptKeys() []protocol.PublicKey { return s.current().ReceiptKeys }

// take puts a bundle in force that the platform has signed and that is newer. What it
// refuses it tells a technician, until it takes one.
func (s *shelf) take(jws []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := provisioning.SaveBundle(s.dir, jws); err != nil {
		s.refuse(err)
		return err
	}
	bundle, _, err := provisioning.LoadBundle(s.dir)
	if err != nil {
		return err
	}
	if bundle.Version != s.bundle.Version {
		s.log.Info("new bundle in force", "version", bundle.Version, "before", s.bundle.Version)
	}
	s.bundle, s.damaged, s.refused = bundle, provisioning.DamagedBundle(s.dir), nil
	return nil
}

// refuse needs the lock.
func (s *shelf) refuse(err error) {
	next := status.BundleRefusal{Words: refusalWords(err), Last: time.Now().UTC().Truncate(time.Second), Count: 1}
	if s.refused != nil {
		next.Count += s.refused.Count
	}
	s.refused = &next
}

// refusalWords tell what came and was not taken.
func refusalWords(err error) string {
	switch {
	case errors.Is(err, provisioning.ErrRollBack):
		return "rolled back: the platform offers an older bundle than the one in force; it was set back, or is not the platform"
	case errors.Is(err, protocol.ErrNewerFormat):
		return "of a newer format: this program must be replaced by a newer one"
	case errors.Is(err, protocol.ErrUnknownKey):
		return "signed by another key: none that the bundle in force names; bring it by hand, or set the machine up anew"
	case errors.Is(err, provisioning.ErrOtherPlatform):
		return "of another platform or environment"
	}
	return "not taken: " + err.Error()
}

// told is the shelf for a technician.
func (s *shelf) told() *status.Bundle {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := &status.Bundle{Version: s.bundle.Version, Issued: s.bundle.Issued, Refused: s.refused}
	if now := time.Now(); !s.bundle.Hours.Open(now) {
		b.Opens = s.bundle.Hours.Opens(now).UTC()
	}
	if s.damaged != nil {
		b.Damaged = s.damaged.Error()
	}
	return b
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

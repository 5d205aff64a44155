package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/uplink"
)

// standing is whether the platform lets this terminal serve. A suspension comes as a
// signed order, the answer to a heartbeat, and only another one ends it: uplinkd,
// which carries both, could swallow the first and cannot forge the second. It is
// kept on disk, so that a restart without a line does not end it either.
//
// What uplinkd says by itself, that the platform refuses this terminal as compromised
// or retired, closes it for as long as it is said. That is no more than uplinkd can
// do anyway.
type standing struct {
	path string
	log  *slog.Logger

	mu    sync.Mutex
	since time.Time // of the suspension; zero for none
}

// kept is the file of a suspension. It is there while one stands.
type kept struct {
	Since time.Time `json:"since"`
}

// openStanding reads what the platform last ordered. A file that cannot be read is a
// suspension: the next order ends it if there is none.
func openStanding(dir string, log *slog.Logger) *standing {
	s := &standing{path: filepath.Join(dir, "suspended.json"), log: log}
	raw, err := os.ReadFile(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return s
	}
	var k kept
	if err = errors.Join(err, json.Unmarshal(raw, &k)); err != nil || k.Since.IsZero() {
		log.Error("suspension not read, and so believed", "error", err)
		k.Since = time.Now()
	}
	s.since = k.Since.UTC()
	return s
}

// obey takes an order that answers a heartbeat of ours.
func (s *standing) obey(o protocol.Order) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if o.Suspended == !s.since.IsZero() {
		return nil
	}
	if err := s.keep(o); err != nil {
		return fmt.Errorf("keeping an order: %w", err)
	}
	s.since = o.Since
	s.log.Warn("order of the platform", "suspended", o.Suspended, "since", o.Since)
	return nil
}

// keep makes it durable before it is obeyed.
func (s *standing) keep(o protocol.Order) error {
	if !o.Suspended {
		if err := os.Remove(s.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	raw, err := json.Marshal(kept{o.Since})
	if err != nil {
		return err
	}
	file, err := os.OpenFile(s.path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(raw)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	return os.Rename(s.path+".new", s.path)
}

func (s *standing) suspended() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.since.IsZero()
}

// fault says why nobody may be served; nil for nothing.
func (s *standing) fault(link uplink.Link) error {
	s.mu.Lock()
	since := s.since
	s.mu.Unlock()
	switch {
	case !since.IsZero():
		return fmt.Errorf("the platform has suspended this terminal since %s", since.Format(time.RFC3339))
	case link.Reachable && (link.Cause == protocol.CodeSuspended || link.Cause == protocol.CodeRetired):
		return fmt.Errorf("the platform refuses this terminal: %s", link.Cause)
	}
	return nil
}

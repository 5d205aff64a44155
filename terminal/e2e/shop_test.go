//go:build e2e

package e2e_test

import (
	"errors"
	"testing"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/street"
	"github.com/digital-watashi/kiosk/ui/uitest"
)

// shop is a street with a browser at its terminal.
type shop struct {
	*street.Street
	life   *testing.T // ends with the shop
	screen *uitest.Screen
	used   street.Secrets // codes and keys
	photo  string         // what the bundle says of it
}

// newShop founds a street and opens the screen. Whoever fits it with other devices
// does so before the terminal runs.
func newShop(t *testing.T, fit ...func(*street.Street)) *shop {
	t.Helper()
	s := &shop{life: t, used: street.Secrets{}, photo: protocol.PhotoOff}
	s.Street = street.New(t, street.Plan{Platform: "platform-e2e", Patience: uitest.Patience, Provisioned: func(s *street.Street) {
		for _, device := range fit {
			device(s)
		}
	}})
	s.openScreen()
	return s
}

// openScreen starts a browser, as the kiosk's session does.
func (s *shop) openScreen() { s.screen = uitest.Open(s.life, s.Page(), 1080, 1920) }

// in plays a scene with failures told under its name.
func (s *shop) in(t *testing.T, play func(*shop)) { s.In(t, func() { play(s) }) }

// until looks again and again, and ends the test when it never comes true.
func (s *shop) until(what string, so func() bool) {
	s.T.Helper()
	s.Until(what, func() error {
		if !so() {
			return errNotSo
		}
		return nil
	})
}

var errNotSo = errors.New("it is not so")

// notes remembers a code or key that was used.
func (s *shop) notes(secret string) { s.used[secret] = "a code or a key" }

// searched looks for whatever is personal on the terminal's disk.
func (s *shop) searched() {
	for _, found := range s.SearchDisk(s.Cast().And(s.used)) {
		s.T.Error(found)
	}
}

// nobodyNamed looks for it in all that a technician and Prometheus are told.
func (s *shop) nobodyNamed() {
	s.T.Helper()
	for _, found := range s.SearchAnswers(s.Cast().And(s.used)) {
		s.T.Error(found)
	}
}

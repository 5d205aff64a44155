package platform_test

import (
	"testing"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Whoever is about to be bound, and whoever is, learns where and when the person was
// proofed, and whom to tell if that was somebody else.
func TestAppsAreGivenTheNoticeOfProofing(t *testing.T) {
	w := newWorld(t, func(c *platform.Config) { c.Contact = map[string]string{"en": "Help desk 0120-000-000"} })
	r := w.machine("atm-0001").registered(midori(), w.phone())
	for _, confirm := range []bool{false, true} {
		n := r.app.status(r.activates(confirm)).Notice
		if n == nil || n.TerminalID != "atm-0001" || n.PlatformID == "" || n.Time.IsZero() || n.Contact["en"] != "Help desk 0120-000-000" {
			t.Errorf("confirm %v: the notice is %+v", confirm, n)
		}
	}
}

func TestNoNoticeGoesToWhoeverGuesses(t *testing.T) {
	w := newWorld(t)
	r := w.machine("atm-0001").registered(midori(), w.phone())
	expect(t, "a wrong code", r.app.activates(r.key, r.other(0), true), 404, protocol.CodeWrong)
	unsent := w.phone()
	issued := unsent.registers()
	if a := unsent.status(unsent.activates(issued.RegistrationKey, r.code, true)); a.Status != protocol.Pending || a.Notice != nil {
		t.Errorf("an app without a visit is told %s, %+v", a.Status, a.Notice)
	}
}

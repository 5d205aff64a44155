package platform_test

import (
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

const day = 24 * time.Hour

// withPhoto has the citizen's photo in a registration.
func withPhoto(v *visit) {
	v.app.PhotoSHA256, v.app.PhotoCheck, v.content.Photo = digestOf("photo"), protocol.PhotoChecked, []byte("photo")
}

func TestPhotoAndCodeGoByPolicyAndEvidenceStays(t *testing.T) {
	w := newWorld(t, func(c *platform.Config) {
		c.Photo, c.PhotoDays, c.CodeDays = protocol.PhotoOptional, 2, 10
	})
	r := w.machine("atm-0001").registered(midori(), w.phone(), withPhoto)
	r.activates(true)
	for _, step := range []struct {
		after       time.Duration
		photo, code bool
	}{{0, true, true}, {2*day - time.Minute, true, true}, {2 * time.Minute, false, true}, {8*day - 2*time.Minute, false, true}, {2 * time.Minute, false, false}} {
		w.clock.pass(step.after)
		must(t, w.Sweep(background))
		e, is := ok(w.Evidence(background, r.id))(t), ok(w.Registration(background, r.id))(t)
		if (len(e.Photo) > 0) != step.photo || !is.CodeHand.IsZero() != step.code {
			t.Errorf("after %v more: photo %v, code %v; want %v, %v", step.after, len(e.Photo) > 0, !is.CodeHand.IsZero(), step.photo, step.code)
		}
		if len(e.Registration) == 0 || len(e.Certificate) == 0 || len(e.Checks) == 0 || is.Person == nil {
			t.Error("evidence is gone")
		}
	}
	expect(t, "its code afterwards", r.activates(true), 410, "")
}

func TestCodeThatWasDroppedIsExpired(t *testing.T) {
	w := newWorld(t, func(c *platform.Config) { c.CodeDays = 1 })
	r := w.machine("atm-0001").registered(midori(), w.phone())
	w.clock.pass(day + time.Minute)
	must(t, w.Sweep(background))
	if !ok(w.Registration(background, r.id))(t).CodeHand.IsZero() {
		t.Fatal("the code is kept")
	}
	expect(t, "the code", r.activates(true), 410, protocol.CodeExpired)
	expect(t, "another code", r.app.activates(r.key, r.other(1), true), 410, protocol.CodeExpired)
}

func TestCodeInReviewIsKeptUntilItIsDecided(t *testing.T) {
	w := newWorld(t, func(c *platform.Config) { c.CodeDays = 1 })
	m := w.machine("atm-0001")
	m.registered(midori(), w.phone()).activates(true)
	moved := midori()
	moved.Address, moved.AddressFlags = "東京都架空市新町九丁目９番９号", "000000000000000"
	r := m.registered(moved, w.phone())
	r.activates(true)
	w.clock.pass(5 * day)
	w.publish()
	must(t, w.Sweep(background))
	must(t, w.Decide(background, r.id, platform.SamePerson))
	if got := r.app.status(r.activates(true)); got.Status != protocol.Bound {
		t.Errorf("got %s, want bound", got.Status)
	}
	must(t, w.Sweep(background))
	if !ok(w.Registration(background, r.id))(t).CodeHand.IsZero() {
		t.Error("the code is kept after it was used")
	}
}

func TestSweepWithNothingToDoChangesNothing(t *testing.T) {
	w := newWorld(t)
	r := w.machine("atm-0001").registered(haltest.Citizens()[1], w.phone())
	must(t, w.Sweep(background))
	before := ok(w.Registration(background, r.id))(t)
	must(t, w.Sweep(background))
	after := ok(w.Registration(background, r.id))(t)
	if !before.Recheck.Equal(after.Recheck) || before.Verdict != after.Verdict {
		t.Errorf("got %v %s, want %v %s", after.Recheck, after.Verdict, before.Recheck, before.Verdict)
	}
}

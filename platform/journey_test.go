package platform_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

func TestCitizenIsBoundToTheAppThatAsked(t *testing.T) {
	w := newWorld(t)
	m, app := w.machine("atm-0001"), w.phone()
	issued := app.registers()

	id, code, envelope := m.visits(midori(), issued.RegistrationKey)
	receipt := w.receipt(m.delivers(id, envelope), id, envelope)
	if receipt.Verdict != protocol.Accepted {
		t.Fatalf("verdict: got %s %s, want accepted", receipt.Verdict, receipt.Reason)
	}
	if life := receipt.CodeExpires.Sub(receipt.Time); life != 24*time.Hour {
		t.Errorf("life of the code: got %v, want 24h", life)
	}

	first := app.status(app.activates(issued.RegistrationKey, code, false))
	if first.Status != protocol.Confirm || first.Name.Reveal() != midori().Name {
		t.Errorf("before confirming: got %s and the name %v, want confirm and the citizen's", first.Status, first.Name.Reveal() == midori().Name)
	}
	if now := ok(w.Registration(background, id))(t); !now.Activated.IsZero() {
		t.Error("bound before the name was confirmed")
	}
	bound := app.status(app.activates(issued.RegistrationKey, code, true))
	if bound.Status != protocol.Bound || *bound.RegistrationID != id {
		t.Errorf("after confirming: got %+v, want bound", bound)
	}
	if r := app.activates(issued.RegistrationKey, code, true); r.status != 410 || r.code(t) != "already-bound" {
		t.Errorf("the same code again: got %d %s, want 410 already-bound", r.status, r.body)
	}
}

func TestSameBodyGetsTheVerySameReceipt(t *testing.T) {
	w := newWorld(t)
	m, app := w.machine("atm-0001"), w.phone()
	id, _, envelope := m.visits(midori(), app.registers().RegistrationKey)
	first := m.delivers(id, envelope)
	w.clock.pass(time.Hour)
	if again := m.delivers(id, envelope); !bytes.Equal(first.body, again.body) {
		t.Error("the receipt changed")
	}
	_, _, other := m.visits(midori(), app.registers().RegistrationKey, func(v *visit) { v.app.RegistrationID = id })
	if r := m.delivers(id, other); r.status != 409 {
		t.Errorf("another body under the id: got %d %s, want 409", r.status, r.body)
	}
}

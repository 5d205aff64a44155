package platform_test

import (
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

func TestWithdrawnCodeActivatesNothing(t *testing.T) {
	w := newWorld(t)
	m := w.machine("atm-0001")
	r := m.registered(midori(), w.phone())
	body := m.withdrawal(r.id)
	put := func() reply {
		return w.do(m.carry, "PUT", "/v1/withdrawals/"+r.id.String(), protocol.MediaJOSE, body)
	}
	first := put()
	if got := w.receipt(first, r.id, body); got.Verdict != protocol.Withdrawn {
		t.Errorf("got %s, want withdrawn", got.Verdict)
	}
	w.clock.pass(time.Second)
	if again := put(); string(again.body) != string(first.body) {
		t.Error("the same withdrawal got another receipt")
	}
	if got := r.app.status(r.activates(true)); got.Status != protocol.Pending {
		t.Errorf("its code: got %s, want pending like any code of an open key", got.Status)
	}
	if _, err := w.Evidence(background, r.id); err == nil {
		t.Error("evidence of a withdrawn registration is still there")
	}
	if got := ok(w.Registration(background, r.id))(t); got.Person != nil {
		t.Error("the person of a withdrawn registration is still there")
	}
}

func TestWithdrawalMayArriveFirst(t *testing.T) {
	w := newWorld(t)
	m := w.machine("atm-0001")
	key := w.phone().registers().RegistrationKey
	id, _, envelope := m.visits(midori(), key)
	expect(t, "withdrawal", m.withdraws(id), 200, "")
	if got := w.receipt(m.delivers(id, envelope), id, envelope); got.Verdict != protocol.Refused || got.Reason != protocol.ReasonWithdrawn {
		t.Errorf("the registration then: got %s %s, want refused withdrawn", got.Verdict, got.Reason)
	}
	if _, err := w.Evidence(background, id); err == nil {
		t.Error("evidence was kept of what was to be forgotten")
	}
}

func TestWithdrawalAfterActivationSaysSo(t *testing.T) {
	w := newWorld(t)
	m := w.machine("atm-0001")
	r := m.registered(midori(), w.phone())
	r.activates(true)
	body := m.withdrawal(r.id)
	put := w.do(m.carry, "PUT", "/v1/withdrawals/"+r.id.String(), protocol.MediaJOSE, body)
	if got := w.receipt(put, r.id, body); got.Verdict != protocol.Activated {
		t.Errorf("got %s, want activated", got.Verdict)
	}
	if _, err := w.Evidence(background, r.id); err != nil {
		t.Error("evidence of a bound registration is gone: ", err)
	}
}

func TestOnlyItsTerminalWithdraws(t *testing.T) {
	w := newWorld(t)
	m, other := w.machine("atm-0001"), w.machine("atm-0002")
	r := m.registered(midori(), w.phone())
	expect(t, "another terminal", other.withdraws(r.id), 403, "terminal-mismatch")
	body := m.withdrawal(protocol.NewID())
	expect(t, "another id", w.do(m.carry, "PUT", "/v1/withdrawals/"+r.id.String(), protocol.MediaJOSE, body), 400, protocol.CodeMalformed)
	body = m.withdrawal(r.id)
	body[len(body)-2] ^= 1
	expect(t, "broken", w.do(m.carry, "PUT", "/v1/withdrawals/"+r.id.String(), protocol.MediaJOSE, body), 400, protocol.CodeMalformed)
}

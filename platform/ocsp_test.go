package platform_test

import (
	"math/big"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

func TestResponderDecidesWithoutLists(t *testing.T) {
	status := ocsp.Good
	l, a := newListener(t), newAuthority(t)
	var w *world
	url, asked := a.Answering(func(serial *big.Int) (int, []byte) {
		return 200, a.Says(serial, w.clock.now(), func(r *ocsp.Response) { r.Status, r.RevokedAt = status, w.clock.now() })
	})
	w = newWorld(t, l.into, a.into, func(c *platform.Config) { c.OCSP = url })
	w.crls.Set()
	m := w.machine("atm-0001")
	r := m.registered(midori(), w.phone(), a.issues)
	if got := ok(w.Registration(background, r.id))(t); got.Verdict != protocol.Accepted {
		t.Fatalf("good: got %s %s, want accepted", got.Verdict, got.Reason)
	}
	if got := r.app.status(r.activates(true)); got.Status != protocol.Bound || asked.Load() != 2 {
		t.Errorf("got %s after %d questions, want bound after one on arrival and one at activation", got.Status, asked.Load())
	}
	e := ok(w.Evidence(background, r.id))(t)
	if last := e.Checks[len(e.Checks)-1]; !strings.Contains(last.Detail, "responder") {
		t.Errorf("evidence: got %q, want that the responder said so", last.Detail)
	}
	status = ocsp.Revoked
	refused := m.registered(haltest.Citizens()[1], w.phone(), a.issues)
	if got := ok(w.Registration(background, refused.id))(t); got.Reason != protocol.ReasonCitizenRevoked {
		t.Errorf("revoked: got %s %s, want refused", got.Verdict, got.Reason)
	}
	l.expect(w, "before its time", platform.EventBound)
	w.clock.pass(24*time.Hour + time.Second)
	l.expect(w, "a day later", platform.EventSuspended)
}

func TestReceivedUntilListOrResponderAnswers(t *testing.T) {
	a := newAuthority(t)
	up := false
	var w *world
	url, asked := a.Answering(func(serial *big.Int) (int, []byte) {
		if !up {
			return 500, nil
		}
		return 200, a.Says(serial, w.clock.now(), nil)
	})
	w = newWorld(t, a.into, func(c *platform.Config) { c.OCSP = url })
	w.crls.Set()
	m := w.machine("atm-0001")
	first, second := m.registered(midori(), w.phone(), a.issues), m.registered(haltest.Citizens()[1], w.phone(), a.issues)
	verdict := func(r registered) protocol.Verdict { return ok(w.Registration(background, r.id))(t).Verdict }
	if verdict(first) != protocol.Received || verdict(second) != protocol.Received || asked.Load() != 1 {
		t.Errorf("got %s, %s after %d questions; want received, and a responder that is down left alone", verdict(first), verdict(second), asked.Load())
	}
	up = true
	w.clock.pass(time.Minute)
	must(t, w.Sweep(background))
	if verdict(first) != protocol.Accepted || verdict(second) != protocol.Accepted {
		t.Errorf("got %s, %s; want accepted", verdict(first), verdict(second))
	}
}

func TestListAtHandServesWhileTheResponderIsDown(t *testing.T) {
	a := newAuthority(t)
	url, _ := a.Answering(func(*big.Int) (int, []byte) { return 503, nil })
	w := newWorld(t, a.into, func(c *platform.Config) { c.OCSP = url })
	w.crls.Set(a.List(w.clock.now()))
	r := w.machine("atm-0001").registered(midori(), w.phone(), a.issues)
	if got := ok(w.Registration(background, r.id))(t); got.Verdict != protocol.Accepted {
		t.Errorf("got %s, want accepted by the list", got.Verdict)
	}
}

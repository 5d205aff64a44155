package platform_test

import (
	"bytes"
	"crypto/x509"
	"math/big"
	"slices"
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
	url, asked := a.answering(func(serial *big.Int) (int, []byte) {
		return 200, a.says(serial, w.clock.now(), func(r *ocsp.Response) { r.Status, r.RevokedAt = status, w.clock.now() })
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
	url, asked := a.answering(func(serial *big.Int) (int, []byte) {
		if !up {
			return 500, nil
		}
		return 200, a.says(serial, w.clock.now(), nil)
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
	url, _ := a.answering(func(*big.Int) (int, []byte) { return 503, nil })
	w := newWorld(t, a.into, func(c *platform.Config) { c.OCSP = url })
	w.crls.Set(a.list(t, w.clock.now()))
	r := w.machine("atm-0001").registered(midori(), w.phone(), a.issues)
	if got := ok(w.Registration(background, r.id))(t); got.Verdict != protocol.Accepted {
		t.Errorf("got %s, want accepted by the list", got.Verdict)
	}
}

func TestResponderIsBelievedOnlyWhenItMay(t *testing.T) {
	a, now := newAuthority(t), time.Now()
	citizen := &visit{}
	citizen.cert, _ = haltest.NewCA().Issue(midori(), haltest.IssueOptions{})
	a.issues(citizen)
	serial := a.serial
	by := func(change func(*x509.Certificate)) []byte {
		signer, key := a.delegate(change)
		return a.saysBy(signer, key, serial, now, nil)
	}
	says := func(change func(*ocsp.Response)) []byte { return a.says(serial, now, change) }
	self := a.saysBy(a.cert, a.key, serial, now, func(r *ocsp.Response) { r.Certificate = nil })
	foreign := newAuthority(t)
	broken := bytes.Clone(says(nil))
	broken[len(broken)-1] ^= 1
	tests := []struct {
		name   string
		answer []byte
		known  bool
	}{
		{"by its delegate", says(nil), true},
		{"by the CA itself", self, true},
		{"by another CA", foreign.says(serial, now, nil), false},
		{"by a delegate without the right to answer", by(func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth} }), false},
		{"by a delegate whose time is over", by(func(c *x509.Certificate) { c.NotAfter = now.Add(-time.Second) }), false},
		{"by a delegate that may be revoked", by(func(c *x509.Certificate) { c.ExtraExtensions = nil }), false},
		{"about another certificate", a.says(big.NewInt(99), now, nil), false},
		{"that it does not know it", says(func(r *ocsp.Response) { r.Status = ocsp.Unknown }), false},
		{"that has run out", says(func(r *ocsp.Response) { r.NextUpdate = now.Add(-time.Second) }), false},
		{"from the future", says(func(r *ocsp.Response) { r.ThisUpdate = now.Add(time.Hour) }), false},
		{"of last week", says(func(r *ocsp.Response) { r.ThisUpdate = now.Add(-7 * 24 * time.Hour) }), false},
		{"without an end, of today", says(func(r *ocsp.Response) { r.NextUpdate = time.Time{} }), true},
		{"without an end, an hour old", says(func(r *ocsp.Response) { r.NextUpdate, r.ThisUpdate = time.Time{}, now.Add(-time.Hour) }), false},
		{"hashed with SHA-1", says(func(r *ocsp.Response) { r.SignatureAlgorithm = x509.ECDSAWithSHA1 }), false},
		{"with a broken signature", broken, false},
		{"that says: try later", ocsp.TryLaterErrorResponse, false},
		{"that is none", []byte("good"), false},
		{"that is empty", nil, false},
	}
	for _, test := range tests {
		known, revoked, err := platform.ReadStatus(test.answer, citizen.cert, a.cert, now)
		if known != test.known || revoked || (err == nil) != test.known {
			t.Errorf("an answer %s: got known %v, revoked %v, %v; want known %v", test.name, known, revoked, err, test.known)
		}
	}
}

func FuzzOCSP(f *testing.F) {
	a, now := newAuthority(f), time.Now()
	citizen := &visit{}
	citizen.cert, _ = haltest.NewCA().Issue(midori(), haltest.IssueOptions{})
	a.issues(citizen)
	f.Add(a.says(a.serial, now, nil))
	f.Add(ocsp.UnauthorizedErrorResponse)
	f.Add([]byte{0x30, 0x80})
	valid := [][]byte{a.says(a.serial, now, nil)}
	f.Fuzz(func(t *testing.T, answer []byte) {
		known, revoked, err := platform.ReadStatus(answer, citizen.cert, a.cert, now)
		if err != nil && (known || revoked) {
			t.Error("an error with an answer")
		}
		if revoked && slices.ContainsFunc(valid, func(v []byte) bool { return bytes.Equal(v, answer) }) {
			t.Error("good became revoked")
		}
	})
}

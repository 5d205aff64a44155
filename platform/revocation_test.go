package platform_test

import (
	"context"
	"crypto/x509"
	"math/big"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/bolt"
	"github.com/digital-watashi/kiosk/platform/jpki"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

func TestReceivedIsJudgedWhenAListArrives(t *testing.T) {
	tests := []struct {
		name    string
		revoked bool
		want    protocol.Verdict
	}{{"clean", false, protocol.Accepted}, {"revoked", true, protocol.Refused}}
	for _, test := range tests {
		w := newWorld(t)
		w.crls.Set()
		m, app := w.machine("atm-0001"), w.phone()
		key := app.registers().RegistrationKey
		id, code, envelope := m.visits(midori(), key)
		first := m.delivers(id, envelope)
		if got := w.receipt(first, id, envelope); got.Verdict != protocol.Received || got.CodeExpires != nil {
			t.Errorf("%s: without lists: got %s, want received", test.name, got.Verdict)
		}
		if got := app.status(app.activates(key, code, true)); got.Status != protocol.Pending {
			t.Errorf("%s: code before a list: got %s, want pending", test.name, got.Status)
		}
		if test.revoked {
			w.publish(serialOf(w))
		} else {
			w.publish()
		}
		w.clock.pass(time.Hour)
		must(t, w.Sweep(background))
		if got := ok(w.Registration(background, id))(t); got.Verdict != test.want {
			t.Errorf("%s: after a list: got %s %s, want %s", test.name, got.Verdict, got.Reason, test.want)
		}
		if again := m.delivers(id, envelope); string(again.body) != string(first.body) {
			t.Errorf("%s: the receipt changed", test.name)
		}
		r := app.activates(key, code, true)
		if test.revoked {
			expect(t, "revoked", r, 410, "registration-refused")
		} else {
			expect(t, "clean", r, 200, "")
		}
	}
}

func serialOf(w *world) *big.Int {
	cert, _ := w.ca.Issue(midori(), haltest.IssueOptions{})
	return cert.SerialNumber
}

func TestRevokedCertificateIsRefusedAtOnce(t *testing.T) {
	w := newWorld(t)
	w.publish(serialOf(w))
	m := w.machine("atm-0001")
	id, _, envelope := m.visits(midori(), w.phone().registers().RegistrationKey)
	if got := w.receipt(m.delivers(id, envelope), id, envelope); got.Reason != protocol.ReasonCitizenRevoked {
		t.Errorf("got %s %s, want refused citizen-certificate-revoked", got.Verdict, got.Reason)
	}
}

func TestListsThatSayNothingLeaveItWaiting(t *testing.T) {
	w := newWorld(t)
	m := w.machine("atm-0001")
	at := w.clock.now()
	list := func(generation int, then time.Time) []byte { return ok(w.ca.CRL(generation, nil, then))(t) }
	broken := list(3, at)
	broken[len(broken)-1] ^= 1
	tests := []struct {
		name string
		list []byte
	}{
		{"of another generation under the same name", list(2, at)},
		{"that ran out", list(3, at.Add(-49*time.Hour))},
		{"from the future", list(3, at.Add(time.Hour))},
		{"with a broken signature", broken},
		{"that is no list", []byte("list")},
	}
	for _, test := range tests {
		w.crls.Set(test.list)
		id, _, envelope := m.visits(midori(), w.phone().registers().RegistrationKey)
		if got := w.receipt(m.delivers(id, envelope), id, envelope); got.Verdict != protocol.Received {
			t.Errorf("a list %s: got %s %s, want received", test.name, got.Verdict, got.Reason)
		}
	}
}

func TestAccountIsMarkedWhenItsCertificateIsRevokedLater(t *testing.T) {
	store := &spyStore{}
	w := newWorld(t, store.into)
	r := w.machine("atm-0001").registered(midori(), w.phone())
	r.activates(true)
	must(t, w.Sweep(background))
	w.publish(serialOf(w))
	must(t, w.Sweep(background))
	if all := store.accounts(t); len(all) != 1 || all[0].Revoked.IsZero() {
		t.Errorf("got %d accounts, marked %v; want one, marked", len(all), len(all) == 1 && !all[0].Revoked.IsZero())
	}
}

func TestFetchedListJudgesWhatWaits(t *testing.T) {
	folder := jpki.CRLDirectory(t.TempDir())
	w := newWorld(t, func(c *platform.Config) { c.CRLs = folder })
	m := w.machine("atm-0001")
	r := m.registered(midori(), w.phone())
	list := ok(w.ca.CRL(3, nil, time.Now()))(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write(list) }))
	t.Cleanup(server.Close)
	believed := func() ([]*x509.Certificate, error) { return w.ca.Certificates(), nil }
	f := ok(jpki.NewCRLFetch([]string{server.URL}, folder, believed, w.config.Log))(t)
	ctx, cancel := context.WithCancel(background)
	done := make(chan error)
	go func() { done <- f.Run(ctx) }()
	verdict := func() string { return string(ok(w.Registration(background, r.id))(t).Verdict) }
	if verdict() != "received" {
		t.Errorf("before: got %s", verdict())
	}
	for deadline := time.Now().Add(time.Minute); verdict() != "accepted" && time.Now().Before(deadline); {
		must(t, w.Sweep(background))
	}
	if verdict() != "accepted" {
		t.Errorf("after: got %s, want accepted", verdict())
	}
	cancel()
	if err := <-done; err != context.Canceled {
		t.Errorf("Run ended with %v", err)
	}
	if all := ok(w.Lists(background))(t); len(all) != 1 || !all[0].Until.After(time.Now()) {
		t.Errorf("lists at hand: got %+v", all)
	}
}

// spyStore looks into the store beside the platform.
type spyStore struct{ platform.Store }

func (s *spyStore) into(c *platform.Config) {
	store, err := bolt.Open(c.Dir + "/spied.db")
	if err != nil {
		panic(err) // a fresh folder takes a file
	}
	s.Store, c.Store = store, store
}

func (s *spyStore) accounts(t *testing.T) (all []platform.Account) {
	t.Helper()
	must(t, s.View(background, func(r platform.Reading) (err error) {
		all, err = r.Accounts()
		return err
	}))
	return all
}

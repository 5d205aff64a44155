package platform_test

import (
	"crypto/ecdsa"
	"crypto/x509"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// short are certificates of ten days that may be renewed for five days more.
func short(c *platform.Config) { c.CertificateDays, c.LateRenewalDays = 10, 5 }

// held is a terminal with its keys in files, as it stands in the field.
type held struct {
	*applicant
	device, carrier *ecdsa.PrivateKey
	cert, tls       *x509.Certificate
}

// inField lets a terminal in; its chip, if it has one, proves both keys.
func (w *world) inField(id string, c *chip) *held {
	w.t.Helper()
	a, h := w.applicant(id), &held{device: newECDSA(), carrier: newECDSA()}
	if c != nil {
		a.attests(c, h.device, h.carrier)
	}
	h.cert, _ = granted(w.t, a.enrolls(h.device, false, "tpm"))
	h.tls, _ = granted(w.t, a.enrolls(h.carrier, true, "tpm"))
	h.applicant = w.holding(h.tls, h.carrier)
	return h
}

func TestCertificatesAreRenewedInTimeAndForAWhileAfter(t *testing.T) {
	for name, test := range map[string]struct {
		after             time.Duration
		forTLS, sameKey   bool
		status            int
		code, where, what string
	}{
		"TLS in time":                  {5 * day, true, true, 200, "", "tpm", "renewal"},
		"TLS in time, another key":     {5 * day, true, false, 200, "", "file", "renewal"},
		"device in time":               {5 * day, false, true, 200, "", "tpm", "renewal"},
		"device in time, another key":  {5 * day, false, false, 403, protocol.CodeRenewKey, "", ""},
		"TLS on its last day":          {10 * day, true, true, 200, "", "tpm", "renewal"},
		"TLS late":                     {12 * day, true, true, 200, "", "tpm", "late renewal"},
		"TLS late, another key":        {12 * day, true, false, 403, protocol.CodeRenewKey, "", ""},
		"device late":                  {12 * day, false, true, 200, "", "tpm", "late renewal"},
		"device late, another key":     {12 * day, false, false, 403, protocol.CodeRenewKey, "", ""},
		"TLS at the limit":             {15 * day, true, true, 200, "", "tpm", "late renewal"},
		"TLS a second after it":        {15*day + time.Second, true, true, 403, protocol.CodeRenewLate, "", ""},
		"device a second after it":     {15*day + time.Second, false, true, 403, protocol.CodeRenewLate, "", ""},
		"after sixty days":             {70 * day, true, true, 403, protocol.CodeRenewLate, "", ""},
		"another key after sixty days": {70 * day, true, false, 403, protocol.CodeRenewLate, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, short)
			h := w.inField("atm-0001", nil)
			w.clock.pass(h.tls.NotBefore.Add(10*time.Minute).Sub(w.clock.now()) + test.after)
			key := map[bool]*ecdsa.PrivateKey{true: h.carrier, false: h.device}[test.forTLS]
			claim := "tpm"
			if !test.sameKey {
				key, claim = newECDSA(), "file"
			}
			r := h.renews(key, test.forTLS, claim)
			expect(t, name, r, test.status, test.code)
			if test.status != http.StatusOK {
				return
			}
			cert, where := granted(t, r)
			kept := ok(w.Issuance(background, protocol.CertificateKid(cert)))(t)
			if where != test.where || string(kept.Occasion) != test.what || !cert.NotAfter.After(h.tls.NotAfter) {
				t.Errorf("got %s by %s until %s, want %s by %s", where, kept.Occasion, cert.NotAfter, test.where, test.what)
			}
		})
	}
}

// TestExpiredCertificateOpensNothingButItsRenewal asks at every route there is, but
// the one that ends the machine for good.
func TestExpiredCertificateOpensNothingButItsRenewal(t *testing.T) {
	w := newWorld(t, short)
	h := w.inField("atm-0001", nil)
	w.clock.pass(12 * day)
	id := protocol.NewID().String()
	asked := map[string]bool{}
	for _, test := range []struct{ method, path, media string }{
		{"PUT", protocol.PathRegistrations + id, protocol.MediaJOSE},
		{"PUT", protocol.PathWithdrawals + id, protocol.MediaJOSE},
		{"POST", protocol.PathHeartbeats, protocol.MediaJOSE},
		{"GET", protocol.PathBundle, ""},
		{"POST", protocol.PathKeyQuery, protocol.MediaJOSE},
	} {
		r := w.do(h.client, test.method, test.path, test.media, nil)
		expect(t, test.path, r, 403, protocol.CodeCertExpired)
		if !strings.Contains(string(r.body), protocol.PathESTReenroll) {
			t.Errorf("%s: %s does not say where to renew it", test.path, r.body)
		}
		asked[strings.TrimSuffix(test.path, id)] = true
	}
	for pattern, methods := range document().root.at("paths") { // none of mutual TLS alone is left out
		for method := range asNode(methods) {
			schemes, _ := asNode(methods).at(method)["security"].([]any)
			if len(schemes) == 1 && asNode(schemes[0])["terminal"] != nil && !asked[strings.TrimSuffix(pattern, "{id}")] && pattern != protocol.PathESTReenroll && pattern != protocol.PathRetirements {
				t.Errorf("%s %s was not asked", method, pattern)
			}
		}
	}
	cert, _ := granted(t, h.renews(h.carrier, true, "tpm"))
	expect(t, "bundle again", w.do(w.holding(cert, h.carrier).client, "GET", protocol.PathBundle, "", nil), 200, "")
}

func TestLateTerminalProvesThatItsNewKeyIsInTheSameChip(t *testing.T) {
	s, c, other := &staff{}, newChip(t, false), newChip(t, false)
	s.allow(c)
	s.allow(other)
	w := newWorld(t, strict(s), short)
	h := w.inField("atm-0001", c)
	w.clock.pass(12 * day)

	key := newECDSA()
	expect(t, "no proof", h.renews(key, true, "tpm"), 403, protocol.CodeRenewKey)
	expect(t, "another chip", h.introduces(other.introduces(nil)), 403, protocol.CodeAttestation)
	h.attests(c, key)
	cert, where := granted(t, h.renews(key, true, "tpm"))
	if where != protocol.ProtectionAttested {
		t.Errorf("got %s, want tpm-attested", where)
	}
	expect(t, "the device key stays", h.renews(newECDSA(), false, "tpm"), 403, protocol.CodeTicket)
	h.ticket = ""
	if _, where := granted(t, h.renews(h.device, false, "tpm")); where != protocol.ProtectionAttested {
		t.Errorf("the device key that was proven before: got %s, want tpm-attested still", where)
	}
	expect(t, "bundle", w.do(w.holding(cert, key).client, "GET", protocol.PathBundle, "", nil), 200, "")
	w.clock.pass(70 * day)
	expect(t, "much too late to prove anything", h.introduces(c.introduces(nil)), 403, protocol.CodeRenewLate)
}

func TestNewKeyInTimeHasToShowWhereItIs(t *testing.T) {
	s, c := &staff{}, newChip(t, false)
	s.allow(c)
	w := newWorld(t, strict(s), short)
	h := w.inField("atm-0001", c)
	expect(t, "in a file", h.renews(newECDSA(), true, "file"), 403, protocol.CodeProtection)
	expect(t, "claimed", h.renews(newECDSA(), true, "tpm"), 403, protocol.CodeProtection)
	if _, where := granted(t, h.renews(h.carrier, true, "file")); where != protocol.ProtectionAttested {
		t.Errorf("the same key: got %s, want tpm-attested: a key does not move", where)
	}
}

func TestKeysOfDeviceAndTLSStayApart(t *testing.T) {
	w := newWorld(t)
	h := w.inField("atm-0001", nil)
	expect(t, "the device key for TLS", h.renews(h.device, true, "tpm"), 400, protocol.CodeMalformed)
	expect(t, "the TLS key for the device", h.renews(h.carrier, false, "tpm"), 400, protocol.CodeMalformed)
}

func TestReplacedOrSuspendedMachineRenewsNothing(t *testing.T) {
	w := newWorld(t, short)
	h := w.inField("atm-0001", nil)
	w.clock.pass(day)
	next := w.inField("atm-0001", nil)
	expect(t, "TLS of the machine before", h.renews(h.carrier, true, "tpm"), 403, protocol.CodeRenewKey)
	expect(t, "device of the machine before", h.renews(h.device, false, "tpm"), 403, protocol.CodeRenewKey)
	granted(t, next.renews(next.carrier, true, "tpm"))
	must(t, w.Suspend(background, "atm-0001", false))
	expect(t, "suspended", next.renews(next.carrier, true, "tpm"), 403, protocol.CodeSuspended)
	expect(t, "suspended, with its chip", next.introduces(newChip(t, false).introduces(nil)), 403, protocol.CodeSuspended)
}

func TestLateRenewalIsOfTheNewestCertificate(t *testing.T) {
	w := newWorld(t, short)
	h := w.inField("atm-0001", nil)
	w.clock.pass(5 * day)
	key := newECDSA()
	cert, _ := granted(t, h.renews(key, true, "tpm"))
	w.clock.pass(7 * day)
	expect(t, "the key before", h.renews(h.carrier, true, "tpm"), 403, protocol.CodeRenewKey)
	granted(t, w.holding(cert, key).renews(key, true, "tpm"))
}

func TestRenewalIsSlowedDown(t *testing.T) {
	w := newWorld(t)
	h := w.inField("atm-0001", nil)
	for range 10 {
		granted(t, h.renews(h.carrier, true, "tpm"))
	}
	r := h.renews(h.carrier, true, "tpm")
	expect(t, "the eleventh in a row", r, 429, protocol.CodeTooMany)
	w.clock.pass(time.Minute)
	granted(t, h.renews(h.carrier, true, "tpm"))
}

func TestNobodyRenewsLateWhereThePolicySaysNever(t *testing.T) {
	w := newWorld(t, func(c *platform.Config) { c.CertificateDays, c.LateRenewalDays = 10, -1 })
	h := w.inField("atm-0001", nil)
	w.clock.pass(10*day + time.Second)
	expect(t, "late", h.renews(h.carrier, true, "tpm"), 403, protocol.CodeRenewLate)
}

package platform_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/smallstep/pkcs7"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/jpki"
	"github.com/digital-watashi/kiosk/platform/keyring"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

func TestRoutesLetInOnlyWhomTheyShould(t *testing.T) {
	w := newWorld(t)
	m, suspended, compromised := w.machine("atm-0001"), w.machine("atm-0002"), w.machine("atm-0003")
	must(t, w.Suspend(background, suspended.id, false))
	must(t, w.Suspend(background, compromised.id, true))
	self := selfMade(t, w)
	clients := []*http.Client{w.apps, self, m.carry, suspended.carry, compromised.carry}
	id := protocol.NewID().String()
	// What each gets: nobody, a certificate of its own making, a terminal, a
	// suspended one, a compromised one. 400 and 415 are past the guard.
	tests := []struct {
		method, path string
		want         [5]int
	}{
		{"GET", "/healthz", [5]int{200, 200, 200, 200, 200}},
		{"GET", "/v1/nonce", [5]int{200, 200, 200, 200, 200}},
		{"POST", "/v1/registration-keys", [5]int{400, 400, 400, 400, 400}},
		{"POST", "/v1/activations", [5]int{403, 403, 403, 403, 403}},
		{"PUT", "/v1/withdrawals/" + id, [5]int{403, 403, 400, 400, 403}},
		{"PUT", "/v1/registrations/" + id, [5]int{403, 403, 200, 200, 403}},
		{"GET", "/v1/bundle", [5]int{403, 403, 200, 200, 403}},
		{"POST", "/v1/registration-keys/query", [5]int{403, 403, 400, 403, 403}},
		{"GET", "/.well-known/est/cacerts", [5]int{200, 200, 200, 200, 200}},
		{"GET", "/.well-known/est/csrattrs", [5]int{200, 200, 200, 200, 200}},
		{"POST", "/.well-known/est/simpleenroll", [5]int{415, 415, 415, 415, 415}},
		{"POST", "/.well-known/est/simplereenroll", [5]int{403, 403, 415, 415, 403}},
		{"POST", "/v1/attestations", [5]int{415, 415, 415, 415, 415}},
		{"POST", "/v1/attestations/" + id, [5]int{415, 415, 415, 415, 415}},
		{"GET", "/v1/registrations/" + id, [5]int{404, 404, 404, 404, 404}},
		{"PUT", "/v1/registrations/short", [5]int{403, 403, 404, 404, 403}},
		{"GET", "/elsewhere", [5]int{404, 404, 404, 404, 404}},
	}
	for _, test := range tests {
		for i, c := range clients {
			r := w.do(c, test.method, test.path, protocol.MediaJOSE, []byte("nothing"))
			if r.status != test.want[i] {
				t.Errorf("%s %s by %d: got %d %s, want %d", test.method, test.path, i, r.status, r.body, test.want[i])
			}
			if media := r.header.Get("Content-Type"); r.status >= 400 && media != protocol.MediaProblem {
				t.Errorf("%s %s by %d: error as %s, want %s", test.method, test.path, i, media, protocol.MediaProblem)
			}
		}
	}
}

// selfMade presents a certificate that names a terminal and that nobody issued.
func selfMade(t *testing.T, w *world) *http.Client {
	key := newECDSA()
	uris := ok(protocol.Terminal{ID: "atm-0001", Environment: protocol.Test, Protection: protocol.ProtectionFile}.URIs())(t)
	template := &x509.Certificate{
		SerialNumber: serialOf(w), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		URIs: uris, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
		RawIssuer: w.CACertificate().RawSubject,
	}
	parent := &x509.Certificate{RawSubject: w.CACertificate().RawSubject, PublicKey: key.Public()}
	der := ok(x509.CreateCertificate(nil, template, parent, key.Public(), key))(t)
	return w.client(tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key})
}

func TestBodiesAreBounded(t *testing.T) {
	w := newWorld(t)
	m := w.machine("atm-0001")
	path := "/v1/registrations/" + protocol.NewID().String()
	whole := bytes.Repeat([]byte("x"), protocol.MaxBody)
	expect(t, "256 KiB", w.do(m.carry, "PUT", path, protocol.MediaJOSE, whole), 200, "") // refused, but looked at
	over := append(whole, 'x')
	expect(t, "one more", w.do(m.carry, "PUT", path, protocol.MediaJOSE, over), 413, protocol.CodeTooLarge)
	chunked := ok(http.NewRequest("PUT", w.url+path, struct{ *bytes.Reader }{bytes.NewReader(over)}))(t)
	chunked.ContentLength = -1
	chunked.Header.Set("Content-Type", protocol.MediaJOSE)
	expect(t, "one more without saying so", w.send(m.carry, chunked), 413, protocol.CodeTooLarge)
	expect(t, "another media type", w.do(m.carry, "PUT", path, "text/plain", whole), 415, "media-type")
}

func TestBundleIsSentOnce(t *testing.T) {
	w := newWorld(t)
	m := w.machine("atm-0001")
	first := w.do(m.carry, "GET", "/v1/bundle", "", nil)
	bundle := ok(protocol.DecodeFirstBundle(first.body))(t)
	if first.header.Get("ETag") != `"1"` || bundle.Version != 1 || bundle.PlatformID != w.ID() || len(bundle.JPKI) != haltest.Generations {
		t.Errorf("got version %d, tag %s", bundle.Version, first.header.Get("ETag"))
	}
	again := ok(http.NewRequest("GET", w.url+"/v1/bundle", nil))(t)
	again.Header.Set("If-None-Match", `"1"`)
	expect(t, "known already", w.send(m.carry, again), 304, "")
}

func TestBundleGrowsOnlyWhenItChanges(t *testing.T) {
	w := newWorld(t)
	before := ok(w.Bundle())(t)
	must(t, w.Close())
	restart := func(change func(*platform.Config)) []byte {
		change(&w.config)
		p := w.open()
		defer p.Close()
		return ok(p.Bundle())(t)
	}
	if !bytes.Equal(restart(func(*platform.Config) {}), before) {
		t.Error("a restart made another bundle")
	}
	old := ok(protocol.DecodeFirstBundle(before))(t)
	next := ok(protocol.VerifyBundle(restart(func(c *platform.Config) { c.Offline = protocol.OfflineRefuse }), old.BundleKeys))(t)
	if next.Version != 2 || next.Offline != protocol.OfflineRefuse {
		t.Errorf("after a change: got version %d, want 2", next.Version)
	}
	w.Platform = w.open() // for clean-up
}

func TestHeartbeatIsKept(t *testing.T) {
	w := newWorld(t)
	m, other := w.machine("atm-0001"), w.machine("atm-0002")
	beat := protocol.Heartbeat{
		TerminalID: m.id, Time: w.clock.now().Truncate(time.Second), Versions: map[string]string{"terminald": "1"}, Protection: "file",
		ReaderState: "online", PrinterState: "online", Paper: "full",
	}
	jws := ok(protocol.SignHeartbeat(beat, m.device, m.cert))(t)
	expect(t, "its own", w.do(m.carry, "POST", "/v1/heartbeats", protocol.MediaJOSE, jws), 204, "")
	expect(t, "carried by another", w.do(other.carry, "POST", "/v1/heartbeats", protocol.MediaJOSE, jws), 403, "terminal-mismatch")
	if all := ok(w.Terminals(background))(t); all[0].Seen.IsZero() || !all[1].Seen.IsZero() {
		t.Error("seen: want the first and not the second")
	}
}

// Enrollment.

func TestTokenServesForOneDeviceAndOneTLSCertificate(t *testing.T) {
	w := newWorld(t)
	token := ok(w.IssueToken("atm-0001"))(t)
	device, carrier := newECDSA(), newECDSA()
	cert := w.enroll(token, device, false)
	if again := w.enroll(token, device, false); !again.Equal(cert) {
		t.Error("the same request got another certificate")
	}
	expect(t, "second device", w.askEnroll(token, newECDSA(), false), 401, protocol.CodeTokenUsed)
	expect(t, "the device key for TLS", w.askEnroll(token, device, true), 400, protocol.CodeMalformed)
	forTLS := w.enroll(token, carrier, true)
	expect(t, "second TLS", w.askEnroll(token, newECDSA(), true), 401, protocol.CodeTokenUsed)

	said := ok(protocol.TerminalOf(cert))(t)
	if said != (protocol.Terminal{ID: "atm-0001", Environment: protocol.Test, Protection: protocol.ProtectionFile}) || cert.Subject.CommonName != "atm-0001" {
		t.Errorf("device certificate says %+v, CN %s", said, cert.Subject.CommonName)
	}
	if len(cert.ExtKeyUsage) != 0 || len(forTLS.ExtKeyUsage) != 1 || forTLS.ExtKeyUsage[0] != x509.ExtKeyUsageClientAuth {
		t.Errorf("extended key usages: got %v and %v, want none and clientAuth", cert.ExtKeyUsage, forTLS.ExtKeyUsage)
	}
}

func TestTokenRunsOut(t *testing.T) {
	w := newWorld(t)
	token := ok(w.IssueToken("atm-0001"))(t)
	unknown := token
	unknown.Secret = bytes.Repeat([]byte{1}, 32)
	expect(t, "unknown", w.askEnroll(unknown, newECDSA(), false), 401, protocol.CodeTokenUnknown)
	w.clock.pass(time.Hour)
	r := w.askEnroll(token, newECDSA(), false)
	expect(t, "after an hour", r, 401, protocol.CodeTokenExpired)
	if r.header.Get("WWW-Authenticate") == "" {
		t.Error("401 without WWW-Authenticate")
	}
	for _, id := range []string{"", "a b", "a:b", "a/b"} {
		if _, err := w.IssueToken(id); err == nil {
			t.Errorf("a token for %q", id)
		}
	}
}

func TestCACertsMatchThePinOfTheToken(t *testing.T) {
	w := newWorld(t)
	token := ok(w.IssueToken("atm-0001"))(t)
	r := w.do(w.apps, "GET", "/.well-known/est/cacerts", "", nil)
	p7 := ok(pkcs7.Parse(ok(base64.StdEncoding.DecodeString(string(r.body)))(t)))(t)
	if len(p7.Certificates) != 1 || protocol.SHA256(p7.Certificates[0].RawSubjectPublicKeyInfo) != token.Pin {
		t.Error("cacerts and pin differ")
	}
}

func TestDeviceCertificateOpensNoTLS(t *testing.T) {
	w := newWorld(t)
	key := newECDSA()
	cert := w.enroll(ok(w.IssueToken("atm-0001"))(t), key, false)
	client := w.client(tls.Certificate{Certificate: [][]byte{cert.Raw}, PrivateKey: key})
	expect(t, "bundle with the device certificate", w.do(client, "GET", "/v1/bundle", "", nil), 403, protocol.CodeNotAuthorised)
}

// Environment.

func TestProductionTrustsNoTestAuthority(t *testing.T) {
	dir := t.TempDir()
	must(t, keyring.Init(dir, keyring.Founding{PlatformID: "platform-1", Environment: protocol.Production}))
	c := platform.Config{
		Dir: dir, Hosts: []string{"localhost"}, CRLs: &jpki.CRLMemory{}, JPKI: haltest.NewCA().Certificates(),
		Consents: []protocol.Consent{{TextID: "c", Language: "ja", SHA256: protocol.SHA256(nil)}},
	}
	if err := c.Validate(); err == nil {
		t.Error("production opened with test CAs")
	}
	if err := keyring.Init(dir, keyring.Founding{PlatformID: "platform-1", Environment: protocol.Test}); err == nil {
		t.Error("a production platform became a test platform")
	}
}

func TestConfigurationFaultsAreAllReported(t *testing.T) {
	dir := t.TempDir()
	must(t, keyring.Init(dir, keyring.Founding{PlatformID: "platform-1", Environment: protocol.Production}))
	err := platform.Config{Dir: dir, PhotoDays: -1}.Validate()
	for _, want := range []string{"no JPKI CA", "no host", "no source", "no consent", "negative"} {
		if err == nil || !bytes.Contains([]byte(err.Error()), []byte(want)) {
			t.Errorf("got %v, want %q in it", err, want)
		}
	}
}

func TestTLSCertificateIsRenewedByItselfAndADeviceIsNot(t *testing.T) {
	w := newWorld(t)
	m := w.machine("atm-0001")
	renew := func(key *ecdsaKey, forTLS bool) reply {
		return w.do(m.carry, "POST", "/.well-known/est/simplereenroll", "application/pkcs10", request(t, key, forTLS))
	}
	key := newECDSA()
	r := renew(key, true)
	expect(t, "TLS", r, 200, "")
	cert := ok(pkcs7.Parse(ok(base64.StdEncoding.DecodeString(string(r.body)))(t)))(t).Certificates[0]
	next := w.client(tls.Certificate{Certificate: [][]byte{cert.Raw}, PrivateKey: key})
	expect(t, "bundle with the new certificate", w.do(next, "GET", "/v1/bundle", "", nil), 200, "")
	expect(t, "device", renew(newECDSA(), false), 403, protocol.CodeRenewKey)
	must(t, w.Suspend(background, m.id, false))
	expect(t, "TLS while suspended", renew(newECDSA(), true), 403, "terminal-suspended")
}

func TestAnswersToAppsAreWhatTheProtocolSays(t *testing.T) {
	w := newWorld(t)
	r := w.machine("atm-0001").registered(midori(), w.phone())
	var members map[string]json.RawMessage
	must(t, json.Unmarshal(r.activates(true).body, &members))
	for _, name := range []string{"status", "name", "registration_id", "time"} {
		if members[name] == nil {
			t.Errorf("bound: no %q", name)
		}
	}
}

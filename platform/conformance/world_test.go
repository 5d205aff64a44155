package conformance_test

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/bolt"
	"github.com/digital-watashi/kiosk/platform/conformance"
	"github.com/digital-watashi/kiosk/platform/jpki"
	"github.com/digital-watashi/kiosk/platform/keyring"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// world is the reference platform over TLS, with whatever stands in front of it,
// and what a kit needs from outside to hold it to its promises.
type world struct {
	dir     string
	tls     *tls.Config // of the server
	subject conformance.Subject
	clock   atomic.Int64 // how far the platform's clock is from ours
}

// newWorld serves a platform; front, unless it is nil, may change what goes by.
func newWorld(t *testing.T, front func(w *world, behind http.Handler) http.Handler, change ...func(*platform.Config)) *world {
	t.Helper()
	w := &world{dir: t.TempDir()}
	ca := haltest.NewCA()
	must(t, keyring.Init(w.dir, keyring.Founding{PlatformID: "platform-test", Environment: protocol.Test}))
	listener := ok(net.Listen("tcp", "127.0.0.1:0"))(t)
	revoked := citizen(ca, haltest.IssueOptions{Renewal: 2})
	w.clock.Store(int64(-60 * 24 * time.Hour))
	config := platform.Config{
		Now: func() time.Time { return time.Now().Add(time.Duration(w.clock.Load())) },
		Dir: w.dir, Store: ok(bolt.Open(filepath.Join(w.dir, "platform.db")))(t), Hosts: []string{listener.Addr().String()}, JPKI: ca.Certificates(), CRLs: lists(t, ca, revoked.Certificate.SerialNumber),
		Log: slog.New(slog.DiscardHandler),
	}
	for _, c := range change {
		c(&config)
	}
	p := ok(platform.New(config))(t)
	t.Cleanup(func() { must(t, p.Close()) })
	handler := p.Handler()
	old := keyOf(t, handler)
	w.clock.Store(0)
	if front != nil {
		handler = front(w, handler)
	}
	w.tls = p.TLSConfig()
	serve(t, listener, handler, w.tls)

	w.subject = conformance.Subject{
		URL: "https://" + listener.Addr().String(), Citizen: citizen(ca, haltest.IssueOptions{}),
		Revoked: revoked, Expired: citizen(ca, haltest.IssueOptions{Expired: true}), ExpiredKey: old,
	}
	for _, id := range []string{"atm-0001", "atm-0002"} {
		w.subject.Terminals = append(w.subject.Terminals, ok(conformance.Enroll(t.Context(), "", ok(p.IssueToken(id))(t)))(t))
	}
	return w
}

// keyOf asks a platform for a registration key.
func keyOf(t *testing.T, handler http.Handler) protocol.RegistrationKey {
	t.Helper()
	answer := func(r *http.Request, into any) {
		t.Helper()
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		must(t, json.Unmarshal(w.Body.Bytes(), into))
	}
	var nonce protocol.Nonce
	answer(httptest.NewRequest(http.MethodGet, protocol.PathNonce, nil), &nonce)
	jws := ok(protocol.SignKeyRequest(protocol.KeyRequest{Nonce: nonce.Nonce, Time: now()}, protocol.NewPrivateKey()))(t)
	ask := httptest.NewRequest(http.MethodPost, protocol.PathKeys, bytes.NewReader(jws))
	ask.Header.Set("Content-Type", protocol.MediaJOSE)
	var issued protocol.IssuedKey
	answer(ask, &issued)
	return issued.RegistrationKey
}

func citizen(ca *haltest.CA, options haltest.IssueOptions) conformance.Citizen {
	cert, key := ca.Issue(haltest.Citizens()[0], options)
	return conformance.Citizen{Certificate: cert, Key: key}
}

// lists are fresh.
func lists(t *testing.T, ca *haltest.CA, revoked ...*big.Int) *jpki.CRLMemory {
	t.Helper()
	var all [][]byte
	for generation := 1; generation <= haltest.Generations; generation++ {
		all = append(all, ok(ca.CRL(generation, revoked, time.Now().Add(-time.Minute)))(t))
	}
	memory := &jpki.CRLMemory{}
	memory.Set(all...)
	return memory
}

func serve(t *testing.T, listener net.Listener, handler http.Handler, config *tls.Config) {
	server := &http.Server{Handler: handler, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
	done := make(chan struct{})
	go func() { defer close(done); server.Serve(tls.NewListener(listener, config)) }()
	t.Cleanup(func() { server.Close(); <-done })
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// ok makes ok(f())(t) the value of f or the end of the test.
func ok[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		must(t, err)
		return v
	}
}

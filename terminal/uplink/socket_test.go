package uplink_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/uplink"
)

// TestMutualTLSOverTheRealSocket runs both services over a unix socket and a
// TLS server that asks for a certificate, as they are installed.
func TestMutualTLSOverTheRealSocket(t *testing.T) {
	w := newWorld(t)
	authority := newAuthority(t)
	asked := make(chan string, 100)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/v1/bundle" {
			asked <- r.TLS.PeerCertificates[0].Subject.CommonName + " " + r.Header.Get("If-None-Match")
			rw.Header().Set("ETag", `"7"`)
			jose(rw, []byte("bundle 7"))
			return
		}
		if r.URL.Path == "/v1/registrations/"+(protocol.ID{9}).String() {
			http.Redirect(rw, r, "https://elsewhere.example/", http.StatusTemporaryRedirect)
			return
		}
		w.platform.ServeHTTP(rw, r)
	}))
	server.TLS = &tls.Config{
		ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: authority.pool(),
		Certificates: []tls.Certificate{authority.issue(t, "platform")},
	}
	server.StartTLS()
	t.Cleanup(server.Close)

	path := filepath.Join(t.TempDir(), "uplink.sock")
	l := listen(t, path)
	base, _ := url.Parse(server.URL)
	good := &tls.Config{RootCAs: authority.pool(), Certificates: []tls.Certificate{authority.issue(t, "terminal")}}
	run(t, func(ctx context.Context) { w.desk.Run(ctx, l) })
	carrier := uplink.NewCarrier(path, base, good, w.config.Log)
	run(t, func(ctx context.Context) { carrier.Run(ctx) })

	if got := <-asked; got != "terminal " {
		t.Errorf("bundle asked by %q", got)
	}
	if got := string(<-w.bundles); got != "bundle 7" {
		t.Errorf("desk got %q", got)
	}
	until(t, "reachable", w.desk.Reachable)
	w.shelf.put(protocol.ID{9}, "registration", "redirected")
	w.shelf.put(protocol.ID{1}, "registration", "envelope")
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if r, err := w.desk.Await(ctx, protocol.ID{1}); err != nil || r.Verdict != protocol.Accepted {
		t.Errorf("got %v, %v", r.Verdict, err)
	}
	until(t, "the redirect is refused", func() bool { _, refused := w.desk.Status(); return len(refused) == 1 && refused[0].Status == 307 })
}

// run runs f until the test ends, and waits for it.
func run(t *testing.T, f func(context.Context)) {
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { f(ctx) })
	t.Cleanup(func() { cancel(); running.Wait() })
}

// until waits for what other goroutines bring about over real sockets.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	deadline := time.After(time.Minute)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("waited for a minute in vain: %s", what)
		}
	}
}

// authority is a CA for both ends.
type authority struct {
	key         *ecdsa.PrivateKey
	certificate *x509.Certificate
}

func newAuthority(t testing.TB) authority {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"}, NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	key, der := sign(t, template, nil)
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return authority{key, certificate}
}

func (a authority) issue(t testing.TB, name string) tls.Certificate {
	t.Helper()
	key, der := sign(t, &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name}, NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}, &a)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func sign(t testing.TB, template *x509.Certificate, by *authority) (*ecdsa.PrivateKey, []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if by == nil {
		by = &authority{key, template}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, by.certificate, key.Public(), by.key)
	if err != nil {
		t.Fatal(err)
	}
	return key, der
}

func (a authority) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.certificate)
	return pool
}

package provisioning_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/smallstep/pkcs7"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// central is the platform's side of provisioning, by RFC 7030 and openapi.yaml and by
// no code of the room under test. It can be broken on purpose.
type central struct {
	*httptest.Server
	ca       *x509.Certificate
	caKey    *ecdsa.PrivateKey
	secret   []byte
	terminal protocol.Terminal

	mu       sync.Mutex
	answers  map[string]http.HandlerFunc // instead of the good ones, by path
	enrolled []*x509.CertificateRequest
	bundle   protocol.Bundle
	key      protocol.PrivateKey // signs bundles
}

func newCentral(t testing.TB) *central {
	t.Helper()
	key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	c := &central{
		caKey: key, secret: []byte("a secret of 24 bytes ..."), answers: map[string]http.HandlerFunc{},
		terminal: protocol.Terminal{ID: "T-0001", Environment: protocol.Test, Protection: protocol.ProtectionFile},
		key:      protocol.NewPrivateKey(),
	}
	c.ca = c.issue(&x509.Certificate{IsCA: true, KeyUsage: x509.KeyUsageCertSign, Subject: pkix.Name{CommonName: "EST CA for tests"}}, &key.PublicKey)
	c.bundle = sampleBundle(c.key, c.ca)
	c.Server = httptest.NewUnstartedServer(http.HandlerFunc(c.serve))
	c.Config.ErrorLog = log.New(io.Discard, "", 0)
	c.TLS = &tls.Config{Certificates: []tls.Certificate{c.serverCertificate(time.Now())}, ClientAuth: tls.RequestClientCert}
	c.StartTLS()
	t.Cleanup(c.Close)
	return c
}

func sampleBundle(key protocol.PrivateKey, ca *x509.Certificate) protocol.Bundle {
	keys := []protocol.PublicKey{key.PublicKey()}
	return protocol.Bundle{
		Version: 3, PlatformID: "watashi-test", Environment: protocol.Test,
		EncryptionKeys: keys, ReceiptKeys: keys, BundleKeys: keys,
		JPKI: [][]byte{ca.Raw}, SigningPolicies: []string{"1.2.392.200149.8.5.1.0.20"},
		CodeProfile: protocol.Digits6, Photo: protocol.PhotoOff, Offline: protocol.OfflineAllow,
		Languages: []string{"ja"}, Limits: protocol.Limits{MaxUnsent: 1, MaxUnsentHours: 1, MaxSkewSeconds: 300},
		Issued: time.Now().UTC().Truncate(time.Second),
	}
}

func (c *central) issue(template *x509.Certificate, key any) *x509.Certificate {
	template.SerialNumber = must(rand.Int(rand.Reader, big.NewInt(1<<62)))
	template.BasicConstraintsValid = true
	if template.NotBefore.IsZero() {
		template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	}
	parent := c.ca
	if parent == nil {
		parent = template
	}
	return must(x509.ParseCertificate(must(x509.CreateCertificate(rand.Reader, template, parent, key, c.caKey))))
}

func (c *central) serverCertificate(now time.Time) tls.Certificate {
	key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	leaf := c.issue(&x509.Certificate{
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour),
	}, &key.PublicKey)
	return tls.Certificate{Certificate: [][]byte{leaf.Raw, c.ca.Raw}, PrivateKey: key}
}

func (c *central) token() protocol.Token {
	return protocol.Token{
		Host: strings.TrimPrefix(c.URL, "https://"),
		Pin:  protocol.SHA256(c.ca.RawSubjectPublicKeyInfo), Secret: c.secret,
	}
}

// answer replaces what a path answers; nil makes it good again.
func (c *central) answer(path string, h http.HandlerFunc) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answers[path] = h
	if h == nil {
		delete(c.answers, path)
	}
}

func (c *central) requests() []*x509.CertificateRequest {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.enrolled
}

func (c *central) serve(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if h := c.answers[r.URL.Path]; h != nil {
		h(w, r)
		return
	}
	switch r.Method + " " + r.URL.Path {
	case "GET /.well-known/est/cacerts":
		certificates(w, c.ca)
	case "POST /.well-known/est/simpleenroll":
		c.enroll(w, r)
	case "GET /v1/bundle":
		if len(r.TLS.PeerCertificates) != 1 || r.TLS.PeerCertificates[0].CheckSignatureFrom(c.ca) != nil || len(r.TLS.PeerCertificates[0].ExtKeyUsage) != 1 {
			protocol.NewProblem(http.StatusForbidden, protocol.CodeNotAuthorised, "").Write(w)
			return
		}
		w.Write(must(protocol.SignBundle(c.bundle, c.key)))
	default:
		http.NotFound(w, r)
	}
}

func (c *central) enroll(w http.ResponseWriter, r *http.Request) {
	user, password, _ := r.BasicAuth()
	if user != "watashi-provision" || password != base64.RawURLEncoding.EncodeToString(c.secret) {
		protocol.NewProblem(http.StatusUnauthorized, protocol.CodeTokenUnknown, "").Write(w)
		return
	}
	if r.Header.Get("Content-Type") != "application/pkcs10" {
		http.Error(w, "media type", http.StatusUnsupportedMediaType)
		return
	}
	csr := must(x509.ParseCertificateRequest(must(base64.StdEncoding.DecodeString(string(must(io.ReadAll(r.Body)))))))
	if err := csr.CheckSignature(); err != nil {
		http.Error(w, "signature", http.StatusBadRequest)
		return
	}
	c.enrolled = append(c.enrolled, csr)
	certificates(w, c.certify(csr))
}

// certify gives what was asked for, to the terminal of the token.
func (c *central) certify(csr *x509.CertificateRequest) *x509.Certificate {
	template := &x509.Certificate{URIs: must(c.terminal.URIs()), KeyUsage: x509.KeyUsageDigitalSignature}
	for _, e := range csr.Extensions {
		if e.Id.String() == "2.5.29.37" {
			template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
		}
	}
	return c.issue(template, csr.PublicKey)
}

func certificates(w http.ResponseWriter, cert *x509.Certificate) {
	w.Header().Set("Content-Type", "application/pkcs7-mime; smime-type=certs-only")
	w.Write([]byte(base64.StdEncoding.EncodeToString(must(pkcs7.DegenerateCertificate(cert.Raw)))))
}

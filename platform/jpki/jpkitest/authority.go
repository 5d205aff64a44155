// Package jpkitest is a CA of citizens for tests, whose key is at hand.
package jpkitest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"
)

// Authority is a CA of citizens whose key is at hand, for what the usual one of
// the tests cannot say: a certificate on hold, the answers of a responder.
type Authority struct {
	Key    *ecdsa.PrivateKey
	Cert   *x509.Certificate
	Serial *big.Int // of whom it issued for last
	t      testing.TB
}

// New makes one, good for five years.
func New(t testing.TB) *Authority {
	a := &Authority{t: t, Key: newKey(t)}
	a.Cert = a.certificate(&x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "own authority"}, SubjectKeyId: []byte("own authority"),
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, BasicConstraintsValid: true, IsCA: true,
		NotBefore: time.Now().AddDate(-5, 0, 0), NotAfter: time.Now().AddDate(5, 0, 0),
	}, a.Key.Public())
	return a
}

// certificate signs a template, the authority's own first.
func (a *Authority) certificate(template *x509.Certificate, key crypto.PublicKey) *x509.Certificate {
	a.t.Helper()
	parent := a.Cert
	if parent == nil {
		parent = template
	}
	der := ok(x509.CreateCertificate(rand.Reader, template, parent, key, a.Key))(a.t)
	return ok(x509.ParseCertificate(der))(a.t)
}

// Reissue is a citizen's certificate by this authority in the place of the one that
// issued it.
func (a *Authority) Reissue(cert *x509.Certificate) *x509.Certificate {
	template := &x509.Certificate{
		SerialNumber: cert.SerialNumber, RawSubject: cert.RawSubject, NotBefore: cert.NotBefore, NotAfter: cert.NotAfter,
	}
	for _, e := range cert.Extensions {
		if !e.Id.Equal(asn1.ObjectIdentifier{2, 5, 29, 35}) { // authorityKeyIdentifier becomes ours
			template.ExtraExtensions = append(template.ExtraExtensions, e)
		}
	}
	made := a.certificate(template, cert.PublicKey)
	a.Serial = made.SerialNumber
	return made
}

// List is a list of revocations.
func (a *Authority) List(now time.Time, revoked ...x509.RevocationListEntry) []byte {
	a.t.Helper()
	return ok(x509.CreateRevocationList(rand.Reader, &x509.RevocationList{
		Number: big.NewInt(now.UnixNano()), ThisUpdate: now.Add(-time.Minute), NextUpdate: now.Add(48 * time.Hour), RevokedCertificateEntries: revoked,
	}, a.Cert, a.Key))(a.t)
}

// Delegate is a certificate that empowers somebody to answer for the authority.
func (a *Authority) Delegate(change func(*x509.Certificate)) (*x509.Certificate, *ecdsa.PrivateKey) {
	key := newKey(a.t)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "responder"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(0, 1, 0), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning},
		ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 5}, Value: []byte{5, 0}}},
	}
	if change != nil {
		change(template)
	}
	return a.certificate(template, key.Public()), key
}

// Answering serves OCSP: reply makes the answer to what is asked.
func (a *Authority) Answering(reply func(serial *big.Int) (status int, body []byte)) (url string, asked *atomic.Int64) {
	asked = new(atomic.Int64)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		body, _ := io.ReadAll(r.Body)
		question, err := ocsp.ParseRequest(body)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		status, answer := reply(question.SerialNumber)
		w.Header().Set("Content-Type", "application/ocsp-response")
		w.WriteHeader(status)
		w.Write(answer)
	}))
	a.t.Cleanup(server.Close)
	return server.URL, asked
}

// Says makes an answer, good and fresh but for what change does.
func (a *Authority) Says(serial *big.Int, now time.Time, change func(*ocsp.Response)) []byte {
	a.t.Helper()
	signer, key := a.Delegate(nil)
	return a.SaysBy(signer, key, serial, now, change)
}

// SaysBy makes it as a signer of its own would.
func (a *Authority) SaysBy(signer *x509.Certificate, key crypto.Signer, serial *big.Int, now time.Time, change func(*ocsp.Response)) []byte {
	a.t.Helper()
	said := ocsp.Response{
		Status: ocsp.Good, SerialNumber: serial, ThisUpdate: now.Add(-time.Minute), NextUpdate: now.Add(time.Hour), Certificate: signer,
	}
	if change != nil {
		change(&said)
	}
	return ok(ocsp.CreateResponse(a.Cert, signer, said, key))(a.t)
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	return ok(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))(t)
}

func ok[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

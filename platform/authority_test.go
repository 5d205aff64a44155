package platform_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
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

	"github.com/digital-watashi/kiosk/platform"
)

// ownAuthority is a CA of citizens whose key is at hand, for what the usual one of
// the tests cannot say: a certificate on hold, the answers of a responder.
type ownAuthority struct {
	t      testing.TB
	key    *ecdsa.PrivateKey
	cert   *x509.Certificate
	serial *big.Int // of whom it issued for last
}

func newAuthority(t testing.TB) *ownAuthority {
	a := &ownAuthority{t: t, key: newECDSA()}
	a.cert = a.certificate(&x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "own authority"}, SubjectKeyId: []byte("own authority"),
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, BasicConstraintsValid: true, IsCA: true,
		NotBefore: time.Now().AddDate(-5, 0, 0), NotAfter: time.Now().AddDate(5, 0, 0),
	}, a.key.Public())
	return a
}

// certificate signs a template, the authority's own first.
func (a *ownAuthority) certificate(template *x509.Certificate, key crypto.PublicKey) *x509.Certificate {
	a.t.Helper()
	parent := a.cert
	if parent == nil {
		parent = template
	}
	der := ok(x509.CreateCertificate(rand.Reader, template, parent, key, a.key))(a.t)
	return ok(x509.ParseCertificate(der))(a.t)
}

func (a *ownAuthority) into(c *platform.Config) { c.JPKI = []*x509.Certificate{a.cert} }

// issues puts this authority in the place of the one that issued a citizen's
// certificate.
func (a *ownAuthority) issues(v *visit) {
	template := &x509.Certificate{
		SerialNumber: v.cert.SerialNumber, RawSubject: v.cert.RawSubject, NotBefore: v.cert.NotBefore, NotAfter: v.cert.NotAfter,
	}
	for _, e := range v.cert.Extensions {
		if !e.Id.Equal(asn1.ObjectIdentifier{2, 5, 29, 35}) { // authorityKeyIdentifier becomes ours
			template.ExtraExtensions = append(template.ExtraExtensions, e)
		}
	}
	v.cert = a.certificate(template, v.cert.PublicKey.(*rsa.PublicKey))
	a.serial = v.cert.SerialNumber
}

// list is a list of revocations.
func (a *ownAuthority) list(t testing.TB, now time.Time, revoked ...x509.RevocationListEntry) []byte {
	t.Helper()
	return ok(x509.CreateRevocationList(rand.Reader, &x509.RevocationList{
		Number: big.NewInt(now.UnixNano()), ThisUpdate: now.Add(-time.Minute), NextUpdate: now.Add(48 * time.Hour), RevokedCertificateEntries: revoked,
	}, a.cert, a.key))(t)
}

// delegate is a certificate that empowers somebody to answer for the authority.
func (a *ownAuthority) delegate(change func(*x509.Certificate)) (*x509.Certificate, *ecdsa.PrivateKey) {
	key := newECDSA()
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

// answering serves OCSP: reply makes the answer to what is asked.
func (a *ownAuthority) answering(reply func(serial *big.Int) (status int, body []byte)) (url string, asked *atomic.Int64) {
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
	a.t.(*testing.T).Cleanup(server.Close)
	return server.URL, asked
}

// says makes an answer, good and fresh but for what change does.
func (a *ownAuthority) says(serial *big.Int, now time.Time, change func(*ocsp.Response)) []byte {
	a.t.Helper()
	signer, key := a.delegate(nil)
	return a.saysBy(signer, key, serial, now, change)
}

func (a *ownAuthority) saysBy(signer *x509.Certificate, key crypto.Signer, serial *big.Int, now time.Time, change func(*ocsp.Response)) []byte {
	a.t.Helper()
	said := ocsp.Response{
		Status: ocsp.Good, SerialNumber: serial, ThisUpdate: now.Add(-time.Minute), NextUpdate: now.Add(time.Hour), Certificate: signer,
	}
	if change != nil {
		change(&said)
	}
	return ok(ocsp.CreateResponse(a.cert, signer, said, key))(a.t)
}

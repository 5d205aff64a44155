package jpki_test

import (
	"bytes"
	"crypto/x509"
	"math/big"
	"slices"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/platform/jpki"
	"github.com/digital-watashi/kiosk/platform/jpki/jpkitest"
)

func TestResponderIsBelievedOnlyWhenItMay(t *testing.T) {
	a, now := jpkitest.New(t), time.Now()
	usual, _ := haltest.NewCA().Issue(haltest.Citizens()[0], haltest.IssueOptions{})
	citizen := a.Reissue(usual)
	serial := a.Serial
	by := func(change func(*x509.Certificate)) []byte {
		signer, key := a.Delegate(change)
		return a.SaysBy(signer, key, serial, now, nil)
	}
	says := func(change func(*ocsp.Response)) []byte { return a.Says(serial, now, change) }
	self := a.SaysBy(a.Cert, a.Key, serial, now, func(r *ocsp.Response) { r.Certificate = nil })
	foreign := jpkitest.New(t)
	broken := bytes.Clone(says(nil))
	broken[len(broken)-1] ^= 1
	tests := []struct {
		name   string
		answer []byte
		known  bool
	}{
		{"by its delegate", says(nil), true},
		{"by the CA itself", self, true},
		{"by another CA", foreign.Says(serial, now, nil), false},
		{"by a delegate without the right to answer", by(func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth} }), false},
		{"by a delegate whose time is over", by(func(c *x509.Certificate) { c.NotAfter = now.Add(-time.Second) }), false},
		{"by a delegate that may be revoked", by(func(c *x509.Certificate) { c.ExtraExtensions = nil }), false},
		{"about another certificate", a.Says(big.NewInt(99), now, nil), false},
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
		known, revoked, err := jpki.ReadStatus(test.answer, citizen, a.Cert, now)
		if known != test.known || revoked || (err == nil) != test.known {
			t.Errorf("an answer %s: got known %v, revoked %v, %v; want known %v", test.name, known, revoked, err, test.known)
		}
	}
}

func FuzzOCSP(f *testing.F) {
	a, now := jpkitest.New(f), time.Now()
	usual, _ := haltest.NewCA().Issue(haltest.Citizens()[0], haltest.IssueOptions{})
	citizen := a.Reissue(usual)
	f.Add(a.Says(a.Serial, now, nil))
	f.Add(ocsp.UnauthorizedErrorResponse)
	f.Add([]byte{0x30, 0x80})
	valid := [][]byte{a.Says(a.Serial, now, nil)}
	f.Fuzz(func(t *testing.T, answer []byte) {
		known, revoked, err := jpki.ReadStatus(answer, citizen, a.Cert, now)
		if err != nil && (known || revoked) {
			t.Error("an error with an answer")
		}
		if revoked && slices.ContainsFunc(valid, func(v []byte) bool { return bytes.Equal(v, answer) }) {
			t.Error("good became revoked")
		}
	})
}

package platform

import (
	"bytes"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/digital-watashi/kiosk/platform/files"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// The certificates of the citizens' cards (公的個人認証, signing).

const (
	// signingPolicy stands in every real signing certificate.
	signingPolicy = "1.2.392.200149.8.5.1.1.20"
	// testSigningPolicy stands in those of test cards.
	testSigningPolicy = "1.2.392.200149.8.5.1.0.20"
)

// productionCAs are the SHA-256 fingerprints of the CA certificates in use:
// generations of 2015, 2019 and 2023. Production trusts no other.
func productionCAs() []string {
	return []string{
		"19645405a1fe14377434bd55957628ac4038557c542403a2243f21c706fc9355",
		"79679c33e4cc9319440f1ad120a597ff1844e2ef217063adb176966fd5e6fbeb",
		"d227f6cde11d35c5252178f106f843d24651944975413b539fa2fb68dbfa365f",
	}
}

// CASource gives the pinned CA certificates of JPKI while a platform runs.
type CASource interface {
	// Edition is a word that changes when they do, cheaper than they are.
	Edition() (string, error)
	// Certificates are those that terminals believe, and those that they believe no
	// more, while cards of theirs may still have signed what is on its way.
	Certificates() (now, old []*x509.Certificate, err error)
}

// CADirectories is a CASource of two folders. The second one need not be there.
type CADirectories struct{ Now, Old files.CADirectory }

// Edition follows from names, sizes and times of the files.
func (d CADirectories) Edition() (string, error) {
	now, err := files.Edition(string(d.Now), ".crt")
	if err != nil {
		return "", err
	}
	old, err := files.Edition(string(d.Old), ".crt")
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return now + old, err
}

// Certificates reads both folders.
func (d CADirectories) Certificates() (now, old []*x509.Certificate, err error) {
	if now, err = d.Now.Certificates(); err != nil {
		return nil, nil, err
	}
	old, err = d.Old.Certificates()
	return now, old, err
}

// unchanging is a CASource of what a configuration names for good.
type unchanging struct{ now, old []*x509.Certificate }

func (unchanging) Edition() (string, error) { return "configured", nil }

func (u unchanging) Certificates() (now, old []*x509.Certificate, err error) {
	return u.now, u.old, nil
}

// pinned are the CAs of JPKI as they are now.
type pinned struct {
	watch *files.Watch
	now   atomic.Pointer[jpki]
}

// newPinned reads the CAs for the first time.
func newPinned(env protocol.Environment, source CASource) (*pinned, error) {
	p, dir := &pinned{}, ""
	if d, folders := source.(CADirectories); folders {
		dir = string(d.Now)
	}
	var err error
	p.watch, err = files.NewWatch(dir, source.Edition, func() error {
		now, old, err := source.Certificates()
		if err != nil {
			return err
		}
		made, err := newJPKI(env, now, old)
		if err == nil {
			p.now.Store(&made)
		}
		return err
	})
	return p, err
}

// judge looks at a certificate as it was when it signed. Its CA may have been put in a
// moment ago.
func (p *pinned) judge(cert *x509.Certificate, signed time.Time) error {
	if p.now.Load().issuer(cert) == nil {
		if err := p.watch.Look(); err != nil {
			return err
		}
	}
	return p.now.Load().judge(cert, signed)
}

// cas are those whose lists of revocations count.
func (p *pinned) cas() []*x509.Certificate { return p.now.Load().cas }

// jpki judges signing certificates against pinned CAs.
type jpki struct {
	believed []*x509.Certificate // by terminals
	cas      []*x509.Certificate // these and the old ones
	policies []string
}

// newJPKI pins the CAs, and those that terminals believe no more. In production they
// are the real ones and nothing else.
func newJPKI(env protocol.Environment, now, old []*x509.Certificate) (jpki, error) {
	if len(now) == 0 {
		return jpki{}, errors.New("no JPKI CA is trusted: put one in first")
	}
	cas := slices.Concat(now, old)
	for _, ca := range cas {
		if !ca.IsCA || len(ca.SubjectKeyId) == 0 {
			return jpki{}, fmt.Errorf("certificate %v is no CA with a key identifier", ca.SerialNumber)
		}
		print := fmt.Sprintf("%x", sha256.Sum256(ca.Raw))
		if env == protocol.Production && !slices.Contains(productionCAs(), print) {
			return jpki{}, fmt.Errorf("CA certificate %s is not one of JPKI's: production trusts no other", print)
		}
	}
	if env == protocol.Production {
		return jpki{now, cas, []string{signingPolicy}}, nil
	}
	return jpki{now, cas, []string{signingPolicy, testSigningPolicy}}, nil
}

// FitCAs says whether the platform in a folder could pin these CAs of JPKI, and no
// others.
func FitCAs(dir string, cas []*x509.Certificate) error {
	f, err := readFounding(dir)
	if err == nil {
		_, err = newJPKI(f.Environment, cas, nil)
	}
	return err
}

// A flaw is why a registration is refused; its code goes to the terminal.
type flaw struct{ code string }

// Error is the code.
func (f flaw) Error() string { return f.code }

// judge looks at a certificate as it was when it signed. The order is that of
// what a citizen can do about it: nothing, first.
func (j jpki) judge(cert *x509.Certificate, signed time.Time) error {
	ca := j.issuer(cert)
	switch {
	case ca == nil:
		return flaw{protocol.ReasonCitizenIssuer}
	case !within(ca, signed):
		return flaw{protocol.ReasonCitizenIssuer}
	case !j.rightKind(cert):
		return flaw{protocol.ReasonCitizenUnfit}
	case signed.Before(cert.NotBefore):
		return flaw{protocol.ReasonCitizenUnfit}
	case signed.After(cert.NotAfter):
		return flaw{protocol.ReasonCitizenExpired}
	}
	return nil
}

// issuer is the CA that signed the certificate: by key identifier, then by
// signature, since all generations bear one name.
func (j jpki) issuer(cert *x509.Certificate) *x509.Certificate {
	for _, ca := range j.cas {
		if sameIdentifier(cert.AuthorityKeyId, ca.SubjectKeyId) &&
			bytes.Equal(cert.RawIssuer, ca.RawSubject) && cert.CheckSignatureFrom(ca) == nil {
			return ca
		}
	}
	return nil
}

// rightKind reports whether it is a signing certificate as JPKI issues them.
func (j jpki) rightKind(cert *x509.Certificate) bool {
	key, isRSA := cert.PublicKey.(*rsa.PublicKey)
	return cert.Version == 3 && !cert.IsCA && len(cert.UnhandledCriticalExtensions) == 0 &&
		isRSA && key.N.BitLen() == 2048 &&
		cert.KeyUsage == x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment &&
		j.rightPolicy(cert.PolicyIdentifiers)
}

func (j jpki) rightPolicy(policies []asn1.ObjectIdentifier) bool {
	return len(policies) == 1 && slices.Contains(j.policies, policies[0].String())
}

func within(cert *x509.Certificate, t time.Time) bool {
	return !t.Before(cert.NotBefore) && !t.After(cert.NotAfter)
}

// issuerName is the issuer as evidence names it; the key identifier beside it
// says which generation.
func issuerName(cert *x509.Certificate) string { return strings.TrimSpace(cert.Issuer.String()) }

func digestOf(b []byte) [32]byte { return sha256.Sum256(b) }

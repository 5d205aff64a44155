// Package jpki says whether the certificate of a citizen's card holds (公的個人認証,
// signing): which CA issued it and whether that is one of those in force, whether it is
// of the right kind and was good when it signed, what it says of its holder, and whether
// it is revoked, by lists and by a responder.
//
//	Pin             the CAs of every generation, taken up again when their folders change
//	NewRevocations  lists (CRLs) and, where there is one, the responder (OCSP)
//	NewCRLFetch     keeps a folder of lists fresh
//
// It knows no registration, and decides nothing: what follows, the platform says.
package jpki

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
	"sync/atomic"
	"time"

	"github.com/digital-watashi/kiosk/platform/files"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

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

// Unchanging is a CASource of what a configuration names for good.
type Unchanging struct{ Now, Old []*x509.Certificate }

// Edition is always the same.
func (Unchanging) Edition() (string, error) { return "configured", nil }

// Certificates are the two.
func (u Unchanging) Certificates() (now, old []*x509.Certificate, err error) {
	return u.Now, u.Old, nil
}

// Pinned are the CAs of JPKI as they are now.
type Pinned struct {
	watch *files.Watch
	now   atomic.Pointer[authorities]
}

// Pin reads the CAs for the first time. In production they are the real ones and
// nothing else, or that is an error.
func Pin(env protocol.Environment, source CASource) (*Pinned, error) {
	p, dir := &Pinned{}, ""
	if d, folders := source.(CADirectories); folders {
		dir = string(d.Now)
	}
	var err error
	p.watch, err = files.NewWatch(dir, source.Edition, func() error {
		now, old, err := source.Certificates()
		if err != nil {
			return err
		}
		made, err := newAuthorities(env, now, old)
		if err == nil {
			p.now.Store(&made)
		}
		return err
	})
	return p, err
}

// Judge looks at a certificate as it was when it signed. The reason is one of protocol's,
// "" when it holds; an error says that the CAs cannot be read now. Its CA may have been
// put in a moment ago.
func (p *Pinned) Judge(cert *x509.Certificate, signed time.Time) (reason string, err error) {
	if p.now.Load().issuer(cert) == nil {
		if err := p.watch.Look(); err != nil {
			return "", err
		}
	}
	return p.now.Load().judge(cert, signed), nil
}

// CAs are those whose lists of revocations count.
func (p *Pinned) CAs() []*x509.Certificate { return p.now.Load().cas }

// Believed are those that terminals are told to believe.
func (p *Pinned) Believed() []*x509.Certificate { return p.now.Load().believed }

// Policies are the certificate policies of which a signing certificate has one.
func (p *Pinned) Policies() []string { return p.now.Load().policies }

// Look takes up what changed in the source.
func (p *Pinned) Look() error { return p.watch.Look() }

// Generation changes with what was taken up.
func (p *Pinned) Generation() int { return p.watch.Generation() }

// authorities judges signing certificates against pinned CAs.
type authorities struct {
	believed []*x509.Certificate // by terminals
	cas      []*x509.Certificate // these and the old ones
	policies []string
}

// newAuthorities pins the CAs, and those that terminals believe no more. In production they
// are the real ones and nothing else.
func newAuthorities(env protocol.Environment, now, old []*x509.Certificate) (authorities, error) {
	if len(now) == 0 {
		return authorities{}, errors.New("no JPKI CA is trusted: put one in first")
	}
	cas := slices.Concat(now, old)
	for _, ca := range cas {
		if !ca.IsCA || len(ca.SubjectKeyId) == 0 {
			return authorities{}, fmt.Errorf("certificate %v is no CA with a key identifier", ca.SerialNumber)
		}
		print := fmt.Sprintf("%x", sha256.Sum256(ca.Raw))
		if env == protocol.Production && !slices.Contains(productionCAs(), print) {
			return authorities{}, fmt.Errorf("CA certificate %s is not one of JPKI's: production trusts no other", print)
		}
	}
	if env == protocol.Production {
		return authorities{now, cas, []string{signingPolicy}}, nil
	}
	return authorities{now, cas, []string{signingPolicy, testSigningPolicy}}, nil
}

// judge looks at a certificate as it was when it signed. The order is that of
// what a citizen can do about it: nothing, first.
func (j authorities) judge(cert *x509.Certificate, signed time.Time) (reason string) {
	ca := j.issuer(cert)
	switch {
	case ca == nil:
		return protocol.ReasonCitizenIssuer
	case !holdsAt(ca, signed):
		return protocol.ReasonCitizenIssuer
	case !j.rightKind(cert):
		return protocol.ReasonCitizenUnfit
	case signed.Before(cert.NotBefore):
		return protocol.ReasonCitizenUnfit
	case signed.After(cert.NotAfter):
		return protocol.ReasonCitizenExpired
	}
	return ""
}

// issuer is the CA that signed the certificate: by key identifier, then by
// signature, since all generations bear one name.
func (j authorities) issuer(cert *x509.Certificate) *x509.Certificate {
	for _, ca := range j.cas {
		if sameIdentifier(cert.AuthorityKeyId, ca.SubjectKeyId) &&
			bytes.Equal(cert.RawIssuer, ca.RawSubject) && cert.CheckSignatureFrom(ca) == nil {
			return ca
		}
	}
	return nil
}

// rightKind reports whether it is a signing certificate as JPKI issues them.
func (j authorities) rightKind(cert *x509.Certificate) bool {
	key, isRSA := cert.PublicKey.(*rsa.PublicKey)
	return cert.Version == 3 && !cert.IsCA && len(cert.UnhandledCriticalExtensions) == 0 &&
		isRSA && key.N.BitLen() == 2048 &&
		cert.KeyUsage == x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment &&
		j.rightPolicy(cert.PolicyIdentifiers)
}

func (j authorities) rightPolicy(policies []asn1.ObjectIdentifier) bool {
	return len(policies) == 1 && slices.Contains(j.policies, policies[0].String())
}

// holdsAt reports whether a certificate holds at that time by its dates.
func holdsAt(cert *x509.Certificate, t time.Time) bool {
	return !t.Before(cert.NotBefore) && !t.After(cert.NotAfter)
}

// sameIdentifier chooses between CAs of one name.
func sameIdentifier(authority, subject []byte) bool {
	return len(authority) > 0 && string(authority) == string(subject)
}

// extensionID is one of the certificate extensions of X.509 (2.5.29).
func extensionID(arc int) asn1.ObjectIdentifier { return asn1.ObjectIdentifier{2, 5, 29, arc} }

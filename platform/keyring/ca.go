package keyring

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"math/big"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// How long certificates of the terminal CA live.
const (
	caLife     = 20 * 365 * 24 * time.Hour
	serverLife = 90 * 24 * time.Hour
	// backdate allows for terminals whose clocks are behind.
	backdate = 10 * time.Minute
)

// Errors of reading what a terminal certificate says.
var (
	errNotOurs   = errors.New("not issued by the terminal CA")
	errIdentity  = errors.New("names no terminal of this environment")
	errOtherRole = errors.New("is for another use")
)

// authority is one terminal CA. It issues the two certificates of each terminal
// and the platform's own server certificate, so that a terminal needs one pin.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	// bridges are certificates over the keys of older CAs by this one: who knows only
	// this one believes what those issue.
	bridges []*x509.Certificate
	// retired is when its trust ended; zero is never.
	retired time.Time
}

// Authorities are the terminal CAs that are trusted at once: one, or two while the
// old one gives way to the new one. Those before them vouch for nobody any more, but
// what was signed under their certificates while they did is judged still.
//
//	            old CA        new CA
//	issues      the server's  the terminals'
//	believed by machines that know it already; the others by the new one's bridge
type Authorities struct {
	environment protocol.Environment
	dir         string
	look        func() error // takes in what another process has changed
	now         atomic.Pointer[generations]
	issued      issued
}

// generations never change; others take their place.
type generations struct {
	all     []*authority // the newest first
	retired []*authority
}

func (a *Authorities) all() []*authority { return a.now.Load().all }

// Issuing is the CA that makes the certificates of terminals.
func (a *Authorities) Issuing() *x509.Certificate { return a.all()[0].cert }

// serving makes the server's: every terminal knows it, or believes it by a bridge.
func (a *Authorities) serving() *authority { return last(a.all()) }

func last[T any](all []T) T { return all[len(all)-1] }

// Certificates are those of every CA, the issuing one first, then the bridges.
func (a *Authorities) Certificates() []*x509.Certificate {
	return slices.Concat(a.Roots(), a.bridges())
}

// Roots are those of every CA, the issuing one first.
func (a *Authorities) Roots() (all []*x509.Certificate) {
	for _, ca := range a.all() {
		all = append(all, ca.cert)
	}
	return all
}

// bridges are those to CAs that are trusted still.
func (a *Authorities) bridges() (all []*x509.Certificate) {
	for _, ca := range a.all() {
		for _, cert := range ca.bridges {
			if has(a.all(), protocol.SHA256(cert.RawSubjectPublicKeyInfo)) {
				all = append(all, cert)
			}
		}
	}
	return all
}

// Trusts reports whether a pin is about one of the CAs.
func (a *Authorities) Trusts(pin protocol.Digest) bool {
	return has(a.all(), pin) || (a.look() == nil && has(a.all(), pin))
}

func has(all []*authority, pin protocol.Digest) bool {
	return slices.ContainsFunc(all, func(ca *authority) bool { return ca.pin().Equal(pin) })
}

// issuer is the one of some CAs that issued the certificate; nil is none.
func (a *Authorities) issuer(cert *x509.Certificate, of []*authority) *authority {
	for _, ca := range of {
		if bytes.Equal(ca.cert.RawSubject, cert.RawIssuer) && a.issued.by(ca.cert, cert) == nil {
			return ca
		}
	}
	return nil
}

// issued remembers certificates whose signature by the CA was verified, so that it
// is verified once and not with every request. It remembers their hashes only.
type issued struct {
	mu    sync.Mutex
	known map[[sha256.Size]byte]bool // guarded by mu
}

// maxIssued bounds the memory; beyond it, it is built up anew.
const maxIssued = 1 << 17

// by verifies that the CA issued the certificate.
func (i *issued) by(ca, cert *x509.Certificate) error {
	sum := sha256.Sum256(cert.Raw)
	i.mu.Lock()
	known := i.known[sum]
	i.mu.Unlock()
	if known {
		return nil
	}
	if err := cert.CheckSignatureFrom(ca); err != nil {
		return err
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.known == nil || len(i.known) >= maxIssued {
		i.known = map[[sha256.Size]byte]bool{}
	}
	i.known[sum] = true
	return nil
}

// newAuthority makes a CA's certificate and key. pathLength 1 lets it bridge to the
// CA before it.
func newAuthority(platformID, name string, pathLength int, now time.Time) (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("making the terminal CA's key: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber: randomSerial(),
		Subject:      pkix.Name{Organization: []string{platformID}, CommonName: name},
		NotBefore:    now.Add(-backdate), NotAfter: now.Add(caLife),
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, BasicConstraintsValid: true, IsCA: true,
		MaxPathLen: pathLength, MaxPathLenZero: pathLength == 0,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("making the terminal CA's certificate: %w", err)
	}
	cert, err := x509.ParseCertificate(der)
	return &authority{cert: cert, key: key}, err
}

// pin is what a provisioning token carries: SHA-256 of the CA's public key.
func (a *authority) pin() protocol.Digest { return protocol.SHA256(a.cert.RawSubjectPublicKeyInfo) }

// bridge makes a certificate over the key of an older CA.
func (a *authority) bridge(older *authority) (*x509.Certificate, error) {
	return a.issue(&x509.Certificate{
		SerialNumber: randomSerial(), RawSubject: older.cert.RawSubject, SubjectKeyId: older.cert.SubjectKeyId,
		NotBefore: a.cert.NotBefore, NotAfter: older.cert.NotAfter,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, BasicConstraintsValid: true, IsCA: true, MaxPathLenZero: true,
	}, older.key.Public())
}

// Subject is what a certificate for a terminal says.
type Subject struct {
	ID         string
	ForTLS     bool // else it is for the device key
	Protection string
	Key        any
	Life       time.Duration
}

// IssueTerminal makes a certificate over a terminal's key. Everything in it but
// the key comes from here; a request cannot name itself.
func (a *Authorities) IssueTerminal(s Subject, now time.Time) (*x509.Certificate, error) {
	uris, err := protocol.Terminal{ID: s.ID, Environment: a.environment, Protection: s.Protection}.URIs()
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: randomSerial(), Subject: pkix.Name{CommonName: s.ID},
		NotBefore: now.Add(-backdate), NotAfter: now.Add(s.Life),
		KeyUsage: x509.KeyUsageDigitalSignature, BasicConstraintsValid: true, URIs: uris,
	}
	if s.ForTLS {
		template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	}
	return a.all()[0].issue(template, s.Key)
}

func (a *authority) issue(template *x509.Certificate, key any) (*x509.Certificate, error) {
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, key, a.key)
	if err != nil {
		return nil, fmt.Errorf("issuing a certificate: %w", err)
	}
	return x509.ParseCertificate(der)
}

// Terminal reads whose certificate it is, if a CA that is trusted issued it for that
// use to a terminal of this environment. Dates and suspension are judged elsewhere.
func (a *Authorities) Terminal(cert *x509.Certificate, forTLS bool) (id string, err error) {
	_, err = a.found(cert, (*generations).trusted)
	if err != nil {
		return "", err
	}
	return a.named(cert, forTLS)
}

// Signer reads whose device certificate it is, also if the trust in its CA has ended:
// what was signed before that time is good still; zero is no such time. That it was
// really issued, and is no forgery by a key that was stolen, the store knows: nobody
// calls this with a certificate that is not from there.
func (a *Authorities) Signer(cert *x509.Certificate) (id string, until time.Time, err error) {
	ca, err := a.found(cert, (*generations).ever)
	if err != nil {
		return "", time.Time{}, err
	}
	id, err = a.named(cert, false)
	return id, ca.retired, err
}

func (g *generations) trusted() []*authority { return g.all }

func (g *generations) ever() []*authority { return slices.Concat(g.all, g.retired) }

// found is the one of some CAs that issued the certificate. It may have been made by
// another process a moment ago.
func (a *Authorities) found(cert *x509.Certificate, of func(*generations) []*authority) (*authority, error) {
	if ca := a.issuer(cert, of(a.now.Load())); ca != nil {
		return ca, nil
	}
	if err := a.look(); err != nil {
		return nil, err
	}
	if ca := a.issuer(cert, of(a.now.Load())); ca != nil {
		return ca, nil
	}
	return nil, errNotOurs
}

func (a *Authorities) named(cert *x509.Certificate, forTLS bool) (id string, err error) {
	client := len(cert.ExtKeyUsage) == 1 && cert.ExtKeyUsage[0] == x509.ExtKeyUsageClientAuth
	if client != forTLS || cert.IsCA || len(cert.UnhandledCriticalExtensions) > 0 {
		return "", errOtherRole
	}
	t, err := protocol.TerminalOf(cert)
	if err != nil || t.Environment != a.environment {
		return "", errIdentity
	}
	return t.ID, nil
}

// IssueServer makes a key and a certificate for the server at these names and addresses.
func (a *Authorities) IssueServer(hosts []string, now time.Time) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("making a server key: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber: randomSerial(), Subject: pkix.Name{CommonName: hosts[0]},
		NotBefore: now.Add(-backdate), NotAfter: now.Add(serverLife),
		KeyUsage: x509.KeyUsageDigitalSignature, BasicConstraintsValid: true,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	leaf, err := a.serving().issue(template, key.Public())
	if err != nil {
		return nil, err
	}
	chain := [][]byte{leaf.Raw}
	for _, cert := range slices.Concat(a.bridges(), a.Roots()) {
		chain = append(chain, cert.Raw)
	}
	return &tls.Certificate{Certificate: chain, PrivateKey: key, Leaf: leaf}, nil
}

// IssuedAt is when a certificate was issued to a terminal.
func IssuedAt(cert *x509.Certificate) time.Time { return cert.NotBefore.Add(backdate) }

// randomSerial has 127 random bits (RFC 5280, 4.1.2.2: positive, at most 20 bytes).
func randomSerial() *big.Int {
	b := make([]byte, 16)
	rand.Read(b)
	b[0] &= 0x7F
	b[0] |= 0x40 // never short, never zero
	return new(big.Int).SetBytes(b)
}

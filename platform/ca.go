package platform

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"net"
	"sync"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// How long certificates of the terminal CA live.
const (
	caLife       = 20 * 365 * 24 * time.Hour
	terminalLife = 2 * 365 * 24 * time.Hour
	serverLife   = 90 * 24 * time.Hour
	// backdate allows for terminals whose clocks are behind.
	backdate = 10 * time.Minute
)

// Errors of reading what a terminal certificate says.
var (
	errNotOurs   = errors.New("not issued by the terminal CA")
	errIdentity  = errors.New("names no terminal of this environment")
	errOtherRole = errors.New("is for another use")
)

// authority is the terminal CA. It issues the two certificates of each terminal
// and the platform's own server certificate, so that a terminal needs one pin.
type authority struct {
	cert        *x509.Certificate
	key         *ecdsa.PrivateKey
	environment protocol.Environment
	issued      issued
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

// newAuthority makes the CA's certificate and key.
func newAuthority(platformID string, env protocol.Environment, now time.Time) (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("making the terminal CA's key: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber: randomSerial(),
		Subject:      pkix.Name{Organization: []string{platformID}, CommonName: "Watashi terminal CA (" + string(env) + ")"},
		NotBefore:    now.Add(-backdate), NotAfter: now.Add(caLife),
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, BasicConstraintsValid: true, IsCA: true, MaxPathLenZero: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("making the terminal CA's certificate: %w", err)
	}
	cert, err := x509.ParseCertificate(der)
	return &authority{cert: cert, key: key, environment: env}, err
}

// pin is what a provisioning token carries: SHA-256 of the CA's public key.
func (a *authority) pin() protocol.Digest { return protocol.SHA256(a.cert.RawSubjectPublicKeyInfo) }

// issueTerminal makes a certificate over a terminal's key. Everything in it but
// the key comes from here; a request cannot name itself.
func (a *authority) issueTerminal(id string, role Role, protection string, key any, now time.Time) (*x509.Certificate, error) {
	uris, err := protocol.Terminal{ID: id, Environment: a.environment, Protection: protection}.URIs()
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: randomSerial(), Subject: pkix.Name{CommonName: id},
		NotBefore: now.Add(-backdate), NotAfter: now.Add(terminalLife),
		KeyUsage: x509.KeyUsageDigitalSignature, BasicConstraintsValid: true, URIs: uris,
	}
	if role == TLSRole {
		template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	}
	return a.issue(template, key)
}

func (a *authority) issue(template *x509.Certificate, key any) (*x509.Certificate, error) {
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, key, a.key)
	if err != nil {
		return nil, fmt.Errorf("issuing a certificate: %w", err)
	}
	return x509.ParseCertificate(der)
}

// terminal reads whose certificate it is, if the CA issued it for that role to a
// terminal of this environment. Dates and suspension are judged elsewhere.
func (a *authority) terminal(cert *x509.Certificate, role Role) (id string, err error) {
	if err := a.issued.by(a.cert, cert); err != nil {
		return "", errNotOurs
	}
	client := len(cert.ExtKeyUsage) == 1 && cert.ExtKeyUsage[0] == x509.ExtKeyUsageClientAuth
	if client != (role == TLSRole) || cert.IsCA || len(cert.UnhandledCriticalExtensions) > 0 {
		return "", errOtherRole
	}
	t, err := protocol.TerminalOf(cert)
	if err != nil || t.Environment != a.environment {
		return "", errIdentity
	}
	return t.ID, nil
}

// serverCertificate keeps a server certificate fresh: a new key and certificate
// are made when the old one has passed two thirds of its life.
type serverCertificate struct {
	ca    *authority
	hosts []string
	now   func() time.Time

	mu      sync.Mutex
	current *tls.Certificate // guarded by mu
	renew   time.Time        // guarded by mu
}

// get is tls.Config.GetCertificate. The CA goes with the certificate: at first
// contact a terminal knows only the CA's pin.
func (s *serverCertificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	if s.current != nil && now.Before(s.renew) {
		return s.current, nil
	}
	made, err := s.ca.issueServer(s.hosts, now)
	if err != nil {
		return nil, err
	}
	s.current, s.renew = made, now.Add(serverLife*2/3)
	return made, nil
}

func (a *authority) issueServer(hosts []string, now time.Time) (*tls.Certificate, error) {
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
	leaf, err := a.issue(template, key.Public())
	if err != nil {
		return nil, err
	}
	return &tls.Certificate{Certificate: [][]byte{leaf.Raw, a.cert.Raw}, PrivateKey: key, Leaf: leaf}, nil
}

// randomSerial has 127 random bits (RFC 5280, 4.1.2.2: positive, at most 20 bytes).
func randomSerial() *big.Int {
	b := make([]byte, 16)
	rand.Read(b)
	b[0] &= 0x7F
	b[0] |= 0x40 // never short, never zero
	return new(big.Int).SetBytes(b)
}

// sameIdentifier chooses between CAs of one name.
func sameIdentifier(authority, subject []byte) bool {
	return len(authority) > 0 && string(authority) == string(subject)
}

// extensionOID is one of the certificate extensions of X.509 (2.5.29).
func extensionOID(arc int) asn1.ObjectIdentifier { return asn1.ObjectIdentifier{2, 5, 29, arc} }

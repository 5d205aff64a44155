package platform

import (
	"context"
	"crypto/ecdsa"
	"crypto/x509"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// ParseSAN is parseSAN, for its fuzz target.
func ParseSAN(der []byte) (protocol.Attributes, error) { return parseSAN(der) }

// Covers reports what one list of one CA says of a certificate.
func Covers(list []byte, ca, cert *x509.Certificate, now time.Time) (known, revoked bool, err error) {
	source := &CRLMemory{}
	source.Set(list)
	r := &revocations{source: source, cas: func() []*x509.Certificate { return []*x509.Certificate{ca} }}
	got, err := r.status(context.Background(), cert, now)
	return got.known, got.revoked, err
}

// ReadStatus is readStatus: what a responder's answer says.
func ReadStatus(answer []byte, cert, issuer *x509.Certificate, now time.Time) (known, revoked bool, err error) {
	got, err := readStatus(answer, cert, issuer, now)
	return got.known, got.revoked, err
}

// UntilNext is untilNext: how long until a list is asked for again.
func UntilNext(until, now time.Time) time.Duration { return untilNext(until, now) }

// CRLBackOff is crlBackOff.
func CRLBackOff(fails int) time.Duration { return crlBackOff(fails) }

// Unseal finds the key that a body was sealed to, for tests that look into it.
func (p *Platform) Unseal(kid string) (*ecdsa.PrivateKey, error) {
	key, err := p.keys.opens(kid)
	return key.ECDSA(), err
}

// Older is older.
func Older(a, b string) bool { return older(a, b) }

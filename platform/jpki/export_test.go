package jpki

import (
	"crypto/x509"
	"time"
)

// ReadStatus is readStatus: what a responder's answer says.
func ReadStatus(answer []byte, cert, issuer *x509.Certificate, now time.Time) (known, revoked bool, err error) {
	got, err := readStatus(answer, cert, issuer, now)
	return got.Known, got.Revoked, err
}

// UntilNext is untilNext: how long until a list is asked for again.
func UntilNext(until, now time.Time) time.Duration { return untilNext(until, now) }

// CRLBackOff is crlBackOff.
func CRLBackOff(fails int) time.Duration { return crlBackOff(fails) }

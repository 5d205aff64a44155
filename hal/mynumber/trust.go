package mynumber

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"time"
)

// Trust is which signing certificates are believed. The CA certificate on the
// card proves nothing and is not read.
type Trust struct {
	// Generations are the certificates of the JPKI signing CA. All carry the same
	// name; they are told apart by key.
	Generations []*x509.Certificate
	// Policies are the certificate policies of which a certificate needs one.
	Policies []asn1.ObjectIdentifier
	// Now is the clock for dates; nil is time.Now.
	Now func() time.Time
}

// SigningPolicy is the policy of signing certificates on cards of the public.
func SigningPolicy() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 2, 392, 200149, 8, 5, 1, 1, 20}
}

// TestSigningPolicy is the policy of signing certificates on J-LIS test cards.
func TestSigningPolicy() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 2, 392, 200149, 8, 5, 1, 0, 20}
}

// Fingerprint is the SHA-256 of a certificate.
type Fingerprint [sha256.Size]byte

// ProductionTrust are the three generations of the JPKI signing CA, published at
// https://www.jpki.go.jp/ca/index.html. The list grows about every four years.
func ProductionTrust() []Fingerprint {
	return []Fingerprint{
		{ // signca01, serial 01, 2015-10-20 to 2025-10-19
			0x19, 0x64, 0x54, 0x05, 0xA1, 0xFE, 0x14, 0x37, 0x74, 0x34, 0xBD, 0x55, 0x95, 0x76, 0x28, 0xAC,
			0x40, 0x38, 0x55, 0x7C, 0x54, 0x24, 0x03, 0xA2, 0x24, 0x3F, 0x21, 0xC7, 0x06, 0xFC, 0x93, 0x55,
		},
		{ // signca02, serial 0132C4AB, 2019-09-14 to 2029-09-14
			0x79, 0x67, 0x9C, 0x33, 0xE4, 0xCC, 0x93, 0x19, 0x44, 0x0F, 0x1A, 0xD1, 0x20, 0xA5, 0x97, 0xFF,
			0x18, 0x44, 0xE2, 0xEF, 0x21, 0x70, 0x63, 0xAD, 0xB1, 0x76, 0x96, 0x6F, 0xD5, 0xE6, 0xFB, 0xEB,
		},
		{ // signca03, serial 067C6A21, 2023-07-16 to 2033-07-15
			0xD2, 0x27, 0xF6, 0xCD, 0xE1, 0x1D, 0x35, 0xC5, 0x25, 0x21, 0x78, 0xF1, 0x06, 0xF8, 0x43, 0xD2,
			0x46, 0x51, 0x94, 0x49, 0x75, 0x41, 0x3B, 0x53, 0x9F, 0xA2, 0xFB, 0x68, 0xDB, 0xFA, 0x36, 0x5F,
		},
	}
}

// ErrNotProduction: the trust holds what a production terminal must not believe.
var ErrNotProduction = errors.New("not production trust")

// CheckProduction refuses everything but the compiled-in CAs and the policy of
// public cards. It reports all faults.
func (t Trust) CheckProduction() error {
	var faults []error
	if len(t.Generations) == 0 {
		faults = append(faults, fmt.Errorf("%w: no signing CA", ErrNotProduction))
	}
	for _, ca := range t.Generations {
		if !isProduction(ca) {
			faults = append(faults, fmt.Errorf("%w: signing CA with serial %x", ErrNotProduction, ca.SerialNumber))
		}
	}
	if len(t.Policies) != 1 || !t.Policies[0].Equal(SigningPolicy()) {
		faults = append(faults, fmt.Errorf("%w: policies %v", ErrNotProduction, t.Policies))
	}
	return errors.Join(faults...)
}

func isProduction(ca *x509.Certificate) bool {
	is := Fingerprint(sha256.Sum256(ca.Raw))
	for _, known := range ProductionTrust() {
		if is == known {
			return true
		}
	}
	return false
}

// judge decides whether a certificate is a valid signing certificate. What it
// cannot decide is whether the certificate was revoked: only the platform asks.
func (t Trust) judge(cert *x509.Certificate) error {
	if _, err := algorithmOf(cert); err != nil {
		return err
	}
	ca, err := t.issuer(cert)
	if err != nil {
		return err
	}
	if err := t.checkUse(cert); err != nil {
		return err
	}
	now := time.Now
	if t.Now != nil {
		now = t.Now
	}
	return errors.Join(checkDates(cert, now()), checkDates(ca, now()))
}

// issuer finds the generation that signed a certificate, by key identifier and
// signature. Names are all alike and prove nothing.
func (t Trust) issuer(cert *x509.Certificate) (*x509.Certificate, error) {
	for _, ca := range t.Generations {
		if len(cert.AuthorityKeyId) > 0 && !bytes.Equal(cert.AuthorityKeyId, ca.SubjectKeyId) {
			continue
		}
		if bytes.Equal(cert.RawIssuer, ca.RawSubject) && cert.CheckSignatureFrom(ca) == nil {
			return ca, nil
		}
	}
	return nil, ErrUnknownIssuer
}

// checkUse wants the key usage of a signature and one of the policies. Every
// critical extension must be one that is understood here.
func (t Trust) checkUse(cert *x509.Certificate) error {
	if cert.KeyUsage != x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment || cert.IsCA {
		return fmt.Errorf("%w: key usage %b", ErrNotSigningCertificate, cert.KeyUsage)
	}
	for _, id := range cert.UnhandledCriticalExtensions {
		if !id.Equal(oidSubjectAltName()) {
			return fmt.Errorf("%w: critical extension %v", ErrNotSigningCertificate, id)
		}
	}
	for _, has := range cert.PolicyIdentifiers {
		for _, want := range t.Policies {
			if has.Equal(want) {
				return nil
			}
		}
	}
	return fmt.Errorf("%w: policies %v", ErrNotSigningCertificate, cert.PolicyIdentifiers)
}

func checkDates(cert *x509.Certificate, now time.Time) error {
	switch {
	case now.Before(cert.NotBefore):
		return fmt.Errorf("%w: before %s", ErrNotYetValid, cert.NotBefore.Format(time.DateOnly))
	case now.After(cert.NotAfter):
		return fmt.Errorf("%w: after %s", ErrExpired, cert.NotAfter.Format(time.DateOnly))
	}
	return nil
}

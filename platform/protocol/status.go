package protocol

import (
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"time"
)

// Status is what a terminal in maintenance shows as a QR code, for the help desk
// at the other end of a telephone: short, so that a phone reads it from a screen.
// It crosses no wire of ours and names no citizen.
type Status struct {
	TerminalID      string    `json:"terminal_id"`
	Time            time.Time `json:"time"`
	Version         string    `json:"version"` // of terminald
	Bundle          int       `json:"bundle"`
	Protection      string    `json:"protection"`
	CertificateDays int       `json:"certificate_days"` // negative: past its end
	Reachable       bool      `json:"reachable"`
	Queue           int       `json:"queue"`
	OldestSeconds   int       `json:"oldest_seconds"`
	Quarantined     int       `json:"quarantined"`
	Unknown         int       `json:"unknown"`
	Lost            int       `json:"lost"`
	// Conditions are the codes of what keeps the terminal from taking a card in, the
	// gravest first; MaxConditions of them at most.
	Conditions []string `json:"conditions,omitempty"`
}

// MaxConditions is the most codes that a Status holds. With more a symbol would
// not be read from a screen with ease.
const MaxConditions = 6

func (s *Status) check() error {
	if min(s.Bundle, s.Queue, s.OldestSeconds, s.Quarantined, s.Unknown, s.Lost) < 0 {
		return errors.New("status: negative number")
	}
	if len(s.Conditions) > MaxConditions {
		return errors.New("status: too many conditions")
	}
	for _, code := range s.Conditions {
		if err := checkName("status: condition", code); err != nil {
			return err
		}
	}
	if len(s.Version) > 64 {
		return errors.New("status: version out of shape")
	}
	return errors.Join(checkTerminalID(s.TerminalID), checkProtection(s.Protection), wireTime("status", s.Time))
}

func statusKind() jwsKind { return jwsKind{typ: "watashi-status+jws"} }

// SignStatus signs with the device key.
func SignStatus(s Status, device crypto.Signer, cert *x509.Certificate) ([]byte, error) {
	s.Time = s.Time.UTC()
	jws, err := signJSON(statusKind(), &s, device, CertificateKid(cert))
	if err != nil {
		return nil, fmt.Errorf("signing status: %w", err)
	}
	return jws, nil
}

// VerifyStatus verifies a terminal's signature. That the certificate is of the
// terminal it names, and that the time is of now, the caller judges.
func VerifyStatus(jws []byte, certByKid func(kid string) (*x509.Certificate, error)) (Status, *x509.Certificate, error) {
	var s Status
	var cert *x509.Certificate
	if err := verifyJSON(statusKind(), jws, &s, byCertificate(certByKid, &cert)); err != nil {
		return Status{}, nil, fmt.Errorf("verifying status: %w", err)
	}
	return s, cert, nil
}

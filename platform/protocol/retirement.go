package protocol

import (
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"time"
)

// Retirement is a machine's last word: it serves nobody any more, and destroys
// its keys once this has been heard.
type Retirement struct {
	TerminalID string    `json:"terminal_id"`
	Time       time.Time `json:"time"`
	Unsent     int       `json:"unsent"` // bodies that it leaves behind
	// Forced: it was retired although there were some, or nobody could count them.
	Forced bool `json:"forced"`
	// Successor is the terminal that takes its place; it may be the same id.
	Successor string `json:"successor,omitempty"`
}

func (r *Retirement) check() error {
	switch {
	case r.Unsent < 0:
		return errors.New("retirement: negative number")
	case r.Unsent > 0 && !r.Forced:
		return errors.New("retirement: bodies left behind, and not forced")
	}
	var successor error
	if r.Successor != "" {
		successor = checkName("retirement: successor", r.Successor)
	}
	return errors.Join(checkTerminalID(r.TerminalID), wireTime("retirement", r.Time), successor)
}

func retirementKind() jwsKind { return jwsKind{typ: "watashi-retirement+jws"} }

// SignRetirement signs with the device key.
func SignRetirement(r Retirement, device crypto.Signer, cert *x509.Certificate) ([]byte, error) {
	r.Time = r.Time.UTC()
	jws, err := signJSON(retirementKind(), &r, device, CertificateKid(cert))
	if err != nil {
		return nil, fmt.Errorf("signing retirement: %w", err)
	}
	return jws, nil
}

// VerifyRetirement verifies a terminal's signature. That the certificate is of the
// terminal it names, and of the machine that is there now, the caller judges.
func VerifyRetirement(jws []byte, certByKid func(kid string) (*x509.Certificate, error)) (Retirement, *x509.Certificate, error) {
	var r Retirement
	var cert *x509.Certificate
	if err := verifyJSON(retirementKind(), jws, &r, byCertificate(certByKid, &cert)); err != nil {
		return Retirement{}, nil, fmt.Errorf("verifying retirement: %w", err)
	}
	return r, cert, nil
}

package protocol

import (
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"time"
)

// Withdrawal is the terminal's "forget that id": its code never came into a
// hand, or the citizen said so.
type Withdrawal struct {
	ID         ID        `json:"id"`
	TerminalID string    `json:"terminal_id"`
	Time       time.Time `json:"time"`
}

func (w *Withdrawal) check() error {
	if w.ID.IsZero() {
		return errors.New("withdrawal: no id")
	}
	return errors.Join(checkTerminalID(w.TerminalID), wireTime("withdrawal", w.Time))
}

func withdrawalKind() jwsKind { return jwsKind{typ: "watashi-withdrawal+jws"} }

// SignWithdrawal signs with the device key.
func SignWithdrawal(w Withdrawal, device crypto.Signer, cert *x509.Certificate) ([]byte, error) {
	w.Time = w.Time.UTC()
	jws, err := signJSON(withdrawalKind(), &w, device, CertificateKid(cert))
	if err != nil {
		return nil, fmt.Errorf("signing withdrawal: %w", err)
	}
	return jws, nil
}

// VerifyWithdrawal verifies a terminal's signature. That the certificate is of
// the terminal it names, and that the id was that terminal's, the caller judges.
func VerifyWithdrawal(jws []byte, certByKid func(kid string) (*x509.Certificate, error)) (Withdrawal, *x509.Certificate, error) {
	var w Withdrawal
	var cert *x509.Certificate
	if err := verifyJSON(withdrawalKind(), jws, &w, byCertificate(certByKid, &cert)); err != nil {
		return Withdrawal{}, nil, fmt.Errorf("verifying withdrawal: %w", err)
	}
	return w, cert, nil
}

package mynumber

import (
	"bytes"
	"cmp"
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"

	"github.com/digital-watashi/kiosk/hal/apdu"
)

// maxCertificate bounds what is read as a certificate; real ones have about 1600
// bytes.
const maxCertificate = 8 << 10

// Holder is the person whose card was verified. It prints as [redacted].
type Holder struct {
	personal
	// Certificate is the signing certificate; its issuer, dates, usage and policy
	// were judged, its revocation was not.
	Certificate *x509.Certificate
	Attributes  Attributes
	// Signer signs once with the card's key, while the card stays in its reader.
	Signer crypto.Signer
}

// Holder reads and judges the signing certificate. The signing PIN must have been
// verified, else ErrNotVerified. ctx is the card's presence and bounds the
// Signer as well.
func (c *Card) Holder(ctx context.Context) (*Holder, error) {
	h, verdict, err := c.Examine(ctx)
	if err = cmp.Or(err, verdict); err != nil {
		return nil, err
	}
	return h, nil
}

// Examine is Holder for a technician, who wants to see the certificate of a card
// that is not believed. The verdict is nil, or says why: ErrUnknownIssuer,
// ErrExpired, ErrNotYetValid, ErrNotSigningCertificate or ErrUnsupportedKey. It
// is not about revocation. The Signer works whatever the verdict, unless no row
// of the algorithms fits the key. err is for what could not be read at all.
func (c *Card) Examine(ctx context.Context) (h *Holder, verdict, err error) {
	der, err := c.readCertificate(ctx)
	if err != nil {
		return nil, nil, err
	}
	cert, attributes, err := parseHolder(der)
	if err != nil {
		return nil, nil, fmt.Errorf("parsing the signing certificate: %w", err)
	}
	if verdict = c.trust.judge(cert); verdict != nil {
		verdict = fmt.Errorf("judging the signing certificate: %w", verdict)
	}
	return &Holder{
		Certificate: cert,
		Attributes:  attributes,
		Signer:      &signer{ctx: ctx, line: c.line, cert: cert},
	}, verdict, nil
}

// readCertificate reads EF 0001 up to the end of its DER; filler may follow.
func (c *Card) readCertificate(ctx context.Context) ([]byte, error) {
	if err := c.line.enter(ctx, jpki()); err != nil {
		return nil, err
	}
	der, err := c.line.read(ctx, signingCertificate(), apdu.MaxExtended, certificateSize)
	switch {
	case errors.Is(err, apdu.ErrNotVerified):
		return nil, fmt.Errorf("%w: %w", ErrNotVerified, err)
	case errors.Is(err, apdu.ErrNotFound), errors.Is(err, apdu.WrongOffset): // no file, or an empty one
		return nil, fmt.Errorf("%w: %w", ErrNoSigningCertificate, err)
	}
	return der, err
}

// certificateSize finds out how long the DER is. A file that begins with filler
// was never written, which no issuance state has to say.
func certificateSize(head []byte) (int, error) {
	if start := head[:min(len(head), 4)]; len(bytes.Trim(start, "\x00")) == 0 || len(bytes.Trim(start, "\xFF")) == 0 {
		return 0, fmt.Errorf("%w: the file is blank", ErrNoSigningCertificate)
	}
	return object(0x30, maxCertificate)(head)
}

// parseHolder reads certificate and attributes out of DER.
func parseHolder(der []byte) (*x509.Certificate, Attributes, error) {
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, Attributes{}, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	attributes, err := attributesOf(cert)
	if err != nil {
		return nil, Attributes{}, err
	}
	return cert, attributes, nil
}

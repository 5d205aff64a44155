package mynumber

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"io"

	"github.com/digital-watashi/kiosk/hal/apdu"
)

// signer is the card's signing key. It is bound to the insertion from which it
// came: ctx is the card's presence, and crypto.Signer has no other way to pass it.
type signer struct {
	ctx  context.Context
	line *line
	cert *x509.Certificate
	done bool
}

// Public is the key of the certificate.
func (s *signer) Public() crypto.PublicKey { return s.cert.PublicKey }

// Sign has the card sign a hash, once, and checks the answer with the
// certificate. A second call is ErrAlreadySigned: also after a signature of
// which the answer was lost, since the card may have made it. A card that
// refused has not signed, and may be asked again after its reason is gone.
func (s *signer) Sign(_ io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	signature, err := s.sign(digest, opts)
	if err != nil {
		return nil, fmt.Errorf("signing with the card: %w", err)
	}
	return signature, nil
}

func (s *signer) sign(digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	if s.done {
		return nil, ErrAlreadySigned
	}
	a, err := algorithmOf(s.cert)
	if err != nil {
		return nil, err
	}
	if err := checkOptions(a, digest, opts); err != nil {
		return nil, err
	}
	if err := s.line.enter(s.ctx, jpki()); err != nil {
		return nil, err
	}
	answer, err := s.compute(a, digest)
	if err != nil {
		return nil, err
	}
	signature, err := a.signature(s.cert.PublicKey, digest, answer)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBadSignature, err)
	}
	return signature, nil
}

// compute is the one COMPUTE DIGITAL SIGNATURE.
func (s *signer) compute(a algorithm, digest []byte) ([]byte, error) {
	s.done = true
	r, err := s.line.at(s.ctx, signingKey(), func(reference byte) apdu.Command {
		return apdu.Command{CLA: 0x80, INS: 0x2A, P2: reference, Data: a.input(digest), Le: apdu.MaxShort}
	})
	if err != nil {
		return nil, err
	}
	if r.SW != apdu.OK {
		s.done = false
		if errors.Is(r.SW, apdu.ErrNotVerified) {
			return nil, fmt.Errorf("%w: %w", ErrNotVerified, r.SW)
		}
		return nil, r.SW
	}
	return r.Data, nil
}

func checkOptions(a algorithm, digest []byte, opts crypto.SignerOpts) error {
	if _, pss := opts.(*rsa.PSSOptions); pss {
		return fmt.Errorf("%w: PSS padding", ErrUnsupportedKey)
	}
	if opts == nil || opts.HashFunc() != a.hash || len(digest) != a.hash.Size() {
		return fmt.Errorf("%w: not a hash for %s", ErrUnsupportedKey, a.name)
	}
	return nil
}

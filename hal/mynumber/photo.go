package mynumber

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"

	"github.com/digital-watashi/kiosk/hal/apdu"
)

// PhotoInfo is what could be checked of a face photo. The card's key is
// certified by an issuer whose key is not published, so IssuerAnchored is false:
// the checks show that the photo, the key and the chip belong together, not who
// made them.
type PhotoInfo struct {
	// SignatureValid: the card's signature covers this photo.
	SignatureValid bool
	// ChipGenuine: the chip holds the key that belongs to the face; it is no copy.
	ChipGenuine bool
	// IssuerAnchored: the signing key was traced to a trusted issuer.
	IssuerAnchored bool
}

// Record is what evidence says of a photo that was checked: that the card's
// signature covers it and the chip holds the card's key, and that the issuer of
// that signature is anchored nowhere. It is empty where a check failed.
func (i PhotoInfo) Record() string {
	if i.SignatureValid && i.ChipGenuine {
		return "signature-valid-issuer-not-anchored"
	}
	return ""
}

// PhotoTriesLeft asks how many tries of 照合番号B are left; the question is free. Of
// a card that does not tell it is 1: the next try may be the last.
func (c *Card) PhotoTriesLeft(ctx context.Context) (int, error) {
	if err := c.enterFace(ctx); err != nil {
		return 0, err
	}
	n, err := c.askCounter(ctx, numberB(), &c.numberB)
	if errors.Is(err, apdu.ErrNotFound) {
		err = fmt.Errorf("%w: %w", ErrNoPhoto, err)
	}
	return n, err
}

// FacePhoto reads the face photo, a JPEG 2000 file. number is 照合番号B, as
// NumberB makes it; it is overwritten before the call returns, whatever the
// outcome. One VERIFY is sent at most, after its counter was asked. A refusal is
// a *WrongNumberBError or ErrNumberBBlocked.
//
// Selecting the face application may end the verified state of the signing PIN;
// the Signer then answers ErrNotVerified.
func (c *Card) FacePhoto(ctx context.Context, number []byte) (jp2 []byte, info PhotoInfo, err error) {
	defer clear(number)
	if !isNumberB(number) {
		return nil, PhotoInfo{}, ErrNumberBShape
	}
	if err := c.openFace(ctx, number); err != nil {
		return nil, PhotoInfo{}, err
	}
	s, err := c.readSurface(ctx)
	if err != nil {
		return nil, PhotoInfo{}, err
	}
	defer s.wipe()
	if info, err = c.checkSurface(ctx, s); err != nil {
		return nil, PhotoInfo{}, err
	}
	return s.takePhoto(), info, nil
}

func (c *Card) enterFace(ctx context.Context) error {
	err := c.line.enter(ctx, face())
	if errors.Is(err, apdu.ErrNotFound) {
		return fmt.Errorf("%w: %w", ErrNoPhoto, err)
	}
	return err
}

// openFace verifies 照合番号B once.
func (c *Card) openFace(ctx context.Context, number []byte) error {
	if err := c.enterFace(ctx); err != nil {
		return err
	}
	if !c.numberB.known {
		if _, err := c.PhotoTriesLeft(ctx); err != nil {
			return err
		}
	}
	if c.numberB.left == 0 {
		return ErrNumberBBlocked
	}
	sw, err := c.verify(ctx, numberB(), number, &c.numberB)
	if err != nil {
		return fmt.Errorf("verifying number B: %w", err)
	}
	return numberBVerdict(sw)
}

func numberBVerdict(sw apdu.SW) error {
	switch n, counted := sw.Retries(); {
	case sw == apdu.OK:
		return nil
	case counted:
		return &WrongNumberBError{TriesLeft: n}
	case sw.Is(apdu.ErrBlocked):
		return fmt.Errorf("%w: %w", ErrNumberBBlocked, sw)
	case sw.Is(apdu.ErrWrongSecret):
		return &WrongNumberBError{TriesLeft: -1}
	}
	return fmt.Errorf("verifying number B: %w", sw)
}

func (c *Card) readSurface(ctx context.Context) (*surface, error) {
	raw, err := c.line.read(ctx, cardFace(), apdu.MaxExtended, object(tagSurface, maxOffset))
	if err != nil {
		return nil, photoless(err)
	}
	s, err := parseSurface(raw)
	if err != nil {
		clear(raw)
		return nil, photoless(err)
	}
	return s, nil
}

// photoless says of a card without a card face, or with one that is none, that it
// has no photo: nothing else is known to be wrong with it.
func photoless(err error) error {
	if errors.Is(err, apdu.ErrNotFound) || errors.Is(err, ErrMalformed) {
		return fmt.Errorf("%w: %w", ErrNoPhoto, err)
	}
	return err
}

// checkSurface asks for what proves the photo. A card without a certificate or
// without the key proves nothing, which is recorded; a line that breaks is an
// error.
func (c *Card) checkSurface(ctx context.Context, s *surface) (PhotoInfo, error) {
	var info PhotoInfo
	raw, err := c.line.read(ctx, faceCertificate(), apdu.MaxExtended, object(tagCertificate, maxCertificate))
	if err != nil && !isAnswer(err) {
		return PhotoInfo{}, err
	}
	if key, err := parseCertificateKey(raw); err == nil {
		info.SignatureValid = s.signedBy(key)
	}
	info.ChipGenuine, err = c.challenge(ctx, s)
	return info, err
}

// challenge has the chip sign something it cannot have signed before, with the
// key that its face names.
func (c *Card) challenge(ctx context.Context, s *surface) (bool, error) {
	key, err := parsePublicKey(s.objects[tagChipKey].Value)
	if err != nil {
		return false, nil
	}
	a := algorithms()[0]
	hash := make([]byte, a.hash.Size())
	if _, err := rand.Read(hash); err != nil {
		return false, fmt.Errorf("making a challenge: %w", err)
	}
	r, err := c.line.send(ctx, apdu.Command{CLA: 0x80, INS: 0x2A, Data: a.input(hash), Le: apdu.MaxShort})
	if err != nil {
		return false, fmt.Errorf("challenging the chip: %w", err)
	}
	return r.SW == apdu.OK && rsa.VerifyPKCS1v15(key, crypto.SHA256, hash, r.Data) == nil, nil
}

// isAnswer reports whether an error tells what the card said, not that the line
// broke.
func isAnswer(err error) bool {
	var sw apdu.SW
	return errors.As(err, &sw) || errors.Is(err, ErrMalformed)
}

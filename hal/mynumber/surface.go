package mynumber

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"fmt"
	"math/big"

	"github.com/digital-watashi/kiosk/hal/apdu"
)

// The data objects of EF 0002 and EF 0004 of the face application.
//
//	FF20 { DF21 offsets, DF22 birth, DF23 sex, DF24 chip key, DF25 name (PNG),
//	       DF26 address (PNG), DF27 photo (JP2), DF28 signature, DF29 expiry,
//	       DF2A security code (PNG) }
//	7F21 { 5F4E body, 5F37 signature of the issuer }
const (
	tagSurface     apdu.Tag = 0xFF20
	tagBirth       apdu.Tag = 0xDF22
	tagSex         apdu.Tag = 0xDF23
	tagChipKey     apdu.Tag = 0xDF24
	tagNameImage   apdu.Tag = 0xDF25
	tagAddress     apdu.Tag = 0xDF26
	tagPhoto       apdu.Tag = 0xDF27
	tagSignature   apdu.Tag = 0xDF28
	tagCertificate apdu.Tag = 0x7F21
	tagBody        apdu.Tag = 0x5F4E
	tagExponent    apdu.Tag = 0x90
	tagModulus     apdu.Tag = 0x91
)

// The body of the CV certificate begins with two key identifiers.
const keyIdentifiersLen = 2 * 16

// surface is the card face.
type surface struct {
	raw     []byte
	objects map[apdu.Tag]apdu.TLV
}

// parseSurface reads EF 0002. Every object on which a check depends must be
// there once.
func parseSurface(raw []byte) (*surface, error) {
	outer, rest, err := apdu.ParseTLV(raw)
	if err != nil || len(rest) > 0 || outer.Tag != tagSurface {
		return nil, fmt.Errorf("%w: card face", ErrMalformed)
	}
	list, err := apdu.ParseTLVs(outer.Value)
	if err != nil {
		return nil, fmt.Errorf("%w: card face: %w", ErrMalformed, err)
	}
	s := &surface{raw: raw, objects: make(map[apdu.Tag]apdu.TLV, len(list))}
	for _, o := range list {
		if _, twice := s.objects[o.Tag]; twice {
			return nil, fmt.Errorf("%w: card face: tag %X twice", ErrMalformed, uint16(o.Tag))
		}
		s.objects[o.Tag] = o
	}
	if !isJP2(s.objects[tagPhoto].Value) {
		return nil, fmt.Errorf("%w: the image is no JPEG 2000", ErrNoPhoto)
	}
	return s, nil
}

// takePhoto copies the photo out of the buffer that will be overwritten.
func (s *surface) takePhoto() []byte { return bytes.Clone(s.objects[tagPhoto].Value) }

// wipe overwrites what was read: it shows a name and an address.
func (s *surface) wipe() { clear(s.raw) }

// signedBy checks DF28 over SHA256(DF22‖DF23‖DF24) ‖ SHA256(DF25‖DF26) ‖
// SHA256(DF27), each object with its header as it stands on the card.
func (s *surface) signedBy(key *rsa.PublicKey) bool {
	var hashes []byte
	for _, group := range [][]apdu.Tag{
		{tagBirth, tagSex, tagChipKey}, {tagNameImage, tagAddress}, {tagPhoto},
	} {
		h, ok := s.hash(group)
		if !ok {
			return false
		}
		hashes = append(hashes, h...)
	}
	digest := sha256.Sum256(hashes)
	return rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], s.objects[tagSignature].Value) == nil
}

// hash is over objects as they stand on the card; false where one is missing.
func (s *surface) hash(tags []apdu.Tag) ([]byte, bool) {
	h := sha256.New()
	for _, tag := range tags {
		object, err := s.objects[tag].Append(nil)
		if err != nil {
			return nil, false // the zero object has no tag
		}
		h.Write(object)
		clear(object)
	}
	return h.Sum(nil), true
}

// parseCertificateKey reads the key out of a CV certificate. Its issuer is not
// anchored anywhere, so nothing else in it is of use.
func parseCertificateKey(raw []byte) (*rsa.PublicKey, error) {
	outer, _, err := apdu.ParseTLV(raw)
	if err != nil {
		return nil, err
	}
	parts, err := apdu.ParseTLVs(outer.Value)
	if err != nil {
		return nil, err
	}
	for _, p := range parts {
		if p.Tag == tagBody && len(p.Value) > keyIdentifiersLen {
			return parsePublicKey(p.Value[keyIdentifiersLen:])
		}
	}
	return nil, fmt.Errorf("%w: no body in the CV certificate", ErrMalformed)
}

// parsePublicKey reads 90 exponent, 91 modulus: RSA-2048 and no other.
func parsePublicKey(raw []byte) (*rsa.PublicKey, error) {
	parts, err := apdu.ParseTLVs(raw)
	if err != nil {
		return nil, err
	}
	if len(parts) != 2 || parts[0].Tag != tagExponent || parts[1].Tag != tagModulus {
		return nil, fmt.Errorf("%w: public key", ErrMalformed)
	}
	e := new(big.Int).SetBytes(parts[0].Value)
	key := &rsa.PublicKey{N: new(big.Int).SetBytes(parts[1].Value), E: int(e.Int64())}
	if !e.IsInt64() || !isRSA2048(key) {
		return nil, fmt.Errorf("%w: public key", ErrUnsupportedKey)
	}
	return key, nil
}

// isJP2 looks for the signature box of ISO/IEC 15444-1, I.5.1.
func isJP2(b []byte) bool {
	return bytes.HasPrefix(b, []byte{0, 0, 0, 0x0C, 0x6A, 0x50, 0x20, 0x20, 0x0D, 0x0A, 0x87, 0x0A})
}

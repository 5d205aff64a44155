package mynumber

import (
	"crypto/rsa"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/apdu"
)

// Guard is the allow-list, for the tests that prove it.
func Guard(card hal.Card) hal.Card { return &guard{card: card} }

// Surface is a parsed card face, for the tests that fuzz it.
type Surface struct{ *surface }

// ParseSurface parses EF 0002 of the face application.
func ParseSurface(raw []byte) (Surface, error) {
	s, err := parseSurface(raw)
	return Surface{s}, err
}

// Objects are the data objects of the face.
func (s Surface) Objects() map[apdu.Tag]apdu.TLV { return s.objects }

// SignedBy checks DF28.
func (s Surface) SignedBy(key *rsa.PublicKey) bool { return s.signedBy(key) }

// TakePhoto copies the photo, and Wipe overwrites the rest.
func (s Surface) TakePhoto() []byte { return s.takePhoto() }

// Wipe overwrites what was read.
func (s Surface) Wipe() { s.wipe() }

// ParseCertificateKey reads the key out of a CV certificate.
func ParseCertificateKey(raw []byte) (*rsa.PublicKey, error) { return parseCertificateKey(raw) }

package mynumber

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"fmt"
)

// algorithm is one way in which a card signs. The next card (ECDSA P-384) is a
// second row; whatever no row describes is refused before the card signs.
type algorithm struct {
	name string
	// certificate is how the issuer of such a certificate signs it.
	certificate x509.SignatureAlgorithm
	hash        crypto.Hash
	// digestInfo is what the card wants before the hash: DigestInfo of RFC 8017, 9.2.
	digestInfo []byte
	// signatureLen is the length of the card's answer.
	signatureLen int
	// fits reports whether a public key is of this kind.
	fits func(crypto.PublicKey) bool
	// verify checks a signature over a hash.
	verify func(pub crypto.PublicKey, hash, signature []byte) error
}

// algorithms lists them all.
func algorithms() []algorithm {
	return []algorithm{{
		name:         "RSA-2048 with SHA-256",
		certificate:  x509.SHA256WithRSA,
		hash:         crypto.SHA256,
		digestInfo:   sha256DigestInfo(),
		signatureLen: 256,
		fits:         isRSA2048,
		verify:       verifyPKCS1SHA256,
	}}
}

// algorithmOf finds the row for a certificate.
func algorithmOf(cert *x509.Certificate) (algorithm, error) {
	for _, a := range algorithms() {
		if a.fits(cert.PublicKey) && a.certificate == cert.SignatureAlgorithm {
			return a, nil
		}
	}
	return algorithm{}, fmt.Errorf("%w: %v key, signed with %v", ErrUnsupportedKey, cert.PublicKeyAlgorithm, cert.SignatureAlgorithm)
}

// input is what the card is given to sign a hash.
func (a algorithm) input(hash []byte) []byte {
	return append(bytes.Clone(a.digestInfo), hash...)
}

// isInput reports whether data is a digest that some row would have the card sign.
func isInput(data []byte) bool {
	for _, a := range algorithms() {
		if len(data) == len(a.digestInfo)+a.hash.Size() && bytes.HasPrefix(data, a.digestInfo) {
			return true
		}
	}
	return false
}

// sha256DigestInfo is DigestInfo { AlgorithmIdentifier { sha256, NULL }, OCTET
// STRING of 32 } up to the hash, RFC 8017, 9.2, note 1.
func sha256DigestInfo() []byte {
	return []byte{
		0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
		0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, sha256.Size,
	}
}

func isRSA2048(pub crypto.PublicKey) bool {
	key, ok := pub.(*rsa.PublicKey)
	return ok && key.N.BitLen() == 2048 && key.E == 65537
}

func verifyPKCS1SHA256(pub crypto.PublicKey, hash, signature []byte) error {
	key, ok := pub.(*rsa.PublicKey)
	if !ok {
		return fmt.Errorf("%w: %T", ErrUnsupportedKey, pub)
	}
	return rsa.VerifyPKCS1v15(key, crypto.SHA256, hash, signature)
}

package mynumber

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"fmt"
)

// algorithm is one way in which a card signs. The next card is said to bring ECDSA
// P-384 with SHA-384: a second row, without a DigestInfo, whose signature puts
// the card's r and s into DER. Whatever no row describes is refused before the
// card signs.
type algorithm struct {
	name string
	// certificate is how the issuer of such a certificate signs it.
	certificate x509.SignatureAlgorithm
	hash        crypto.Hash
	// digestInfo is what the card wants before the hash: DigestInfo of RFC 8017, 9.2.
	digestInfo []byte
	// fits reports whether a public key is of this kind.
	fits func(crypto.PublicKey) bool
	// signature makes of the card's answer what a crypto.Signer gives, if it is a
	// signature of that key over that hash.
	signature func(pub crypto.PublicKey, hash, answer []byte) ([]byte, error)
}

// algorithms lists them all.
func algorithms() []algorithm {
	return []algorithm{{
		name:        "RSA-2048 with SHA-256",
		certificate: x509.SHA256WithRSA,
		hash:        crypto.SHA256,
		digestInfo:  sha256DigestInfo(),
		fits:        isRSA2048,
		signature:   pkcs1SHA256,
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

// pkcs1SHA256 is RSASSA-PKCS1-v1_5: the answer is the signature.
func pkcs1SHA256(pub crypto.PublicKey, hash, answer []byte) ([]byte, error) {
	key, ok := pub.(*rsa.PublicKey)
	if !ok {
		return nil, fmt.Errorf("%w: %T", ErrUnsupportedKey, pub)
	}
	if err := rsa.VerifyPKCS1v15(key, crypto.SHA256, hash, answer); err != nil {
		return nil, fmt.Errorf("%d bytes: %w", len(answer), err)
	}
	return answer, nil
}

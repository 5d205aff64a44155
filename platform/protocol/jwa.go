package protocol

import (
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"math/big"
)

// The two algorithms (RFC 7518): ES256, and the reading of ECDH-ES with A256GCM.

// Lengths in bytes.
const (
	scalarLength = 32 // half of a signature
	nonceLength  = 12 // of A256GCM
	tagLength    = 16
)

// verifyES256 verifies a signature r ‖ s (RFC 7518, 3.4).
func verifyES256(key *ecdsa.PublicKey, digest, signature []byte) bool {
	if len(signature) != 2*scalarLength {
		return false
	}
	r, s := new(big.Int).SetBytes(signature[:scalarLength]), new(big.Int).SetBytes(signature[scalarLength:])
	return ecdsa.Verify(key, digest, r, s)
}

// signES256 asks for a signature and writes it as r ‖ s.
func signES256(key crypto.Signer, digest []byte) ([]byte, error) {
	made, err := key.Sign(rand.Reader, digest, crypto.SHA256)
	if err != nil {
		return nil, err
	}
	outer := der(made)
	both := outer.open(derSequence)
	r, rErr := positive(both.take(derInteger))
	s, sErr := positive(both.take(derInteger))
	if !whole(outer, both) || rErr != nil || sErr != nil || max(r.BitLen(), s.BitLen()) > 8*scalarLength {
		return nil, errors.New("the signer answered with no ECDSA signature on P-256")
	}
	signature := make([]byte, 2*scalarLength)
	r.FillBytes(signature[:scalarLength])
	s.FillBytes(signature[scalarLength:])
	return signature, nil
}

// deriveA256GCM is the Concat KDF (RFC 7518, 4.6.2) for one block of SHA-256: the
// counter, the agreed secret, the algorithm, no parties, and the length in bits.
func deriveA256GCM(secret []byte) []byte {
	const algorithm = "A256GCM"
	in := make([]byte, 0, 64+len(algorithm))
	in = binary.BigEndian.AppendUint32(in, 1)
	in = append(in, secret...)
	in = binary.BigEndian.AppendUint32(in, uint32(len(algorithm)))
	in = append(in, algorithm...)
	in = append(in, 0, 0, 0, 0) // PartyUInfo
	in = append(in, 0, 0, 0, 0) // PartyVInfo
	in = binary.BigEndian.AppendUint32(in, 256)
	defer clear(in)
	key := sha256.Sum256(in)
	return key[:]
}

// openA256GCM decrypts in place of the ciphertext, and clears the key.
func openA256GCM(key, nonce, ciphertext, tag, header []byte) ([]byte, error) {
	defer clear(key)
	if len(nonce) != nonceLength || len(tag) != tagLength {
		return nil, errors.New("nonce or tag out of shape")
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	sealed := append(ciphertext, tag...)
	plaintext, err := gcm.Open(sealed[:0], nonce, sealed, header)
	if err != nil {
		return nil, errors.New("does not decrypt")
	}
	return plaintext, nil
}

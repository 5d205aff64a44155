package protocol

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
)

// ID names one registration, from the terminal to the ledger. It is random and
// says nothing about person, terminal or time. As text it is 32 lower-case
// hexadecimal digits.
type ID [16]byte

// NewID draws 128 random bits.
func NewID() ID {
	var id ID
	rand.Read(id[:]) // never fails; the program ends if the system has no randomness
	return id
}

// ParseID reads the text form, and no other spelling of it.
func ParseID(s string) (ID, error) {
	var id ID
	if len(s) != 2*len(id) {
		return ID{}, errors.New("parsing id: not 32 characters")
	}
	for _, c := range []byte(s) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return ID{}, errors.New("parsing id: not lower-case hexadecimal")
		}
	}
	if _, err := hex.Decode(id[:], []byte(s)); err != nil {
		return ID{}, errors.New("parsing id: not hexadecimal")
	}
	return id, nil
}

// String is the text form.
func (id ID) String() string { return hex.EncodeToString(id[:]) }

// IsZero reports whether this is no id at all.
func (id ID) IsZero() bool { return id == ID{} }

// MarshalText writes the text form.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads the text form.
func (id *ID) UnmarshalText(text []byte) error {
	parsed, err := ParseID(string(text))
	if err != nil {
		return err
	}
	*id = parsed
	return nil
}

// Digest is a SHA-256 value. As text it is 43 characters of base64url.
type Digest [sha256.Size]byte

// SHA256 is the digest of b.
func SHA256(b []byte) Digest { return sha256.Sum256(b) }

// ParseDigest reads the text form.
func ParseDigest(s string) (Digest, error) {
	raw, err := fromBase64([]byte(s))
	if err != nil || len(raw) != sha256.Size {
		return Digest{}, errors.New("parsing digest: not 43 characters of base64url")
	}
	return Digest(raw), nil
}

// String is the text form.
func (d Digest) String() string { return base64.RawURLEncoding.EncodeToString(d[:]) }

// Equal compares in constant time.
func (d Digest) Equal(other Digest) bool {
	return subtle.ConstantTimeCompare(d[:], other[:]) == 1
}

// IsZero reports whether nothing was ever hashed into d.
func (d Digest) IsZero() bool { return d == Digest{} }

// MarshalText writes the text form.
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the text form.
func (d *Digest) UnmarshalText(text []byte) error {
	parsed, err := ParseDigest(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

package protocol

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
)

// RegistrationKey is the 本登録キー: twelve decimal digits that the platform gives
// to an app and the citizen brings to the terminal. Ten are random, two are
// check digits (ISO/IEC 7064, MOD 97-10), so that most slips of the finger are
// seen without asking the platform. It prints as [redacted].
type RegistrationKey [12]byte

// Errors of ParseRegistrationKey and ParseScannedKey.
var (
	// ErrKeyShape: not twelve decimal digits.
	ErrKeyShape = errors.New("registration key is not 12 digits")
	// ErrKeyCheckDigits: twelve digits that no platform ever issued.
	ErrKeyCheckDigits = errors.New("registration key has wrong check digits")
)

const keyScheme = "watashi:key:"

// NewRegistrationKey draws a key; each of the 10^10 is as likely as any other.
func NewRegistrationKey() RegistrationKey {
	n, err := rand.Int(rand.Reader, big.NewInt(10_000_000_000))
	if err != nil {
		panic(err) // crypto/rand does not fail
	}
	return keyOf(n.Uint64())
}

// keyOf appends the check digits: 98 − (n·100 mod 97), so that the whole ≡ 1.
func keyOf(n uint64) RegistrationKey {
	var k RegistrationKey
	copy(k[:], fmt.Sprintf("%010d%02d", n, 98-(n*100)%97))
	return k
}

// ParseRegistrationKey reads twelve digits as typed: no spaces, no other digits
// than ASCII's. The error is ErrKeyShape or ErrKeyCheckDigits.
func ParseRegistrationKey(typed []byte) (RegistrationKey, error) {
	if len(typed) != len(RegistrationKey{}) {
		return RegistrationKey{}, ErrKeyShape
	}
	var n uint64
	for i, c := range typed {
		if c < '0' || c > '9' {
			return RegistrationKey{}, ErrKeyShape
		}
		if i < 10 {
			n = n*10 + uint64(c-'0')
		}
	}
	k := keyOf(n)
	if !bytes.Equal(k[:], typed) {
		return RegistrationKey{}, ErrKeyCheckDigits
	}
	return k, nil
}

// ParseScannedKey reads what a scanner saw in the app's QR code.
func ParseScannedKey(scanned []byte) (RegistrationKey, error) {
	digits, ok := bytes.CutPrefix(scanned, []byte(keyScheme))
	if !ok {
		return RegistrationKey{}, ErrKeyShape
	}
	return ParseRegistrationKey(digits)
}

// Digits are the twelve digits, bare.
func (k RegistrationKey) Digits() []byte { return k[:] }

// Grouped is how people see it: "1234 5678 9012".
func (k RegistrationKey) Grouped() []byte {
	return bytes.Join([][]byte{k[0:4], k[4:8], k[8:12]}, []byte(" "))
}

// Scannable is what the app's QR code holds.
func (k RegistrationKey) Scannable() []byte { return append([]byte(keyScheme), k[:]...) }

// IsZero reports whether no key was ever put here.
func (k RegistrationKey) IsZero() bool { return k == RegistrationKey{} }

// String hides the key.
func (RegistrationKey) String() string { return redacted }

// GoString hides the key.
func (RegistrationKey) GoString() string { return redacted }

// Format hides the key under every verb.
func (RegistrationKey) Format(f fmt.State, _ rune) { redact(f) }

// LogValue hides the key.
func (RegistrationKey) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText writes the digits, for the wire only.
func (k RegistrationKey) MarshalText() ([]byte, error) {
	if _, err := ParseRegistrationKey(k[:]); err != nil {
		return nil, err
	}
	return bytes.Clone(k[:]), nil
}

// UnmarshalText reads the digits.
func (k *RegistrationKey) UnmarshalText(text []byte) error {
	parsed, err := ParseRegistrationKey(text)
	if err != nil {
		return err
	}
	*k = parsed
	return nil
}

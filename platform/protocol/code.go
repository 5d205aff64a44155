package protocol

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"log/slog"
)

// Profile says what an enrollment code looks like. The bundle chooses one.
type Profile string

const (
	// Digits6 is six decimal digits, as in the product owner's document.
	Digits6 Profile = "digits6"
	// Continuation is 13 Crockford base32 characters (65 bits) for the hand and 23
	// (115 bits) for the QR code: a continuation code as in NIST SP 800-63A-4, 3.9.
	Continuation Profile = "continuation"
)

// Lengths of codes, in characters.
const (
	digitsLength = 6
	handLength   = 13 // of a continuation code: what a person types
	wholeLength  = 23 // of a continuation code: what a QR code holds
)

const (
	codeScheme = "watashi:code:"
	decimal    = "0123456789"
	crockford  = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
)

// ErrCodeShape: not a code of that profile.
var ErrCodeShape = errors.New("enrollment code out of shape")

// Code is the 端末認証番号 that the terminal makes and the citizen takes home. Its
// characters stand in one place in memory, shared by copies, until Wipe clears
// them. It prints as [redacted]. The zero Code is no code.
type Code struct {
	secret *codeSecret // behind a pointer, so that not even an unexported field prints it
}

type codeSecret struct {
	profile Profile
	chars   []byte
}

// NewCode draws a code, each as likely as any other. An unknown profile panics:
// a bundle with one does not verify.
func NewCode(p Profile) Code {
	switch p {
	case Digits6:
		return draw(p, decimal, digitsLength)
	case Continuation:
		return draw(p, crockford, wholeLength)
	}
	panic("protocol: unknown code profile")
}

// draw picks characters by rejection: a byte above the last whole multiple of
// the alphabet would favour its first characters.
func draw(p Profile, alphabet string, length int) Code {
	limit := 256 - 256%len(alphabet)
	chars, b := make([]byte, 0, length), make([]byte, 1)
	for len(chars) < length {
		rand.Read(b)
		if int(b[0]) < limit {
			chars = append(chars, alphabet[int(b[0])%len(alphabet)])
		}
	}
	clear(b)
	return Code{&codeSecret{p, chars}}
}

// ParseCode reads a code as a person types or an app scans it. A continuation
// code may come with spaces, hyphens, small letters and Crockford's look-alikes
// (I, L, O), as its 13 characters or as all 23.
func ParseCode(p Profile, typed []byte) (Code, error) {
	if len(typed) > 64 {
		return Code{}, ErrCodeShape
	}
	typed = bytes.TrimPrefix(typed, []byte(codeScheme))
	switch p {
	case Digits6:
		return exact(p, decimal, bytes.Clone(typed), digitsLength)
	case Continuation:
		return exact(p, crockford, plain(typed), handLength, wholeLength)
	}
	return Code{}, ErrCodeShape
}

// exact keeps chars if they are of the alphabet and of one of the lengths.
func exact(p Profile, alphabet string, chars []byte, lengths ...int) (Code, error) {
	fits := false
	for _, n := range lengths {
		fits = fits || len(chars) == n
	}
	for _, c := range chars {
		fits = fits && bytes.IndexByte([]byte(alphabet), c) >= 0
	}
	if !fits {
		clear(chars)
		return Code{}, ErrCodeShape
	}
	return Code{&codeSecret{p, chars}}, nil
}

// plain undoes what people do to base32.
func plain(typed []byte) []byte {
	chars := make([]byte, 0, len(typed))
	for _, c := range typed {
		if 'a' <= c && c <= 'z' {
			c -= 'a' - 'A'
		}
		switch c {
		case ' ', '-':
			continue
		case 'I', 'L':
			c = '1'
		case 'O':
			c = '0'
		}
		chars = append(chars, c)
	}
	return chars
}

// IsZero reports whether there is no code, or none any more.
func (c Code) IsZero() bool { return c.secret == nil || len(c.secret.chars) == 0 }

// Profile says what the code looks like.
func (c Code) Profile() Profile {
	if c.secret == nil {
		return ""
	}
	return c.secret.profile
}

// Whole is every character: what the commitment covers and a QR code holds. The
// slice is the code's own; Wipe clears it.
func (c Code) Whole() []byte {
	if c.secret == nil {
		return nil
	}
	return c.secret.chars
}

// Human is the part that a person reads and types. The slice is the code's own;
// Wipe clears it.
func (c Code) Human() []byte {
	whole := c.Whole()
	return whole[:min(len(whole), handLength)]
}

// Complete reports whether nothing is missing: false for a continuation code of
// which only the typed part is known.
func (c Code) Complete() bool {
	switch c.Profile() {
	case Digits6:
		return len(c.Whole()) == digitsLength
	case Continuation:
		return len(c.Whole()) == wholeLength
	}
	return false
}

// Groups is the human part as printed: 124 578, or 4-4-5. The slices are the
// code's own; Wipe clears them.
func (c Code) Groups() [][]byte {
	h := c.Human()
	switch len(h) {
	case digitsLength:
		return [][]byte{h[:3], h[3:]}
	case handLength:
		return [][]byte{h[:4], h[4:8], h[8:]}
	}
	return nil
}

// Scannable is what the slip's QR code holds. The caller owns the slice and
// clears it.
func (c Code) Scannable() []byte {
	out := make([]byte, 0, len(codeScheme)+wholeLength)
	return append(append(out, codeScheme...), c.Whole()...)
}

// Matches compares in constant time with a code that may be known by its human
// part only.
func (c Code) Matches(other Code) bool {
	if c.IsZero() || other.IsZero() || c.Profile() != other.Profile() {
		return false
	}
	a, b := c.Whole(), other.Whole()
	n := min(len(a), len(b)) // both are 6, 13 or 23 long: the shapes are public
	return subtle.ConstantTimeCompare(a[:n], b[:n]) == 1
}

// Wipe clears the characters, in every copy of c.
func (c Code) Wipe() {
	if c.secret != nil {
		clear(c.secret.chars)
		c.secret.chars = nil
	}
}

// String hides the code.
func (Code) String() string { return redacted }

// GoString hides the code.
func (Code) GoString() string { return redacted }

// Format hides the code under every verb.
func (Code) Format(f fmt.State, _ rune) { redact(f) }

// LogValue hides the code.
func (Code) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText writes the characters, for the wire only.
func (c Code) MarshalText() ([]byte, error) {
	if c.IsZero() {
		return nil, ErrCodeShape
	}
	return bytes.Clone(c.Whole()), nil
}

// UnmarshalText reads the characters in their canonical form; the length tells
// the profile.
func (c *Code) UnmarshalText(text []byte) error {
	profile, alphabet := Continuation, crockford
	if len(text) == digitsLength {
		profile, alphabet = Digits6, decimal
	}
	parsed, err := exact(profile, alphabet, bytes.Clone(text), digitsLength, handLength, wholeLength)
	if err != nil {
		return err
	}
	*c = parsed
	return nil
}

// Commitment is SHA-256(salt ‖ code): it stands in the application that the card
// signs, so that nobody can pair the application with another code later, and
// tells nothing about the code to whoever lacks the salt.
func Commitment(salt []byte, c Code) [32]byte {
	h := sha256.New()
	h.Write(salt)
	h.Write(c.Whole())
	return [32]byte(h.Sum(nil))
}

package protocol

import (
	"encoding/hex"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Reference is the beginning of a registration's id: what the slip prints as the
// reference number (参照番号), and what somebody reads out who calls the help desk.
type Reference [4]byte

// Reference is the short form of an id, for people.
func (id ID) Reference() Reference { return Reference(id[:len(Reference{})]) }

// String is how a slip prints it.
func (r Reference) String() string { return hex.EncodeToString(r[:]) }

// MarshalText writes it as a slip prints it.
func (r Reference) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (r *Reference) UnmarshalText(text []byte) error {
	parsed, err := ParseReference(string(text))
	if err == nil {
		*r = parsed
	}
	return err
}

// ParseReference reads a reference number as somebody noted it down: capitals,
// spaces and hyphens do not matter. The error tells a person what is wrong.
func ParseReference(s string) (Reference, error) {
	var r Reference
	s = strings.Map(func(c rune) rune {
		if c == '-' || unicode.IsSpace(c) {
			return -1
		}
		return unicode.ToLower(c)
	}, s)
	for _, c := range s {
		if !strings.ContainsRune("0123456789abcdef", c) {
			return r, fmt.Errorf("a reference number has only 0 to 9 and a to f in it, not %q%s", c, meant(c))
		}
	}
	if n := utf8.RuneCountInString(s); n != 2*len(r) {
		return r, fmt.Errorf("a reference number has %d characters, not %d", 2*len(r), n)
	}
	_, err := hex.Decode(r[:], []byte(s))
	return r, err
}

// meant is what looks or sounds like a character that cannot be.
func meant(c rune) string {
	like := map[rune]string{'o': "0", 'q': "9", 'l': "1", 'i': "1", 'z': "2", 's': "5", 'g': "6 or 9", 'p': "b", 't': "d", 'v': "b"}
	if said, known := like[c]; known {
		return ": was it " + said + "?"
	}
	return ""
}

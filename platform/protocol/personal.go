package protocol

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"unicode/utf8"
)

const redacted = "[redacted]"

// Personal is text about a citizen. It prints as [redacted] under every verb and
// in every log; its true value goes over the wire, and to the screen by Reveal.
type Personal string

// Reveal is the true value, for the screen of the citizen whose it is.
func (p Personal) Reveal() string { return string(p) }

// String hides the value.
func (Personal) String() string { return redacted }

// GoString hides the value.
func (Personal) GoString() string { return redacted }

// Format hides the value under every verb.
func (Personal) Format(f fmt.State, _ rune) { redact(f) }

// LogValue hides the value.
func (Personal) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalJSON writes the true value. Text that is not UTF-8 is an error, not
// repaired: what is signed is what was shown.
func (p Personal) MarshalJSON() ([]byte, error) {
	if !utf8.ValidString(string(p)) {
		return nil, errors.New("personal text is not UTF-8")
	}
	return json.Marshal(string(p))
}

func redact(f fmt.State) { io.WriteString(f, redacted) }

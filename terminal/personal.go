package terminal

import (
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// What is personal or secret prints as "[redacted]", whoever prints it.

const redacted = "[redacted]"

type hidden struct{}

func (hidden) String() string               { return redacted }
func (hidden) Format(f fmt.State, _ rune)   { io.WriteString(f, redacted) }
func (hidden) LogValue() slog.Value         { return slog.StringValue(redacted) }
func (hidden) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// digits are up to twelve decimal digits, as typed. A value, so that no state
// shares them with another.
type digits struct {
	hidden
	count int
	digit [12]byte
}

func (d digits) add(digit byte, most int) digits {
	if d.count < most && digit >= '0' && digit <= '9' {
		d.digit[d.count] = digit
		d.count++
	}
	return d
}

func (d digits) back() digits {
	if d.count > 0 {
		d.count--
		d.digit[d.count] = 0
	}
	return d
}

func (d digits) bytes() []byte { return d.digit[:d.count] }

func (d digits) number() int {
	n, _ := strconv.Atoi(string(d.bytes()))
	return n
}

// photo is a face, as JPEG 2000.
type photo []byte

func (photo) String() string             { return redacted }
func (photo) Format(f fmt.State, _ rune) { io.WriteString(f, redacted) }
func (photo) LogValue() slog.Value       { return slog.StringValue(redacted) }

// MarshalText keeps a photo out of JSON.
func (photo) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// signature is what the card signed, and what is sealed with it.
type signature struct {
	hidden
	cms   []byte
	code  protocol.Code
	salt  []byte
	photo photo
	at    time.Time
}

// wipe clears all but the code, which the citizen is still to get.
func (s signature) wipe() {
	clear(s.cms)
	clear(s.salt)
	clear(s.photo)
}

// String hides the applicant.
func (Applicant) String() string { return redacted }

// Format hides the applicant under every verb.
func (Applicant) Format(f fmt.State, _ rune) { io.WriteString(f, redacted) }

// LogValue hides the applicant.
func (Applicant) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText hides the applicant from JSON.
func (Applicant) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// String hides the issue.
func (Issue) String() string { return redacted }

// Format hides the issue under every verb.
func (Issue) Format(f fmt.State, _ rune) { io.WriteString(f, redacted) }

// LogValue hides the issue.
func (Issue) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText hides the issue from JSON.
func (Issue) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// String hides the key.
func (QueryKey) String() string { return redacted }

// Format hides the key under every verb.
func (QueryKey) Format(f fmt.State, _ rune) { io.WriteString(f, redacted) }

// LogValue hides the key.
func (QueryKey) LogValue() slog.Value { return slog.StringValue(redacted) }

// String hides the key.
func (Scanned) String() string { return redacted }

// LogValue hides the key.
func (Scanned) LogValue() slog.Value { return slog.StringValue(redacted) }

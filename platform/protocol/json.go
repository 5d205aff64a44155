package protocol

import (
	"bytes"
	"encoding"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"
)

// ErrTooLarge: more than MaxBody bytes; nothing of it was looked at.
var ErrTooLarge = errors.New("larger than 256 KiB")

// checker is a decoded value that knows what it must hold.
type checker interface{ check() error }

// memberwise is a checker that takes its members one by one: what comes with every
// registration is decoded while it is judged, in one pass. A name that is not its
// own is errMember.
type memberwise interface {
	checker
	member(name, raw []byte) error
}

// Errors of memberwise values.
var (
	errMember = errors.New("JSON member that is not known")
	errString = errors.New("JSON value is not a string")
)

// decodeJSON reads one JSON value into v and has it checked. encoding/json alone
// would take the last of two equal members, match names without regard to
// case, pass null by and repair broken UTF-8; all that is refused here.
func decodeJSON(b []byte, v checker) error {
	if own, ok := v.(memberwise); ok {
		if err := eachMember(b, own.member); err != nil {
			return err
		}
		return v.check()
	}
	if err := strictJSON(b); err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("decoding JSON: %w", err)
	}
	return v.check()
}

// strictJSON reports whether b is exactly one JSON object in the subset we use.
func strictJSON(b []byte) error { return eachMember(b, nil) }

// eachMember hands over the members of exactly one JSON object, as it walks it.
func eachMember(b []byte, take func(name, raw []byte) error) error {
	if len(b) > MaxBody {
		return ErrTooLarge
	}
	if !utf8.Valid(b) {
		return errors.New("JSON is not UTF-8")
	}
	w := walk{b: b}
	if w.peek() != '{' {
		return errors.New("JSON is not an object")
	}
	if err := w.object(1, take); err != nil {
		return fmt.Errorf("reading JSON: %w", err)
	}
	if w.peek(); w.at != len(b) {
		return errors.New("data behind the JSON value")
	}
	return nil
}

// textOf is the text of a JSON string. What has no escapes is not copied.
func textOf(raw []byte) ([]byte, error) {
	if len(raw) < 2 || raw[0] != '"' {
		return nil, errString
	}
	if inside := raw[1 : len(raw)-1]; bytes.IndexByte(inside, '\\') < 0 {
		return inside, nil
	}
	var text string
	err := json.Unmarshal(raw, &text)
	return []byte(text), err
}

// intoString reads a JSON string into any kind of string.
func intoString[S ~string](to *S, raw []byte) error {
	text, err := textOf(raw)
	*to = S(text)
	return err
}

// intoText reads a JSON string into what reads itself from text.
func intoText(to encoding.TextUnmarshaler, raw []byte) error {
	text, err := textOf(raw)
	if err != nil {
		return err
	}
	return to.UnmarshalText(text)
}

// encodeJSON holds v to what a reader holds it to: nobody signs what nobody would
// accept.
func encodeJSON(v checker) ([]byte, error) {
	if err := v.check(); err != nil {
		return nil, err
	}
	b, err := marshal(v)
	if err != nil {
		return nil, err
	}
	return b, strictJSON(b)
}

// marshal is json.Marshal, but for the copy which that leaves in a buffer of its own,
// for whoever comes next.
func marshal(v any) ([]byte, error) {
	var text written
	if err := json.NewEncoder(&text).Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(text, []byte("\n")), nil
}

// written is what an encoder wrote, once, out of a buffer that is cleared then.
type written []byte

func (w *written) Write(text []byte) (int, error) {
	*w = bytes.Clone(text)
	clear(text)
	return len(text), nil
}

// Bytes is binary data that stands in JSON as unpadded base64url.
type Bytes []byte

// MarshalText writes unpadded base64url.
func (b Bytes) MarshalText() ([]byte, error) {
	return base64.RawURLEncoding.AppendEncode(nil, b), nil
}

// UnmarshalText reads unpadded base64url in its only canonical form.
func (b *Bytes) UnmarshalText(text []byte) error {
	raw, err := fromBase64(text)
	if err != nil {
		return err
	}
	*b = raw
	return nil
}

// fromBase64 accepts one spelling for each value: the standard decoder would
// skip line breaks and ignore the unused last bits.
func fromBase64(text []byte) ([]byte, error) {
	if err := spelledOnce(text); err != nil {
		return nil, err
	}
	raw := make([]byte, base64.RawURLEncoding.DecodedLen(len(text)))
	n, err := base64.RawURLEncoding.Decode(raw, text)
	if err != nil {
		return nil, errBase64
	}
	return raw[:n], nil
}

var errBase64 = errors.New("base64url out of shape")

// spelledOnce refuses line breaks and unused last bits: if it decodes, nothing else
// decodes to the same.
func spelledOnce(text []byte) error {
	if bytes.IndexByte(text, '\r') >= 0 || bytes.IndexByte(text, '\n') >= 0 {
		return errors.New("base64url with a line break")
	}
	var last [3]byte // of a group that is not full, or nothing
	if _, err := base64.RawURLEncoding.Strict().Decode(last[:], text[len(text)&^3:]); err != nil {
		return errBase64
	}
	return nil
}

// wireTime refuses times that would not come back as they went out.
func wireTime(what string, t time.Time) error {
	switch {
	case t.IsZero():
		return fmt.Errorf("%s: no time", what)
	case t.Location() != time.UTC:
		return fmt.Errorf("%s: not UTC", what)
	case t.Year() < 2000 || t.Year() > 2200:
		return fmt.Errorf("%s: year out of range", what)
	}
	return nil
}

package protocol

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"
)

// ErrTooLarge: more than MaxBody bytes; nothing of it was looked at.
var ErrTooLarge = errors.New("larger than 256 KiB")

// maxDepth is far above what we define and far below what a stack minds.
const maxDepth = 8

// checker is a decoded value that knows what it must hold.
type checker interface{ check() error }

// decodeJSON reads one JSON value into v and has it checked. encoding/json alone
// would take the last of two equal members, match names without regard to
// case, pass null by and repair broken UTF-8; all that is refused here.
func decodeJSON(b []byte, v checker) error {
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
func strictJSON(b []byte) error {
	if len(b) > MaxBody {
		return ErrTooLarge
	}
	if !utf8.Valid(b) {
		return errors.New("JSON is not UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	first, err := d.Token()
	if err != nil {
		return fmt.Errorf("reading JSON: %w", err)
	}
	if first != json.Delim('{') {
		return errors.New("JSON is not an object")
	}
	if err := object(d, 1); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("data behind the JSON value")
	}
	return nil
}

// object walks a JSON object whose brace is already read.
func object(d *json.Decoder, depth int) error {
	seen := map[string]bool{}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return fmt.Errorf("reading JSON: %w", err)
		}
		if err := member(name.(string), seen); err != nil {
			return err
		}
		if err := value(d, depth); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}

// member judges one member name. encoding/json matches names case-insensitively;
// so a capital is allowed only in names with a hyphen, which are language tags
// and never a field of ours.
func member(name string, seen map[string]bool) error {
	if seen[name] {
		return errors.New("JSON member given twice")
	}
	seen[name] = true
	plain := strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
	if !plain && !strings.Contains(name, "-") {
		return errors.New("JSON member with a foreign name")
	}
	return nil
}

func value(d *json.Decoder, depth int) error {
	token, err := d.Token()
	if err != nil {
		return fmt.Errorf("reading JSON: %w", err)
	}
	switch token {
	case nil:
		return errors.New("JSON null")
	case json.Delim('{'), json.Delim('['):
		if depth++; depth > maxDepth {
			return errors.New("JSON too deep")
		}
	}
	switch token {
	case json.Delim('{'):
		return object(d, depth)
	case json.Delim('['):
		return array(d, depth)
	}
	return nil
}

func array(d *json.Decoder, depth int) error {
	for d.More() {
		if err := value(d, depth); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}

// encodeJSON holds v to what a reader holds it to: nobody signs what nobody would
// accept.
func encodeJSON(v checker) ([]byte, error) {
	if err := v.check(); err != nil {
		return nil, err
	}
	b, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return b, strictJSON(b)
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
	if bytes.ContainsAny(text, "\r\n") {
		return nil, errors.New("base64url with a line break")
	}
	raw, err := base64.RawURLEncoding.Strict().AppendDecode(nil, text)
	if err != nil {
		return nil, errors.New("base64url out of shape")
	}
	return raw, nil
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

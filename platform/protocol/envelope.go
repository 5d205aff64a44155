package protocol

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
)

// Content is what an envelope holds. Code and photo stand beside the
// registration, not in it, so that evidence can be kept while they are dropped.
type Content struct {
	Registration []byte // JWS compact of SignRegistration
	Code         Code
	Salt         []byte // 16 to 64 random bytes of the code commitment
	Photo        []byte // of the card's face; absent unless the bundle asks for it
}

type wireContent struct {
	Registration string `json:"registration"`
	Code         Code   `json:"code"`
	Salt         Bytes  `json:"salt"`
	Photo        Bytes  `json:"photo,omitempty"`
}

func (c *wireContent) check() error {
	switch {
	case c.Registration == "":
		return errors.New("content: no registration")
	case !c.Code.Complete():
		return errors.New("content: no complete code")
	case len(c.Salt) < 16 || len(c.Salt) > 64:
		return errors.New("content: salt is not 16 to 64 bytes")
	}
	return nil
}

func (c *wireContent) member(name, raw []byte) error {
	switch string(name) {
	case "registration":
		return intoString(&c.Registration, raw)
	case "code":
		return intoText(&c.Code, raw)
	case "salt":
		return intoText(&c.Salt, raw)
	case "photo":
		return intoText(&c.Photo, raw)
	}
	return errMember
}

func envelopeKind() jweKind { return jweKind{"watashi-envelope+jwe", "json"} }

// Seal encrypts content to a platform's key. From here on nobody reads it but
// the platform, and the result may lie on a disk. ErrTooLarge if it would not fit
// MaxBody. Whoever owns the content clears it afterwards.
func Seal(c Content, to PublicKey) (envelope []byte, err error) {
	wire := wireContent{string(c.Registration), c.Code, c.Salt, c.Photo}
	if err := wire.check(); err != nil {
		return nil, fmt.Errorf("sealing envelope: %w", err)
	}
	plaintext, err := marshal(&wire)
	if err != nil {
		return nil, fmt.Errorf("sealing envelope: %w", err)
	}
	defer clear(plaintext)
	envelope, err = encrypt(envelopeKind(), plaintext, to)
	if err != nil {
		return nil, fmt.Errorf("sealing envelope: %w", err)
	}
	return envelope, nil
}

// Open decrypts an envelope with the key that byKid finds. It proves nothing
// about who sealed it: that is for VerifyRegistration. The caller wipes the code.
func Open(envelope []byte, byKid func(kid string) (PrivateKey, error)) (Content, error) {
	plaintext, err := decrypt(envelopeKind(), envelope, byKid)
	if err != nil {
		return Content{}, fmt.Errorf("opening envelope: %w", err)
	}
	defer clear(plaintext)
	var wire wireContent
	if err := decodeJSON(plaintext, &wire); err != nil {
		wire.Code.Wipe()
		return Content{}, fmt.Errorf("opening envelope: %w", err)
	}
	return Content{[]byte(wire.Registration), wire.Code, wire.Salt, wire.Photo}, nil
}

// LogValue hides all of it.
func (Content) LogValue() slog.Value { return slog.StringValue(redacted) }

// String hides all of it.
func (Content) String() string { return redacted }

// GoString hides all of it.
func (Content) GoString() string { return redacted }

// Format hides all of it under every verb.
func (Content) Format(f fmt.State, _ rune) { redact(f) }

// MarshalJSON hides all of it: only Seal writes a content.
func (Content) MarshalJSON() ([]byte, error) { return json.Marshal(redacted) }

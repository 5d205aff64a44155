package protocol

import (
	"bytes"
	"crypto"
	"errors"
	"fmt"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/cryptosigner"
)

// This file is the only door to JOSE. One algorithm for each use, and a header
// holds exactly the members below, each once: no zip, crit, jwk, x5c or apu. A key
// is found by kid among our own and never taken from a header. All that is judged by
// our own eyes before go-jose sees it.

// ErrUnknownKey: a kid that is none of ours.
var ErrUnknownKey = errors.New("signed or sealed with a key that is not known here")

// maxHeader is several times the longest header that we write, in bytes.
const maxHeader = 1024

// jwsKind is what a JWS says it is; one kind never passes for another.
type jwsKind struct{ typ, cty string }

// jweKind likewise.
type jweKind struct{ typ, cty string }

type jwsHeader struct {
	Alg, Kid, Typ, Cty string
	jwsKind
}

func (h *jwsHeader) member(name, raw []byte) error {
	switch string(name) {
	case "alg":
		return intoString(&h.Alg, raw)
	case "kid":
		return intoString(&h.Kid, raw)
	case "typ":
		return intoString(&h.Typ, raw)
	case "cty":
		return intoString(&h.Cty, raw)
	}
	return errMember
}

func (h *jwsHeader) check() error {
	switch {
	case h.Alg != string(jose.ES256):
		return errors.New("algorithm is not ES256")
	case h.Typ != h.typ || h.Cty != h.cty:
		return fmt.Errorf("typ or cty is not that of a %s", h.typ)
	case !isKid(h.Kid):
		return errors.New("kid is not a SHA-256 thumbprint")
	}
	return nil
}

type jweHeader struct {
	Alg, Enc, Kid, Typ, Cty string
	Epk                     PublicKey
	jweKind
}

func (h *jweHeader) member(name, raw []byte) error {
	switch string(name) {
	case "alg":
		return intoString(&h.Alg, raw)
	case "enc":
		return intoString(&h.Enc, raw)
	case "kid":
		return intoString(&h.Kid, raw)
	case "typ":
		return intoString(&h.Typ, raw)
	case "cty":
		return intoString(&h.Cty, raw)
	case "epk":
		return h.Epk.UnmarshalJSON(raw)
	}
	return errMember
}

func (h *jweHeader) check() error {
	switch {
	case h.Alg != string(jose.ECDH_ES) || h.Enc != string(jose.A256GCM):
		return errors.New("algorithm is not ECDH-ES with A256GCM")
	case h.Typ != h.typ || h.Cty != h.cty:
		return fmt.Errorf("typ or cty is not that of a %s", h.typ)
	case !isKid(h.Kid):
		return errors.New("kid is not a SHA-256 thumbprint")
	case h.Epk.IsZero():
		return errors.New("no ephemeral key")
	}
	return nil
}

// sign makes a JWS compact. The signer sees a digest only, so a TPM key serves.
func sign(k jwsKind, payload []byte, key crypto.Signer, kid string) ([]byte, error) {
	public, err := publicKeyOf(key.Public())
	if err != nil {
		return nil, err
	}
	if public.IsZero() {
		return nil, errors.New("no key to sign with")
	}
	options := (&jose.SignerOptions{}).WithType(jose.ContentType(k.typ))
	if k.cty != "" {
		options = options.WithContentType(jose.ContentType(k.cty))
	}
	jwk := jose.JSONWebKey{Key: cryptosigner.Opaque(key), KeyID: kid}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jwk}, options)
	if err != nil {
		return nil, err
	}
	object, err := signer.Sign(payload)
	if err != nil {
		return nil, err
	}
	text, err := object.CompactSerialize()
	if err != nil {
		return nil, err
	}
	return bounded([]byte(text))
}

// verify takes a JWS compact apart; key finds the verification key by kid.
func verify(k jwsKind, jws []byte, key func(kid string) (PublicKey, error)) (payload []byte, err error) {
	header := &jwsHeader{jwsKind: k}
	if err := compact(jws, 3, header); err != nil {
		return nil, err
	}
	defer contain(&payload, &err)
	object, err := jose.ParseSignedCompact(string(jws), []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		return nil, err
	}
	public, err := key(header.Kid)
	if err != nil {
		return nil, err
	}
	if public.IsZero() {
		return nil, ErrUnknownKey
	}
	return object.Verify(public.key)
}

// encrypt makes a JWE compact.
func encrypt(k jweKind, plaintext []byte, to PublicKey) ([]byte, error) {
	if to.IsZero() {
		return nil, errors.New("no key to encrypt to")
	}
	recipient := jose.Recipient{Algorithm: jose.ECDH_ES, Key: to.key, KeyID: to.Kid()}
	options := (&jose.EncrypterOptions{}).WithType(jose.ContentType(k.typ)).WithContentType(jose.ContentType(k.cty))
	encrypter, err := jose.NewEncrypter(jose.A256GCM, recipient, options)
	if err != nil {
		return nil, err
	}
	object, err := encrypter.Encrypt(plaintext)
	if err != nil {
		return nil, err
	}
	text, err := object.CompactSerialize()
	if err != nil {
		return nil, err
	}
	return bounded([]byte(text))
}

// decrypt takes a JWE compact apart; key finds the private key by kid.
func decrypt(k jweKind, jwe []byte, key func(kid string) (PrivateKey, error)) (plaintext []byte, err error) {
	header := &jweHeader{jweKind: k}
	if err := compact(jwe, 5, header); err != nil {
		return nil, err
	}
	defer contain(&plaintext, &err)
	object, err := jose.ParseEncryptedCompact(string(jwe),
		[]jose.KeyAlgorithm{jose.ECDH_ES}, []jose.ContentEncryption{jose.A256GCM})
	if err != nil {
		return nil, err
	}
	private, err := key(header.Kid)
	if err != nil {
		return nil, err
	}
	if private.IsZero() {
		return nil, ErrUnknownKey
	}
	return object.Decrypt(private.key)
}

// compact judges the shape of a compact serialization and its header. Every part
// has one spelling only: else a changed last character would decode to the same
// bytes, and two different bodies would be the same registration. What is no
// base64url at all go-jose refuses, which decodes it anyway.
func compact(text []byte, parts int, header checker) error {
	if len(text) > MaxBody {
		return ErrTooLarge
	}
	split := bytes.Split(text, []byte("."))
	if len(split) != parts {
		return errors.New("not a compact serialization")
	}
	for i, part := range split {
		// With ECDH-ES there is no encrypted key (RFC 7518, 4.6); nothing else is empty.
		if (len(part) == 0) != (parts == 5 && i == 1) {
			return errors.New("empty part in a compact serialization")
		}
		if err := spelledOnce(part); err != nil {
			return err
		}
	}
	first, err := fromBase64(split[0])
	if err != nil {
		return err
	}
	return decodeHeader(first, header)
}

func decodeHeader(b []byte, header checker) error {
	if len(b) > maxHeader {
		return errors.New("header too large")
	}
	if err := decodeJSON(b, header); err != nil {
		return fmt.Errorf("judging header: %w", err)
	}
	return nil
}

func bounded(b []byte) ([]byte, error) {
	if len(b) > MaxBody {
		return nil, ErrTooLarge
	}
	return b, nil
}

// contain turns a panic of the library over a peer's bytes into an error.
func contain(out *[]byte, err *error) {
	if p := recover(); p != nil {
		*err = errors.New("library panicked over a foreign body")
	}
	if *err != nil {
		*out = nil
	}
}

// signJSON signs v's JSON.
func signJSON(k jwsKind, v checker, key crypto.Signer, kid string) ([]byte, error) {
	payload, err := encodeJSON(v)
	if err != nil {
		return nil, err
	}
	return sign(k, payload, key, kid)
}

// verifyJSON verifies and then decodes into v.
func verifyJSON(k jwsKind, jws []byte, v checker, key func(kid string) (PublicKey, error)) error {
	payload, err := verify(k, jws, key)
	if err != nil {
		return err
	}
	return decodeJSON(payload, v)
}

// oneOf finds a key among keys by kid.
func oneOf(keys []PublicKey) func(kid string) (PublicKey, error) {
	return func(kid string) (PublicKey, error) {
		for _, k := range keys {
			if !k.IsZero() && k.Kid() == kid {
				return k, nil
			}
		}
		return PublicKey{}, ErrUnknownKey
	}
}

// unverified reads a JWS payload before anything vouches for it: only to find
// out which key it claims to be made with.
func unverified(jws []byte) []byte { return part(jws, 1) }

// part decodes one part of a JWS compact; nil if there is none.
func part(jws []byte, i int) []byte {
	if len(jws) > MaxBody {
		return nil
	}
	parts := bytes.Split(jws, []byte("."))
	if len(parts) != 3 {
		return nil
	}
	raw, err := fromBase64(parts[i])
	if err != nil {
		return nil
	}
	return raw
}

func isKid(s string) bool {
	_, err := ParseDigest(s)
	return err == nil
}

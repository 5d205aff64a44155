package protocol

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/go-jose/go-jose/v4"
)

// This file is the only door to JOSE. One algorithm for each use, and a header
// holds exactly the members below, each once: no zip, crit, jwk, x5c or apu. A key
// is found by kid among our own and never taken from a header. go-jose encrypts; the
// rest is the standard library's primitives, each part read or written once. In the
// tests go-jose reads what is signed here and writes what is read.

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
	Epk                     agreementKey
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
		return h.Epk.read(raw)
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
	case h.Epk.key == nil:
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
	header, err := json.Marshal(writtenHeader{Alg: string(jose.ES256), Cty: k.cty, Kid: kid, Typ: k.typ})
	if err != nil {
		return nil, err
	}
	jws := make([]byte, 0, base64.RawURLEncoding.EncodedLen(len(header)+len(payload)+2*scalarLength)+4)
	jws = append(base64.RawURLEncoding.AppendEncode(jws, header), '.')
	jws = base64.RawURLEncoding.AppendEncode(jws, payload)
	digest := sha256.Sum256(jws)
	signature, err := signES256(key, digest[:])
	if err != nil {
		return nil, err
	}
	return bounded(base64.RawURLEncoding.AppendEncode(append(jws, '.'), signature))
}

// writtenHeader is a jwsHeader on its way out.
type writtenHeader struct {
	Alg string `json:"alg"`
	Cty string `json:"cty,omitempty"`
	Kid string `json:"kid"`
	Typ string `json:"typ"`
}

// verify takes a JWS compact apart; key finds the verification key by kid.
func verify(k jwsKind, jws []byte, key func(kid string) (PublicKey, error)) (payload []byte, err error) {
	header := &jwsHeader{jwsKind: k}
	parts, err := compact(jws, 3, header)
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
	signed := sha256.Sum256(jws[:bytes.LastIndexByte(jws, '.')])
	if !verifyES256(public.key, signed[:], parts[2]) {
		return nil, errors.New("signature is not the key's")
	}
	return parts[1], nil
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
	parts, err := compact(jwe, 5, header)
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
	secret, err := private.agree.ECDH(header.Epk.key)
	if err != nil {
		return nil, errors.New("no agreement with the ephemeral key")
	}
	defer clear(secret)
	return openA256GCM(deriveA256GCM(secret), parts[2], parts[3], parts[4], jwe[:bytes.IndexByte(jwe, '.')])
}

// compact judges the shape of a compact serialization and its header, and decodes
// its parts. Every part has one spelling only: else a changed last character would
// decode to the same bytes, and two different bodies would be the same registration.
func compact(text []byte, parts int, header checker) (decoded [5][]byte, err error) {
	if len(text) > MaxBody {
		return decoded, ErrTooLarge
	}
	if bytes.Count(text, []byte(".")) != parts-1 {
		return decoded, errors.New("not a compact serialization")
	}
	for i := range parts {
		part, rest, _ := bytes.Cut(text, []byte("."))
		if decoded[i], err = fromBase64(part); err != nil {
			return decoded, err
		}
		// With ECDH-ES there is no encrypted key (RFC 7518, 4.6); nothing else is empty.
		if (len(part) == 0) != (parts == 5 && i == 1) {
			return decoded, errors.New("empty part in a compact serialization")
		}
		text = rest
	}
	return decoded, decodeHeader(decoded[0], header)
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

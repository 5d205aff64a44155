package protocol

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
)

// Every key of the protocol is on P-256: ES256 to sign, ECDH-ES to encrypt.

// PublicKey is a P-256 key of somebody else. As JSON it is a JWK with exactly
// kty, crv, x and y (RFC 7518, 6.2.1). The zero PublicKey is no key.
type PublicKey struct{ key *ecdsa.PublicKey }

// NewPublicKey wraps a key and refuses any other curve.
func NewPublicKey(key crypto.PublicKey) (PublicKey, error) { return publicKeyOf(key) }

func publicKeyOf(key crypto.PublicKey) (PublicKey, error) {
	switch k := key.(type) {
	case *ecdsa.PublicKey:
		if k != nil && k.Curve == elliptic.P256() {
			return PublicKey{k}, nil
		}
	case PublicKey:
		return k, nil
	}
	return PublicKey{}, errors.New("not a P-256 key")
}

// IsZero reports whether there is no key.
func (k PublicKey) IsZero() bool { return k.key == nil }

// ECDSA is the key in the standard library's type.
func (k PublicKey) ECDSA() *ecdsa.PublicKey { return k.key }

// Equal reports whether both are the same point.
func (k PublicKey) Equal(other PublicKey) bool {
	if k.IsZero() || other.IsZero() {
		return k.IsZero() == other.IsZero()
	}
	return k.key.Equal(other.key)
}

// jwk has its members in the order that RFC 7638 hashes.
type jwk struct {
	Crv string `json:"crv"`
	Kty string `json:"kty"`
	X   Bytes  `json:"x"`
	Y   Bytes  `json:"y"`
}

func (j *jwk) check() error {
	if j.Kty != "EC" || j.Crv != "P-256" || len(j.X) != 32 || len(j.Y) != 32 {
		return errors.New("not a P-256 JWK")
	}
	return nil
}

func (j *jwk) member(name, raw []byte) error {
	switch string(name) {
	case "crv":
		return intoString(&j.Crv, raw)
	case "kty":
		return intoString(&j.Kty, raw)
	case "x":
		return intoText(&j.X, raw)
	case "y":
		return intoText(&j.Y, raw)
	}
	return errMember
}

// point is the key's point, uncompressed (SEC 1, 2.3.3): whether it lies on the
// curve is still open.
func (j *jwk) point() []byte { return slices.Concat([]byte{4}, j.X, j.Y) }

// Kid is the RFC 7638 thumbprint, base64url of SHA-256.
func (k PublicKey) Kid() string {
	b, err := k.MarshalJSON()
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(b)
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// String is the kid.
func (k PublicKey) String() string { return k.Kid() }

// MarshalJSON writes the JWK.
func (k PublicKey) MarshalJSON() ([]byte, error) {
	if k.IsZero() {
		return nil, errors.New("writing JWK: no key")
	}
	point, err := k.key.Bytes() // 4 ‖ x ‖ y
	if err != nil {
		return nil, fmt.Errorf("writing JWK: %w", err)
	}
	return json.Marshal(jwk{"P-256", "EC", point[1:33], point[33:]})
}

// UnmarshalJSON reads a JWK with exactly the four members; the point must lie on
// the curve.
func (k *PublicKey) UnmarshalJSON(b []byte) error {
	var j jwk
	if err := decodeJSON(b, &j); err != nil {
		return fmt.Errorf("reading JWK: %w", err)
	}
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), j.point())
	if err != nil {
		return errors.New("reading JWK: point is not on P-256")
	}
	*k = PublicKey{key}
	return nil
}

// PrivateKey is a P-256 key of our own: a crypto.Signer that never prints.
type PrivateKey struct {
	key *ecdsa.PrivateKey
	kid string
}

func privateKeyOf(key *ecdsa.PrivateKey) PrivateKey {
	return PrivateKey{key, PublicKey{&key.PublicKey}.Kid()}
}

// NewPrivateKey draws a key.
func NewPrivateKey() PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err) // crypto/rand does not fail
	}
	return privateKeyOf(key)
}

const pemPrivate = "PRIVATE KEY"

// ParsePrivateKey reads one PKCS #8 PEM block with a P-256 key.
func ParsePrivateKey(text []byte) (PrivateKey, error) {
	block, rest := pem.Decode(text)
	if block == nil || block.Type != pemPrivate || len(rest) > 0 {
		return PrivateKey{}, errors.New("reading private key: not one PKCS #8 PEM block")
	}
	defer clear(block.Bytes)
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return PrivateKey{}, errors.New("reading private key: not PKCS #8")
	}
	key, ok := parsed.(*ecdsa.PrivateKey)
	if !ok || key.Curve != elliptic.P256() {
		return PrivateKey{}, errors.New("reading private key: not on P-256")
	}
	return privateKeyOf(key), nil
}

// PEM writes the key as one PKCS #8 PEM block. The caller keeps it to itself.
func (k PrivateKey) PEM() ([]byte, error) {
	if k.IsZero() {
		return nil, errors.New("writing private key: no key")
	}
	der, err := x509.MarshalPKCS8PrivateKey(k.key)
	if err != nil {
		return nil, fmt.Errorf("writing private key: %w", err)
	}
	defer clear(der)
	return pem.EncodeToMemory(&pem.Block{Type: pemPrivate, Bytes: der}), nil
}

// IsZero reports whether there is no key.
func (k PrivateKey) IsZero() bool { return k.key == nil }

// ECDSA is the key in the standard library's type.
func (k PrivateKey) ECDSA() *ecdsa.PrivateKey { return k.key }

// PublicKey is the half to give away.
func (k PrivateKey) PublicKey() PublicKey {
	if k.IsZero() {
		return PublicKey{}
	}
	return PublicKey{&k.key.PublicKey}
}

// Public is the half to give away, as crypto.Signer wants it.
func (k PrivateKey) Public() crypto.PublicKey { return k.PublicKey().key }

// Kid names the key by its public half.
func (k PrivateKey) Kid() string { return k.kid }

// Sign signs a digest (crypto.Signer).
func (k PrivateKey) Sign(random io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	if k.IsZero() {
		return nil, errors.New("signing: no key")
	}
	return k.key.Sign(random, digest, opts)
}

// String hides the key.
func (PrivateKey) String() string { return redacted }

// GoString hides the key.
func (PrivateKey) GoString() string { return redacted }

// Format hides the key under every verb.
func (PrivateKey) Format(f fmt.State, _ rune) { redact(f) }

// LogValue hides the key.
func (PrivateKey) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalJSON hides the key: a private key never goes over the wire.
func (PrivateKey) MarshalJSON() ([]byte, error) { return json.Marshal(redacted) }

package protocol

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// An app proves possession of one P-256 key: with it the app asks for a
// registration key, and only that key activates it. The nonce comes from
// GET /v1/nonce and serves once.

// KeyRequest is an app's request for a registration key. Its own JWK is in what
// it signs; nothing vouches for the key but the signature by it.
type KeyRequest struct {
	JWK   PublicKey `json:"jwk"`
	Nonce string    `json:"nonce"`
	Time  time.Time `json:"time"`
}

func (r *KeyRequest) check() error {
	if r.JWK.IsZero() {
		return errors.New("key request: no key")
	}
	return errors.Join(checkName("key request: nonce", r.Nonce), wireTime("key request", r.Time))
}

func keyRequestKind() jwsKind { return jwsKind{typ: "watashi-key-request+jws"} }

// SignKeyRequest signs with the app's key and puts its public half in.
func SignKeyRequest(r KeyRequest, app PrivateKey) ([]byte, error) {
	r.JWK, r.Time = app.PublicKey(), r.Time.UTC()
	jws, err := signJSON(keyRequestKind(), &r, app, app.Kid())
	if err != nil {
		return nil, fmt.Errorf("signing key request: %w", err)
	}
	return jws, nil
}

// VerifyKeyRequest verifies that the sender possesses the key that it names.
// Whether the nonce is fresh, the caller judges.
func VerifyKeyRequest(jws []byte) (KeyRequest, error) {
	var claimed, r KeyRequest
	if err := decodeJSON(unverified(jws), &claimed); err != nil {
		return KeyRequest{}, fmt.Errorf("verifying key request: %w", err)
	}
	if err := verifyJSON(keyRequestKind(), jws, &r, oneOf([]PublicKey{claimed.JWK})); err != nil {
		return KeyRequest{}, fmt.Errorf("verifying key request: %w", err)
	}
	return r, nil
}

// IssuedKey answers a KeyRequest.
type IssuedKey struct {
	RegistrationKey RegistrationKey `json:"registration_key"`
	Expires         time.Time       `json:"expires"`
	Pictures        MatchPictures   `json:"pictures"`
}

// Nonce answers GET /v1/nonce.
type Nonce struct {
	Nonce string `json:"nonce"`
}

// ActivationRequest is an app's claim to a registration: the code that the
// citizen brought home, with the key it belongs to. Without Confirm the platform
// answers whose name it is and binds nothing: the app shows the name first.
type ActivationRequest struct {
	Nonce   string          `json:"nonce"`
	Key     RegistrationKey `json:"key"`
	Code    Code            `json:"code"`
	Confirm bool            `json:"confirm,omitempty"`
}

func (r *ActivationRequest) check() error {
	if r.Key.IsZero() || r.Code.IsZero() {
		return errors.New("activation: no key or no code")
	}
	return checkName("activation: nonce", r.Nonce)
}

func activationKind() jwsKind { return jwsKind{typ: "watashi-activation+jws"} }

// SignActivation signs with the app's key.
func SignActivation(r ActivationRequest, app PrivateKey) ([]byte, error) {
	jws, err := signJSON(activationKind(), &r, app, app.Kid())
	if err != nil {
		return nil, fmt.Errorf("signing activation: %w", err)
	}
	return jws, nil
}

// VerifyActivation verifies an app's signature by the key that the caller has on
// record under ClaimedKid. Whether the nonce is fresh and the registration key is
// that app's, the caller judges. The caller wipes the code.
func VerifyActivation(jws []byte, app PublicKey) (ActivationRequest, error) {
	var r ActivationRequest
	if err := verifyJSON(activationKind(), jws, &r, oneOf([]PublicKey{app})); err != nil {
		r.Code.Wipe()
		return ActivationRequest{}, fmt.Errorf("verifying activation: %w", err)
	}
	return r, nil
}

// ClaimedKid is the kid that a JWS claims, for looking up a key to verify it
// with; "" if it has none. It proves nothing.
func ClaimedKid(jws []byte) string {
	header := struct {
		Kid string `json:"kid"`
	}{}
	raw := part(jws, 0)
	if len(raw) > maxHeader || strictJSON(raw) != nil || json.Unmarshal(raw, &header) != nil || !isKid(header.Kid) {
		return ""
	}
	return header.Kid
}

// Statuses of an Activation.
const (
	Confirm = "confirm" // the code is right; nothing is bound until it comes again with confirm
	Bound   = "bound"
	Pending = "pending" // the key is open and its envelope has not arrived: no try is counted
	Review  = "review"  // the code is right; a person decides whose account this is
)

// Activation answers an ActivationRequest that was not refused. A refusal is a
// Problem.
type Activation struct {
	Status         string     `json:"status"`
	Name           Personal   `json:"name,omitempty"` // shown by the app before it binds
	RegistrationID *ID        `json:"registration_id,omitempty"`
	Time           *time.Time `json:"time,omitempty"`
	Notice         *Notice    `json:"notice,omitempty"` // with confirm and bound
}

// Notice tells whom an app asks to bind, or has bound, how they were proofed and
// whom to tell if it was somebody else (NIST SP 800-63A-4, 3.10). An app shows it, and
// the Reference of the registration.
type Notice struct {
	PlatformID string            `json:"platform_id"`
	TerminalID string            `json:"terminal_id"`
	Time       time.Time         `json:"time"`              // by the terminal's clock
	Contact    map[string]string `json:"contact,omitempty"` // the help desk, by language
}

package protocol

import (
	"crypto"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// KeyQuery asks the platform about a registration key. It is signed by the
// device and sealed to the platform: uplinkd carries it and cannot read it.
type KeyQuery struct {
	Key        RegistrationKey `json:"key"`
	TerminalID string          `json:"terminal_id"`
	Nonce      Bytes           `json:"nonce"` // 16 to 64 random bytes
	Time       time.Time       `json:"time"`
}

func (q *KeyQuery) check() error {
	if q.Key.IsZero() {
		return errors.New("key query: no key")
	}
	if len(q.Nonce) < 16 || len(q.Nonce) > 64 {
		return errors.New("key query: nonce is not 16 to 64 bytes")
	}
	return errors.Join(checkTerminalID(q.TerminalID), wireTime("key query", q.Time))
}

func queryKind() jwsKind       { return jwsKind{typ: "watashi-key-query+jws"} }
func sealedQueryKind() jweKind { return jweKind{"watashi-key-query+jwe", "watashi-key-query+jws"} }

// SealKeyQuery signs with the device key and encrypts to the platform.
func SealKeyQuery(q KeyQuery, device crypto.Signer, cert *x509.Certificate, to PublicKey) (jwe []byte, err error) {
	q.Time = q.Time.UTC()
	jws, err := signJSON(queryKind(), &q, device, CertificateKid(cert))
	if err != nil {
		return nil, fmt.Errorf("sealing key query: %w", err)
	}
	defer clear(jws)
	jwe, err = encrypt(sealedQueryKind(), jws, to)
	if err != nil {
		return nil, fmt.Errorf("sealing key query: %w", err)
	}
	return jwe, nil
}

// OpenKeyQuery decrypts with the platform's key and verifies the terminal's
// signature. That the certificate is of the terminal it names, the caller judges.
func OpenKeyQuery(jwe []byte, byKid func(kid string) (PrivateKey, error), certByKid func(kid string) (*x509.Certificate, error)) (KeyQuery, *x509.Certificate, error) {
	jws, err := decrypt(sealedQueryKind(), jwe, byKid)
	if err != nil {
		return KeyQuery{}, nil, fmt.Errorf("opening key query: %w", err)
	}
	defer clear(jws)
	var q KeyQuery
	var cert *x509.Certificate
	if err := verifyJSON(queryKind(), jws, &q, byCertificate(certByKid, &cert)); err != nil {
		return KeyQuery{}, nil, fmt.Errorf("opening key query: %w", err)
	}
	return q, cert, nil
}

// KeyVerdict is the platform's word on a registration key.
type KeyVerdict string

// The verdicts on a key.
const (
	KeyOpen    KeyVerdict = "open"
	KeyUsed    KeyVerdict = "used"
	KeyExpired KeyVerdict = "expired"
	KeyUnknown KeyVerdict = "unknown"
)

// KeyAnswer is the platform's signed answer to one key query. An open key brings
// the two pictures that the app shows as well: the citizen compares them, and
// whoever was talked into typing somebody else's key sees that it is not theirs.
type KeyAnswer struct {
	QuerySHA256 Digest        `json:"query_sha256"` // of the JWE
	Verdict     KeyVerdict    `json:"verdict"`
	Pictures    MatchPictures `json:"pictures,omitzero"` // of KeyOpen
	Time        time.Time     `json:"time"`
}

func (a *KeyAnswer) check() error {
	switch a.Verdict {
	case KeyOpen:
		if err := a.Pictures.check(); err != nil {
			return err
		}
	case KeyUsed, KeyExpired, KeyUnknown:
		if a.Pictures != (MatchPictures{}) {
			return errors.New("key answer: pictures of a key that is not open")
		}
	default:
		return errors.New("key answer: unknown verdict")
	}
	if a.QuerySHA256.IsZero() {
		return errors.New("key answer: names no query")
	}
	return wireTime("key answer", a.Time)
}

func answerKind() jwsKind { return jwsKind{typ: "watashi-key-answer+jws"} }

// SignKeyAnswer signs with the platform's receipt key.
func SignKeyAnswer(a KeyAnswer, key PrivateKey) ([]byte, error) {
	a.Time = a.Time.UTC()
	jws, err := signJSON(answerKind(), &a, key, key.Kid())
	if err != nil {
		return nil, fmt.Errorf("signing key answer: %w", err)
	}
	return jws, nil
}

// VerifyKeyAnswer verifies an answer against the platform's receipt keys and
// against the digest of the query (the JWE) it was asked with.
func VerifyKeyAnswer(jws []byte, keys []PublicKey, query Digest) (KeyAnswer, error) {
	var a KeyAnswer
	if err := verifyJSON(answerKind(), jws, &a, oneOf(keys)); err != nil {
		return KeyAnswer{}, fmt.Errorf("verifying key answer: %w", err)
	}
	if !a.QuerySHA256.Equal(query) {
		return KeyAnswer{}, errors.New("verifying key answer: it is for another query")
	}
	return a, nil
}

// Picture is one of a fixed set that anybody can name and tell apart.
type Picture string

// Pictures is the fixed set of 24.
func Pictures() []Picture {
	return []Picture{
		"sun", "moon", "star", "cloud", "umbrella", "tree", "flower", "leaf",
		"fish", "bird", "cat", "dog", "rabbit", "turtle", "apple", "cherry",
		"car", "train", "bicycle", "ship", "house", "bell", "book", "cup",
	}
}

// MatchPictures are two pictures, in this order.
type MatchPictures [2]Picture

// UnmarshalJSON reads exactly two pictures of the set: for an array the standard
// decoder would drop a third.
func (m *MatchPictures) UnmarshalJSON(b []byte) error {
	var list []Picture
	if err := json.Unmarshal(b, &list); err != nil {
		return fmt.Errorf("reading pictures: %w", err)
	}
	if len(list) != 2 {
		return errors.New("reading pictures: not two")
	}
	read := MatchPictures(list)
	if err := read.check(); err != nil {
		return err
	}
	*m = read
	return nil
}

func (m MatchPictures) check() error {
	for _, p := range m {
		if !slices.Contains(Pictures(), p) {
			return errors.New("pictures: not two of the known ones")
		}
	}
	return nil
}

package protocol

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Files that let a machine in where there is no network: a request that it leaves on
// a stick, and the platform's answer. With keys in files they travel once, with a TPM
// twice: its first request is answered with a challenge, the second one proves the
// keys. Each is two lines of JSON, the content and a seal over the bytes of the
// content, so that one that was cut is known as such.
//
//	{"format":"watashi-request/1","token":"…","pin":"…",…}
//	{"mac":"…"}
//
// The secret of the token does not travel: the request names the token by the first
// bytes of the secret and is sealed with the whole of it. The answer is signed with a
// certificate of the platform's server, as TLS would show it, which the machine holds
// against the pin of its token.
const (
	FormatEnrolRequest = "watashi-request/1"
	FormatEnrolAnswer  = "watashi-answer/1"
)

// TokenNameLength is how much of a secret names its token, in bytes; a secret that can
// be carried has 16 more at least.
const TokenNameLength = 12

const (
	maxEnrolFile  = MaxBody + 64<<10
	maxCSR        = 16 << 10
	maxEnrolCAs   = 16
	maxChain      = 32
	maxRefusal    = 1000
	carriedMargin = 16
)

// ErrTokenShort: a token whose secret is too short to name it by a part of itself.
var ErrTokenShort = errors.New("the token's secret is too short to go without a network")

// ErrEnrolSeal: a carried request or answer that was changed, or that somebody else sealed.
var ErrEnrolSeal = errors.New("the seal is not that of the content")

// EnrolRequest is what a machine asks for on a stick. The certification requests and
// what goes with them are those of the network.
type EnrolRequest struct {
	Format       string       `json:"format"`
	Token        Bytes        `json:"token"` // its name
	Pin          Digest       `json:"pin"`   // of the token: which platform is asked
	Time         time.Time    `json:"time"`
	BundleFormat int          `json:"bundle_format"` // the newest that the machine reads
	Device       Base64       `json:"device"`        // PKCS#10, DER
	TLS          Base64       `json:"tls"`           // likewise
	Endorsement  *Endorsement `json:"endorsement,omitempty"`
	Challenge    string       `json:"challenge,omitempty"` // that Proof answers
	Proof        *Proof       `json:"proof,omitempty"`
}

// EnrolAnswer is what the platform says to it: a problem, a challenge, or all that the
// machine needs.
type EnrolAnswer struct {
	Format    string     `json:"format"`
	Token     Bytes      `json:"token"`   // the name in the request
	Request   Digest     `json:"request"` // SHA-256 of its content
	Time      time.Time  `json:"time"`
	Problem   *Problem   `json:"problem,omitempty"`
	Challenge *Challenge `json:"challenge,omitempty"`
	CAs       []Base64   `json:"cas,omitempty"`    // DER, as EST's cacerts gives them
	Device    Base64     `json:"device,omitempty"` // certificate, DER
	TLS       Base64     `json:"tls,omitempty"`    // likewise
	Bundle    string     `json:"bundle,omitempty"` // JWS
}

func (r *EnrolRequest) check() error {
	err := errors.Join(
		checkBytes("request: token", r.Token, TokenNameLength, TokenNameLength),
		checkBytes("request: device", r.Device, 1, maxCSR), checkBytes("request: tls", r.TLS, 1, maxCSR),
		wireTime("request", r.Time),
	)
	switch {
	case r.Format != FormatEnrolRequest:
		return errors.New("request: of another format")
	case r.Pin.IsZero():
		return errors.New("request: no pin")
	case r.BundleFormat < FormatFirst || r.BundleFormat > 1000:
		return errors.New("request: no format of a bundle")
	case (r.Proof == nil) != (r.Challenge == ""), r.Proof != nil && r.Endorsement != nil:
		return errors.New("request: a proof goes with its challenge, and an endorsement alone")
	case r.Endorsement != nil:
		return errors.Join(err, r.Endorsement.check())
	case r.Proof != nil:
		_, bad := ParseID(r.Challenge)
		return errors.Join(err, bad, r.Proof.check())
	}
	return err
}

func (a *EnrolAnswer) check() error {
	given := len(a.CAs) > 0 || len(a.Device) > 0 || len(a.TLS) > 0 || a.Bundle != ""
	err := errors.Join(checkBytes("answer: token", a.Token, TokenNameLength, TokenNameLength), wireTime("answer", a.Time))
	switch {
	case a.Format != FormatEnrolAnswer:
		return errors.New("answer: of another format")
	case a.Request.IsZero():
		return errors.New("answer: to no request")
	case a.Problem != nil && !given && a.Challenge == nil:
		return errors.Join(err, checkRefusal(*a.Problem))
	case a.Challenge != nil && !given && a.Problem == nil:
		return errors.Join(err, a.Challenge.check())
	case len(a.CAs) == 0 || len(a.CAs) > maxEnrolCAs || len(a.Device) == 0 || len(a.TLS) == 0 || a.Bundle == "" || a.Problem != nil || a.Challenge != nil:
		return errors.New("answer: neither a problem, nor a challenge, nor all that was asked for")
	}
	return err
}

func checkRefusal(p Problem) error {
	if p.Status < 400 || p.Status > 599 || len(p.Title)+len(p.Detail)+len(p.Code)+len(p.Type) > maxRefusal {
		return errors.New("answer: a problem out of shape")
	}
	return nil
}

// Name is what a request calls the token: a part of the secret that leaves enough of it
// unsaid.
func (t Token) Name() (Bytes, error) {
	if len(t.Secret) < TokenNameLength+carriedMargin {
		return nil, ErrTokenShort
	}
	return t.Secret[:TokenNameLength], nil
}

// File is the name that a request has on a stick: one for each machine and trip.
func (r EnrolRequest) File() string {
	trip := 1
	if r.Proof != nil {
		trip = 2
	}
	return fmt.Sprintf("watashi-request-%s-%d.json", FileMark(r.Token), trip)
}

// AnswerFile is the name of the answer to a request.
func (r EnrolRequest) AnswerFile() string {
	return strings.Replace(r.File(), "request", "answer", 1)
}

// FileMark is what all files about one token have in their names.
func FileMark(token Bytes) string { return fmt.Sprintf("%x", []byte(token[:min(len(token), 4)])) }

// requestSeal and answerSeal are second lines.
type requestSeal struct {
	MAC Digest `json:"mac"` // HMAC-SHA-256 of the first line, with the token's secret
}

type answerSeal struct {
	Signature Base64   `json:"signature"` // ECDSA with SHA-256 over the first line, in DER
	Chain     []Base64 `json:"chain"`     // DER, the signer's certificate first
}

func (s *requestSeal) check() error {
	if s.MAC.IsZero() {
		return errors.New("seal: no mac")
	}
	return nil
}

func (s *answerSeal) check() error {
	if len(s.Chain) == 0 || len(s.Chain) > maxChain {
		return errors.New("seal: not 1 to 32 certificates")
	}
	return checkBytes("seal: signature", s.Signature, 1, 256)
}

// SealEnrolRequest writes a request under a token; format, token and pin are filled in.
func SealEnrolRequest(r EnrolRequest, t Token) (file []byte, err error) {
	if r.Token, err = t.Name(); err != nil {
		return nil, err
	}
	r.Format, r.Pin, r.Time = FormatEnrolRequest, t.Pin, r.Time.UTC().Truncate(time.Second)
	content, err := encodeJSON(&r)
	if err != nil {
		return nil, fmt.Errorf("sealing a request: %w", err)
	}
	return twoLines(content, &requestSeal{macOf(content, t.Secret)})
}

func macOf(content, secret []byte) Digest {
	mac := hmac.New(sha256.New, secret)
	mac.Write(content)
	return Digest(mac.Sum(nil))
}

// A SealedRequest is a request as it was read.
type SealedRequest struct {
	EnrolRequest
	Digest Digest // of its content: the answer names it
	verify func(secret []byte) bool
}

// ReadEnrolRequest reads a request, whoever sealed it; ErrCarried is one that is not whole.
func ReadEnrolRequest(file []byte) (r SealedRequest, err error) {
	var seal requestSeal
	content, err := readTwoLines(file, &r.EnrolRequest, &seal)
	if err != nil {
		return SealedRequest{}, err
	}
	r.Digest = SHA256(content)
	r.verify = func(secret []byte) bool { return macOf(content, secret).Equal(seal.MAC) }
	return r, nil
}

// SealedWith reports whether who sealed it knew the secret.
func (r SealedRequest) SealedWith(secret []byte) bool { return r.verify != nil && r.verify(secret) }

// SignEnrolAnswer writes an answer, signed by the key of the chain's first certificate.
func SignEnrolAnswer(a EnrolAnswer, key crypto.Signer, chain [][]byte) ([]byte, error) {
	a.Format, a.Time = FormatEnrolAnswer, a.Time.UTC().Truncate(time.Second)
	content, err := encodeJSON(&a)
	if err != nil {
		return nil, fmt.Errorf("signing an answer: %w", err)
	}
	digest := sha256.Sum256(content)
	seal := &answerSeal{}
	if seal.Signature, err = key.Sign(rand.Reader, digest[:], crypto.SHA256); err != nil {
		return nil, fmt.Errorf("signing an answer: %w", err)
	}
	for _, der := range chain {
		seal.Chain = append(seal.Chain, der)
	}
	return twoLines(content, seal)
}

// A SignedAnswer is an answer as it was read.
type SignedAnswer struct {
	EnrolAnswer
	Chain     []*x509.Certificate // whom the reader has to judge
	content   []byte
	signature []byte
}

// ReadEnrolAnswer reads an answer, whoever signed it; ErrCarried is one that is not whole.
func ReadEnrolAnswer(file []byte) (a SignedAnswer, err error) {
	var seal answerSeal
	if a.content, err = readTwoLines(file, &a.EnrolAnswer, &seal); err != nil {
		return SignedAnswer{}, err
	}
	a.signature = seal.Signature
	for _, der := range seal.Chain {
		cert, err := x509.ParseCertificate(der)
		if err != nil {
			return SignedAnswer{}, fmt.Errorf("%w: a certificate of its signer cannot be read", ErrCarried)
		}
		a.Chain = append(a.Chain, cert)
	}
	return a, nil
}

// Signed reports whether the first certificate's key signed it; ErrEnrolSeal is that it
// did not. Whose that is says nothing here.
func (a SignedAnswer) Signed() error {
	if len(a.Chain) == 0 {
		return ErrEnrolSeal
	}
	if _, onCurve := a.Chain[0].PublicKey.(*ecdsa.PublicKey); !onCurve || a.Chain[0].CheckSignature(x509.ECDSAWithSHA256, a.content, a.signature) != nil {
		return ErrEnrolSeal
	}
	return nil
}

func twoLines(content []byte, seal checker) ([]byte, error) {
	second, err := encodeJSON(seal)
	if err != nil {
		return nil, fmt.Errorf("sealing a carried file: %w", err)
	}
	return bytes.Join([][]byte{content, second, nil}, []byte("\n")), nil
}

// readTwoLines reads content and seal, and returns the bytes that are sealed.
func readTwoLines(file []byte, into, seal checker) ([]byte, error) {
	if len(file) > maxEnrolFile {
		return nil, fmt.Errorf("%w: it is too large", ErrCarried)
	}
	lines := bytes.Split(file, []byte("\n"))
	if len(lines) < 3 {
		return nil, fmt.Errorf("%w: it was cut", ErrCarried)
	}
	if len(lines) > 3 || len(lines[2]) > 0 {
		return nil, fmt.Errorf("%w: it goes on behind its end", ErrCarried)
	}
	for n, v := range []checker{into, seal} {
		if err := decodeJSON(lines[n], v); err != nil {
			return nil, fmt.Errorf("%w: line %d: %w", ErrCarried, n+1, err)
		}
	}
	return lines[0], nil
}

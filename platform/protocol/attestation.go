package protocol

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// How a TPM 2.0 proves to the platform that keys live in it. Both questions come
// from the same asker: HTTP Basic with a provisioning token, which is not spent by
// them, or a terminal's TLS certificate, even one that ran out.
//
//	terminal                                     platform
//	POST /v1/attestations       Endorsement  ->
//	                                         <-  201 Challenge
//	TPM2_ActivateCredential, TPM2_Certify
//	POST /v1/attestations/{id}  Proof        ->
//	                                         <-  200 Ticket
//	simpleenroll, simplereenroll with the header Watashi-Attestation: Ticket
//
// Bodies are JSON, strict like all others. Structures of the TPM are in its own
// encoding (TPM 2.0 Library, Part 2) and stand in JSON as padded base64.
const (
	PathAttestations  = "/v1/attestations"
	PathESTAttributes = "/.well-known/est/csrattrs"
	// HeaderAttestation carries a Ticket with a certification request.
	HeaderAttestation = "Watashi-Attestation"
	// MaxAttestation bounds each of the bodies, in bytes.
	MaxAttestation = 64 << 10
)

// ProtectionAttested is the platform's word alone: its TPM proved that the key
// lives in it. A terminal can only claim ProtectionTPM.
const ProtectionAttested = "tpm-attested"

// checkProtection knows the three words.
func checkProtection(word string) error {
	switch word {
	case ProtectionFile, ProtectionTPM, ProtectionAttested:
		return nil
	}
	return errors.New("key protection is none of file, tpm and tpm-attested")
}

// ProtectionURI is what a certification request says of its key: a URI in the
// subjectAltName of its extensionRequest, as it stands in the certificate too. (A
// private extension would need an arc of 128 bits, which few parsers take.)
func ProtectionURI(protection string) (*url.URL, error) {
	if protection != ProtectionFile && protection != ProtectionTPM {
		return nil, errors.New("claiming key protection: neither file nor tpm")
	}
	return url.Parse(urnProtection + protection)
}

// ProtectionClaimed is what a request says of its key, ProtectionFile if nothing.
// No other name in a request means anything.
func ProtectionClaimed(csr *x509.CertificateRequest) (string, error) {
	claimed := ""
	for _, u := range csr.URIs {
		word, ok := strings.CutPrefix(u.String(), urnProtection)
		if !ok {
			continue
		}
		if claimed != "" || (word != ProtectionFile && word != ProtectionTPM) {
			return "", errors.New("reading request: not one claim of file or tpm")
		}
		claimed = word
	}
	if claimed == "" {
		return ProtectionFile, nil
	}
	return claimed, nil
}

// Endorsement is how a chip introduces itself.
type Endorsement struct {
	EKPublic      Base64 `json:"ek_public"`                // TPMT_PUBLIC of the endorsement key
	EKCertificate Base64 `json:"ek_certificate,omitempty"` // DER, from NV 0x01C0000A (ECC) or 0x01C00002 (RSA)
	AKPublic      Base64 `json:"ak_public"`                // TPMT_PUBLIC of a restricted signing key in the same chip
}

// Challenge is what only that chip can answer.
type Challenge struct {
	ID         string    `json:"id"`         // 128 bits, hexadecimal
	Credential Base64    `json:"credential"` // content of TPM2B_ID_OBJECT, for TPM2_ActivateCredential
	Secret     Base64    `json:"secret"`     // content of TPM2B_ENCRYPTED_SECRET
	Nonce      Base64    `json:"nonce"`      // qualifyingData for TPM2_Certify
	Expires    time.Time `json:"expires"`
}

// Proof answers a Challenge.
type Proof struct {
	Secret Base64         `json:"secret"` // what TPM2_ActivateCredential gave
	Keys   []CertifiedKey `json:"keys"`   // the keys that certificates will be asked for
}

// CertifiedKey is one key and the chip's word on it.
type CertifiedKey struct {
	Public    Base64 `json:"public"`    // TPMT_PUBLIC
	Attest    Base64 `json:"attest"`    // TPMS_ATTEST of TPM2_Certify by the AK
	Signature Base64 `json:"signature"` // TPMT_SIGNATURE
}

// Ticket goes with the certification requests over the keys that were proven, for
// the asker who proved them.
type Ticket struct {
	Ticket  string    `json:"ticket"` // opaque
	Expires time.Time `json:"expires"`
}

// What the parts of a body may measure, in bytes.
const (
	maxTPM           = 4096 // one structure of a TPM
	maxEKCertificate = 16 << 10
	maxCertifiedKeys = 4
	maxTicket        = 256
	minSecret        = 16
	maxSecret        = 64
)

func (e *Endorsement) check() error {
	if len(e.EKCertificate) > maxEKCertificate {
		return errors.New("endorsement: certificate too large")
	}
	return errors.Join(checkBytes("endorsement: ek_public", e.EKPublic, 1, maxTPM), checkBytes("endorsement: ak_public", e.AKPublic, 1, maxTPM))
}

func (c *Challenge) check() error {
	if _, err := ParseID(c.ID); err != nil {
		return fmt.Errorf("challenge: %w", err)
	}
	return errors.Join(
		checkBytes("challenge: credential", c.Credential, 1, maxTPM),
		checkBytes("challenge: secret", c.Secret, 1, maxTPM),
		checkBytes("challenge: nonce", c.Nonce, minSecret, maxSecret),
		wireTime("challenge", c.Expires),
	)
}

func (p *Proof) check() error {
	if len(p.Keys) < 1 || len(p.Keys) > maxCertifiedKeys {
		return errors.New("proof: not 1 to 4 keys")
	}
	err := checkBytes("proof: secret", p.Secret, minSecret, maxSecret)
	for _, k := range p.Keys {
		err = errors.Join(err,
			checkBytes("proof: public", k.Public, 1, maxTPM),
			checkBytes("proof: attest", k.Attest, 1, maxTPM),
			checkBytes("proof: signature", k.Signature, 1, maxTPM))
	}
	return err
}

func (t *Ticket) check() error {
	if len(t.Ticket) == 0 || len(t.Ticket) > maxTicket || strings.Trim(t.Ticket, base64url) != "" {
		return errors.New("ticket: not 1 to 256 characters of base64url")
	}
	return wireTime("ticket", t.Expires)
}

const base64url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

func checkBytes(what string, b []byte, least, most int) error {
	if len(b) < least || len(b) > most {
		return fmt.Errorf("%s: not %d to %d bytes", what, least, most)
	}
	return nil
}

// EncodeEndorsement writes the body of POST /v1/attestations.
func EncodeEndorsement(e Endorsement) ([]byte, error) { return encodeJSON(&e) }

// DecodeEndorsement reads it.
func DecodeEndorsement(body []byte) (Endorsement, error) { return decodeAttestation[Endorsement](body) }

// EncodeChallenge writes the answer to it.
func EncodeChallenge(c Challenge) ([]byte, error) { return encodeJSON(&c) }

// DecodeChallenge reads that answer.
func DecodeChallenge(body []byte) (Challenge, error) { return decodeAttestation[Challenge](body) }

// EncodeProof writes the body of POST /v1/attestations/{id}.
func EncodeProof(p Proof) ([]byte, error) { return encodeJSON(&p) }

// DecodeProof reads it.
func DecodeProof(body []byte) (Proof, error) { return decodeAttestation[Proof](body) }

// EncodeTicket writes the answer to it.
func EncodeTicket(t Ticket) ([]byte, error) { return encodeJSON(&t) }

// DecodeTicket reads that answer.
func DecodeTicket(body []byte) (Ticket, error) { return decodeAttestation[Ticket](body) }

// Base64 is binary data that stands in JSON as padded base64, as Go and most others
// write it; empty, it does not stand there at all.
type Base64 []byte

// MarshalText writes padded base64.
func (b Base64) MarshalText() ([]byte, error) { return base64.StdEncoding.AppendEncode(nil, b), nil }

// UnmarshalText reads padded base64 in its only canonical form.
func (b *Base64) UnmarshalText(text []byte) error {
	if len(text) == 0 || bytes.ContainsAny(text, "\r\n") {
		return errors.New("base64 empty or with a line break")
	}
	raw, err := base64.StdEncoding.Strict().AppendDecode(nil, text)
	if err != nil {
		return errors.New("base64 out of shape")
	}
	*b = raw
	return nil
}

// decodeAttestation reads one of the four.
func decodeAttestation[T any, P interface {
	*T
	checker
}](body []byte) (v T, err error) {
	if len(body) > MaxAttestation {
		return v, ErrTooLarge
	}
	if err := decodeJSON(body, P(&v)); err != nil {
		return *new(T), err
	}
	return v, nil
}

package platform

import (
	"bytes"
	"cmp"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/digital-watashi/kiosk/platform/keyring"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Issuing certificates to terminals: where a key must be, and what is kept of why
// a certificate was issued.

// Holding is a certificate that a terminal holds.
type Holding struct {
	Kid        string          `json:"kid"`
	Key        protocol.Digest `json:"key"` // SHA-256 of the SubjectPublicKeyInfo
	Protection string          `json:"protection"`
	Expires    Moment          `json:"expires"`
}

// Attestation is how far the holder of a token, or a terminal, has come with
// proving its chip.
type Attestation struct {
	Challenge      protocol.ID     `json:"challenge"`
	Expires        Moment          `json:"expires"`
	Chip           protocol.Digest `json:"chip"`    // SHA-256 of the endorsement key
	Vouched        string          `json:"vouched"` // who vouches for it
	AttestationKey []byte          `json:"attestation_key"`
	Nonce          []byte          `json:"nonce"`
	Answer         protocol.Digest `json:"answer"` // keyed hash of the secret that only the chip can tell

	// Since it was answered:
	Proof         protocol.Digest `json:"proof,omitzero"`  // SHA-256 of the body
	Ticket        protocol.Digest `json:"ticket,omitzero"` // keyed hash
	TicketExpires Moment          `json:"ticket_expires,omitzero"`
	Proven        []ProvenKey     `json:"proven,omitempty"`
}

// ProvenKey is a key that a chip was found to hold, and the chip's word on it.
type ProvenKey struct {
	Key       protocol.Digest       `json:"key"` // SHA-256 of the SubjectPublicKeyInfo
	Statement protocol.CertifiedKey `json:"statement"`
}

// Occasion is why a certificate was issued.
type Occasion string

// The occasions.
const (
	ByToken       Occasion = "token"
	ByRenewal     Occasion = "renewal"
	ByLateRenewal Occasion = "late renewal" // the certificate before it had run out
)

// IssuanceProof is what proves later that a key was in a chip.
type IssuanceProof struct {
	Chip           protocol.Digest       `json:"chip"`
	Vouched        string                `json:"vouched"`
	AttestationKey []byte                `json:"attestation_key"`
	Nonce          []byte                `json:"nonce"`
	Statement      protocol.CertifiedKey `json:"statement"`
}

// An application is one request for a certificate, as far as it was read.
type application struct {
	csr     *x509.CertificateRequest
	role    Role
	key     protocol.Digest // of the key asked for
	claimed string          // where that key is, as the terminal says
	ticket  string          // the header; "" is none
	now     Moment
}

// readApplication reads a certification request and what came with it.
func (p *Platform) readApplication(c call) (application, error) {
	return readApplication(requestDER(c.body), c.request.Header.Get(protocol.HeaderAttestation), c.now)
}

func readApplication(der []byte, ticket string, now Moment) (a application, err error) {
	csr, err := parseRequest(der)
	if err != nil {
		return a, problem(http.StatusBadRequest, protocol.CodeMalformed, "not a certification request over a P-256 key, signed by it, in base64")
	}
	claimed, err := protocol.ProtectionClaimed(csr)
	if err != nil {
		return a, problem(http.StatusBadRequest, protocol.CodeMalformed, "the request claims neither urn:watashi:protection:file nor urn:watashi:protection:tpm, or both")
	}
	return application{
		csr: csr, role: roleOf(csr), key: protocol.SHA256(csr.RawSubjectPublicKeyInfo), claimed: claimed,
		ticket: ticket, now: now,
	}, nil
}

// proofOf finds what a ticket proves of the key that is asked for; without a ticket
// nothing. It serves the asker who proved the key, for that key, for its hour.
func (p *Platform) proofOf(proven *Attestation, a application) (*IssuanceProof, error) {
	if a.ticket == "" {
		return nil, nil
	}
	if proven == nil || proven.Ticket.IsZero() || !proven.Ticket.Equal(p.ticketHash(a.ticket)) || !a.now.Before(proven.TicketExpires) {
		return nil, problem(http.StatusForbidden, protocol.CodeTicket, "the ticket is unknown here or has run out: prove the keys again")
	}
	for _, known := range proven.Proven {
		if known.Key.Equal(a.key) {
			return &IssuanceProof{proven.Chip, proven.Vouched, proven.AttestationKey, proven.Nonce, known.Statement}, nil
		}
	}
	return nil, problem(http.StatusForbidden, protocol.CodeTicket, "the ticket is for other keys: prove this one too")
}

func (p *Platform) ticketHash(ticket string) protocol.Digest {
	return p.keys.Hash("ticket", []byte(ticket))
}

// protectionOf says where a key is: as proven; else as known, for a key does not
// move; else as claimed.
func (a application) protectionOf(proof *IssuanceProof, held Holding) string {
	switch {
	case proof != nil:
		return protocol.ProtectionAttested
	case held.Key.Equal(a.key) && held.Protection != "":
		return held.Protection
	}
	return a.claimed
}

// permitProtection refuses a key that is not kept well enough here.
func (p *Platform) permitProtection(protection string) error {
	if strengthOf(protection) >= strengthOf(p.config.Protection) {
		return nil
	}
	advice := "make the keys in the machine's TPM and ask with " + protocol.HeaderAttestation
	if p.config.Protection == protocol.ProtectionTPM {
		advice = "make the keys in the machine's TPM"
	}
	return problem(http.StatusForbidden, protocol.CodeProtection,
		fmt.Sprintf("the key's protection is %s and this platform wants %s: %s", protection, p.config.Protection, advice))
}

// strengthOf orders the words of protection; 0 is none of them.
func strengthOf(protection string) int {
	switch protection {
	case protocol.ProtectionFile:
		return 1
	case protocol.ProtectionTPM:
		return 2
	case protocol.ProtectionAttested:
		return 3
	}
	return 0
}

func leastProtection(env protocol.Environment) string {
	if env == protocol.Production {
		return protocol.ProtectionAttested
	}
	return protocol.ProtectionFile
}

// LeastProtection is what a key must have at least to get a certificate.
func (c Config) LeastProtection() (string, error) {
	f, err := keyring.ReadFounding(c.Dir)
	return cmp.Or(c.Protection, leastProtection(f.Environment)), err
}

// issue makes a certificate for a terminal and keeps why.
func (p *Platform) issue(w Writing, t Terminal, a application, proof *IssuanceProof, why Occasion) (*x509.Certificate, error) {
	protection := a.protectionOf(proof, *t.holding(a.role))
	if err := p.permitProtection(protection); err != nil {
		return nil, err
	}
	cert, err := p.keys.CA.IssueTerminal(keyring.Subject{ID: t.ID, ForTLS: a.role == TLSRole, Protection: protection, Key: a.csr.PublicKey, Life: p.certificateLife()}, a.now)
	if err != nil {
		return nil, err
	}
	kid := protocol.CertificateKid(cert)
	*t.holding(a.role) = Holding{Kid: kid, Key: a.key, Protection: protection, Expires: cert.NotAfter}
	if proof != nil {
		t.Chip, t.Vouched = proof.Chip, proof.Vouched
	}
	t.remark(fmt.Sprintf("certificate issued: %s, %s, %s", a.role, why, protection), a.now)
	return cert, errors.Join(w.KeepTerminal(t), w.AddCertificate(Certificate{
		Kid: kid, TerminalID: t.ID, Role: a.role, DER: cert.Raw,
		Issued: a.now, Occasion: why, Protection: protection, Proof: proof,
	}))
}

func (p *Platform) certificateLife() time.Duration {
	return time.Duration(p.config.CertificateDays) * 24 * time.Hour
}

// holding is what a terminal holds for a role.
func (t *Terminal) holding(role Role) *Holding {
	if role == TLSRole {
		return &t.TLS
	}
	return &t.Device
}

// admitted finds a terminal, or begins one.
func admitted(r Reading, id string, now Moment) (Terminal, error) {
	t, err := r.Terminal(id)
	if errors.Is(err, ErrNotFound) {
		return Terminal{ID: id, Admitted: now}, nil
	}
	return t, err
}

// issuedBefore answers a repeated request, and refuses one for another key.
func issuedBefore(r Reading, kid string, csr *x509.CertificateRequest) (*x509.Certificate, error) {
	known, err := r.Certificate(kid)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(known.DER)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(cert.RawSubjectPublicKeyInfo, csr.RawSubjectPublicKeyInfo) {
		return nil, problem(http.StatusUnauthorized, protocol.CodeTokenUsed, "the token has served for another key: issue a new one")
	}
	return cert, nil
}

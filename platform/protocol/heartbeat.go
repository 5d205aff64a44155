package protocol

import (
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Heartbeat is what a terminal says of itself now and then. It names no citizen,
// and counts none but forgeries.
type Heartbeat struct {
	TerminalID          string            `json:"terminal_id"`
	Time                time.Time         `json:"time"`
	Versions            map[string]string `json:"versions,omitempty"` // of programs, by name
	BundleVersion       int               `json:"bundle_version"`
	Protection          string            `json:"protection"` // as the device certificate has it
	Queue               int               `json:"queue"`      // bodies not settled
	OldestUnsentSeconds int               `json:"oldest_unsent_seconds"`
	Quarantined         int               `json:"quarantined"` // bodies set apart, as the platform keeps refusing them
	Unknown             int               `json:"unknown"`     // hand-overs whose outcome nobody knows
	Lost                int               `json:"lost"`        // registrations that a damaged journal took with it
	// AuditEntries and AuditHead are the number and the digest of the last entry of
	// the terminal's audit chain; under this signature no earlier entry can be
	// changed unseen. There is no head before the first entry.
	AuditEntries     uint64 `json:"audit_entries"`
	AuditHead        Digest `json:"audit_head,omitzero"`
	ClockSkewSeconds int    `json:"clock_skew_seconds"` // ahead of the platform's
	ReaderState      string `json:"reader_state"`
	PrinterState     string `json:"printer_state"`
	Paper            string `json:"paper"`
	// CertificateDays are left of the certificate that it signs with, whole ones;
	// negative is since when. Nothing from programs that did not tell it yet.
	CertificateDays *int `json:"certificate_days,omitempty"`
	// Conditions are the codes of all that keeps it from taking a card in, the
	// gravest first.
	Conditions []string `json:"conditions,omitempty"`
	// Maintenance: somebody works at it.
	Maintenance bool `json:"maintenance,omitempty"`
	// ForgedPhotos are readings of a photo that nothing tied to its card, since the
	// program started: a hint of fraud, which under an optional photo no screen shows.
	ForgedPhotos int `json:"forged_photos,omitempty"`
}

// Bounds of a heartbeat.
const (
	MaxHeartbeatConditions = 16
	maxCertificateDays     = 100_000
)

func (h *Heartbeat) check() error {
	if min(h.BundleVersion, h.Queue, h.OldestUnsentSeconds, h.Quarantined, h.Unknown, h.Lost, h.ForgedPhotos) < 0 {
		return errors.New("heartbeat: negative number")
	}
	if (h.AuditEntries == 0) != h.AuditHead.IsZero() {
		return errors.New("heartbeat: audit entries without a head, or a head without entries")
	}
	if len(h.Versions) > 16 {
		return errors.New("heartbeat: more than 16 versions")
	}
	for program, version := range h.Versions {
		if checkName("", program) != nil || len(version) > 64 {
			return errors.New("heartbeat: version out of shape")
		}
	}
	if days := h.CertificateDays; days != nil && (*days < -maxCertificateDays || *days > maxCertificateDays) {
		return errors.New("heartbeat: certificate days out of range")
	}
	return errors.Join(
		checkConditions(h.Conditions),
		checkProtection(h.Protection),
		checkTerminalID(h.TerminalID),
		wireTime("heartbeat", h.Time),
		checkName("heartbeat: reader state", h.ReaderState),
		checkName("heartbeat: printer state", h.PrinterState),
		checkName("heartbeat: paper", h.Paper),
	)
}

// checkConditions keeps codes to the shape of fault codes, such as PRN-PAPER.
func checkConditions(codes []string) error {
	if len(codes) > MaxHeartbeatConditions {
		return errors.New("heartbeat: too many conditions")
	}
	for _, code := range codes {
		if len(code) == 0 || len(code) > 32 || strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != "" {
			return errors.New("heartbeat: condition out of shape")
		}
	}
	return nil
}

func heartbeatKind() jwsKind { return jwsKind{typ: "watashi-heartbeat+jws"} }

// SignHeartbeat signs with the device key.
func SignHeartbeat(h Heartbeat, device crypto.Signer, cert *x509.Certificate) ([]byte, error) {
	h.Time = h.Time.UTC()
	jws, err := signJSON(heartbeatKind(), &h, device, CertificateKid(cert))
	if err != nil {
		return nil, fmt.Errorf("signing heartbeat: %w", err)
	}
	return jws, nil
}

// VerifyHeartbeat verifies a terminal's signature. That the certificate is of
// the terminal it names, the caller judges.
func VerifyHeartbeat(jws []byte, certByKid func(kid string) (*x509.Certificate, error)) (Heartbeat, *x509.Certificate, error) {
	var h Heartbeat
	var cert *x509.Certificate
	if err := verifyJSON(heartbeatKind(), jws, &h, byCertificate(certByKid, &cert)); err != nil {
		return Heartbeat{}, nil, fmt.Errorf("verifying heartbeat: %w", err)
	}
	return h, cert, nil
}

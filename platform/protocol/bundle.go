package protocol

import (
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// What a bundle says about the face photo, and about citizens while the platform
// is not reachable.
const (
	PhotoOff      = "off"
	PhotoOptional = "optional"
	PhotoRequired = "required"

	OfflineAllow  = "allow"
	OfflineRefuse = "refuse"
)

// The formats of a bundle. A terminal refuses members that it does not know, so new
// ones make a new format, and a terminal gets none but what it asked for: it names the
// newest format that it reads (PathBundle), and one that names none reads FormatFirst.
// The platform signs each version in every format that it still serves, so a bundle
// that says less is as authentic as the others; only what it leaves out does not hold
// at that terminal. A terminal whose program was replaced takes the same version once
// more in the newer format, and never goes back in either.
const (
	FormatFirst = 1 // has no format, hours and terminal CAs
	FormatHours = 2 // may have opening hours, and has the terminal CAs
	// NewestFormat is what this code reads and writes.
	NewestFormat = FormatHours
)

// PathNewestBundle asks for the bundle in the newest format that this code reads.
const PathNewestBundle = PathBundle + "?format=2"

// ErrNewerFormat: the bundle is of a format that this program does not read.
var ErrNewerFormat = errors.New("bundle is of a newer format than this program reads")

// Bundle is the configuration and trust of a terminal, signed by the platform.
// In each list of keys the first is current, of the bundle keys the newest; the
// others are known still, or already.
type Bundle struct {
	Format          int               `json:"format,omitempty"` // nothing in FormatFirst
	Version         int               `json:"version"`          // grows with each bundle; a terminal never goes back
	PlatformID      string            `json:"platform_id"`
	Environment     Environment       `json:"environment"`
	EncryptionKeys  []PublicKey       `json:"encryption_keys"`
	ReceiptKeys     []PublicKey       `json:"receipt_keys"`
	BundleKeys      []PublicKey       `json:"bundle_keys"`
	JPKI            [][]byte          `json:"jpki"` // CA certificates, DER; base64 as in x5c
	SigningPolicies []string          `json:"signing_policies"`
	CodeProfile     Profile           `json:"code_profile"`
	Photo           string            `json:"photo"`
	Offline         string            `json:"offline"`
	Languages       []string          `json:"languages"`         // the first is shown first
	Contact         map[string]string `json:"contact,omitempty"` // help desk, by language
	Limits          Limits            `json:"limits"`
	Hours           *Hours            `json:"hours,omitempty"`        // nothing is always open
	TerminalCAs     [][]byte          `json:"terminal_cas,omitempty"` // that terminals believe, DER; the first issues
	Issued          time.Time         `json:"issued"`
}

// In is the bundle in a format that a terminal asked for: without what that one does
// not know.
func (b Bundle) In(format int) Bundle {
	if b.Format = min(max(format, FormatFirst), NewestFormat); b.Format == FormatFirst {
		b.Format, b.Hours, b.TerminalCAs = 0, nil, nil
	}
	return b
}

// Follows reports whether the bundle is newer than another: in its version, or of the
// same version in a newer format.
func (b *Bundle) Follows(other *Bundle) bool {
	return b.Version > other.Version || (b.Version == other.Version && b.Format > other.Format)
}

// Limits are numbers of a bundle.
type Limits struct {
	MaxUnsent       int `json:"max_unsent"`                  // registrations waiting; no card is taken in above
	MaxUnsentHours  int `json:"max_unsent_hours"`            // age of the oldest; likewise
	MaxSkewSeconds  int `json:"max_skew_seconds"`            // of the clock
	CodeHours       int `json:"code_hours,omitempty"`        // that a code lives from acceptance; 0 is 24
	CodeHoursUnsent int `json:"code_hours_unsent,omitempty"` // that a slip promises when nobody has accepted it; 0 is a week from issue
}

// CodeLife is how long a code lives that was accepted while the citizen waited,
// and how long a slip promises at most when it was not: by default 24 hours and
// 7 days from issue.
func (b *Bundle) CodeLife() (accepted, unsent time.Duration) {
	accepted, unsent = 24*time.Hour, 7*24*time.Hour
	if h := b.Limits.CodeHours; h > 0 {
		accepted = time.Duration(h) * time.Hour
	}
	if h := b.Limits.CodeHoursUnsent; h > 0 {
		unsent = time.Duration(h) * time.Hour
	}
	return accepted, unsent
}

func (b *Bundle) check() error {
	return errors.Join(
		b.checkIdentity(),
		checkKeys("encryption", b.EncryptionKeys),
		checkKeys("receipt", b.ReceiptKeys),
		checkKeys("bundle", b.BundleKeys),
		b.checkCards(),
		b.checkCitizens(),
		b.Limits.check(b.CodeProfile),
		b.checkFormat(),
		b.Hours.check(),
	)
}

// checkFormat holds each format to its members.
func (b *Bundle) checkFormat() error {
	switch {
	case b.Format == 0 && b.Hours == nil && len(b.TerminalCAs) == 0:
		return nil
	case b.Format != FormatHours:
		return errors.New("bundle: members that are not of its format")
	case len(b.TerminalCAs) < 1 || len(b.TerminalCAs) > 8:
		return errors.New("bundle: not 1 to 8 terminal CAs")
	}
	for _, der := range b.TerminalCAs {
		if cert, err := x509.ParseCertificate(der); err != nil || !cert.IsCA {
			return errors.New("bundle: a terminal CA is not a CA certificate")
		}
	}
	return nil
}

func (b *Bundle) checkIdentity() error {
	if b.Version < 1 {
		return errors.New("bundle: version below 1")
	}
	return errors.Join(checkName("bundle: platform id", b.PlatformID), b.Environment.check(), wireTime("bundle", b.Issued))
}

func checkKeys(what string, keys []PublicKey) error {
	if len(keys) < 1 || len(keys) > 8 {
		return fmt.Errorf("bundle: not 1 to 8 %s keys", what)
	}
	for i, k := range keys {
		if k.IsZero() || slices.ContainsFunc(keys[:i], k.Equal) {
			return fmt.Errorf("bundle: %s key empty or given twice", what)
		}
	}
	return nil
}

func (b *Bundle) checkCards() error {
	if len(b.JPKI) < 1 || len(b.JPKI) > 16 || len(b.SigningPolicies) < 1 || len(b.SigningPolicies) > 16 {
		return errors.New("bundle: not 1 to 16 JPKI CAs and policies")
	}
	for _, der := range b.JPKI {
		if cert, err := x509.ParseCertificate(der); err != nil || !cert.IsCA {
			return errors.New("bundle: a JPKI CA is not a CA certificate")
		}
	}
	for _, policy := range b.SigningPolicies {
		if _, err := x509.ParseOID(policy); err != nil {
			return errors.New("bundle: a signing policy is not an OID")
		}
	}
	return nil
}

func (b *Bundle) checkCitizens() error {
	switch {
	case b.CodeProfile != Digits6 && b.CodeProfile != Continuation:
		return errors.New("bundle: unknown code profile")
	case b.Photo != PhotoOff && b.Photo != PhotoOptional && b.Photo != PhotoRequired:
		return errors.New("bundle: photo is neither off, optional nor required")
	case b.Offline != OfflineAllow && b.Offline != OfflineRefuse:
		return errors.New("bundle: offline is neither allow nor refuse")
	case len(b.Languages) < 1 || len(b.Languages) > 32 || len(b.Contact) > 32:
		return errors.New("bundle: not 1 to 32 languages")
	}
	for _, language := range b.Languages {
		if err := checkName("bundle: language", language); err != nil {
			return err
		}
	}
	for language, text := range b.Contact {
		if err := checkName("bundle: language", language); err != nil || len(text) > 1024 {
			return errors.New("bundle: contact out of shape")
		}
	}
	return nil
}

func (l Limits) check(p Profile) error {
	switch {
	case l.MaxUnsent < 1 || l.MaxUnsent > 100_000:
		return errors.New("bundle: max_unsent is not 1 to 100000")
	case l.MaxUnsentHours < 1 || l.MaxUnsentHours > 24*60:
		return errors.New("bundle: max_unsent_hours is not 1 to 1440")
	case l.MaxSkewSeconds < 1 || l.MaxSkewSeconds > 300:
		return errors.New("bundle: max_skew_seconds is not 1 to 300")
	case l.CodeHours < 0 || l.CodeHours > 24*21 || l.CodeHoursUnsent < 0 || l.CodeHoursUnsent > 24*21:
		return errors.New("bundle: a code's life is not 0 to 504 hours")
	case p == Digits6 && (l.CodeHours > 24*7 || l.CodeHoursUnsent > 24*7):
		return errors.New("bundle: six digits live 7 days at most")
	}
	return nil
}

func bundleKind() jwsKind { return jwsKind{typ: "watashi-bundle+jws"} }

// SignBundle signs with a bundle key, which must be one that terminals know from
// the bundle before.
func SignBundle(b Bundle, key PrivateKey) ([]byte, error) {
	b.Issued = b.Issued.UTC()
	jws, err := signJSON(bundleKind(), &b, key, key.Kid())
	if err != nil {
		return nil, fmt.Errorf("signing bundle: %w", err)
	}
	return jws, nil
}

// VerifyBundle verifies a bundle against the bundle keys of the last good one.
func VerifyBundle(jws []byte, keys []PublicKey) (Bundle, error) {
	var b Bundle
	if err := verifyJSON(bundleKind(), jws, &b, oneOf(keys)); err != nil {
		return Bundle{}, fmt.Errorf("verifying bundle: %w", errors.Join(err, newerFormat(jws)))
	}
	return b, nil
}

// newerFormat says why a bundle cannot be read, if that is why.
func newerFormat(jws []byte) error {
	var claimed struct {
		Format int `json:"format"`
	}
	if json.Unmarshal(unverified(jws), &claimed) == nil && claimed.Format > NewestFormat {
		return fmt.Errorf("%w: %d, and it reads %d", ErrNewerFormat, claimed.Format, NewestFormat)
	}
	return nil
}

// DecodeFirstBundle reads the first bundle of a terminal's life. Nothing vouches
// for its keys but the pinned TLS connection it came by; still it must be signed
// by one of its own.
func DecodeFirstBundle(jws []byte) (Bundle, error) {
	var claimed Bundle
	if err := decodeJSON(unverified(jws), &claimed); err != nil {
		return Bundle{}, fmt.Errorf("reading first bundle: %w", errors.Join(err, newerFormat(jws)))
	}
	return VerifyBundle(jws, claimed.BundleKeys)
}

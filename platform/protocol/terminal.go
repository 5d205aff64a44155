package protocol

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// Environment says whether people or testers use a terminal. It stands in the
// terminal's certificate and in the bundle, and the two must agree.
type Environment string

// The environments. There is no third and no switch between them.
const (
	Production Environment = "production"
	Test       Environment = "test"
)

func (e Environment) check() error {
	if e != Production && e != Test {
		return errors.New("environment is neither production nor test")
	}
	return nil
}

// Where a terminal's private key lives, as its certificate says.
const (
	ProtectionFile = "file"
	ProtectionTPM  = "tpm"
)

// URIs in the subjectAltName of a terminal's certificates.
const (
	urnTerminal    = "urn:watashi:terminal:"
	urnEnvironment = "urn:watashi:environment:"
	urnProtection  = "urn:watashi:protection:"
)

// Terminal is what a terminal's certificate says about it.
type Terminal struct {
	ID          string
	Environment Environment
	Protection  string // ProtectionFile, ProtectionTPM or ProtectionAttested
}

func (t Terminal) check() error {
	if err := checkTerminalID(t.ID); err != nil {
		return err
	}
	return errors.Join(checkProtection(t.Protection), t.Environment.check())
}

// URIs are the subjectAltName of such a terminal's certificate.
func (t Terminal) URIs() ([]*url.URL, error) {
	if err := t.check(); err != nil {
		return nil, fmt.Errorf("naming terminal: %w", err)
	}
	var uris []*url.URL
	for _, s := range []string{urnTerminal + t.ID, urnEnvironment + string(t.Environment), urnProtection + t.Protection} {
		u, err := url.Parse(s)
		if err != nil {
			return nil, fmt.Errorf("naming terminal: %w", err)
		}
		uris = append(uris, u)
	}
	return uris, nil
}

// TerminalOf reads a terminal's certificate. Each fact must stand in it exactly
// once. Whether the certificate is to be trusted is the caller's to judge.
func TerminalOf(cert *x509.Certificate) (Terminal, error) {
	var t Terminal
	facts := map[string]func(string){
		urnTerminal:    func(s string) { t.ID = s },
		urnEnvironment: func(s string) { t.Environment = Environment(s) },
		urnProtection:  func(s string) { t.Protection = s },
	}
	for _, u := range cert.URIs {
		for prefix, set := range facts {
			if rest, ok := strings.CutPrefix(u.String(), prefix); ok {
				set(rest)
				delete(facts, prefix)
			}
		}
	}
	if len(facts) > 0 || len(cert.URIs) != 3 {
		return Terminal{}, errors.New("reading terminal certificate: not one terminal, environment and protection")
	}
	if err := t.check(); err != nil {
		return Terminal{}, fmt.Errorf("reading terminal certificate: %w", err)
	}
	return t, nil
}

// CertificateKid names a certificate in JOSE headers: base64url of its SHA-256.
func CertificateKid(cert *x509.Certificate) string {
	sum := sha256.Sum256(cert.Raw)
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// byCertificate finds a verification key by way of the certificate that kid
// names, and keeps that certificate in found.
func byCertificate(certByKid func(kid string) (*x509.Certificate, error), found **x509.Certificate) func(string) (PublicKey, error) {
	return func(kid string) (PublicKey, error) {
		cert, err := certByKid(kid)
		if err != nil {
			return PublicKey{}, err
		}
		if cert == nil || CertificateKid(cert) != kid {
			return PublicKey{}, ErrUnknownKey
		}
		*found = cert
		return publicKeyOf(cert.PublicKey)
	}
}

// checkTerminalID keeps terminal ids to what reads well in a URN, a path, a log
// and on a label.
func checkTerminalID(s string) error { return checkName("terminal id", s) }

func checkName(what, s string) error {
	if len(s) == 0 || len(s) > 64 {
		return fmt.Errorf("%s: not 1 to 64 characters", what)
	}
	for _, c := range []byte(s) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_', c == '.':
		default:
			return fmt.Errorf("%s: a character other than A-Z a-z 0-9 - . _", what)
		}
	}
	return nil
}

package conformance

import (
	"cmp"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Subject is the platform to hold to its promises, and what it takes to talk to
// it.
type Subject struct {
	// URL is where the paths of the OpenAPI document begin: https://host[:port].
	URL string
	// Roots vouch for the platform's TLS certificate; nil are those that the
	// terminals know, or the system's if they know none.
	Roots *x509.CertPool
	// Terminals are one or two that the platform admitted, with different ids.
	Terminals []Terminal
	// Citizen registers, again and again.
	Citizen Citizen
	// Revoked and Expired are others of that authority, who must be refused for
	// what their names say; without them that is not asked.
	Revoked, Expired Citizen
	// ExpiredKey is a registration key that the platform issued and whose time is
	// over; without one it is not asked what is said of such.
	ExpiredKey protocol.RegistrationKey
	// Consent is what the citizen agrees to; the zero value says a text that a
	// platform under test need not know.
	Consent protocol.Consent
	// Settle is how long a registration may stay received; 0 is 30 seconds.
	Settle time.Duration
	// Patience is how long a request that is put off waits in all; 0 is a minute.
	Patience time.Duration
	// Waits is told when a request is put off, and for how long; nil is nobody.
	Waits func(asked string, d time.Duration)
}

// Terminal is an identity as enrolment makes it: two keys and their certificates.
type Terminal struct {
	Device            crypto.Signer // signs registrations, withdrawals, heartbeats
	DeviceCertificate *x509.Certificate
	TLS               tls.Certificate
	// Root vouches for the platform's TLS certificate; nil if that is not known.
	Root *x509.Certificate
	// Token made this terminal, if it was made in this run: that it serves no
	// second time can be asked then.
	Token *protocol.Token
}

// ID is what the device certificate says; "" if it says nothing that makes sense.
func (t Terminal) ID() string {
	if t.DeviceCertificate == nil {
		return ""
	}
	said, err := protocol.TerminalOf(t.DeviceCertificate)
	if err != nil {
		return ""
	}
	return said.ID
}

// Citizen is the signing certificate of a test card, and the key that a real card
// would keep to itself.
type Citizen struct {
	Certificate *x509.Certificate
	Key         crypto.Signer
}

func (s Subject) withDefaults() Subject {
	s.URL = strings.TrimSuffix(s.URL, "/")
	s.Settle = cmp.Or(s.Settle, 30*time.Second)
	s.Patience = cmp.Or(s.Patience, time.Minute)
	if s.Waits == nil {
		s.Waits = func(string, time.Duration) {}
	}
	if s.Consent == (protocol.Consent{}) {
		s.Consent = protocol.Consent{TextID: "consent-1", Language: "ja", SHA256: protocol.SHA256([]byte("text"))}
	}
	for _, t := range s.Terminals {
		if given := s.Roots != nil; !given && t.Root != nil {
			s.Roots = x509.NewCertPool()
			s.Roots.AddCert(t.Root)
		}
	}
	return s
}

// Validate reports all that is missing; it asks nobody.
func (s Subject) Validate() (err error) {
	if u, bad := url.Parse(s.URL); bad != nil || u.Scheme != "https" || u.Host == "" {
		err = errors.Join(err, errors.New("the base URL is not https://host[:port]"))
	}
	if len(s.Terminals) < 1 || len(s.Terminals) > 2 {
		err = errors.Join(err, errors.New("not one or two terminals"))
	}
	for _, t := range s.Terminals {
		err = errors.Join(err, t.validate())
	}
	if len(s.Terminals) == 2 && s.Terminals[0].ID() == s.Terminals[1].ID() {
		err = errors.Join(err, errors.New("the two terminals have one id"))
	}
	for _, c := range []Citizen{s.Revoked, s.Expired} {
		if c != (Citizen{}) {
			err = errors.Join(err, c.validate())
		}
	}
	return errors.Join(err, s.Citizen.validate())
}

func (t Terminal) validate() error {
	switch {
	case t.ID() == "":
		return errors.New("a terminal's device certificate does not name a terminal")
	case t.Device == nil || len(t.TLS.Certificate) == 0:
		return fmt.Errorf("terminal %s: not both keys with their certificates", t.ID())
	}
	public, ok := t.Device.Public().(*ecdsa.PublicKey)
	if !ok || !public.Equal(t.DeviceCertificate.PublicKey) {
		return fmt.Errorf("terminal %s: the device certificate is for another key", t.ID())
	}
	return nil
}

func (c Citizen) validate() error {
	if c.Certificate == nil || c.Key == nil {
		return errors.New("no citizen")
	}
	public, ok := c.Key.Public().(*rsa.PublicKey)
	if !ok || !public.Equal(c.Certificate.PublicKey) {
		return errors.New("the citizen's certificate is not for the citizen's RSA key")
	}
	if _, err := certifiedAttributes(c.Certificate); err != nil {
		return fmt.Errorf("the citizen's certificate: %w", err)
	}
	return nil
}

// Names in a terminal's folder, the same as watashi-provision gives them.
const (
	fileDeviceKey  = "device.key"
	fileDeviceCert = "device.crt"
	fileTLSKey     = "tls.key"
	fileTLSCert    = "tls.crt"
	fileRoots      = "roots.pem"
)

// LoadTerminal reads device.key, device.crt, tls.key, tls.crt and, if it is there,
// roots.pem from a folder: PKCS #8 and X.509 in PEM.
func LoadTerminal(dir string) (Terminal, error) {
	device, deviceCert, err := loadPair(dir, fileDeviceKey, fileDeviceCert)
	if err != nil {
		return Terminal{}, fmt.Errorf("loading terminal: %w", err)
	}
	carrier, tlsCert, err := loadPair(dir, fileTLSKey, fileTLSCert)
	if err != nil {
		return Terminal{}, fmt.Errorf("loading terminal: %w", err)
	}
	t := newTerminal(device, deviceCert, carrier, tlsCert)
	if t.Root, err = LoadCertificate(filepath.Join(dir, fileRoots)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return Terminal{}, fmt.Errorf("loading terminal: %w", err)
	}
	return t, nil
}

func newTerminal(device protocol.PrivateKey, deviceCert *x509.Certificate, carrier protocol.PrivateKey, tlsCert *x509.Certificate) Terminal {
	return Terminal{
		Device: device.ECDSA(), DeviceCertificate: deviceCert,
		TLS: tls.Certificate{Certificate: [][]byte{tlsCert.Raw}, PrivateKey: carrier.ECDSA(), Leaf: tlsCert},
	}
}

func loadPair(dir, keyName, certName string) (key protocol.PrivateKey, cert *x509.Certificate, err error) {
	text, err := os.ReadFile(filepath.Join(dir, keyName))
	if err != nil {
		return key, nil, err
	}
	defer clear(text)
	if key, err = protocol.ParsePrivateKey(text); err != nil {
		return key, nil, fmt.Errorf("%s: %w", keyName, err)
	}
	cert, err = LoadCertificate(filepath.Join(dir, certName))
	return key, cert, err
}

// Keep writes the terminal into a folder, for LoadTerminal: a token serves once, a
// kit runs often. The keys are 0600.
func (t Terminal) Keep(dir string) error {
	err := os.MkdirAll(dir, 0o700)
	if err == nil {
		err = errors.Join(
			keepKey(filepath.Join(dir, fileDeviceKey), t.Device), keepCertificate(filepath.Join(dir, fileDeviceCert), t.DeviceCertificate.Raw),
			keepKey(filepath.Join(dir, fileTLSKey), t.TLS.PrivateKey), keepCertificate(filepath.Join(dir, fileTLSCert), t.TLS.Certificate[0]))
	}
	if err == nil && t.Root != nil {
		err = keepCertificate(filepath.Join(dir, fileRoots), t.Root.Raw)
	}
	if err != nil {
		return fmt.Errorf("keeping terminal: %w", err)
	}
	return nil
}

func keepKey(path string, key crypto.PrivateKey) error {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	defer clear(der)
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600)
}

func keepCertificate(path string, der []byte) error {
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o644)
}

// LoadCitizen reads a certificate and its key, each one PEM block, the key in
// PKCS #8 or PKCS #1.
func LoadCitizen(certPath, keyPath string) (Citizen, error) {
	cert, err := LoadCertificate(certPath)
	if err != nil {
		return Citizen{}, fmt.Errorf("loading citizen: %w", err)
	}
	text, err := os.ReadFile(keyPath)
	if err != nil {
		return Citizen{}, fmt.Errorf("loading citizen: %w", err)
	}
	defer clear(text)
	key, err := parseRSA(text)
	if err != nil {
		return Citizen{}, fmt.Errorf("loading citizen: %s: %w", filepath.Base(keyPath), err)
	}
	return Citizen{cert, key}, nil
}

func parseRSA(text []byte) (*rsa.PrivateKey, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("not PEM")
	}
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return key, nil
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, errors.New("neither PKCS #8 nor PKCS #1")
	}
	key, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return nil, errors.New("not an RSA key")
	}
	return key, nil
}

// LoadCertificate reads the first certificate of a PEM file.
func LoadCertificate(path string) (*x509.Certificate, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil || block.Type != "CERTIFICATE" {
		return nil, fmt.Errorf("%s: not a certificate in PEM", filepath.Base(path))
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	return cert, nil
}

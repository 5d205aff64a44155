package provisioning

import (
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Names in the state folder and in the uplink folder.
const (
	deviceKey  = "device.key"
	deviceCert = "device.crt"
	bundleFile = "bundle.jws"

	tlsKey       = "tls.key"
	tlsCert      = "tls.crt"
	rootsFile    = "roots.pem"
	platformFile = "platform.json"
)

// Errors of loading an identity.
var (
	// ErrReadableByOthers: a private key that the file lets others read.
	ErrReadableByOthers = errors.New("private key may be read by others; " + privately)
	// ErrKeyMismatch: certificate and key do not belong together.
	ErrKeyMismatch = errors.New("certificate is for another key")
	// ErrExpired: the certificate's dates are over, or have not begun.
	ErrExpired = errors.New("certificate is not valid at this time")
)

// Identity is which terminal this machine is. Signer makes the signatures of the
// device key: out of a file, or in a TPM, which may be gone for a time (Fault).
type Identity struct {
	TerminalID  string
	Environment protocol.Environment
	Protection  string // where Signer's key really is: protocol.ProtectionFile or ProtectionTPM
	Signer      crypto.Signer
	Certificate *x509.Certificate // as it was loaded; see Current

	dir     string
	renewed *atomic.Pointer[x509.Certificate]
}

// Current is the certificate in force: the one that was loaded, or the one that
// took its place since.
func (i *Identity) Current() *x509.Certificate {
	if i.renewed != nil {
		if cert := i.renewed.Load(); cert != nil {
			return cert
		}
	}
	return i.Certificate
}

// LoadDevice reads device.key and device.crt from the state folder. A TPM is not
// asked: who the machine is, it knows without.
func LoadDevice(dir string) (*Identity, error) {
	key, cert, err := loadPair(dir, deviceKey, deviceCert)
	if errors.Is(err, os.ErrNotExist) {
		err = fmt.Errorf("%w: %w", ErrNoIdentity, err)
	}
	if err != nil {
		return nil, fmt.Errorf("loading device identity: %w", err)
	}
	terminal, err := protocol.TerminalOf(cert)
	if err != nil {
		return nil, fmt.Errorf("loading device identity: %w", err)
	}
	if len(cert.ExtKeyUsage) > 0 {
		return nil, errors.New("loading device identity: certificate is for TLS")
	}
	return &Identity{
		TerminalID: terminal.ID, Environment: terminal.Environment, Protection: protectionOf(key), Signer: key, Certificate: cert,
		dir: dir, renewed: &atomic.Pointer[x509.Certificate]{},
	}, nil
}

// Valid reports whether the certificate's dates allow signing at a time: nil or ErrExpired.
func (i *Identity) Valid(at time.Time) error {
	if cert := i.Current(); at.Before(cert.NotBefore) || at.After(cert.NotAfter) {
		return fmt.Errorf("%w: valid from %s to %s", ErrExpired, cert.NotBefore.Format(time.DateOnly), cert.NotAfter.Format(time.DateOnly))
	}
	return nil
}

// LoadTLS reads from the uplink folder what mutual TLS with the platform needs:
// the client certificate, the roots that the platform's certificate must lead
// to, and the platform's host.
func LoadTLS(dir string) (cert tls.Certificate, pool *x509.CertPool, host string, err error) {
	carrier, err := loadCarrier(dir)
	if err != nil {
		return tls.Certificate{}, nil, "", fmt.Errorf("loading TLS identity: %w", err)
	}
	return carrier.shown(), carrier.roots.pool(), carrier.host, nil
}

// carrier is the TLS identity: all of the uplink folder.
type carrier struct {
	key   crypto.Signer
	cert  *x509.Certificate
	roots roots
	host  string
}

func loadCarrier(dir string) (c carrier, err error) {
	if c.key, c.cert, err = loadPair(dir, tlsKey, tlsCert); err != nil {
		return carrier{}, err
	}
	if !forTLS(c.cert) {
		return carrier{}, errors.New("certificate is not for TLS clients")
	}
	if c.roots, err = loadRoots(filepath.Join(dir, rootsFile)); err != nil {
		return carrier{}, err
	}
	if c.host, err = loadHost(filepath.Join(dir, platformFile)); err != nil {
		return carrier{}, err
	}
	return c, nil
}

// shown is what TLS shows of it.
func (c carrier) shown() tls.Certificate { return shown(c.cert, c.key) }

// shown pairs a certificate with its key. A TPM's key signs SHA-256 only, which
// TLS 1.2 would leave to the other side.
func shown(cert *x509.Certificate, key crypto.Signer) tls.Certificate {
	return tls.Certificate{
		Certificate: [][]byte{cert.Raw}, PrivateKey: key, Leaf: cert,
		SupportedSignatureAlgorithms: []tls.SignatureScheme{tls.ECDSAWithP256AndSHA256},
	}
}

// forTLS reports whether a certificate is the terminal's TLS one: the device one
// names no extended key usage.
func forTLS(cert *x509.Certificate) bool {
	return len(cert.ExtKeyUsage) == 1 && cert.ExtKeyUsage[0] == x509.ExtKeyUsageClientAuth
}

func loadPair(dir, keyName, certName string) (crypto.Signer, *x509.Certificate, error) {
	key, err := loadKey(dir, keyName)
	if err != nil {
		return nil, nil, err
	}
	cert, err := loadCertificate(filepath.Join(dir, certName))
	if err != nil {
		return nil, nil, err
	}
	if !isFor(cert, key) {
		return nil, nil, fmt.Errorf("%s: %w", certName, ErrKeyMismatch)
	}
	return key, cert, nil
}

func loadCertificate(path string) (*x509.Certificate, error) {
	text, err := readBounded(path)
	if err != nil {
		return nil, err
	}
	block, rest := pem.Decode(text)
	if block == nil || block.Type != pemCertificate || len(rest) > 0 {
		return nil, fmt.Errorf("%s: not one certificate in PEM", filepath.Base(path))
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	return cert, nil
}

const pemCertificate = "CERTIFICATE"

func certificatePEM(cert *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: pemCertificate, Bytes: cert.Raw})
}

// platformJSON is platform.json.
type platformJSON struct {
	Host string `json:"host"`
}

func loadHost(path string) (string, error) {
	text, err := readBounded(path)
	if err != nil {
		return "", err
	}
	var p platformJSON
	if err := json.Unmarshal(text, &p); err != nil || p.Host == "" {
		return "", fmt.Errorf("%s: names no host", filepath.Base(path))
	}
	return p.Host, nil
}

// exists reports whether anything, even something unreadable, has that name.
func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil || !errors.Is(err, os.ErrNotExist)
}

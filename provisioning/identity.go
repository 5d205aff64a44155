package provisioning

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
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
	// ErrReadableByOthers: a private key whose file mode lets others read it.
	ErrReadableByOthers = errors.New("private key may be read by others; its mode must be 0600")
	// ErrKeyMismatch: certificate and key do not belong together.
	ErrKeyMismatch = errors.New("certificate is for another key")
	// ErrExpired: the certificate's dates are over, or have not begun.
	ErrExpired = errors.New("certificate is not valid at this time")
)

// Identity is which terminal this machine is. Signer makes the signatures of the
// device key; with a TPM it would be a handle, today it is a key in a file.
type Identity struct {
	TerminalID  string
	Environment protocol.Environment
	Protection  string // where Signer's key really is: protocol.ProtectionFile
	Signer      crypto.Signer
	Certificate *x509.Certificate
}

// LoadDevice reads device.key and device.crt from the state folder.
func LoadDevice(dir string) (*Identity, error) {
	key, cert, err := loadPair(filepath.Join(dir, deviceKey), filepath.Join(dir, deviceCert))
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
	return &Identity{terminal.ID, terminal.Environment, protocol.ProtectionFile, key, cert}, nil
}

// Valid reports whether the certificate's dates allow signing at a time: nil or ErrExpired.
func (i *Identity) Valid(at time.Time) error {
	if at.Before(i.Certificate.NotBefore) || at.After(i.Certificate.NotAfter) {
		return fmt.Errorf("%w: valid from %s to %s", ErrExpired,
			i.Certificate.NotBefore.Format(time.DateOnly), i.Certificate.NotAfter.Format(time.DateOnly))
	}
	return nil
}

// LoadTLS reads from the uplink folder what mutual TLS with the platform needs:
// the client certificate, the roots that the platform's certificate must lead
// to, and the platform's host.
func LoadTLS(dir string) (cert tls.Certificate, roots *x509.CertPool, host string, err error) {
	key, leaf, err := loadPair(filepath.Join(dir, tlsKey), filepath.Join(dir, tlsCert))
	if err != nil {
		return tls.Certificate{}, nil, "", fmt.Errorf("loading TLS identity: %w", err)
	}
	if !forTLS(leaf) {
		return tls.Certificate{}, nil, "", errors.New("loading TLS identity: certificate is not for TLS clients")
	}
	root, err := loadCertificate(filepath.Join(dir, rootsFile))
	if err != nil {
		return tls.Certificate{}, nil, "", fmt.Errorf("loading TLS identity: %w", err)
	}
	host, err = loadHost(filepath.Join(dir, platformFile))
	if err != nil {
		return tls.Certificate{}, nil, "", fmt.Errorf("loading TLS identity: %w", err)
	}
	roots = x509.NewCertPool()
	roots.AddCert(root)
	return tls.Certificate{Certificate: [][]byte{leaf.Raw}, PrivateKey: key.ECDSA(), Leaf: leaf}, roots, host, nil
}

// forTLS reports whether a certificate is the terminal's TLS one: the device one
// names no extended key usage.
func forTLS(cert *x509.Certificate) bool {
	return len(cert.ExtKeyUsage) == 1 && cert.ExtKeyUsage[0] == x509.ExtKeyUsageClientAuth
}

func loadPair(keyPath, certPath string) (protocol.PrivateKey, *x509.Certificate, error) {
	key, err := loadKey(keyPath)
	if err != nil {
		return protocol.PrivateKey{}, nil, err
	}
	cert, err := loadCertificate(certPath)
	if err != nil {
		return protocol.PrivateKey{}, nil, err
	}
	if !isFor(cert, key) {
		return protocol.PrivateKey{}, nil, fmt.Errorf("%s: %w", filepath.Base(certPath), ErrKeyMismatch)
	}
	return key, cert, nil
}

func isFor(cert *x509.Certificate, key protocol.PrivateKey) bool {
	public, ok := cert.PublicKey.(*ecdsa.PublicKey)
	return ok && key.ECDSA().PublicKey.Equal(public)
}

func loadKey(path string) (protocol.PrivateKey, error) {
	text, err := readSecret(path)
	if err != nil {
		return protocol.PrivateKey{}, err
	}
	defer clear(text)
	key, err := protocol.ParsePrivateKey(text)
	if err != nil {
		return protocol.PrivateKey{}, fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	return key, nil
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

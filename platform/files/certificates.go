package files

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// CADirectory is a folder of CA certificates, every *.crt in it, PEM or DER.
type CADirectory string

// Certificates reads the folder, in the order of names.
func (d CADirectory) Certificates() (all []*x509.Certificate, err error) {
	paths, err := filepath.Glob(filepath.Join(string(d), "*.crt"))
	if err != nil {
		return nil, fmt.Errorf("listing %s: %w", string(d), err)
	}
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		certs, err := ParseCertificates(raw)
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", path, err)
		}
		all = append(all, certs...)
	}
	return all, nil
}

// Add puts a CA certificate into the folder.
func (d CADirectory) Add(cert *x509.Certificate) error {
	if !cert.IsCA {
		return fmt.Errorf("certificate %v is no CA certificate", cert.SerialNumber)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw})
	return Replace(d.file(cert), text)
}

func (d CADirectory) file(cert *x509.Certificate) string {
	sum := sha256.Sum256(cert.Raw)
	return filepath.Join(string(d), fmt.Sprintf("%x.crt", sum[:12]))
}

// Remove takes out a CA certificate that Add put in.
func (d CADirectory) Remove(cert *x509.Certificate) error {
	if err := os.Remove(d.file(cert)); err != nil {
		return fmt.Errorf("taking out certificate %v: %w", cert.SerialNumber, err)
	}
	return Sync(string(d))
}

// ParseCertificates reads DER, or any number of PEM blocks.
func ParseCertificates(raw []byte) ([]*x509.Certificate, error) {
	der := raw
	if bytes.Contains(raw, []byte("-----BEGIN")) {
		der = nil
		for block, rest := pem.Decode(raw); block != nil; block, rest = pem.Decode(rest) {
			der = append(der, block.Bytes...)
		}
	}
	certs, err := x509.ParseCertificates(der)
	if err == nil && len(certs) == 0 {
		err = errors.New("no certificate in it")
	}
	return certs, err
}

package provisioning

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"path/filepath"
)

// roots are the CAs that the platform's own certificate and the terminal's lead to.
// While the platform rolls its CA over there is more than one.
type roots []*x509.Certificate

// maxRoots is more than a platform has at a time.
const maxRoots = 8

// selfSigned are the roots among the certificates that a platform hands out; one
// between an old and a new CA is none.
func selfSigned(certs []*x509.Certificate) (found roots) {
	for _, cert := range certs {
		if cert.IsCA && bytes.Equal(cert.RawSubject, cert.RawIssuer) && cert.CheckSignatureFrom(cert) == nil && len(found) < maxRoots {
			found = append(found, cert)
		}
	}
	return found
}

// issued reports whether one of the roots issued the certificate.
func (r roots) issued(cert *x509.Certificate) bool {
	for _, root := range r {
		if cert.CheckSignatureFrom(root) == nil {
			return true
		}
	}
	return false
}

func (r roots) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	for _, root := range r {
		pool.AddCert(root)
	}
	return pool
}

func (r roots) pem() (text []byte) {
	for _, root := range r {
		text = append(text, certificatePEM(root)...)
	}
	return text
}

func (r roots) equal(other roots) bool { return bytes.Equal(r.pem(), other.pem()) }

func loadRoots(path string) (found roots, err error) {
	rest, err := readBounded(path)
	if err != nil {
		return nil, err
	}
	for len(bytes.TrimSpace(rest)) > 0 {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil || block.Type != pemCertificate {
			return nil, fmt.Errorf("%s: not certificates in PEM", filepath.Base(path))
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
		}
		found = append(found, cert)
	}
	if len(found) == 0 || len(found) > maxRoots {
		return nil, fmt.Errorf("%s: %w", filepath.Base(path), errors.New("not 1 to 8 certificates"))
	}
	return found, nil
}

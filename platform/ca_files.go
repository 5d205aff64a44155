package platform

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Terminal CAs in files. A file holds a CA's certificate, its key, and behind them
// its bridges to the CA before it.

const (
	caFile      = "terminal-ca.pem"
	olderCAs    = "terminal-ca-*.pem"
	retiredMark = "retired-"
)

func newAuthorityPEM(f Founding) ([]byte, error) {
	ca, err := newAuthority(f.PlatformID, authorityName(f), 0, time.Now())
	if err != nil {
		return nil, err
	}
	return ca.pem()
}

func authorityName(f Founding) string { return "Watashi terminal CA (" + string(f.Environment) + ")" }

func (a *authority) pem() ([]byte, error) {
	key, err := x509.MarshalPKCS8PrivateKey(a.key)
	if err != nil {
		return nil, err
	}
	text := slices.Concat(certificatePEM(a.cert), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}))
	for _, cert := range a.bridges {
		text = append(text, certificatePEM(cert)...)
	}
	return text, nil
}

func certificatePEM(cert *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw})
}

// readAuthorities reads every CA that is trusted, the newest first.
func readAuthorities(dir string, env protocol.Environment) (*authorities, error) {
	older, err := filepath.Glob(filepath.Join(dir, olderCAs))
	if err != nil {
		return nil, err
	}
	slices.Sort(older)
	slices.Reverse(older)
	all := &authorities{environment: env}
	for _, path := range append([]string{filepath.Join(dir, caFile)}, older...) {
		ca, err := readAuthority(path)
		if err != nil {
			return nil, err
		}
		if !all.trusts(ca.pin()) { // a roll that was cut off leaves the current one twice
			all.all = append(all.all, ca)
		}
	}
	return all, nil
}

func readAuthority(path string) (*authority, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	certBlock, rest := pem.Decode(raw)
	keyBlock, rest := pem.Decode(rest)
	if certBlock == nil || keyBlock == nil {
		return nil, fmt.Errorf("reading %s: not a certificate and a key", path)
	}
	cert, err := x509.ParseCertificate(certBlock.Bytes)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(keyBlock.Bytes)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	key, ok := parsed.(*ecdsa.PrivateKey)
	if !ok || !key.PublicKey.Equal(cert.PublicKey) {
		return nil, fmt.Errorf("reading %s: key and certificate do not belong together", path)
	}
	ca := &authority{cert: cert, key: key}
	if len(bytes.TrimSpace(rest)) > 0 {
		ca.bridges, err = ParseCertificates(rest)
	}
	return ca, err
}

// RollCA makes a new terminal CA. Old and new are trusted from then on: the new one
// issues the certificates of terminals, so that each changes over when it renews,
// and the old one the server's until RetireCA. It takes effect when the platform
// starts again.
func RollCA(dir string, now time.Time) error {
	founding, err := readFounding(dir)
	if err != nil {
		return err
	}
	there, err := readAuthorities(dir, founding.Environment)
	if err != nil {
		return err
	}
	if len(there.all) > 1 {
		return errors.New("rolling the terminal CA over: the one before it is still trusted; retire it first")
	}
	stamp := now.UTC().Format("20060102150405")
	made, err := newAuthority(founding.PlatformID, authorityName(founding)+" "+stamp, 1, now)
	if err != nil {
		return err
	}
	bridge, err := made.bridge(there.issuing())
	if err != nil {
		return err
	}
	made.bridges = []*x509.Certificate{bridge}
	text, err := made.pem()
	if err != nil {
		return err
	}
	current := filepath.Join(dir, caFile)
	if err := os.Link(current, filepath.Join(dir, "terminal-ca-"+stamp+".pem")); err != nil {
		return fmt.Errorf("keeping the old terminal CA: %w", err)
	}
	return replaceFile(current, text)
}

// RetireCA ends the trust in the terminal CA before the current one: certificates
// that it issued are worth nothing, and terminals that know no other do not find
// the platform any more. Its file is kept under another name. It takes effect when
// the platform starts again.
func RetireCA(dir string) error {
	older, err := filepath.Glob(filepath.Join(dir, olderCAs))
	if err != nil {
		return err
	}
	if len(older) == 0 {
		return errors.New("retiring the terminal CA: there is one only")
	}
	for _, path := range older {
		if err := os.Rename(path, filepath.Join(dir, retiredMark+filepath.Base(path))); err != nil {
			return fmt.Errorf("retiring the terminal CA: %w", err)
		}
	}
	return nil
}

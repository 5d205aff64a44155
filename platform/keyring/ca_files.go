package keyring

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
	"strings"
	"time"

	"github.com/digital-watashi/kiosk/platform/files"
)

// Terminal CAs in files. A file holds a CA's certificate, its key, and behind them
// its bridges to the CA before it.

const (
	caFile      = "terminal-ca.pem"
	olderCAs    = "terminal-ca-*.pem"
	retiredMark = "retired-"
	retiredCAs  = retiredMark + "*-" + olderCAs
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

// read takes in what the folder holds.
func (a *Authorities) read() error {
	g, err := readGenerations(a.dir)
	if err == nil {
		a.now.Store(g)
	}
	return err
}

// readGenerations reads every CA that is trusted, and those before them, the newest
// first.
func readGenerations(dir string) (*generations, error) {
	older, err := newestFirst(dir, olderCAs)
	if err != nil {
		return nil, err
	}
	g := &generations{}
	if g.all, err = readAuthorityFiles(append([]string{filepath.Join(dir, caFile)}, older...)); err != nil {
		return nil, err
	}
	gone, err := newestFirst(dir, retiredCAs)
	if err != nil {
		return nil, err
	}
	for _, path := range gone {
		ca, err := readRetired(path)
		if err != nil {
			return nil, err
		}
		g.retired = append(g.retired, ca)
	}
	return g, nil
}

func newestFirst(dir, pattern string) ([]string, error) {
	paths, err := filepath.Glob(filepath.Join(dir, pattern))
	slices.Sort(paths)
	slices.Reverse(paths)
	return paths, err
}

func readAuthorityFiles(paths []string) (all []*authority, err error) {
	for _, path := range paths {
		ca, err := readAuthority(path)
		if err != nil {
			return nil, err
		}
		if !has(all, ca.pin()) { // a roll that was cut off leaves the current one twice
			all = append(all, ca)
		}
	}
	return all, nil
}

// readRetired reads the certificate of a CA that was retired, and since when it is.
func readRetired(path string) (*authority, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	certs, err := files.ParseCertificates(raw)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	stamp, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(path), retiredMark), "-")
	since, err := time.Parse(keyStamp, stamp)
	if err != nil {
		return nil, fmt.Errorf("reading %s: its name tells no time: %w", path, err)
	}
	return &authority{cert: certs[0], retired: since}, nil
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
		ca.bridges, err = files.ParseCertificates(rest)
	}
	return ca, err
}

// RollCA makes a new terminal CA, which is trusted beside the one before it from then on.
func (k *Keyring) RollCA(now time.Time) error {
	if err := newGeneration(k.dir, k.Founding, now); err != nil {
		return err
	}
	return k.CA.read()
}

func newGeneration(dir string, founding Founding, now time.Time) error {
	there, err := readGenerations(dir)
	if err != nil {
		return err
	}
	if len(there.all) > 1 {
		return errors.New("rolling the terminal CA over: the one before it is still trusted; retire it first")
	}
	stamp, err := freeStamp(dir, now)
	if err != nil {
		return err
	}
	made, err := newAuthority(founding.PlatformID, authorityName(founding)+" "+stamp, 1, now)
	if err != nil {
		return err
	}
	bridge, err := made.bridge(there.all[0])
	if err != nil {
		return err
	}
	made.bridges = []*x509.Certificate{bridge}
	text, err := made.pem()
	if err != nil {
		return err
	}
	current := filepath.Join(dir, caFile)
	if err := os.Link(current, filepath.Join(dir, olderCA(stamp))); err != nil {
		return fmt.Errorf("keeping the old terminal CA: %w", err)
	}
	return files.Replace(current, text)
}

// freeStamp is the second that now is in, and where CAs went in it, as many nanoseconds
// behind it: neither the files of two nor their names in certificates may be the same,
// also when one of them is retired.
func freeStamp(dir string, now time.Time) (string, error) {
	for at := now.UTC().Truncate(time.Second); ; at = at.Add(1) {
		stamp := at.Format(keyStamp + fraction)
		taken, err := filepath.Glob(filepath.Join(dir, "*"+olderCA(stamp)))
		if err != nil || len(taken) == 0 {
			return stamp, err
		}
	}
}

func olderCA(stamp string) string { return "terminal-ca-" + stamp + ".pem" }

// RetireCA ends the trust in the terminal CA before the current one, whose key is destroyed.
func (k *Keyring) RetireCA(now time.Time) error {
	if err := retireOlder(k.dir, now); err != nil {
		return err
	}
	return k.CA.read()
}

// retireOlder keeps only the certificate, under a name that says since when.
func retireOlder(dir string, now time.Time) error {
	older, err := filepath.Glob(filepath.Join(dir, olderCAs))
	if err != nil {
		return err
	}
	if len(older) == 0 {
		return errors.New("retiring the terminal CA: there is one only")
	}
	for _, path := range older {
		ca, err := readAuthority(path)
		if err != nil {
			return err
		}
		kept := filepath.Join(dir, retiredMark+now.UTC().Format(keyStamp)+"-"+filepath.Base(path))
		if err := files.Replace(kept, certificatePEM(ca.cert)); err != nil {
			return err
		}
		if err := os.Remove(path); err != nil {
			return fmt.Errorf("retiring the terminal CA: %w", err)
		}
	}
	return files.Sync(dir)
}

package trial

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"embed"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/digital-watashi/kiosk/hal/mynumber"
	"github.com/digital-watashi/kiosk/provisioning"
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
)

// compiledIn are certificates of the JPKI signing CA, as published at
// https://www.jpki.go.jp/ca/index.html. Each is used only if its fingerprint is
// one that mynumber.ProductionTrust names.
//
//go:embed jpki/*.pem
var compiledIn embed.FS

// anchors are the CAs that this reading believes, and where they come from.
type anchors struct {
	mynumber.Trust
	source string
}

// Where anchors come from.
const (
	fromProgram = "compiled-in"
	fromBundle  = "compiled-in and bundle"
	fromFiles   = "files"
)

// anchorsFor are the files, where some are named; else the compiled-in CAs of
// production, and what this machine's bundle has, if it has one.
func anchorsFor(d *desk.Desk, files []string) (anchors, error) {
	a := anchors{source: fromFiles, Trust: mynumber.Trust{
		Now: d.Now, Policies: []asn1.ObjectIdentifier{mynumber.SigningPolicy(), mynumber.TestSigningPolicy()},
	}}
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			return a, fmt.Errorf("reading a CA: %w", err)
		}
		found, err := parseCAs(raw)
		if err != nil {
			return a, fmt.Errorf("%w: reading the CA %s: %w", desk.ErrConfig, name, err)
		}
		a.Generations = append(a.Generations, found...)
	}
	if len(files) > 0 {
		return a, nil
	}
	return ownAnchors(d)
}

// ownAnchors need no file to be named.
func ownAnchors(d *desk.Desk) (anchors, error) {
	production, err := productionCAs()
	a := anchors{source: fromProgram, Trust: mynumber.Trust{
		Generations: production, Now: d.Now, Policies: []asn1.ObjectIdentifier{mynumber.SigningPolicy()},
	}}
	bundle, _, missing := provisioning.LoadBundle(d.Machine.StateDir)
	if err != nil || missing != nil {
		return a, err // a machine without an identity reads cards as well
	}
	for _, der := range bundle.JPKI {
		ca, err := x509.ParseCertificate(der)
		if err != nil {
			return a, fmt.Errorf("reading a CA of the bundle: %w", err)
		}
		a.add(ca)
	}
	for _, text := range bundle.SigningPolicies {
		policy, err := parseOID(text)
		if err != nil {
			return a, fmt.Errorf("reading a policy of the bundle: %w", err)
		}
		a.Policies = append(a.Policies, policy)
	}
	a.source = fromBundle
	return a, nil
}

// add takes a CA that is not there yet.
func (a *anchors) add(ca *x509.Certificate) {
	if !slices.ContainsFunc(a.Generations, ca.Equal) {
		a.Generations = append(a.Generations, ca)
	}
}

// issuer is the CA that signed a certificate; nil if none did.
func (a *anchors) issuer(cert *x509.Certificate) *x509.Certificate {
	for _, ca := range a.Generations {
		if bytes.Equal(cert.RawIssuer, ca.RawSubject) && cert.CheckSignatureFrom(ca) == nil {
			return ca
		}
	}
	return nil
}

// productionCAs are the compiled-in certificates.
func productionCAs() (all []*x509.Certificate, err error) {
	entries, err := compiledIn.ReadDir("jpki")
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		raw, err := compiledIn.ReadFile(path.Join("jpki", entry.Name()))
		if err != nil {
			return nil, err
		}
		found, err := parseCAs(raw)
		if err != nil {
			return nil, err
		}
		all = append(all, slices.DeleteFunc(found, func(ca *x509.Certificate) bool { return !isProduction(ca) })...)
	}
	return all, nil
}

// isProduction reports whether a CA is one of the published ones.
func isProduction(ca *x509.Certificate) bool {
	return slices.Contains(mynumber.ProductionTrust(), mynumber.Fingerprint(sha256.Sum256(ca.Raw)))
}

// parseCAs reads CA certificates: PEM, or one in DER.
func parseCAs(raw []byte) (all []*x509.Certificate, err error) {
	if !bytes.Contains(raw, []byte("-----BEGIN")) {
		raw = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw})
	}
	for block, rest := pem.Decode(raw); block != nil; block, rest = pem.Decode(rest) {
		ca, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, err
		}
		if !ca.IsCA {
			return nil, errors.New("it is no CA certificate")
		}
		all = append(all, ca)
	}
	if len(all) == 0 {
		return nil, errors.New("it holds no certificate")
	}
	return all, nil
}

func parseOID(text string) (id asn1.ObjectIdentifier, err error) {
	for _, arc := range strings.Split(text, ".") {
		n, err := strconv.Atoi(arc)
		if err != nil {
			return nil, err
		}
		id = append(id, n)
	}
	return id, nil
}

// missingGeneration tells of a production CA that this program knows by its
// fingerprint alone, if a certificate of that day may be from it: 2019-09-14 to
// 2023-07-15 signca02 issued.
func (a *anchors) missingGeneration(cert *x509.Certificate) string {
	begin, end := time.Date(2019, 9, 14, 0, 0, 0, 0, time.UTC), time.Date(2023, 7, 16, 0, 0, 0, 0, time.UTC)
	issued := cert.NotBefore
	if a.source == fromFiles || issued.Before(begin) || issued.After(end) {
		return ""
	}
	for _, ca := range a.Generations {
		if isProduction(ca) && ca.NotBefore.Year() == begin.Year() {
			return ""
		}
	}
	return "certificates of 2019 to 2023 need signca02.cer from https://www.jpki.go.jp/ca/index.html: give it with --ca"
}

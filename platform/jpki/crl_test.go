package jpki_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"log/slog"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/platform/jpki"
)

func TestListSpeaksOnlyForItsDistributionPoint(t *testing.T) {
	ca, key := listCA(t)
	here, there := pointName("here"), pointName("there")
	cert := certificateAt(t, ca, key, here)
	distribution := func(body ...[]byte) pkix.Extension {
		return pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 28}, Critical: true, Value: names(body...)}
	}
	flag := func(tag int) []byte {
		b, _ := asn1.Marshal(asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: tag, Bytes: []byte{0xff}})
		return b
	}
	point := func(n []byte) []byte {
		b, _ := asn1.Marshal(asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: n})
		return b
	}
	tests := []struct {
		name       string
		extensions []pkix.Extension
		known      bool
	}{
		{"all of the CA", nil, true},
		{"the same point", []pkix.Extension{distribution(point(here))}, true},
		{"the same point, users only", []pkix.Extension{distribution(point(here), flag(1))}, true},
		{"another point", []pkix.Extension{distribution(point(there))}, false},
		{"CAs only", []pkix.Extension{distribution(flag(2))}, false},
		{"indirect", []pkix.Extension{distribution(point(here), flag(4))}, false},
		{"attribute certificates only", []pkix.Extension{distribution(flag(5))}, false},
		{"a delta", []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 27}, Critical: true, Value: []byte{2, 1, 1}}}, false},
	}
	for _, test := range tests {
		list := &x509.RevocationList{
			Number: big.NewInt(1), ThisUpdate: time.Now().Add(-time.Minute), NextUpdate: time.Now().Add(time.Hour), ExtraExtensions: test.extensions,
			RevokedCertificateEntries: []x509.RevocationListEntry{{SerialNumber: cert.SerialNumber, RevocationTime: time.Now()}},
		}
		der := ok(x509.CreateRevocationList(rand.Reader, list, ca, key))(t)
		source := &jpki.CRLMemory{}
		source.Set(der)
		all := jpki.NewRevocations(source, "", func() []*x509.Certificate { return []*x509.Certificate{ca} }, slog.New(slog.DiscardHandler))
		got, err := all.Ask(t.Context(), cert, time.Now())
		if err != nil || got.Known != test.known || got.Revoked != test.known {
			t.Errorf("%s: got %+v, %v; want known %v", test.name, got, err, test.known)
		}
	}
}

func listCA(t *testing.T) (*x509.Certificate, *ecdsa.PrivateKey) {
	key := ok(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))(t)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "CA"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, IsCA: true, BasicConstraintsValid: true,
	}
	return ok(x509.ParseCertificate(ok(x509.CreateCertificate(rand.Reader, template, template, key.Public(), key))(t)))(t), key
}

// pointName is a fullName of one directoryName.
func pointName(city string) []byte {
	dn, _ := asn1.Marshal(pkix.Name{CommonName: city}.ToRDNSequence())
	directory, _ := asn1.Marshal(asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 4, IsCompound: true, Bytes: dn})
	full, _ := asn1.Marshal(asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: directory})
	return full
}

func certificateAt(t *testing.T, ca *x509.Certificate, key *ecdsa.PrivateKey, point []byte) *x509.Certificate {
	inner, _ := asn1.Marshal(asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: point})
	template := &x509.Certificate{
		SerialNumber: big.NewInt(77), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 31}, Value: names(names(inner))}},
	}
	return ok(x509.ParseCertificate(ok(x509.CreateCertificate(rand.Reader, template, ca, key.Public(), key))(t)))(t)
}

func TestFolderOfListsGoesForwardOnly(t *testing.T) {
	ca, dir := haltest.NewCA(), t.TempDir()
	folder := jpki.CRLDirectory(dir)
	now := time.Now()
	old, young := ok(ca.CRL(3, nil, now.Add(-time.Hour)))(t), ok(ca.CRL(3, nil, now))(t)
	for _, list := range [][]byte{old, young} {
		ok(folder.Put(list, ca.Certificates()))(t)
	}
	if _, err := folder.Put(old, ca.Certificates()); err == nil {
		t.Error("an older list took the place of a newer one")
	}
	if _, err := folder.Put(young, ca.AuthCertificates()); err == nil {
		t.Error("a list that no trusted CA signed was taken")
	}
	if lists := ok(folder.Lists(t.Context()))(t); len(lists) != 1 {
		t.Errorf("lists: got %d, want 1", len(lists))
	}
	must(t, os.WriteFile(filepath.Join(dir, "huge.crl"), nil, 0o600))
	must(t, os.Truncate(filepath.Join(dir, "huge.crl"), 64<<20+1))
	if _, err := folder.Lists(t.Context()); err == nil {
		t.Error("a list without bounds was read")
	}
}

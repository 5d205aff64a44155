package platform_test

import (
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/json"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

func sanOf(cert *x509.Certificate) []byte {
	for _, e := range cert.Extensions {
		if e.Id.Equal(asn1.ObjectIdentifier{2, 5, 29, 17}) {
			return e.Value
		}
	}
	return nil
}

func TestAttributesAreReadAsTheyWereWritten(t *testing.T) {
	ca := haltest.NewCA()
	for _, c := range haltest.Citizens() {
		if c.Minor {
			continue
		}
		cert, _ := ca.Issue(c, haltest.IssueOptions{})
		if got := ok(platform.ParseSAN(sanOf(cert)))(t); got != attributes(c) {
			t.Errorf("%s: the attributes differ", c.ID)
		}
	}
}

// name is a GeneralName otherName of that OID around a value of that tag.
func name(arc, tag int, value string) []byte {
	inner, _ := asn1.Marshal(asn1.RawValue{Tag: tag, Bytes: []byte(value)})
	wrapped, _ := asn1.Marshal(asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: inner})
	id, _ := asn1.Marshal(asn1.ObjectIdentifier{1, 2, 392, 200149, 8, 5, 5, arc})
	out, _ := asn1.Marshal(asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: append(id, wrapped...)})
	return out
}

func names(all ...[]byte) []byte {
	var body []byte
	for _, n := range all {
		body = append(body, n...)
	}
	out, _ := asn1.Marshal(asn1.RawValue{Tag: asn1.TagSequence, IsCompound: true, Bytes: body})
	return out
}

func TestSubjectAltNameBoundaries(t *testing.T) {
	four := [][]byte{name(1, 12, "名"), name(4, 12, "319800217"), name(3, 12, "2"), name(5, 12, "住所")}
	with := func(more ...[]byte) []byte { return names(append(append([][]byte{}, four...), more...)...) }
	email, _ := asn1.Marshal(asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 1, Bytes: []byte("a@b")})
	tests := []struct {
		name string
		der  []byte
		good bool
	}{
		{"the four", with(), true},
		{"with flags", with(name(2, 12, "0"), name(6, 12, "00")), true},
		{"with an unknown attribute", with(name(7, 12, "furigana")), true},
		{"with a name of another kind", with(email), true},
		{"one twice", with(name(1, 12, "名")), false},
		{"one missing", names(four[:3]...), false},
		{"one empty", names(four[0], four[1], four[2], name(5, 12, "")), false},
		{"one as PrintableString", names(four[0], four[1], four[2], name(5, 19, "A")), false},
		{"broken UTF-8", names(four[0], four[1], four[2], name(5, 12, "\xff")), false},
		{"too long", names(four[0], four[1], four[2], name(5, 12, string(make([]byte, 1025)))), false},
		{"something behind it", append(with(), 0), false},
		{"no sequence", four[0], false},
		{"nothing", nil, false},
	}
	for _, test := range tests {
		got, err := platform.ParseSAN(test.der)
		if (err == nil) != test.good {
			t.Errorf("%s: got %v, want good %v", test.name, err, test.good)
		}
		if err != nil && got != (protocol.Attributes{}) {
			t.Errorf("%s: an error and attributes", test.name)
		}
	}
}

func FuzzSubjectAltName(f *testing.F) {
	cert, _ := haltest.NewCA().Issue(midori(), haltest.IssueOptions{})
	f.Add(sanOf(cert))
	f.Add(names(name(1, 12, "名"), name(4, 12, "319800217"), name(3, 12, "2"), name(5, 12, "住所")))
	f.Add([]byte{0x30, 0x84, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, der []byte) {
		got, err := platform.ParseSAN(der)
		if err != nil && got != (protocol.Attributes{}) {
			t.Error("an error and attributes")
		}
		if err == nil && (got.Name == "" || got.Address == "" || got.Sex == "" || got.BirthDate == "") {
			t.Error("an attribute is missing")
		}
	})
}

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
		known, revoked, err := platform.Covers(der, ca, cert, time.Now())
		if err != nil || known != test.known || revoked != test.known {
			t.Errorf("%s: got known %v, revoked %v, %v; want %v", test.name, known, revoked, err, test.known)
		}
	}
}

func listCA(t *testing.T) (*x509.Certificate, *ecdsaKey) {
	key := newECDSA()
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

func certificateAt(t *testing.T, ca *x509.Certificate, key *ecdsaKey, point []byte) *x509.Certificate {
	inner, _ := asn1.Marshal(asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: point})
	template := &x509.Certificate{
		SerialNumber: big.NewInt(77), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 31}, Value: names(names(inner))}},
	}
	return ok(x509.ParseCertificate(ok(x509.CreateCertificate(rand.Reader, template, ca, key.Public(), key))(t)))(t)
}

func TestFolderOfListsGoesForwardOnly(t *testing.T) {
	ca, dir := haltest.NewCA(), t.TempDir()
	folder := platform.CRLDirectory(dir)
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
	if lists := ok(folder.Lists(background))(t); len(lists) != 1 {
		t.Errorf("lists: got %d, want 1", len(lists))
	}
	must(t, os.WriteFile(filepath.Join(dir, "huge.crl"), nil, 0o600))
	must(t, os.Truncate(filepath.Join(dir, "huge.crl"), 64<<20+1))
	if _, err := folder.Lists(background); err == nil {
		t.Error("a list without bounds was read")
	}
}

func TestAnswersToAppsAreWhatTheProtocolSays(t *testing.T) {
	w := newWorld(t)
	r := w.machine("atm-0001").registered(midori(), w.phone())
	var members map[string]json.RawMessage
	must(t, json.Unmarshal(r.activates(true).body, &members))
	for _, name := range []string{"status", "name", "registration_id", "time"} {
		if members[name] == nil {
			t.Errorf("bound: no %q", name)
		}
	}
}

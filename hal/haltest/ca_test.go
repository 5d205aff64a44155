package haltest_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/asn1"
	"math/big"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/digital-watashi/kiosk/hal/haltest"
)

// atNoon is a moment of 2026, when the first generation had run out and the third signed.
func atNoon(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 3, 0, 0, 0, time.UTC)
}

func TestCAHasThreeGenerationsUnderOneName(t *testing.T) {
	cas := haltest.NewCAAt(atNoon(2026, 11, 23)).Certificates()
	spans := [][2]string{
		{"2015-10-19T15:00:00Z", "2025-10-19T14:59:59Z"},
		{"2019-09-13T15:00:00Z", "2029-09-14T14:59:59Z"},
		{"2023-07-15T15:00:00Z", "2033-07-15T14:59:59Z"},
	}
	for i, ca := range cas {
		if err := ca.CheckSignatureFrom(ca); err != nil {
			t.Errorf("generation %d: %v", i+1, err)
		}
		if !bytes.Equal(ca.RawSubject, cas[0].RawSubject) || !bytes.Equal(ca.RawIssuer, ca.RawSubject) {
			t.Errorf("generation %d has a name of its own", i+1)
		}
		if got := [2]string{ca.NotBefore.Format(time.RFC3339), ca.NotAfter.Format(time.RFC3339)}; got != spans[i] {
			t.Errorf("generation %d: got %v, want %v", i+1, got, spans[i])
		}
		if ca.KeyUsage != x509.KeyUsageCertSign|x509.KeyUsageCRLSign || len(ca.SubjectKeyId) != 20 || ca.PublicKeyAlgorithm != x509.RSA {
			t.Errorf("generation %d: key usage %b, key identifier %X", i+1, ca.KeyUsage, ca.SubjectKeyId)
		}
	}
}

func TestCAIsTheSameInEveryProcessOfAYear(t *testing.T) {
	a, b := haltest.NewCAAt(atNoon(2026, 1, 1)), haltest.NewCAAt(atNoon(2026, 12, 31))
	if !bytes.Equal(haltest.PEM(a.Certificates()...), haltest.PEM(b.Certificates()...)) {
		t.Error("two authorities in one year")
	}
	for _, citizen := range haltest.Citizens() {
		first, _ := a.Issue(citizen, haltest.IssueOptions{})
		second, _ := b.Issue(citizen, haltest.IssueOptions{})
		if !first.Equal(second) {
			t.Errorf("%v has two certificates", citizen)
		}
	}
}

func TestSigningCertificatesVerifyUnderTheirGenerationAlone(t *testing.T) {
	now := atNoon(2026, 11, 23)
	ca := haltest.NewCAAt(now)
	for _, citizen := range haltest.Citizens() {
		cert, _ := ca.Issue(citizen, haltest.IssueOptions{})
		for i, issuer := range ca.Certificates() {
			want := i+1 == citizen.Generation
			if got := verifyUnder(cert, issuer, now) == nil; got != want {
				t.Errorf("%v under generation %d: %t", citizen, i+1, got)
			}
		}
	}
}

func verifyUnder(cert, issuer *x509.Certificate, now time.Time) error {
	roots := x509.NewCertPool()
	roots.AddCert(issuer)
	_, err := cert.Verify(x509.VerifyOptions{Roots: roots, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
	return err
}

// The profile: which extensions, in which order, which of them critical.
func TestSigningCertificateHasTheProfileOfARealOne(t *testing.T) {
	cert, _ := haltest.NewCAAt(atNoon(2026, 11, 23)).Issue(haltest.Citizens()[0], haltest.IssueOptions{})
	want := []string{"2.5.29.15!", "2.5.29.17", "2.5.29.32!", "2.5.29.18", "2.5.29.31", "1.3.6.1.5.5.7.1.1", "2.5.29.35", "2.5.29.14"}
	for i, ext := range cert.Extensions {
		got := ext.Id.String()
		if ext.Critical {
			got += "!"
		}
		if i >= len(want) || got != want[i] {
			t.Errorf("extension %d is %s", i, got)
		}
	}
	if len(cert.UnhandledCriticalExtensions) > 0 || cert.Version != 3 || cert.SerialNumber.Sign() <= 0 || cert.SerialNumber.BitLen() > 32 {
		t.Errorf("version %d, serial %v, unhandled %v", cert.Version, cert.SerialNumber, cert.UnhandledCriticalExtensions)
	}
	if got := cert.PolicyIdentifiers; len(got) != 1 || !got[0].Equal(asn1.ObjectIdentifier{1, 2, 392, 200149, 8, 5, 1, 0, 20}) {
		t.Errorf("policies %v", got)
	}
	if got := cert.Subject.String(); !strings.HasPrefix(got, "CN=20251104102345") || !strings.HasSuffix(got, "13221003A,L=Kakuu-shi,L=Tokyo-to,C=JP") && !strings.HasSuffix(got, "13221003A,L=Tokyo-to+L=Kakuu-shi,C=JP") {
		t.Errorf("subject %s", got)
	}
	if strings.Contains(cert.Subject.String(), "青葉") {
		t.Error("the subject has a name")
	}
	if n := len(cert.Raw); n < 1500 || n > 1800 {
		t.Errorf("%d bytes, real ones have about 1 583", n)
	}
}

func TestSigningCertificateTellsTheAttributesInOrder(t *testing.T) {
	ca := haltest.NewCA()
	for _, p := range haltest.Citizens() {
		cert, _ := ca.Issue(p, haltest.IssueOptions{})
		want := []string{"1=" + p.Name, "4=" + p.BirthDate, "3=" + p.Sex, "5=" + p.Address, "2=" + p.NameFlags, "6=" + p.AddressFlags}
		if got := otherNames(t, cert); strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("%s:\n got %q\nwant %q", p.ID, got, want)
		}
	}
}

// otherNames reads the subjectAltName as "arc=value".
func otherNames(t *testing.T, cert *x509.Certificate) (all []string) {
	t.Helper()
	for _, ext := range cert.Extensions {
		if ext.Id.String() != "2.5.29.17" {
			continue
		}
		var names []asn1.RawValue
		if _, err := asn1.Unmarshal(ext.Value, &names); err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			all = append(all, otherName(t, name))
		}
	}
	return all
}

func otherName(t *testing.T, name asn1.RawValue) string {
	t.Helper()
	var id asn1.ObjectIdentifier
	rest, err := asn1.Unmarshal(name.Bytes, &id)
	if err != nil || name.Class != asn1.ClassContextSpecific || name.Tag != 0 {
		t.Fatalf("otherName % X: %v", name.FullBytes, err)
	}
	var value string
	if _, err := asn1.UnmarshalWithParams(rest, &value, "explicit,tag:0,utf8"); err != nil {
		t.Fatal(err)
	}
	prefix := "1.2.392.200149.8.5.5."
	if !strings.HasPrefix(id.String(), prefix) {
		t.Errorf("otherName %v", id)
	}
	return strings.TrimPrefix(id.String(), prefix) + "=" + value
}

func TestSigningCertificateLastsUntilTheFifthBirthday(t *testing.T) {
	ca := haltest.NewCAAt(atNoon(2026, 11, 23))
	cases := []struct {
		issued, birth time.Time
		want          string
	}{
		{atNoon(2025, 10, 27), atNoon(1980, 2, 17), "2030-02-17T14:59:59Z"},
		{atNoon(2025, 2, 16), atNoon(1980, 2, 17), "2029-02-17T14:59:59Z"},
		{atNoon(2025, 2, 18), atNoon(1980, 2, 17), "2030-02-17T14:59:59Z"},
		{atNoon(2025, 10, 27), atNoon(2004, 2, 29), "2030-03-01T14:59:59Z"},
	}
	for _, c := range cases {
		p := haltest.Citizens()[0]
		p.Birth = c.birth
		cert, _ := ca.Issue(p, haltest.IssueOptions{IssuedAt: c.issued})
		if got := cert.NotAfter.Format(time.RFC3339); got != c.want {
			t.Errorf("issued %v, born %v: until %s, want %s", c.issued, c.birth, got, c.want)
		}
	}
}

func TestBrokenCertificatesAreBrokenInOneWay(t *testing.T) {
	now := atNoon(2026, 11, 23)
	ca := haltest.NewCAAt(now)
	issue := func(opts haltest.IssueOptions) *x509.Certificate {
		cert, _ := ca.Issue(haltest.Citizens()[0], opts)
		return cert
	}
	issuer := ca.Certificates()[2]
	good := issue(haltest.IssueOptions{})
	for name, broken := range map[string]bool{
		"expired":         issue(haltest.IssueOptions{Expired: true}).NotAfter.Before(now),
		"not yet valid":   issue(haltest.IssueOptions{NotYetValid: true}).NotBefore.After(now),
		"wrong key usage": issue(haltest.IssueOptions{WrongKeyUsage: true}).KeyUsage == x509.KeyUsageDigitalSignature,
		"foreign":         verifyUnder(issue(haltest.IssueOptions{Foreign: true}), issuer, now) != nil,
		"foreign by name": bytes.Equal(ca.Foreign().RawSubject, issuer.RawSubject),
		"no policy":       len(issue(haltest.IssueOptions{NoPolicy: true}).PolicyIdentifiers) == 0,
		"renewed":         issue(haltest.IssueOptions{Renewal: 1}).SerialNumber.Cmp(good.SerialNumber) != 0,
		"P-384":           isP384(issue(haltest.IssueOptions{P384: true})),
		"good":            verifyUnder(good, issuer, now) == nil && good.KeyUsage == x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment,
	} {
		if !broken {
			t.Errorf("%s is not", name)
		}
	}
	for _, opts := range []haltest.IssueOptions{{WrongKeyUsage: true}, {NoPolicy: true}, {Renewal: 1}, {P384: true}} {
		if err := verifyUnder(issue(opts), issuer, now); err != nil {
			t.Errorf("%+v: %v", opts, err)
		}
	}
}

func isP384(cert *x509.Certificate) bool {
	key, ok := cert.PublicKey.(*ecdsa.PublicKey)
	return ok && key.Curve.Params().BitSize == 384
}

func TestCRLBelongsToOneGeneration(t *testing.T) {
	now := atNoon(2026, 11, 23)
	ca := haltest.NewCAAt(now)
	serial := big.NewInt(0x0705D990)
	for generation := 1; generation <= haltest.Generations; generation++ {
		der, err := ca.CRL(generation, []*big.Int{serial}, now)
		if err != nil {
			t.Fatal(err)
		}
		list, err := x509.ParseRevocationList(der)
		if err != nil {
			t.Fatal(err)
		}
		for i, issuer := range ca.Certificates() {
			if own := list.CheckSignatureFrom(issuer) == nil; own != (i+1 == generation) {
				t.Errorf("list %d under generation %d: %t", generation, i+1, own)
			}
		}
		if entries := list.RevokedCertificateEntries; len(entries) != 1 || entries[0].SerialNumber.Cmp(serial) != 0 {
			t.Errorf("list %d holds %v", generation, entries)
		}
	}
	for _, generation := range []int{0, 4} {
		if _, err := ca.CRL(generation, nil, now); err == nil {
			t.Errorf("a CRL of generation %d", generation)
		}
	}
}

func TestSituationsAndCitizensHaveNamesOfTheirOwn(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range haltest.Situations() {
		seen[s.ID] = true
		if found, ok := haltest.FindSituation(s.ID); !ok || found.Description != s.Description {
			t.Errorf("situation %q cannot be found", s.ID)
		}
	}
	for _, c := range haltest.Citizens() {
		seen[c.ID] = true
		if found, ok := haltest.FindCitizen(c.ID); !ok || found.Name != c.Name {
			t.Errorf("citizen %q cannot be found", c.ID)
		}
	}
	if want := len(haltest.Situations()) + len(haltest.Citizens()); len(seen) != want {
		t.Errorf("%d names for %d", len(seen), want)
	}
}

func TestEachCitizenFitsTheCard(t *testing.T) {
	for _, c := range haltest.Citizens() {
		if utf8.RuneCountInString(c.Name) != len(c.NameFlags) || utf8.RuneCountInString(c.Address) != len(c.AddressFlags) {
			t.Errorf("%s: %d flags for a name of %d, %d for an address of %d", c.ID, len(c.NameFlags), utf8.RuneCountInString(c.Name), len(c.AddressFlags), utf8.RuneCountInString(c.Address))
		}
		if n := utf8.RuneCountInString(c.Address); n > 200 {
			t.Errorf("%s: an address of %d characters", c.ID, n)
		}
		if !strings.ContainsAny(c.Password, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") || !strings.ContainsAny(c.Password, "0123456789") || len(c.Password) < 6 || len(c.Password) > 16 {
			t.Errorf("%s: a password that no municipality takes", c.ID)
		}
		if len(c.VerificationCodeB()) != 14 || len(c.MyNumber()) != 12 || len(c.BirthDate) != 9 || c.BirthDate[1:] != c.Birth.Format("20060102") {
			t.Errorf("%s: code of %d, number of %d digits", c.ID, len(c.VerificationCodeB()), len(c.MyNumber()))
		}
	}
}

func TestVerificationCodeBHasTheYearAsPrinted(t *testing.T) {
	want := map[string]string{
		"midori": "55021720352285", "kazuo": "14122420329001", "haruki": "01010820361989", "sanae": "64010720350200",
		"claire": "88071420335512", "lestari": "01113020317070", "hikari": "01060120290601", "kotone": "12010120350000",
	}
	for id, code := range want {
		c, _ := haltest.FindCitizen(id)
		if got := c.VerificationCodeB(); got != code {
			t.Errorf("%s: got %s, want %s", id, got, code)
		}
	}
}

func TestCitizensNumberIsNobodys(t *testing.T) {
	weights := []int{6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2}
	for _, c := range haltest.Citizens() {
		number, sum := c.MyNumber(), 0
		for i, w := range weights {
			sum += int(number[i]-'0') * w
		}
		check := 0
		if rest := sum % 11; rest > 1 {
			check = 11 - rest
		}
		if int(number[11]-'0') == check {
			t.Errorf("%s: the number could be somebody's", c.ID)
		}
	}
}

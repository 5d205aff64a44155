package conformance_test

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"testing"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/platform/conformance"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// FuzzCertsOnly: what is not certificates is an error, and nothing panics.
func FuzzCertsOnly(f *testing.F) {
	cert := haltest.NewCA().Certificates()[0]
	content, _ := asn1.Marshal(asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: cert.Raw})
	f.Add([]byte(base64.StdEncoding.EncodeToString(content)))
	f.Add([]byte(base64.StdEncoding.EncodeToString(degenerate(f, cert))))
	f.Add([]byte(""))
	f.Add([]byte("MAA="))
	f.Fuzz(func(t *testing.T, body []byte) {
		certs, err := conformance.CertsOnly(body)
		if (err == nil) != (len(certs) > 0) {
			t.Errorf("got %d certificates and %v", len(certs), err)
		}
	})
}

// degenerate is a certs-only SignedData (RFC 5652, 5.1), written by hand.
func degenerate(t testing.TB, cert *x509.Certificate) []byte {
	t.Helper()
	compound := func(class, tag int, parts ...[]byte) []byte {
		var all []byte
		for _, part := range parts {
			all = append(all, part...)
		}
		return ok(asn1.Marshal(asn1.RawValue{Class: class, Tag: tag, IsCompound: true, Bytes: all}))(t)
	}
	const sequence, set, context = asn1.TagSequence, asn1.TagSet, asn1.ClassContextSpecific
	oid := func(last int) []byte {
		return ok(asn1.Marshal(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, last}))(t)
	}
	version := ok(asn1.Marshal(1))(t)
	signed := compound(0, sequence, version, compound(0, set), compound(0, sequence, oid(1)), compound(context, 0, cert.Raw), compound(0, set))
	return compound(0, sequence, oid(2), compound(context, 0, signed))
}

func TestCertsOnlyAnswerIsRead(t *testing.T) {
	cert := haltest.NewCA().Certificates()[0]
	got := ok(conformance.CertsOnly([]byte(base64.StdEncoding.EncodeToString(degenerate(t, cert)) + "\r\n")))(t)
	if len(got) != 1 || !got[0].Equal(cert) {
		t.Errorf("got %d certificates, want the one", len(got))
	}
}

// FuzzCertifiedAttributes: whatever a subjectAltName holds, there are four
// attributes or an error.
func FuzzCertifiedAttributes(f *testing.F) {
	cert, _ := haltest.NewCA().Issue(haltest.Citizens()[0], haltest.IssueOptions{})
	name := asn1.ObjectIdentifier{2, 5, 29, 17}
	for _, e := range cert.Extensions {
		if e.Id.Equal(name) {
			f.Add(e.Value)
			f.Add(e.Value[:len(e.Value)/2])
		}
	}
	f.Add([]byte{0x30, 0x80})
	f.Fuzz(func(t *testing.T, der []byte) {
		a, err := conformance.CertifiedAttributes(&x509.Certificate{Extensions: []pkix.Extension{{Id: name, Value: der}}})
		if whole := a.Name != "" && a.Address != "" && a.Sex != "" && a.BirthDate != ""; whole != (err == nil) {
			t.Errorf("whole is %v and the error %v", whole, err)
		}
		if err != nil && a != (protocol.Attributes{}) {
			t.Error("an error with attributes")
		}
	})
}

func TestAttributesAreThoseOfTheCitizen(t *testing.T) {
	for _, c := range haltest.Citizens() {
		if c.Minor {
			continue
		}
		cert, _ := haltest.NewCA().Issue(c, haltest.IssueOptions{})
		a := ok(conformance.CertifiedAttributes(cert))(t)
		if string(a.Name) != c.Name || string(a.Address) != c.Address || a.Sex != c.Sex || string(a.BirthDate) != c.BirthDate {
			t.Errorf("%s: got other attributes", c)
		}
	}
}

// FuzzOpened: a JWS has three parts, or it is none.
func FuzzOpened(f *testing.F) {
	f.Add([]byte("e30.e30.AA"))
	f.Add([]byte("e30.e30"))
	f.Add([]byte("..."))
	f.Fuzz(func(t *testing.T, jws []byte) {
		header, payload, err := conformance.Opened(jws)
		if err == nil && len(header)+len(payload) > len(jws) {
			t.Error("more came out than went in")
		}
	})
}

package jpki_test

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"testing"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/platform/jpki"
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

// saying is a certificate that has this subjectAltName.
func saying(der []byte) *x509.Certificate {
	return &x509.Certificate{Extensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 17}, Value: der}}}
}

func TestAttributesAreReadAsTheyWereWritten(t *testing.T) {
	ca := haltest.NewCA()
	for _, c := range haltest.Citizens() {
		if c.Minor {
			continue
		}
		cert, _ := ca.Issue(c, haltest.IssueOptions{})
		if got := ok(jpki.Attributes(cert))(t); got != certified(c) {
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
		got, err := jpki.Attributes(saying(test.der))
		if (err == nil) != test.good {
			t.Errorf("%s: got %v, want good %v", test.name, err, test.good)
		}
		if err != nil && got != (protocol.Attributes{}) {
			t.Errorf("%s: an error and attributes", test.name)
		}
	}
}

func FuzzSubjectAltName(f *testing.F) {
	cert, _ := haltest.NewCA().Issue(haltest.Citizens()[0], haltest.IssueOptions{})
	f.Add(sanOf(cert))
	f.Add(names(name(1, 12, "名"), name(4, 12, "319800217"), name(3, 12, "2"), name(5, 12, "住所")))
	f.Add([]byte{0x30, 0x84, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, der []byte) {
		got, err := jpki.Attributes(saying(der))
		if err != nil && got != (protocol.Attributes{}) {
			t.Error("an error and attributes")
		}
		if err == nil && (got.Name == "" || got.Address == "" || got.Sex == "" || got.BirthDate == "") {
			t.Error("an attribute is missing")
		}
	})
}

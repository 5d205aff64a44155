package mynumber_test

import (
	"bytes"
	"encoding/asn1"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/hal/mynumber"
)

// der is one DER element with a length of up to two bytes.
func der(tag byte, parts ...[]byte) []byte {
	content := bytes.Join(parts, nil)
	n := len(content)
	switch {
	case n < 0x80:
		return append([]byte{tag, byte(n)}, content...)
	case n < 0x100:
		return append([]byte{tag, 0x81, byte(n)}, content...)
	}
	return append([]byte{tag, 0x82, byte(n >> 8), byte(n)}, content...)
}

// otherName is [0] { OID 1.2.392.200149.8.5.5.arc, [0] UTF8String }.
func otherName(arc byte, value string) []byte {
	id := der(0x06, []byte{0x2A, 0x83, 0x08, 0x8C, 0x9B, 0x55, 0x08, 0x05, 0x05, arc})
	return der(0xA0, id, der(0xA0, der(0x0C, []byte(value))))
}

func san(names ...[]byte) []byte { return der(0x30, names...) }

// usual are the six names in the order of the profile.
func usual() [][]byte {
	return [][]byte{
		otherName(1, "見本　花子"), otherName(4, "319800217"), otherName(3, "2"),
		otherName(5, "架空市一丁目"), otherName(2, "01000"), otherName(6, "000001"),
	}
}

func with(i int, name []byte) []byte {
	names := usual()
	names[i] = name
	return san(names...)
}

func TestSubjectAltNameGivesTheFourAttributes(t *testing.T) {
	a, err := mynumber.ParseSubjectAltName(san(usual()...))
	if err != nil {
		t.Fatal(err)
	}
	if a.Name.Value != "見本　花子" || a.Address.Value != "架空市一丁目" || a.Sex != mynumber.Female {
		t.Errorf("got %q, %q, %q", a.Name.Value, a.Address.Value, a.Sex.Code())
	}
	if !reflect.DeepEqual(a.Name.Substituted, []bool{false, true, false, false, false}) || a.Address.Flags() != "000001" {
		t.Errorf("got flags %v, %s", a.Name.Substituted, a.Address.Flags())
	}
	b := a.BirthDate
	if b.Era != mynumber.Showa || b.Year != 1980 || b.Month != 2 || b.Day != 17 || b.Code() != "319800217" {
		t.Errorf("got %c %d-%d-%d", b.Era, b.Year, b.Month, b.Day)
	}
}

func TestSubjectAltNameToleratesOrderAndUnknownNames(t *testing.T) {
	want, err := mynumber.ParseSubjectAltName(san(usual()...))
	if err != nil {
		t.Fatal(err)
	}
	reversed := usual()
	for i, j := 0, len(reversed)-1; i < j; i, j = i+1, j-1 {
		reversed[i], reversed[j] = reversed[j], reversed[i]
	}
	furigana := otherName(7, "ミホン　ハナコ")
	foreign := der(0xA0, der(0x06, []byte{0x2A, 0x03}), der(0xA0, der(0x02, []byte{1})))
	mail := der(0x81, []byte("nobody@example.jp"))
	for name, in := range map[string][]byte{
		"reversed":       san(reversed...),
		"furigana":       san(append(usual(), furigana, furigana)...),
		"other arc":      san(append([][]byte{foreign}, usual()...)...),
		"rfc822Name":     san(append(usual(), mail)...),
		"long length":    san(append(usual(), otherName(9, strings.Repeat("長", 100)))...),
		"arc of two":     san(append(usual(), der(0xA0, der(0x06, []byte{0x2A, 0x83, 0x08, 0x8C, 0x9B, 0x55, 0x08, 0x05, 0x05, 1, 1}), der(0xA0, der(0x0C))))...),
		"arc of nothing": san(append(usual(), otherName(0, ""))...),
	} {
		got, err := mynumber.ParseSubjectAltName(in)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v, or other attributes", name, err)
		}
	}
}

func TestSubjectAltNameIsStrict(t *testing.T) {
	for name, in := range map[string][]byte{
		"nothing":              nil,
		"empty sequence":       san(),
		"no sequence":          der(0x31, usual()...),
		"bytes after":          append(san(usual()...), 0),
		"cut":                  san(usual()...)[:40],
		"indefinite":           append([]byte{0x30, 0x80}, append(bytes.Join(usual(), nil), 0, 0)...),
		"name twice":           san(append(usual(), otherName(1, "見本　花子"))...),
		"flags twice":          san(append(usual(), otherName(2, "01000"))...),
		"no name":              san(usual()[1:]...),
		"no flags":             san(usual()[:5]...),
		"empty name":           san(append([][]byte{otherName(1, ""), otherName(2, "")}, usual()[1], usual()[2], usual()[3], usual()[5])...),
		"a flag too few":       with(4, otherName(2, "0100")),
		"a flag too many":      with(4, otherName(2, "010000")),
		"flags by byte":        with(4, otherName(2, strings.Repeat("0", len("見本　花子")))),
		"flag 2":               with(4, otherName(2, "02000")),
		"flag in full width":   with(4, otherName(2, "０００００")),
		"sex 0":                with(2, otherName(3, "0")),
		"sex 4":                with(2, otherName(3, "4")),
		"sex of two":           with(2, otherName(3, "11")),
		"no sex":               with(2, otherName(3, "")),
		"era 6":                with(1, otherName(4, "620300101")),
		"era letter":           with(1, otherName(4, "S19800217")),
		"date of 8":            with(1, otherName(4, "19800217")),
		"date of 10":           with(1, otherName(4, "3198002170")),
		"month 13":             with(1, otherName(4, "319801317")),
		"30 February":          with(1, otherName(4, "319800230")),
		"29 February 1981":     with(1, otherName(4, "319810229")),
		"day without month":    with(1, otherName(4, "319800017")),
		"month without year":   with(1, otherName(4, "000000200")),
		"month 13, no day":     with(1, otherName(4, "319801300")),
		"not UTF-8":            with(0, otherName(1, "\xFF\xFE\xFD\xFC\xFB")),
		"line feed":            with(0, otherName(1, "見本\n花子")),
		"NUL":                  with(0, otherName(1, "見本\x00花子")),
		"PrintableString":      with(2, der(0xA0, der(0x06, []byte{0x2A, 0x83, 0x08, 0x8C, 0x9B, 0x55, 0x08, 0x05, 0x05, 3}), der(0xA0, der(0x13, []byte("2"))))),
		"value not in [0]":     with(2, der(0xA0, der(0x06, []byte{0x2A, 0x83, 0x08, 0x8C, 0x9B, 0x55, 0x08, 0x05, 0x05, 3}), der(0x0C, []byte("2")))),
		"two values":           with(2, der(0xA0, der(0x06, []byte{0x2A, 0x83, 0x08, 0x8C, 0x9B, 0x55, 0x08, 0x05, 0x05, 3}), der(0xA0, der(0x0C, []byte("2")), der(0x0C, []byte("1"))))),
		"no identifier":        with(2, der(0xA0, der(0x0C, []byte("2")))),
		"long form of short":   append([]byte{0x30, 0x82, 0x00, byte(len(bytes.Join(usual(), nil)))}, bytes.Join(usual(), nil)...),
		"513 characters":       san(append(usual()[:5], otherName(6, strings.Repeat("0", 513)))...),
		"more than 8 KiB":      san(append(usual(), otherName(9, strings.Repeat("x", 9000)))...),
		"surrogate half UTF-8": with(0, otherName(1, "\xED\xA0\x80\xED\xB0\x80")),
	} {
		a, err := mynumber.ParseSubjectAltName(in)
		if !errors.Is(err, mynumber.ErrMalformed) || !reflect.DeepEqual(a, mynumber.Attributes{}) {
			t.Errorf("%s: got %v, want %v and nothing", name, err, mynumber.ErrMalformed)
		}
		if err != nil && (strings.Contains(err.Error(), "花子") || strings.Contains(err.Error(), "1980")) {
			t.Errorf("%s: the error tells what it read: %v", name, err)
		}
	}
}

func TestBirthDatesThatTheRegisterDoesNotKnow(t *testing.T) {
	for _, code := range []string{"319800200", "319800000", "000000000", "019800217", "120000229", "520191231"} {
		a, err := mynumber.ParseSubjectAltName(with(1, otherName(4, code)))
		if err != nil || a.BirthDate.Code() != code {
			t.Errorf("%s: %v", code, err)
		}
	}
}

func FuzzSubjectAltName(f *testing.F) {
	f.Add(san(usual()...))
	f.Add(san(append(usual(), otherName(7, "ミホン"))...))
	f.Add(with(1, otherName(4, "000000000")))
	f.Add(san(usual()[:3]...))
	f.Add([]byte{0x30, 0x80, 0, 0})
	f.Fuzz(func(t *testing.T, in []byte) {
		a, err := mynumber.ParseSubjectAltName(in)
		if err != nil {
			if !reflect.DeepEqual(a, mynumber.Attributes{}) {
				t.Error("an error and attributes")
			}
			return
		}
		again := san(otherName(1, a.Name.Value), otherName(4, a.BirthDate.Code()), otherName(3, a.Sex.Code()),
			otherName(5, a.Address.Value), otherName(2, a.Name.Flags()), otherName(6, a.Address.Flags()))
		b, err := mynumber.ParseSubjectAltName(again)
		if err != nil || !reflect.DeepEqual(a, b) {
			t.Errorf("what parsed does not survive re-encoding: %v", err)
		}
		var raw asn1.RawValue
		if _, err := asn1.Unmarshal(in, &raw); err != nil {
			t.Errorf("accepted what is no DER: %v", err)
		}
	})
}

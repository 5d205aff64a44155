package mynumber

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"
)

// The six otherNames of the JPKI signing certificate profile, all under
// 1.2.392.200149.8.5.5, in whatever order; others are passed over.
const (
	sanName           = 1
	sanNameFlags      = 2
	sanSex            = 3
	sanBirthDate      = 4
	sanAddress        = 5
	sanAddressFlags   = 6
	sanLast           = sanAddressFlags
	maxSAN            = 8 << 10
	maxCharacters     = 512 // the profile allows 200 for an address
	tagOtherName      = 0
	tagOtherNameValue = 0
)

func sanArc() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 2, 392, 200149, 8, 5, 5}
}

func oidSubjectAltName() asn1.ObjectIdentifier { return asn1.ObjectIdentifier{2, 5, 29, 17} }

// attributesOf reads the attributes from a certificate.
func attributesOf(cert *x509.Certificate) (Attributes, error) {
	for _, e := range cert.Extensions {
		if e.Id.Equal(oidSubjectAltName()) {
			return ParseSubjectAltName(e.Value)
		}
	}
	return Attributes{}, fmt.Errorf("%w: no subjectAltName", ErrMalformed)
}

// ParseSubjectAltName reads the attributes from the DER of a subjectAltName. All
// six otherNames must be there, once. No error says what stood in them.
//
//	SEQUENCE OF [0] { OBJECT IDENTIFIER, [0] EXPLICIT UTF8String }
func ParseSubjectAltName(der []byte) (Attributes, error) {
	a, err := parseAttributes(der)
	if err != nil {
		return Attributes{}, fmt.Errorf("subjectAltName: %w", err)
	}
	return a, nil
}

func parseAttributes(der []byte) (Attributes, error) {
	names, err := otherNames(der)
	if err != nil {
		return Attributes{}, err
	}
	var a Attributes
	if a.Name, err = parseText(names[sanName], names[sanNameFlags]); err != nil {
		return Attributes{}, fmt.Errorf("name: %w", err)
	}
	if a.Name.Value == "" {
		return Attributes{}, fmt.Errorf("%w: empty name", ErrMalformed)
	}
	if a.Address, err = parseText(names[sanAddress], names[sanAddressFlags]); err != nil {
		return Attributes{}, fmt.Errorf("address: %w", err)
	}
	if a.Sex, err = parseSex(names[sanSex]); err != nil {
		return Attributes{}, err
	}
	if a.BirthDate, err = parseBirthDate(names[sanBirthDate]); err != nil {
		return Attributes{}, err
	}
	return a, nil
}

// otherNames are the values of the profile's otherNames by their last arc.
func otherNames(der []byte) (map[int][]byte, error) {
	if len(der) > maxSAN {
		return nil, fmt.Errorf("%w: %d bytes", ErrMalformed, len(der))
	}
	list, rest, err := element(der, asn1.ClassUniversal, asn1.TagSequence, true)
	if err != nil || len(rest) > 0 {
		return nil, fmt.Errorf("%w: no sequence of names", ErrMalformed)
	}
	names := make(map[int][]byte, sanLast)
	for rest := list; len(rest) > 0; {
		var name asn1.RawValue
		if rest, err = asn1.Unmarshal(rest, &name); err != nil {
			return nil, fmt.Errorf("%w: name", ErrMalformed)
		}
		if err := collectName(names, name); err != nil {
			return nil, err
		}
	}
	for arc := sanName; arc <= sanLast; arc++ {
		if _, ok := names[arc]; !ok {
			return nil, fmt.Errorf("%w: otherName %d missing", ErrMalformed, arc)
		}
	}
	return names, nil
}

// collectName keeps a name of the profile and passes over any other.
func collectName(names map[int][]byte, name asn1.RawValue) error {
	if name.Class != asn1.ClassContextSpecific || name.Tag != tagOtherName || !name.IsCompound {
		return nil
	}
	var id asn1.ObjectIdentifier
	value, err := asn1.Unmarshal(name.Bytes, &id)
	if err != nil {
		return fmt.Errorf("%w: otherName without an identifier", ErrMalformed)
	}
	arc, ok := profileArc(id)
	if !ok {
		return nil
	}
	if _, twice := names[arc]; twice {
		return fmt.Errorf("%w: otherName %d twice", ErrMalformed, arc)
	}
	names[arc], err = utf8String(value)
	if err != nil {
		return fmt.Errorf("otherName %d: %w", arc, err)
	}
	return nil
}

// profileArc is the last arc of an identifier of the profile.
func profileArc(id asn1.ObjectIdentifier) (int, bool) {
	n := len(sanArc())
	if len(id) != n+1 || !id[:n].Equal(sanArc()) || id[n] < sanName || id[n] > sanLast {
		return 0, false
	}
	return id[n], true
}

// utf8String opens [0] EXPLICIT UTF8String.
func utf8String(der []byte) ([]byte, error) {
	inner, rest, err := element(der, asn1.ClassContextSpecific, tagOtherNameValue, true)
	if err != nil || len(rest) > 0 {
		return nil, fmt.Errorf("%w: value not in [0]", ErrMalformed)
	}
	text, rest, err := element(inner, asn1.ClassUniversal, asn1.TagUTF8String, false)
	if err != nil || len(rest) > 0 {
		return nil, fmt.Errorf("%w: value not one UTF8String", ErrMalformed)
	}
	if !utf8.Valid(text) || utf8.RuneCount(text) > maxCharacters || bytes.ContainsFunc(text, unicode.IsControl) {
		return nil, fmt.Errorf("%w: value not a short line of UTF-8", ErrMalformed)
	}
	return text, nil
}

// element reads one DER element of the kind expected and returns its content.
func element(der []byte, class, tag int, compound bool) (content, rest []byte, err error) {
	var v asn1.RawValue
	rest, err = asn1.Unmarshal(der, &v)
	if err != nil {
		return nil, nil, err
	}
	if v.Class != class || v.Tag != tag || v.IsCompound != compound {
		return nil, nil, fmt.Errorf("%w: tag", ErrMalformed)
	}
	return v.Bytes, rest, nil
}

// parseText pairs each character with its flag.
func parseText(value, flags []byte) (Text, error) {
	if len(flags) != utf8.RuneCount(value) {
		return Text{}, fmt.Errorf("%w: %d flags for %d characters", ErrMalformed, len(flags), utf8.RuneCount(value))
	}
	t := Text{Value: string(value), Substituted: make([]bool, len(flags))}
	for i, f := range flags {
		if f != '0' && f != '1' {
			return Text{}, fmt.Errorf("%w: flag", ErrMalformed)
		}
		t.Substituted[i] = f == '1'
	}
	return t, nil
}

func parseSex(value []byte) (Sex, error) {
	if len(value) != 1 || value[0] < byte(Male) || value[0] > byte(SexUnknown) {
		return 0, fmt.Errorf("%w: sex", ErrMalformed)
	}
	return Sex(value[0]), nil
}

// parseBirthDate reads EYYYYMMDD.
func parseBirthDate(value []byte) (Date, error) {
	if !allDigits(value, 9) || value[0] > byte(Reiwa) {
		return Date{}, fmt.Errorf("%w: birth date", ErrMalformed)
	}
	d := Date{Era: Era(value[0]), Year: number(value[1:5]), Month: number(value[5:7]), Day: number(value[7:9])}
	if !d.valid() {
		return Date{}, fmt.Errorf("%w: birth date", ErrMalformed)
	}
	return d, nil
}

// valid accepts a date of the calendar, and one whose end is not known.
func (d Date) valid() bool {
	switch {
	case d.Year == 0 || d.Month == 0:
		return d.Day == 0 && d.Month == 0
	case d.Day == 0:
		return d.Month <= 12
	}
	t := time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, 0, time.UTC)
	return t.Year() == d.Year && int(t.Month()) == d.Month && t.Day() == d.Day
}

// number reads digits that were checked to be digits.
func number(digits []byte) int {
	n, _ := strconv.Atoi(string(digits))
	return n
}

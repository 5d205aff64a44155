package jpki

import (
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// The subjectAltName of a JPKI signing certificate: six otherNames
// 1.2.392.200149.8.5.5.n, each a UTF8String. Others may stand between them and
// are passed over; of ours, each stands there exactly once.
//
//	1 name   2 its substitutes   3 sex   4 birth date   5 address   6 its substitutes

// maxAttribute bounds one attribute; an address has at most 200 characters.
const maxAttribute = 1024

var errSAN = errors.New("subjectAltName out of shape")

// Attributes reads what a certificate says of its holder.
func Attributes(cert *x509.Certificate) (protocol.Attributes, error) {
	for _, extension := range cert.Extensions {
		if extension.Id.Equal(extensionID(17)) {
			return parseSAN(extension.Value)
		}
	}
	return protocol.Attributes{}, fmt.Errorf("no subjectAltName: %w", errSAN)
}

// parseSAN reads the DER of the extension.
func parseSAN(der []byte) (protocol.Attributes, error) {
	var names asn1.RawValue
	rest, err := asn1.Unmarshal(der, &names)
	if err != nil || len(rest) > 0 || names.Class != asn1.ClassUniversal || names.Tag != asn1.TagSequence || !names.IsCompound {
		return protocol.Attributes{}, errSAN
	}
	var found [7]string
	for rest = names.Bytes; len(rest) > 0; {
		var name asn1.RawValue
		if rest, err = asn1.Unmarshal(rest, &name); err != nil {
			return protocol.Attributes{}, errSAN
		}
		if err := readOtherName(name, &found); err != nil {
			return protocol.Attributes{}, err
		}
	}
	return attributesFrom(found)
}

// readOtherName takes one GeneralName: ours into its place, any other nowhere.
func readOtherName(name asn1.RawValue, found *[7]string) error {
	if name.Class != asn1.ClassContextSpecific || name.Tag != 0 || !name.IsCompound {
		return nil
	}
	var id asn1.ObjectIdentifier
	rest, err := asn1.Unmarshal(name.Bytes, &id)
	if err != nil {
		return errSAN
	}
	arc, ours := attributeArc(id)
	if !ours {
		return nil
	}
	value, err := explicitUTF8(rest)
	if err != nil || found[arc] != "" {
		return errSAN
	}
	found[arc] = value
	return nil
}

func attributeArc(id asn1.ObjectIdentifier) (arc int, ours bool) {
	base := asn1.ObjectIdentifier{1, 2, 392, 200149, 8, 5, 5}
	if len(id) != len(base)+1 || !id[:len(base)].Equal(base) {
		return 0, false
	}
	arc = id[len(base)]
	return arc, 1 <= arc && arc <= 6
}

// explicitUTF8 reads [0] EXPLICIT UTF8String, and nothing behind it.
func explicitUTF8(der []byte) (string, error) {
	var wrapped, text asn1.RawValue
	rest, err := asn1.Unmarshal(der, &wrapped)
	if err != nil || len(rest) > 0 || wrapped.Class != asn1.ClassContextSpecific || wrapped.Tag != 0 || !wrapped.IsCompound {
		return "", errSAN
	}
	rest, err = asn1.Unmarshal(wrapped.Bytes, &text)
	if err != nil || len(rest) > 0 || text.Class != asn1.ClassUniversal || text.Tag != asn1.TagUTF8String || text.IsCompound {
		return "", errSAN
	}
	if len(text.Bytes) == 0 || len(text.Bytes) > maxAttribute || !utf8.Valid(text.Bytes) {
		return "", errSAN
	}
	return string(text.Bytes), nil
}

// attributesFrom demands the four attributes; the flags are one for each character.
func attributesFrom(found [7]string) (protocol.Attributes, error) {
	for _, arc := range []int{1, 3, 4, 5} {
		if found[arc] == "" {
			return protocol.Attributes{}, fmt.Errorf("attribute %d is missing: %w", arc, errSAN)
		}
	}
	return protocol.Attributes{
		Name: protocol.Personal(found[1]), NameSubstitutes: protocol.Personal(found[2]),
		Sex: found[3], BirthDate: protocol.Personal(found[4]),
		Address: protocol.Personal(found[5]), AddressSubstitutes: protocol.Personal(found[6]),
	}, nil
}

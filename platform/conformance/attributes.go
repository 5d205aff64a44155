package conformance

import (
	"crypto/x509"
	"encoding/asn1"
	"errors"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// The subjectAltName of a JPKI signing certificate has six otherNames
// 1.2.392.200149.8.5.5.n, each a UTF8String: 1 name, 2 its substitutes, 3 sex,
// 4 birth date, 5 address, 6 its substitutes.

var errAttributes = errors.New("its subjectAltName does not hold the four attributes")

type otherName struct {
	ID    asn1.ObjectIdentifier
	Value asn1.RawValue `asn1:"explicit,tag:0"`
}

// certifiedAttributes reads what a certificate says of its holder, as a terminal
// would send it. The certificate is the caller's own: what is strange in it is
// passed over.
func certifiedAttributes(cert *x509.Certificate) (protocol.Attributes, error) {
	var found [7]string
	for _, extension := range cert.Extensions {
		if extension.Id.Equal(asn1.ObjectIdentifier{2, 5, 29, 17}) {
			readNames(extension.Value, &found)
		}
	}
	for _, arc := range []int{1, 3, 4, 5} {
		if found[arc] == "" {
			return protocol.Attributes{}, errAttributes
		}
	}
	return protocol.Attributes{
		Name: protocol.Personal(found[1]), NameSubstitutes: protocol.Personal(found[2]),
		Sex: found[3], BirthDate: protocol.Personal(found[4]),
		Address: protocol.Personal(found[5]), AddressSubstitutes: protocol.Personal(found[6]),
	}, nil
}

func readNames(der []byte, found *[7]string) {
	var names asn1.RawValue
	if _, err := asn1.Unmarshal(der, &names); err != nil {
		return
	}
	for rest := names.Bytes; len(rest) > 0; {
		var raw asn1.RawValue
		var err error
		if rest, err = asn1.Unmarshal(rest, &raw); err != nil {
			return
		}
		var name otherName
		if _, err := asn1.UnmarshalWithParams(raw.FullBytes, &name, "tag:0"); err != nil {
			continue
		}
		base := asn1.ObjectIdentifier{1, 2, 392, 200149, 8, 5, 5}
		if n := len(base); len(name.ID) == n+1 && name.ID[:n].Equal(base) && 1 <= name.ID[n] && name.ID[n] <= 6 {
			found[name.ID[n]] = text(name.Value.Bytes)
		}
	}
}

func text(der []byte) string {
	var value asn1.RawValue
	if _, err := asn1.Unmarshal(der, &value); err != nil || value.Tag != asn1.TagUTF8String {
		return ""
	}
	return string(value.Bytes)
}

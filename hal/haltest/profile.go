package haltest

import (
	"crypto/sha256"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"strings"
)

// The parts of the certificates, as JPKI's profile orders them.

const (
	signingOU = "JPKI for digital signature"
	authOU    = "JPKI for user authentication"
)

// TestPolicy is the signing policy of the test authority's certificates, one arc
// away from the real 1.2.392.200149.8.5.1.1.20.
func TestPolicy() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 2, 392, 200149, 8, 5, 1, 0, 20}
}

func authPolicy() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 2, 392, 200149, 8, 5, 1, 3, 30}
}

// attributeType is one of the six otherNames, by its last arc.
func attributeType(arc int) asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 2, 392, 200149, 8, 5, 5, arc}
}

// rdn is one relative distinguished name of one attribute.
type rdn struct {
	arc   int // of id-at, 2.5.4
	value string
}

const (
	cn = 3
	c  = 6
	l  = 7
	o  = 10
	ou = 11
)

// rdnSequence writes a name. The country is a PrintableString by definition
// (RFC 5280, appendix A); JPKI writes all else as UTF8String.
func rdnSequence(parts ...rdn) []byte {
	var sets [][]byte
	for _, p := range parts {
		tag := uint32(asn1.TagUTF8String)
		if p.arc == c {
			tag = asn1.TagPrintableString
		}
		pair := tlv(0x30, oid(asn1.ObjectIdentifier{2, 5, 4, p.arc}), tlv(tag, []byte(p.value)))
		sets = append(sets, tlv(0x31, pair))
	}
	return tlv(0x30, sets...)
}

func caName(unit string) []byte {
	return rdnSequence(rdn{c, "JP"}, rdn{o, "JPKI-TEST"}, rdn{ou, unit},
		rdn{ou, "Japan Agency for Local Authority Information Systems"})
}

func japaneseName() []byte {
	return rdnSequence(rdn{c, "JP"}, rdn{o, "公的個人認証サービス"})
}

func caExtensions(name []byte) []pkix.Extension {
	return []pkix.Extension{
		extension(17, false, tlv(0x30, directoryName(japaneseName()))),
		extension(31, false, distributionPoint(name)),
	}
}

// extension is one of id-ce, 2.5.29.
func extension(arc int, critical bool, value []byte) pkix.Extension {
	return pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, arc}, Critical: critical, Value: value}
}

func directoryName(name []byte) []byte { return tlv(0xA4, name) }

func distributionPoint(name []byte) []byte {
	return tlv(0x30, tlv(0x30, tlv(0xA0, tlv(0xA0, directoryName(name)))))
}

// keyUsage writes the BIT STRING of named bits, the unused ones counted.
func keyUsage(unused, bits byte) pkix.Extension {
	return extension(15, true, []byte{asn1.TagBitString, 2, unused, bits})
}

func policies(policy asn1.ObjectIdentifier) pkix.Extension {
	cps := tlv(0x30, oid(asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 2, 1}),
		tlv(asn1.TagIA5String, []byte("http://www.jpki.go.jp/cps.html")))
	return extension(32, true, tlv(0x30, tlv(0x30, oid(policy), tlv(0x30, cps))))
}

// otherNames holds the four attributes and the two rows of flags, in the order of
// real certificates: 1, 4, 3, 5, 2, 6.
func otherNames(p Citizen) pkix.Extension {
	return extension(17, false, tlv(0x30,
		otherName(1, p.Name), otherName(4, p.BirthDate), otherName(3, p.Sex),
		otherName(5, p.Address), otherName(2, p.NameFlags), otherName(6, p.AddressFlags)))
}

func otherName(arc int, value string) []byte {
	return tlv(0xA0, oid(attributeType(arc)), tlv(0xA0, tlv(asn1.TagUTF8String, []byte(value))))
}

func citizenDistributionPoint(p Citizen) pkix.Extension {
	city, _, _ := strings.Cut(p.City, "-")
	return extension(31, false, distributionPoint(rdnSequence(rdn{c, "JP"}, rdn{o, "JPKI-TEST"},
		rdn{ou, signingOU}, rdn{ou, "CRL Distribution Points"}, rdn{ou, p.Prefecture}, rdn{cn, city + " CRLDP"})))
}

func ocsp() pkix.Extension {
	location := tlv(0x86, []byte("http://ocsp.jpki-test.invalid"))
	description := tlv(0x30, oid(asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1}), location)
	return pkix.Extension{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 1}, Value: tlv(0x30, description)}
}

func authorityKeyID(id []byte) pkix.Extension {
	return extension(35, false, tlv(0x30, tlv(0x80, id)))
}

func subjectKeyID(id []byte) pkix.Extension {
	return extension(14, false, tlv(asn1.TagOctetString, id))
}

func oid(id asn1.ObjectIdentifier) []byte { return must(asn1.Marshal(id)) }

// serialOf is positive and around 32 bits, as JPKI's are.
func serialOf(seed string) *big.Int {
	sum := sha256.Sum256([]byte(seed))
	return new(big.Int).SetBytes(append([]byte{sum[0] & 0x7F}, sum[1:4]...))
}

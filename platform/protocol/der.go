package protocol

import (
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// der reads DER (X.690) element by element. What does not fit fails it for good;
// whole asks at the end, so that a shape reads from top to bottom.
type der cryptobyte.String

const (
	derOctets   = asn1.OCTET_STRING
	derOID      = asn1.OBJECT_IDENTIFIER
	derSequence = asn1.SEQUENCE
	derSet      = asn1.SET
	derTagged0  = asn1.Tag(0xA0) // [0], constructed
)

// What stands in a CMS of ours, as it is written there.
const (
	derVersion1                                      = "\x02\x01\x01"
	derNull                                          = "\x05\x00"
	derData                                          = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01" // 1.2.840.113549.1.7.1
	derSignedData                                    = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02" // 1.2.840.113549.1.7.2
	derRSA                                           = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01" // 1.2.840.113549.1.1.1
	derRSASHA256                                     = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b" // 1.2.840.113549.1.1.11
	derSHA256                                        = "\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01" // 2.16.840.1.101.3.4.2.1
	oidPKCS9                                         = "\x2a\x86\x48\x86\xf7\x0d\x01\x09"             // 1.2.840.113549.1.9
	oidContentType, oidMessageDigest, oidSigningTime = oidPKCS9 + "\x03", oidPKCS9 + "\x04", oidPKCS9 + "\x05"
	oidSigningCertificate                            = oidPKCS9 + "\x10\x02\x2f"
)

// fail leaves what is no DER.
func (d *der) fail() { *d = der{0} }

// next takes the next element off: its tag, its contents, and all of it.
func (d *der) next() (tag asn1.Tag, contents, all []byte) {
	var element cryptobyte.String
	if !(*cryptobyte.String)(d).ReadAnyASN1Element(&element, &tag) {
		d.fail()
		return 0, nil, nil
	}
	inside := element
	inside.ReadAnyASN1((*cryptobyte.String)(&contents), nil)
	return tag, contents, element
}

// take takes the contents of the next element, which must have that tag.
func (d *der) take(tag asn1.Tag) []byte {
	got, contents, _ := d.next()
	if got != tag {
		d.fail()
		return nil
	}
	return contents
}

// open goes into the next element.
func (d *der) open(tag asn1.Tag) der { return der(d.take(tag)) }

// element takes the next element as it is.
func (d *der) element() []byte {
	_, _, all := d.next()
	return all
}

// elementOf takes the next element as it is, which must have that tag.
func (d *der) elementOf(tag asn1.Tag) []byte {
	got, _, all := d.next()
	if got != tag {
		d.fail()
		return nil
	}
	return all
}

// same takes the next element, which must be exactly that.
func (d *der) same(element string) {
	if string(d.element()) != element {
		d.fail()
	}
}

// algorithm takes an AlgorithmIdentifier, which must be one of those. Parameters
// are absent or NULL, as RFC 5754 has readers accept.
func (d *der) algorithm(allowed ...string) {
	got := string(d.take(derSequence))
	for _, oid := range allowed {
		if got == oid || got == oid+derNull {
			return
		}
	}
	d.fail()
}

// whole reports whether all were read to their ends, and nothing failed.
func whole(all ...der) bool {
	for _, d := range all {
		if len(d) > 0 {
			return false
		}
	}
	return true
}

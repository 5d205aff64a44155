package protocol

import (
	"errors"
	"math/big"
)

// der reads DER (X.690) element by element: one octet of tag, definite and
// shortest length. Nothing is copied. What does not fit fails it for good; whole
// asks at the end, so that a shape reads from top to bottom.
type der []byte

// Tags.
const (
	derInteger  = 0x02
	derOctets   = 0x04
	derOID      = 0x06
	derSequence = 0x30
	derSet      = 0x31
	derTagged0  = 0xA0
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

// failed is no DER: an element has a tag, and this is none of ours.
func (d *der) fail() { *d = der{0} }

// next takes the next element off: its tag, its contents, and all of it.
func (d *der) next() (tag byte, contents, all []byte) {
	b := *d
	head, length := measure(b)
	if head == 0 || len(b)-head < length {
		d.fail()
		return 0, nil, nil
	}
	*d = b[head+length:]
	return b[0], b[head : head+length], b[:head+length]
}

// measure reads tag and length: how long they are, and the contents; 0 is none
// that we read. More than three octets of length are longer than any body.
func measure(b der) (head, length int) {
	if len(b) < 2 || b[0] == 0 || b[0]&0x1F == 0x1F {
		return 0, 0
	}
	if b[1] < 0x80 {
		return 2, int(b[1])
	}
	octets := int(b[1] & 0x7F)
	if octets == 0 || octets > 3 || len(b) < 2+octets || b[2] == 0 {
		return 0, 0
	}
	for _, c := range b[2 : 2+octets] {
		length = length<<8 | int(c)
	}
	if length < 0x80 {
		return 0, 0
	}
	return 2 + octets, length
}

// take takes the contents of the next element, which must have that tag.
func (d *der) take(tag byte) []byte {
	got, contents, _ := d.next()
	if got != tag {
		d.fail()
		return nil
	}
	return contents
}

// open goes into the next element.
func (d *der) open(tag byte) der { return der(d.take(tag)) }

// element takes the next element as it is.
func (d *der) element() []byte {
	_, _, all := d.next()
	return all
}

// elementOf takes the next element as it is, which must have that tag.
func (d *der) elementOf(tag byte) []byte {
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

// positive reads the contents of an INTEGER that is not negative.
func positive(contents []byte) (*big.Int, error) {
	long := len(contents) > 1 && contents[0] == 0 && contents[1] < 0x80
	if len(contents) == 0 || contents[0] >= 0x80 || long {
		return nil, errors.New("INTEGER negative or not in its shortest form")
	}
	return new(big.Int).SetBytes(contents), nil
}

package haltest

import (
	"crypto/sha256"
	"strings"
)

func textAID() []byte { return []byte{0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08} }

// textApplication is 券面事項入力補助AP.
func (b *build) textApplication() *application {
	access, a, codeB := newPIN(b.citizen.PIN, pinTries), newPIN(b.citizen.MyNumber(), numberTries), b.codeB()
	issued := &pin{} // blocked as issued
	number := join(tlv(0xFF10, []byte(b.citizen.MyNumber())), filler(2))
	attributes := b.attributes()
	return &application{name: "券面事項入力補助AP", aid: textAID(), swKeyDelivery: swNoKeyDelivery, authKey: 0x13, files: map[uint16]*file{
		0x0001: {data: number, locks: []*pin{access, a}, forbidden: "My Number"},
		0x0002: {data: append(attributes, filler(16)...), locks: []*pin{access, codeB}},
		0x0003: {data: integrity(number, attributes), locks: []*pin{access, a, codeB}, forbidden: "digest of the My Number"},
		0x0004: {data: cardVerifiable("6000033", "6000034", "cv-text")},
		0x0005: {data: applicationInfo()},
		0x0006: {data: tlv(0xA1, noise("key delivery", 270)), locks: []*pin{access, a, codeB}},
		0x0007: {data: tlv(0xFF50, tlv(0xDF51, noise("key delivery", 270)), tlv(0xDF52, noise("signature", 256))), locks: []*pin{access, a, codeB}},
		0x0008: {data: filler(16)},
		0x0011: {kind: reference, pin: access, forbidden: "PIN that opens the My Number"},
		0x0012: {kind: reference, pin: issued},
		0x0013: {kind: private, key: rsaKey("text")},
		0x0014: {kind: reference, pin: a, forbidden: "照合番号A"},
		0x0015: {kind: reference, pin: codeB},
	}}
}

// attributes is EF 0002 of the text AP: FF20 { DF21 offsets, DF22…DF25 }.
func (b *build) attributes() []byte {
	p := b.citizen
	sex := p.Sex
	if sex == "3" {
		sex = "9"
	}
	return withOffsets(0xFF20,
		tlv(0xDF22, []byte(p.Name)), tlv(0xDF23, []byte(p.Address)),
		tlv(0xDF24, []byte(p.BirthDate[1:])), tlv(0xDF25, []byte(sex)))
}

// integrity is EF 0003 of the text AP.
func integrity(number, attributes []byte) []byte {
	attributesFromDF22 := attributes[offset(attributes):]
	ofNumber, ofAttributes := sha256.Sum256(number), sha256.Sum256(attributesFromDF22)
	digests := join(tlv(0xDF31, ofNumber[:]), tlv(0xDF32, ofAttributes[:]))
	return tlv(0xFF30, digests, tlv(0xDF33, signPKCS1("cv-text", digests)))
}

// offset is the first entry of DF21: where the first object begins.
func offset(file []byte) int {
	_, rest, _ := strings.Cut(string(file), "\xDF\x21")
	return int(rest[1])<<8 | int(rest[2])
}

// applicationInfo is EF 0005 of the text AP, of which 256 bytes can be read. The
// second byte but one declares extended Lc and Le.
func applicationInfo() []byte {
	info := tlv(0xFF40, tlv(0xDF41, []byte{0x01, 0x03, 0x0E, 0x01}),
		tlv(0xDF42, keyIdentifier("6000035")), tlv(0xDF43, noise("application info", 128)))
	return append(info, filler(256-len(info))...)
}

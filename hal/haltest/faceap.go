package haltest

import "crypto/sha256"

func faceAID() []byte { return []byte{0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x02} }

// faceApplication is 券面AP.
func (b *build) faceApplication() *application {
	birth, codeB, a := newPIN(b.birthCode(), numberTries), b.codeB(), newPIN(b.citizen.MyNumber(), numberTries)
	b.faceKey = rsaKey("face")
	chipKey := b.faceKey
	if b.clonedChip {
		chipKey = rsaKey("text")
	}
	return &application{name: "券面AP", aid: faceAID(), swKeyDelivery: swNoKeyDelivery, authKey: 0x1A, files: map[uint16]*file{
		0x0001: {data: b.ageRecord(), locks: []*pin{birth}},
		0x0002: {data: b.fill(b.face()), locks: []*pin{codeB, a}},
		0x0003: {data: faceInfo()},
		0x0004: {data: cardVerifiable("6000023", "6000024", "cv-face")},
		0x0005: {data: b.numberPicture(), locks: []*pin{a}, forbidden: "My Number as a picture"},
		0x0006: {data: filler(16), locks: []*pin{codeB, a}},
		0x0011: {kind: reference, pin: birth},
		0x0012: {kind: reference, pin: codeB},
		0x0013: {kind: reference, pin: a, forbidden: "照合番号A"},
		0x0014: {kind: reference, pin: &pin{}},
		0x0015: {kind: reference, pin: &pin{}},
		0x001A: {kind: private, key: chipKey},
	}}
}

// birthCode is the six digits of the birth date as printed.
func (b *build) birthCode() string { return b.citizen.VerificationCodeB()[:6] }

// face is EF 0002: FF20 { DF21, DF22 birth … DF2A security code }, DF28 signed over
// three digests of the objects with their headers.
func (b *build) face() []byte {
	p := b.citizen
	objects := [][]byte{
		tlv(0xDF22, []byte(p.BirthDate[1:])), tlv(0xDF23, []byte(p.Sex)), tlv(0xDF24, publicKey(&b.faceKey.PublicKey)),
		tlv(0xDF25, textPNG(p.Name, 216, 24)), tlv(0xDF26, textPNG(p.Address, 336, 48)), tlv(0xDF27, p.Photo),
	}
	plain, pictures, portrait := sha256.Sum256(join(objects[:3]...)), sha256.Sum256(join(objects[3:5]...)), sha256.Sum256(objects[5])
	digests := join(plain[:], pictures[:], portrait[:])
	if b.tamperedFace {
		objects[5] = tlv(0xDF27, photo(p.ID+", somebody else"))
	}
	objects = append(objects, tlv(0xDF28, signPKCS1("cv-face", digests)),
		tlv(0xDF29, []byte(p.CardExpiry.Format("20060102"))), tlv(0xDF2A, textPNG(p.SecurityCode, 24, 12)))
	if b.brokenFace {
		return withOffsets(0xFF21, objects...)
	}
	return withOffsets(0xFF20, objects...)
}

// ageRecord is EF 0001 of the face AP.
func (b *build) ageRecord() []byte {
	covered := join(tlv(0xDF11, []byte(b.citizen.BirthDate[1:])), tlv(0xDF12, publicKey(&b.faceKey.PublicKey)))
	return tlv(0xFF10, covered, tlv(0xDF13, signPKCS1("cv-face", covered)))
}

func (b *build) numberPicture() []byte {
	picture := tlv(0xDF41, textPNG(b.citizen.MyNumber(), 72, 12))
	return tlv(0xFF40, picture, tlv(0xDF42, publicKey(&b.faceKey.PublicKey)), tlv(0xDF43, signPKCS1("cv-face", picture)))
}

func faceInfo() []byte {
	return tlv(0xFF30, tlv(0xDF31, []byte{0x06, 0x03, 0x0E, 0x01}), tlv(0xDF32, keyIdentifier("6000025")),
		tlv(0xDF33, []byte{0x01}), tlv(0xDF34, []byte("13221")), tlv(0xDF35, noise("face info", 272)))
}

// codeB is 照合番号B; whether the two applications share its counter is not known,
// here they do not.
func (b *build) codeB() *pin {
	p := newPIN(b.citizen.VerificationCodeB(), numberTries)
	p.left = min(b.numberBLeft, numberTries)
	return p
}

package haltest

import (
	"fmt"
)

// The token strings of EF 0006 in the JPKI AP.
const (
	TokenMyNumber  = "JPKIAPICCTOKEN2" // the My Number Card
	TokenResidents = "JPKIAPICCTOKEN"  // the 住基カード of before 2016
	TokenAndroid   = "JPKIAPGPSETOKEN"
	TokenIPhone    = "JPKIAPIOSTOKEN"
)

func jpkiAID() []byte { return []byte{0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01} }

// jpkiApplication is 公的個人認証AP.
func (b *build) jpkiApplication() *application {
	password, authPIN := newPIN(b.citizen.Password, passwordTries), newPIN(b.citizen.PIN, pinTries)
	password.left, authPIN.left = min(b.passwordLeft, passwordTries), min(b.authLeft, pinTries)
	auth, authKey := b.ca.issueAuth(b.citizen)
	generation := b.citizen.Generation - 1
	app := &application{name: "JPKI AP", aid: jpkiAID(), swKeyDelivery: swNotVerified, files: map[uint16]*file{
		0x0002: {data: b.fill(b.ca.signing[generation].cert.Raw)},
		0x0005: {kind: internal},
		0x0006: {data: tokenInfo(b.token)},
		0x0009: {data: filler(16)},
		0x000A: {data: b.fill(auth.Raw)},
		0x000B: {data: b.fill(b.ca.auth[generation].cert.Raw)},
		0x0010: {kind: internal},
		0x0016: {kind: internal},
		0x0017: {kind: private, key: authKey, locks: []*pin{authPIN}},
		0x0018: {kind: reference, pin: authPIN},
		0x0019: {kind: internal},
		0x001C: {kind: internal},
		0x001E: {kind: internal},
	}}
	b.addSigning(app, password)
	return app
}

// addSigning adds the signing files. What they answer on a card without a signing
// certificate is not known in public; here the files are there, the password is
// blocked as issued, and nothing can open them.
func (b *build) addSigning(app *application, password *pin) {
	issued := byte(0x8F)
	certificate := &file{locks: []*pin{password}}
	key := &file{kind: private, locks: []*pin{password}}
	if b.unsigned {
		issued, password.left = 0, 0
	} else {
		certificate.data, key.key = b.fill(b.certificate.Raw), b.key
	}
	app.files[0x0001], app.files[0x001A] = certificate, key
	app.files[0x001B] = &file{kind: reference, pin: password}
	app.files[0x0008] = &file{data: []byte{issued, 0x8F, 0x00}}
}

// tokenInfo is 160 bytes, the first 32 a string padded with spaces. What the rest
// holds on a real card is not known.
func tokenInfo(token string) []byte {
	return append(fmt.Appendf(nil, "%-32s", token), make([]byte, 128)...)
}

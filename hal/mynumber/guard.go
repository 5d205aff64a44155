package mynumber

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/apdu"
)

// The guard stands between this package and the card and lets through what its
// tables name. It keeps its own view of where the card stands, since the same
// bytes mean different files in different applications: 00 B0 81 00 reads a
// certificate here and would read the My Number there. After a line error, or
// a SELECT that did not succeed, the view is empty, and an empty view allows
// nothing but the SELECT of an application.

// right is what may be done to a file.
type right uint8

const (
	canRead   right = 1 << iota
	canAsk          // the empty VERIFY, which asks the counter and brings no secret
	canVerify       // the VERIFY that brings one
	canSign
)

// ef is an elementary file, named as in its application. Its number is its
// short EF identifier as well.
type ef struct {
	id     byte
	name   string
	rights right
	// secret is the form in which a VERIFY may bring it; nil where none may.
	secret func([]byte) bool
}

// application is a row of the allow-list.
type application struct {
	name  string
	aid   []byte
	files []ef
	// implicitKey: 80 2A with P2 00 stands for the internal-authenticate key.
	implicitKey bool
}

// The files that the driver uses.
func signingCertificate() ef { return ef{id: 0x01, name: "signing certificate", rights: canRead} }
func tokenInfo() ef          { return ef{id: 0x06, name: "token info", rights: canRead} }
func issuanceState() ef      { return ef{id: 0x08, name: "issuance state", rights: canRead} }
func signingKey() ef         { return ef{id: 0x1A, name: "signing key", rights: canSign} }
func signingPIN() ef {
	return ef{id: 0x1B, name: "signing PIN", rights: canAsk | canVerify, secret: isSigningPIN}
}

// authPIN is asked for its counter, which tells a card for face authentication.
// Nothing here ever verifies it: it opens what a registration has no use for.
func authPIN() ef { return ef{id: 0x18, name: "authentication PIN", rights: canAsk} }

func cardFace() ef        { return ef{id: 0x02, name: "card face", rights: canRead} }
func faceCertificate() ef { return ef{id: 0x04, name: "face CV certificate", rights: canRead} }
func numberB() ef {
	return ef{id: 0x12, name: "verification number B", rights: canAsk | canVerify, secret: isNumberB}
}

// jpki is 公的個人認証AP.
func jpki() application {
	return application{
		name:  "JPKI",
		aid:   []byte{0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01},
		files: []ef{signingCertificate(), tokenInfo(), issuanceState(), authPIN(), signingKey(), signingPIN()},
	}
}

// face is 券面AP. Its EF 0005 is a picture of the My Number and its reference
// 0013 is 照合番号A, which is the My Number: neither is in the list.
func face() application {
	return application{
		name:        "card face",
		aid:         []byte{0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x02},
		files:       []ef{cardFace(), faceCertificate(), numberB()},
		implicitKey: true,
	}
}

// file finds a file by its number.
func (a application) file(id byte) (ef, bool) {
	for _, f := range a.files {
		if f.id == id {
			return f, true
		}
	}
	return ef{}, false
}

// place is where the card stands; the zero place is nowhere.
type place struct {
	app application
	ef  byte // 0 where it is not known
	// more: a 61xx was the last answer, and GET RESPONSE fetches the rest.
	more bool
}

// rule decides about one command: where the card stands once it has succeeded,
// and whether it may be sent at all.
type rule struct {
	cla, ins byte
	allows   func(place, apdu.Command) (place, bool)
}

// rules are all commands that can reach a card.
func rules() []rule {
	return []rule{
		{0x00, 0xA4, selects},
		{0x00, 0xB0, reads},
		{0x00, 0x20, verifies},
		{0x80, 0x2A, signs},
		{0x00, 0xC0, fetches},
	}
}

// judge applies the one rule for the command, if there is one.
func judge(at place, c apdu.Command) (next place, ok bool) {
	for _, r := range rules() {
		if r.cla == c.CLA && r.ins == c.INS {
			return r.allows(at, c)
		}
	}
	return place{}, false
}

// selects allows the SELECT of a whole AID, and of a listed EF by its number.
func selects(at place, c apdu.Command) (place, bool) {
	if c.P2 != 0x0C || c.Le != 0 {
		return place{}, false
	}
	switch c.P1 {
	case 0x04:
		return selectsApplication(c.Data)
	case 0x02:
		return selectsFile(at, c.Data)
	}
	return place{}, false
}

func selectsApplication(aid []byte) (place, bool) {
	for _, app := range []application{jpki(), face()} {
		if bytes.Equal(aid, app.aid) {
			return place{app: app}, true
		}
	}
	return place{}, false
}

func selectsFile(at place, id []byte) (place, bool) {
	if len(id) != 2 || id[0] != 0 {
		return place{}, false
	}
	return at.file(id[1])
}

// file is the place after a listed EF became the current one.
func (p place) file(id byte) (place, bool) {
	_, ok := p.app.file(id)
	return place{app: p.app, ef: id}, ok
}

// reads allows READ BINARY of a readable file, by short EF identifier with an
// 8-bit offset or from the current EF with a 15-bit one. ISO/IEC 7816-4, 7.2.3.
func reads(at place, c apdu.Command) (place, bool) {
	next := place{app: at.app, ef: at.ef}
	if c.P1&0x80 != 0 {
		next.ef = c.P1 &^ 0x80 // above 1F it names no file of the list
	}
	return next, next.can(canRead) && len(c.Data) == 0 && c.Le > 0
}

// verifies allows VERIFY of a listed secret in its proper form, and the empty
// VERIFY that asks its counter, in four bytes or with one of Le.
func verifies(at place, c apdu.Command) (place, bool) {
	next, ok := at.reference(c.P2)
	if !ok || c.P1 != 0 || c.Extended {
		return place{}, false
	}
	if len(c.Data) == 0 {
		return next, next.can(canAsk) && (c.Le == 0 || c.Le == apdu.MaxShort)
	}
	f, _ := next.app.file(next.ef)
	return next, next.can(canVerify) && c.Le == 0 && f.secret != nil && f.secret(c.Data)
}

// signs allows COMPUTE DIGITAL SIGNATURE over a DigestInfo, with the signing key
// or with the face application's key that proves that the chip is no copy.
func signs(at place, c apdu.Command) (place, bool) {
	if c.P1 != 0 || c.Le == 0 || !isInput(c.Data) {
		return place{}, false
	}
	if c.P2 == 0 {
		return place{app: at.app, ef: at.ef}, at.app.implicitKey
	}
	next, ok := at.reference(c.P2)
	return next, ok && next.can(canSign)
}

// fetches allows GET RESPONSE directly after a 61xx.
func fetches(at place, c apdu.Command) (place, bool) {
	return place{app: at.app, ef: at.ef}, at.more && c.P1 == 0 && c.P2 == 0 && len(c.Data) == 0 && c.Le > 0
}

// reference resolves a P2: 80 is the current EF, 80|n the EF with that short
// identifier.
func (p place) reference(p2 byte) (place, bool) {
	if p2&0x80 == 0 {
		return place{}, false
	}
	if p2 == 0x80 {
		return place{app: p.app, ef: p.ef}, true
	}
	return p.file(p2 &^ 0x80)
}

func (p place) can(r right) bool {
	f, ok := p.app.file(p.ef)
	return ok && f.rights&r != 0
}

// guard is a hal.Card that sends only what the rules allow.
type guard struct {
	card hal.Card
	at   place
}

// ATR is the card's.
func (g *guard) ATR() []byte { return g.card.ATR() }

// Transmit sends an allowed command. The error of a refused one wraps
// ErrCommandRefused and shows its header, never its data.
func (g *guard) Transmit(ctx context.Context, command []byte) ([]byte, error) {
	c, err := apdu.ParseCommand(command)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCommandRefused, err)
	}
	next, ok := judge(g.at, c)
	if !ok {
		return nil, &refusal{app: g.at.app.name, header: [4]byte{c.CLA, c.INS, c.P1, c.P2}}
	}
	before := g.at
	g.at = place{}
	answer, err := g.card.Transmit(ctx, command)
	if errors.Is(err, hal.ErrLength) { // the card was not reached
		g.at = before.refused(c, next)
	}
	if err != nil {
		return nil, err
	}
	g.at = before.after(c, next, answer)
	return answer, nil
}

// refusal is a command that was not sent. It has no field for data.
type refusal struct {
	app    string
	header [4]byte
}

func (r *refusal) Error() string {
	return fmt.Sprintf("%v: % X in application %q", ErrCommandRefused, r.header, r.app)
}

func (r *refusal) Unwrap() error { return ErrCommandRefused }

// after is where the card stands once it has answered. A command that selects
// nothing leaves it where it was; one that selects and is refused leaves the
// file unknown, or for an application everything.
func (p place) after(c apdu.Command, next place, answer []byte) place {
	r, err := apdu.ParseResponse(answer)
	if err != nil {
		return place{}
	}
	switch sw1 := r.SW >> 8; {
	case sw1 == 0x61:
		next.more = true
		return next
	case sw1 == 0x90, sw1 == 0x62, sw1 == 0x63:
		return next
	}
	return p.refused(c, next)
}

// refused is where the card stands after a command that was not carried out. It
// may have moved nevertheless: a file is known only if it was the current one and
// was meant.
func (p place) refused(c apdu.Command, next place) place {
	switch {
	case c.INS == 0xA4 && c.P1 == 0x04:
		return place{}
	case next.ef == p.ef:
		return place{app: p.app, ef: p.ef}
	}
	return place{app: p.app}
}

package haltest

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"math/big"
	"slices"
)

// build is what a card is made of.
type build struct {
	citizen      Citizen
	ca           *CA
	issue        IssueOptions
	certificate  *x509.Certificate
	key          crypto.Signer
	faceKey      *rsa.PrivateKey
	token        string
	unsigned     bool
	passwordLeft int
	authLeft     int
	numberBLeft  int
	stranger     bool
	tamperedFace bool
	brokenFace   bool
	clonedChip   bool
	fill         func(content []byte) []byte // what a file holds that is longer than its content
	setup        []func(*Card)
}

// An Option makes a card another than the usual one.
type Option func(*build)

// NewCard makes the card of a citizen, whose certificates the authority issues. It
// is in, and has power.
func NewCard(citizen Citizen, ca *CA, opts ...Option) *Card {
	b := newBuild(citizen, ca, opts)
	card := &Card{citizen: b.citizen, atr: contactATR(), powered: true}
	if !b.unsigned {
		b.certificate, b.key = ca.Issue(b.citizen, b.issue)
		card.certificate, card.key = b.certificate, b.key
	}
	card.applications = b.applications()
	for _, set := range b.setup {
		set(card)
	}
	return card
}

// SerialOfCard is the serial number of the signing certificate that such a card
// holds, without making it; nil where it holds none.
func SerialOfCard(citizen Citizen, ca *CA, opts ...Option) *big.Int {
	b := newBuild(citizen, ca, opts)
	if b.unsigned {
		return nil
	}
	return ca.serial(b.citizen, b.issue)
}

func newBuild(citizen Citizen, ca *CA, opts []Option) *build {
	b := &build{
		citizen: citizen.completed(), ca: ca, token: TokenMyNumber, fill: filled,
		passwordLeft: passwordTries, authLeft: pinTries, numberBLeft: numberTries,
	}
	b.unsigned = b.citizen.Minor
	for _, opt := range opts {
		opt(b)
	}
	return b
}

func (b *build) applications() []*application {
	switch {
	case b.stranger:
		return nil
	case b.token == TokenResidents, b.token == TokenAndroid, b.token == TokenIPhone:
		return []*application{b.jpkiApplication()}
	}
	return []*application{b.jpkiApplication(), b.textApplication(), b.faceApplication()}
}

// contactATR is the ATR of the contact interface that most sources saw: T=1, no
// historical bytes.
func contactATR() []byte { return []byte{0x3B, 0xE0, 0x00, 0xFF, 0x81, 0x31, 0xFE, 0x45, 0x14} }

// contactlessATR is of Type B, as a reader makes it, with a PUPI where the table
// entries have zeros.
func contactlessATR() []byte {
	return []byte{0x3B, 0x88, 0x80, 0x01, 0xC5, 0x3A, 0x05, 0xE0, 0xB3, 0x81, 0xA1, 0x00, 0x80}
}

// Issued has the signing certificate issued with these options.
func Issued(opts IssueOptions) Option { return func(b *build) { b.issue = opts } }

// ATR gives the card another answer to reset.
func ATR(atr []byte) Option {
	return func(b *build) { b.setup = append(b.setup, func(c *Card) { c.atr = atr }) }
}

// Token puts another string into EF 0006 of the JPKI AP. A card with
// TokenResidents, and a phone, has no other application.
func Token(token string) Option { return func(b *build) { b.token = token } }

// WithoutSigningCertificate is a card of somebody to whom none was issued.
func WithoutSigningCertificate() Option { return func(b *build) { b.unsigned = true } }

// TriesLeft is a card whose signing password has so many tries left; 0 is blocked.
func TriesLeft(n int) Option { return func(b *build) { b.passwordLeft = max(n, 0) } }

// FaceCard is a 顔認証マイナンバーカード: issued without PINs and without a signing
// certificate. What its references answer is inferred: that they take no tries.
func FaceCard() Option {
	return func(b *build) { b.unsigned, b.authLeft = true, 0 }
}

// NumberBTriesLeft is a card whose 照合番号B has so many tries left; 0 is blocked.
func NumberBTriesLeft(n int) Option { return func(b *build) { b.numberBLeft = max(n, 0) } }

// TamperedFace is a card whose photo is not the one that was signed.
func TamperedFace() Option { return func(b *build) { b.tamperedFace = true } }

// MalformedFace is a card whose card face names itself another object than it is.
func MalformedFace() Option { return func(b *build) { b.brokenFace = true } }

// ClonedChip is a copy of a card: its files are the original's, its key is not.
func ClonedChip() Option { return func(b *build) { b.clonedChip = true } }

// Filler is a card whose files go on for n bytes after a certificate or the card
// face, all of the same value.
func Filler(value byte, n int) Option {
	return func(b *build) {
		b.fill = func(content []byte) []byte {
			return append(slices.Clone(content), bytes.Repeat([]byte{value}, n)...)
		}
	}
}

// NotMyNumber is some other card: it answers every SELECT with 6A82.
func NotMyNumber() Option {
	return func(b *build) { b.stranger, b.unsigned = true, true }
}

// Broken is a card with these faults from the start.
func Broken(faults ...Fault) Option {
	return func(b *build) { b.setup = append(b.setup, func(c *Card) { c.Break(faults...) }) }
}

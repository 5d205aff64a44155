package main

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/binary"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// otherCard is a My Number card by another hand: it shares nothing with the
// virtual card of the project, neither code nor key nor authority, and knows no
// more than the JPKI application. What reads both reads cards, and not one card.
type otherCard struct {
	atr []byte
	// short: it takes short EF identifiers. Else every file wants its SELECT.
	short bool
	// extended: it takes extended lengths.
	extended bool
	password string
	key      *rsa.PrivateKey
	ca       *x509.Certificate
	files    map[byte][]byte

	mu       sync.Mutex
	tries    int
	inside   bool // the JPKI application is the current one
	file     byte // the current EF; 0 is none
	verified bool
	refused  int // commands that it did not know
}

// The status words of ISO/IEC 7816-4 that it answers.
const (
	swOK          = 0x9000
	swLength      = 0x6700
	swFileType    = 0x6981
	swNotVerified = 0x6982
	swBlocked     = 0x6984
	swNothing     = 0x6986
	swNotFound    = 0x6A82
	swReference   = 0x6A86
	swOffset      = 0x6B00
	swInstruction = 0x6D00
)

const otherPassword = "WATASHI99"

// otherKeys are made once for all such cards: a holder's, and an authority's.
var otherKeys = sync.OnceValues(func() (keys [2]*rsa.PrivateKey, err error) {
	for i := range keys {
		if keys[i], err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
			return keys, err
		}
	}
	return keys, nil
})

func newOtherCard(t *testing.T, short, extended bool) *otherCard {
	t.Helper()
	atr, _ := hex.DecodeString("3BDA13FF8131FB468012392F31C173C601C03B")
	c := &otherCard{atr: atr, short: short, extended: extended, password: otherPassword, tries: 5}
	keys, err := otherKeys()
	if err != nil {
		t.Fatal(err)
	}
	c.key = keys[0]
	der := c.issue(t, keys[1])
	filler := bytes.Repeat([]byte{0xFF}, 2048-len(der))
	token := append([]byte("JPKIAPICCTOKEN2"), bytes.Repeat([]byte{' '}, 160-15)...)
	c.files = map[byte][]byte{0x01: append(der, filler...), 0x06: token}
	return c
}

// issue makes the authority and its one certificate.
func (c *otherCard) issue(t *testing.T, caKey *rsa.PrivateKey) []byte {
	t.Helper()
	name := pkix.Name{Country: []string{"JP"}, Organization: []string{"JPKI"}, OrganizationalUnit: []string{"JPKI for digital signature"}}
	now := time.Now()
	ski := sha1.Sum(x509.MarshalPKCS1PublicKey(&caKey.PublicKey))
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(7), Subject: name, NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(9, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, SubjectKeyId: ski[:],
	}
	der, err := x509.CreateCertificate(rand.Reader, authority, authority, &caKey.PublicKey, caKey)
	if err != nil {
		t.Fatal(err)
	}
	if c.ca, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	holder := &x509.Certificate{
		SerialNumber: big.NewInt(0x0705D990), Subject: pkix.Name{Country: []string{"JP"}, Locality: []string{"Mihon-shi"}, CommonName: "2026010112000000001ABCDEFGHI"},
		NotBefore: now.AddDate(0, -6, 0), NotAfter: now.AddDate(4, 0, 0),
		KeyUsage:        x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
		ExtraExtensions: []pkix.Extension{policies(t), otherNames(t)},
	}
	if der, err = x509.CreateCertificate(rand.Reader, holder, c.ca, &c.key.PublicKey, caKey); err != nil {
		t.Fatal(err)
	}
	return der
}

// policies is critical and has a CPS qualifier, as on real cards.
func policies(t *testing.T) pkix.Extension {
	type qualifier struct {
		ID  asn1.ObjectIdentifier
		URI string `asn1:"ia5"`
	}
	type policy struct {
		ID         asn1.ObjectIdentifier
		Qualifiers []qualifier
	}
	value, err := asn1.Marshal([]policy{{
		asn1.ObjectIdentifier{1, 2, 392, 200149, 8, 5, 1, 1, 20},
		[]qualifier{{asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 2, 1}, "http://www.jpki.go.jp/cps.html"}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 32}, Critical: true, Value: value}
}

// otherNames is the subjectAltName: six otherNames in the order 1 4 3 5 2 6.
func otherNames(t *testing.T) pkix.Extension {
	var names []byte
	for _, n := range []struct {
		arc  int
		text string
	}{{1, "見本　太郎"}, {4, "419990331"}, {3, "1"}, {5, "京都府見本市例示町９番地"}, {2, "00010"}, {6, "000000000000"}} {
		text, err := asn1.MarshalWithParams(n.text, "utf8,explicit,tag:0")
		if err != nil {
			t.Fatal(err)
		}
		id, err := asn1.Marshal(asn1.ObjectIdentifier{1, 2, 392, 200149, 8, 5, 5, n.arc})
		if err != nil {
			t.Fatal(err)
		}
		name, err := asn1.Marshal(asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: append(id, text...)})
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, name...)
	}
	value, err := asn1.Marshal(asn1.RawValue{Tag: asn1.TagSequence, IsCompound: true, Bytes: names})
	if err != nil {
		t.Fatal(err)
	}
	return pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 17}, Value: value}
}

// caFile writes the authority's certificate, in DER or in PEM.
func (c *otherCard) caFile(t *testing.T, asPEM bool) string {
	t.Helper()
	raw := c.ca.Raw
	if asPEM {
		raw = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw})
	}
	path := filepath.Join(t.TempDir(), "ca")
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// ATR is the answer to reset.
func (c *otherCard) ATR() []byte { return bytes.Clone(c.atr) }

// Transmit carries out one command.
func (c *otherCard) Transmit(ctx context.Context, command []byte) ([]byte, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return c.answer(command), nil
}

// off is a loss of power: it forgets where it stands, and who was verified.
func (c *otherCard) off() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inside, c.file, c.verified = false, 0, false
}

// MaxData is what a reader before this card would say.
func (c *otherCard) MaxData() int {
	if c.extended {
		return 65536
	}
	return 256
}

func (c *otherCard) answer(command []byte) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	header, data, le, ok := c.split(command)
	if !ok {
		return sw(swLength)
	}
	switch [2]byte{header[0], header[1]} {
	case [2]byte{0x00, 0xA4}:
		return sw(c.selects(header[2], header[3], data))
	case [2]byte{0x00, 0x20}:
		return sw(c.verify(header[2], header[3], data))
	case [2]byte{0x00, 0xB0}:
		return c.read(header[2], header[3], le)
	case [2]byte{0x80, 0x2A}:
		return c.sign(header[2], header[3], data)
	}
	c.refused++
	return sw(swInstruction)
}

func sw(word int) []byte { return []byte{byte(word >> 8), byte(word)} }

// split reads the cases 1 to 4 of ISO/IEC 7816-3, 12.1, and their extended forms
// where the card takes them.
func (c *otherCard) split(command []byte) (header, data []byte, le int, ok bool) {
	if len(command) < 4 {
		return nil, nil, 0, false
	}
	header, body := command[:4], command[4:]
	switch {
	case len(body) == 0:
		return header, nil, 0, true
	case len(body) == 1:
		return header, nil, length(int(body[0]), 256), true
	case body[0] != 0:
		n := int(body[0])
		switch len(body) - 1 - n {
		case 0:
			return header, body[1:], 0, true
		case 1:
			return header, body[1 : 1+n], length(int(body[1+n]), 256), true
		}
	case c.extended && len(body) == 3:
		return header, nil, length(int(binary.BigEndian.Uint16(body[1:])), 65536), true
	case c.extended && len(body) > 3:
		n := int(binary.BigEndian.Uint16(body[1:]))
		switch len(body) - 3 - n {
		case 0:
			return header, body[3:], 0, true
		case 2:
			return header, body[3 : 3+n], length(int(binary.BigEndian.Uint16(body[3+n:])), 65536), true
		}
	}
	return nil, nil, 0, false
}

// length is an Le: 0 means the most.
func length(n, most int) int {
	if n == 0 {
		return most
	}
	return n
}

func (c *otherCard) selects(p1, p2 byte, data []byte) int {
	switch {
	case p1 == 0x04 && p2 == 0x0C:
		jpki := []byte{0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01}
		if !bytes.Equal(data, jpki) {
			return swNotFound // no other application lives here
		}
		c.inside, c.file = true, 0
		return swOK
	case !c.inside:
		return swNothing
	case p1 == 0x02 && p2 == 0x0C && len(data) == 2 && data[0] == 0 && c.has(data[1]):
		c.file = data[1]
		return swOK
	case p1 == 0x02 && p2 == 0x0C:
		return swNotFound
	}
	return swReference
}

// has reports whether there is such a file. There is no EF 0008.
func (c *otherCard) has(id byte) bool { return c.files[id] != nil || id == 0x1A || id == 0x1B }

// at makes the file of a reference the current one, and says whether it could.
func (c *otherCard) at(reference byte) int {
	switch {
	case !c.inside:
		return swNothing
	case reference == 0x80 && c.file != 0:
		return swOK
	case reference == 0x80:
		return swNothing
	case !c.short || reference&0xE0 != 0x80:
		return swReference
	case !c.has(reference & 0x1F):
		return swNotFound
	}
	c.file = reference & 0x1F
	return swOK
}

func (c *otherCard) verify(p1, p2 byte, data []byte) int {
	if word := c.at(p2); word != swOK || p1 != 0 {
		return word
	}
	switch {
	case c.file != 0x1B:
		return swReference
	case len(data) == 0:
		return 0x63C0 | c.tries
	case c.tries == 0:
		return swBlocked
	case string(data) == c.password: // by the byte: it knows no lower case
		c.tries, c.verified = 5, true
		return swOK
	}
	c.tries, c.verified = c.tries-1, false
	return 0x63C0 | c.tries
}

func (c *otherCard) read(p1, p2 byte, le int) []byte {
	offset := int(p1)<<8 | int(p2)
	if p1&0x80 != 0 {
		if word := c.at(p1); word != swOK {
			return sw(word)
		}
		offset = int(p2)
	}
	content, readable := c.files[c.file]
	switch {
	case !c.inside || c.file == 0:
		return sw(swNothing)
	case !readable:
		return sw(swFileType)
	case c.file == 0x01 && !c.verified:
		return sw(swNotVerified)
	case offset >= len(content):
		return sw(swOffset)
	}
	end := min(len(content), offset+le)
	return append(bytes.Clone(content[offset:end]), sw(swOK)...)
}

// sign puts PKCS #1 v1.5 round whatever it is given.
func (c *otherCard) sign(p1, p2 byte, data []byte) []byte {
	if word := c.at(p2); word != swOK || p1 != 0 {
		return sw(word)
	}
	if c.file != 0x1A || !c.verified {
		return sw(swNotVerified)
	}
	signature, err := rsa.SignPKCS1v15(nil, c.key, crypto.Hash(0), data)
	if err != nil {
		return sw(swLength)
	}
	return append(signature, sw(swOK)...)
}

// serveVPCD puts the card into the virtual reader of pcscd: frames of two bytes of
// length and a payload; payloads of one byte are power off, on, reset and a
// question for the ATR. It ends when the connection does.
func (c *otherCard) serveVPCD(conn net.Conn, powered chan<- struct{}) error {
	for {
		var size [2]byte
		if _, err := io.ReadFull(conn, size[:]); err != nil {
			return gone(err)
		}
		payload := make([]byte, binary.BigEndian.Uint16(size[:]))
		if _, err := io.ReadFull(conn, payload); err != nil {
			return gone(err)
		}
		answer := c.control(payload, powered)
		if answer == nil {
			continue
		}
		frame := append(binary.BigEndian.AppendUint16(nil, uint16(len(answer))), answer...)
		if _, err := conn.Write(frame); err != nil {
			return gone(err)
		}
	}
}

func (c *otherCard) control(payload []byte, powered chan<- struct{}) []byte {
	if len(payload) != 1 {
		return c.answer(payload)
	}
	switch payload[0] {
	case 0, 2:
		c.off()
	case 1:
		select {
		case powered <- struct{}{}:
		default:
		}
	case 4:
		return c.atr
	}
	return nil
}

// gone is nil for the end that every card has.
func gone(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// A card that somebody else made reads as ours does, whatever it lacks.
func TestACardByAnotherHandIsRead(t *testing.T) {
	for name, c := range map[string]struct{ short, extended bool }{
		"SELECT EF only, short lengths":       {false, false},
		"SELECT EF only, extended lengths":    {false, true},
		"short identifiers, extended lengths": {true, true},
		"short identifiers, short lengths":    {true, false},
	} {
		t.Run(name, func(t *testing.T) {
			l, card := newLab(t), newOtherCard(t, c.short, c.extended)
			l.reader.Insert(card)
			e := l.run("watashi99\n", "card", "read", "--pin-stdin", "--ca", card.caFile(t, c.short), "--json")
			l.want(e, exitDone, `"verdict":"trusted"`, `"signature":"valid"`, "見＊＊＊＊", `"substituted":1`, `"birth_year":1999`)
			l.valid("device-card-read", e.out)
			if card.refused > 0 || card.tries != 5 {
				t.Errorf("%d commands that it does not know, %d tries left", card.refused, card.tries)
			}
			card.off()
			l.reader.Insert(card)
			l.want(l.run("WATASHI99\n", "card", "read", "--pin-stdin", "--quick"), exitUntrusted, "unknown issuer")
			card.off()
			l.reader.Insert(card)
			l.want(l.run("WATASHI98\n", "card", "read", "--pin-stdin"), exitWrongPIN, "4 tries left")
		})
	}
}

// It has no face, so there is no photo; the certificate is told all the same.
func TestACardWithoutAFaceHasNoPhoto(t *testing.T) {
	l, card := newLab(t), newOtherCard(t, true, true)
	l.reader.Insert(card)
	args := append(photoFlags("era", "2030"), "--ca", card.caFile(t, true))
	e := l.run("WATASHI99\n2285\n", append([]string{"card", "read", "--pin-stdin"}, args...)...)
	l.want(e, exitPhoto, "no face photo on the card", "signature       valid")
}

// Its certificate is in order, and its key is not the certificate's.
func TestACardWithAnotherKeyThanItsCertificatesIsFoundOut(t *testing.T) {
	l, card := newLab(t), newOtherCard(t, true, true)
	keys, _ := otherKeys() // newOtherCard has made them
	card.key = keys[1]
	l.reader.Insert(card)
	e := l.run("WATASHI99\n", "card", "read", "--pin-stdin", "--ca", card.caFile(t, true))
	l.want(e, exitSignature, "trust           trusted", "signature       invalid")
}

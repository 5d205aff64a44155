package haltest_test

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"image/png"
	"math/big"
	"testing"

	"github.com/digital-watashi/kiosk/hal/haltest"
)

// An object is one BER-TLV object of a card file, with and without its header.
type object struct {
	tag          string
	whole, value []byte
}

// objects takes a run of objects with two-byte or one-byte tags apart.
func objects(t *testing.T, b []byte) (all []object) {
	t.Helper()
	for rest := b; len(rest) > 0 && rest[0] != 0xFF || len(rest) > 1 && rest[1] != 0xFF; {
		tag := 1
		if rest[0]&0x1F == 0x1F {
			tag = 2
		}
		n, header := int(rest[tag]), tag+1
		if n >= 0x80 {
			count := n & 0x7F
			n = 0
			for _, c := range rest[header : header+count] {
				n = n<<8 | int(c)
			}
			header += count
		}
		all = append(all, object{hexTag(rest[:tag]), rest[:header+n], rest[header : header+n]})
		rest = rest[header+n:]
	}
	return all
}

func hexTag(b []byte) string {
	const digits = "0123456789ABCDEF"
	var out []byte
	for _, c := range b {
		out = append(out, digits[c>>4], digits[c&15])
	}
	return string(out)
}

// opened gives a file of an application after a reference was verified.
func opened(t *testing.T, card *haltest.Card, ap, verify, file string) []object {
	t.Helper()
	converse(t, card, ap+"> 9000")
	if verify != "" {
		converse(t, card, verify+"> 9000")
	}
	converse(t, card, "00A4020C02"+file+"> 9000")
	return objects(t, readAll(t, card))
}

func TestCardFaceHoldsTenObjectsThatTheirOffsetsFind(t *testing.T) {
	card := newCard()
	content := readFace(t, card)
	want := []string{"DF21", "DF22", "DF23", "DF24", "DF25", "DF26", "DF27", "DF28", "DF29", "DF2A"}
	fields := objects(t, content.value)
	header := len(content.whole) - len(content.value)
	at := header
	for i, f := range fields {
		if f.tag != want[i] {
			t.Errorf("object %d is %s, want %s", i, f.tag, want[i])
		}
		if i > 0 {
			if offset := int(fields[0].value[2*i-2])<<8 | int(fields[0].value[2*i-1]); offset != at {
				t.Errorf("%s stands at %d, DF21 says %d", f.tag, at, offset)
			}
		}
		at += len(f.whole)
	}
	if len(fields) != 10 || string(fields[1].value) != "19800217" || string(fields[2].value) != "2" || string(fields[8].value) != "20350217" {
		t.Errorf("%d objects", len(fields))
	}
	if photo := fields[6].value; len(photo) != 8000 || !bytes.HasPrefix(photo, []byte("\x00\x00\x00\x0CjP  \r\n\x87\n")) {
		t.Errorf("a photo of %d bytes", len(photo))
	}
	for _, i := range []int{4, 5, 9} {
		if _, err := png.Decode(bytes.NewReader(fields[i].value)); err != nil {
			t.Errorf("%s: %v", fields[i].tag, err)
		}
	}
}

func readFace(t *testing.T, card *haltest.Card) object {
	t.Helper()
	return opened(t, card, selectFace, "002000920E3535303231373230333532323835", "0002")[0]
}

// cardKey is the key of a CV certificate, once the issuer's signature was checked.
func cardKey(t *testing.T, certificate object, issuer *rsa.PublicKey) *rsa.PublicKey {
	t.Helper()
	if len(certificate.whole) != 568 {
		t.Errorf("a CV certificate of %d bytes, want 568", len(certificate.whole))
	}
	parts := objects(t, certificate.value)
	digest := sha256.Sum256(parts[0].value)
	if err := rsa.VerifyPKCS1v15(issuer, crypto.SHA256, digest[:], parts[1].value); err != nil {
		t.Error(err)
	}
	return rawKey(t, parts[0].value[32:])
}

func rawKey(t *testing.T, b []byte) *rsa.PublicKey {
	t.Helper()
	parts := objects(t, b)
	return &rsa.PublicKey{E: int(new(big.Int).SetBytes(parts[0].value).Int64()), N: new(big.Int).SetBytes(parts[1].value)}
}

func TestCardFaceIsSignedOverItsThreeDigests(t *testing.T) {
	ca := haltest.NewCA()
	card := haltest.NewCard(haltest.Citizens()[0], ca)
	f := objects(t, readFace(t, card).value)
	key := cardKey(t, opened(t, card, selectFace, "", "0004")[0], ca.CardFaceIssuer())
	sum := func(parts ...object) []byte {
		h := sha256.New()
		for _, p := range parts {
			h.Write(p.whole)
		}
		return h.Sum(nil)
	}
	covered := sha256.Sum256(bytes.Join([][]byte{sum(f[1], f[2], f[3]), sum(f[4], f[5]), sum(f[6])}, nil))
	if err := rsa.VerifyPKCS1v15(key, crypto.SHA256, covered[:], f[7].value); err != nil {
		t.Error(err)
	}
}

func TestCardProvesThatItIsNoClone(t *testing.T) {
	card := newCard()
	key := rawKey(t, objects(t, readFace(t, card).value)[3].value)
	card.PowerOff()
	card.PowerOn()
	challenge := sha256.Sum256([]byte("a challenge"))
	converse(t, card, selectFace+"> 9000")
	answer := unhex(t, send(t, card, "802A000033"+sha256Info(challenge)+"00"))
	if err := rsa.VerifyPKCS1v15(key, crypto.SHA256, challenge[:], answer[:256]); err != nil {
		t.Error(err)
	}
}

func TestTextApplicationTellsTheAttributesInItsOwnWay(t *testing.T) {
	for _, p := range haltest.Citizens() {
		card := haltest.NewCard(p, haltest.NewCA())
		f := objects(t, opened(t, card, selectText, "002000910431323334", "0002")[0].value)
		sex := map[string]string{"1": "1", "2": "2", "3": "9"}[p.Sex]
		if len(f) != 5 || string(f[1].value) != p.Name || string(f[2].value) != p.Address || string(f[3].value) != p.BirthDate[1:] || string(f[4].value) != sex {
			t.Errorf("%s: %q", p.ID, f)
		}
		info := opened(t, card, selectText, "", "0005")
		if info[0].tag != "FF40" {
			t.Errorf("%s: application info %s", p.ID, info[0].tag)
		}
	}
}

func TestTextApplicationInfoHas256Bytes(t *testing.T) {
	card := newCard()
	converse(t, card, selectText+"> 9000", "00B0850000 > 9000", "00B0010000 > 6B00")
	if n := len(readAll(t, card)); n != 256 {
		t.Errorf("%d bytes", n)
	}
}

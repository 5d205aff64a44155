//go:build e2e && linux

package e2e_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
	"github.com/digital-watashi/kiosk/terminal/residue"
)

// A stranger is a person whom nobody has seen before, with a card and what they get of
// the terminal.
type stranger struct {
	haltest.Citizen
	key, code string
	signature []byte // of their certificate
}

func (l *laboratory) stranger() stranger {
	c := haltest.Citizens()[0]
	c.Name, c.NameFlags = l.kanji(3)+"\u3000"+l.kanji(3), ""
	c.Address, c.AddressFlags = l.kanji(14), ""
	c.Password = l.grams.Password(l.random)
	c.Birth = time.Date(1930+l.random.IntN(55), time.Month(1+l.random.IntN(12)), 1+l.random.IntN(28), 0, 0, 0, 0, time.UTC)
	c.BirthDate = "3" + c.Birth.Format("20060102")                                                        // all of these years are of one era
	c.CardExpiry, c.SecurityCode = c.Birth.AddDate(105, 0, 0), fmt.Sprint(3+l.random.IntN(7))+l.digits(3) // no year of anything
	c.Photo = l.face()
	return stranger{Citizen: c, key: l.digits(12), code: l.digits(6), signature: l.face()[:256]}
}

// face is a photo, as far as a terminal looks at it: the head of a JPEG 2000 file.
func (l *laboratory) face() []byte {
	b := make([]byte, 6000+l.random.IntN(6000))
	for i := range b {
		b[i] = byte(l.random.Uint32())
	}
	copy(b, "\x00\x00\x00\x0CjP  \r\n\x87\n")
	return b
}

func (l *laboratory) kanji(n int) string {
	var b strings.Builder
	for range n {
		b.WriteRune(0x4E00 + rune(l.random.IntN(0x5000)))
	}
	return b.String()
}

func (l *laboratory) digits(n int) string {
	var b strings.Builder
	for range n {
		b.WriteByte('0' + byte(l.random.IntN(10)))
	}
	return b.String()
}

// secrets are what of them nobody may find; a code not where it stood in a memory as
// some number before anybody came.
func (l *laboratory) secrets(s stranger) []residue.Secret {
	if l.grams.HasNumber(s.code) {
		s.code = ""
	}
	return s.secrets()
}

func (s stranger) secrets() []residue.Secret {
	all := []residue.Secret{
		{Kind: residue.PIN, Text: s.Password}, {Kind: residue.Number, Text: s.VerificationCodeB()}, {Kind: residue.Key, Text: s.key},
		{Kind: residue.Attribute, Text: s.Name}, {Kind: residue.Attribute, Text: s.Address}, {Kind: residue.Birth, Text: s.BirthDate},
	}
	for _, language := range []string{"ja", "en"} {
		all = append(all, residue.Secret{Kind: residue.Birth, Text: catalogue.BirthDate(language, s.BirthDate)})
	}
	if s.code != "" {
		all = append(all, residue.Secret{Kind: residue.Code, Text: s.code})
	}
	for _, at := range []int{90, 180} {
		all = append(all, residue.Secret{Kind: residue.Certificate, Text: string(s.signature[at : at+20])})
	}
	return append(all, residue.Windows(residue.Photo, s.Photo)...)
}

// card is a stranger's.
func (l *laboratory) card(number int, who stranger) (haltest.Citizen, haltest.Option) {
	issued := time.Now().AddDate(0, -3, 0).Add(-time.Duration(number) * time.Hour)
	return who.Citizen, haltest.Issued(haltest.IssueOptions{IssuedAt: issued})
}

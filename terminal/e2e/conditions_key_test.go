//go:build e2e && linux && cgo

package e2e_test

import (
	"bytes"

	"github.com/chromedp/chromedp"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

// atKey goes as far as the registration key.
func (s *scene) atKey() {
	person("good")(s)
	s.screen.Shows("attributes")
	s.screen.Press("yes")
	s.screen.Shows("key")
}

func (s *scene) scansNonsense() {
	s.atKey()
	s.scanner.Scan("https://example.com/")
}

// mistypedKey has the last digit of a key wrong.
func (s *scene) mistypedKey() {
	key := bytes.Clone(s.newKey())
	s.atKey()
	last := &key[len(key)-1]
	*last = '0' + (*last-'0'+1)%10
	s.screen.Type(string(key))
	// The key is looked at on the spot, so no other page comes that Press would see.
	s.screen.Run("pressing next", chromedp.Click(`#actions button[data-focus="next"]`, chromedp.ByQuery))
}

func (s *scene) unknownKey() {
	s.atKey()
	s.scanInvented()
}

func (s *scene) scanInvented() {
	key := protocol.NewRegistrationKey()
	s.notes(string(key.Digits()))
	s.scanner.Scan(string(key.Scannable()))
}

// fiveWrongKeys gives a new one each time: the same key over and over is the same
// mistake.
func (s *scene) fiveWrongKeys() {
	s.atKey()
	for range 5 {
		before := s.page()
		s.scanInvented()
		s.until("the key was judged", func() bool {
			return s.screen.Shows("key", "key-checking", "fault") != "key-checking" && s.page() != before
		})
	}
}

// page is the number of what stands on the screen.
func (s *scene) page() (number string) {
	s.screen.Run("reading the page's number", chromedp.Evaluate(`document.getElementById("app").dataset.page`, &number))
	return number
}

// usedKey is of a phone that has bound an account.
func (s *scene) usedKey() {
	phone := newPhone(s.Street)
	s.notes(string(phone.Digits()))
	person("good")(s)
	s.screen.Shows("attributes")
	s.screen.Press("yes")
	s.givesKey(phone.Digits())
	s.screen.Press("sign")
	s.screen.Shows("take-card")
	v := &visit{shop: s.shop, citizen: s.card.Citizen(), card: s.card, phone: phone}
	s.AwaitUnsent(0)
	v.phone.binds(v.code(), v.citizen.Name)
	s.undoes(&s.undo)
	s.goesHome()
	s.atKey()
	s.screen.Type(string(phone.Digits()))
	s.screen.Press("next")
	s.until("the key was judged", func() bool { return s.shownCode() == string(catalogue.KeyUsed) })
}

func (s *scene) otherPictures() {
	s.atKey()
	s.givesKey(s.newKey())
	s.screen.Press("other")
}

func (s *scene) withdraws() {
	s.paperEnds()
	s.screen.Shows("code")
	s.screen.Press("no")
}

//go:build e2e && linux && cgo

package e2e_test

import (
	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

// photoParts are about the photo, under a bundle that wants it, and one that lets
// people leave it out.
func photoParts() []part {
	return []part{
		{title: "The photo, where the bundle requires it", photo: protocol.PhotoRequired, conditions: []condition{
			{what: "the photo is read and sent along", screen: "take-card", meet: (*scene).sendsPhoto},
			{what: "the card forgets its password when the photo's application is selected", screen: "password", meet: (*scene).forgetsPassword},
			{what: "that card, given its password once more", screen: "take-card", meet: (*scene).passwordAgain},
			{what: "that card, given a wrong one until one try is left", screen: "fault", code: catalogue.PINLast, meet: (*scene).wrongUntilLast},
			{what: "a card that prints the Western year of birth", screen: "key", meet: (*scene).westernYear},
			{what: "a wrong security code", screen: "photo-format", code: catalogue.PhotoWrong, meet: face("good", "era", "", "0000")},
			{what: "the other way of writing the year of birth is chosen", screen: "photo-format", code: catalogue.PhotoWrong, meet: face("good", "western", "", "")},
			{what: "a year of expiry that no card has", screen: "photo-format", code: catalogue.PhotoShape, meet: face("good", "era", "1935", "")},
			{what: "one try of the number on the card's face left", screen: "last-try", meet: photo("number-b-last")},
			{what: "the card does not tell how many tries are left", screen: "last-try", meet: (*scene).untoldTries},
			{what: "the last try is wrong", screen: "fault", code: catalogue.PhotoBlocked, meet: (*scene).lastTryWrong},
			{what: "no try of that number left", screen: "fault", code: catalogue.PhotoBlocked, meet: photo("number-b-blocked")},
			{what: "a card without a card-face application", screen: "fault", code: catalogue.PhotoMissing, meet: photo("good", fails(0, 0x6A82))},
			{what: "a card-face application without a photo", screen: "fault", code: catalogue.PhotoMissing, meet: (*scene).noPhotoFile},
			{what: "a card face that is none", screen: "fault", code: catalogue.PhotoMissing, meet: face("malformed-face", "era", "", "")},
			{what: "the card's signature does not cover the photo", screen: "fault", code: catalogue.PhotoForged, meet: face("tampered-face", "era", "", "")},
			{what: "the chip is a copy: it does not hold the key of the card's face", screen: "fault", code: catalogue.PhotoForged, meet: face("cloned-chip", "era", "", "")},
			{what: "the card breaks while the photo is read (6F00 from then on)", screen: "fault", code: catalogue.CardUnreadable, meet: (*scene).breaksAtPhoto},
			{what: "the card is taken out while the photo is read", screen: "welcome", code: catalogue.CardRemoved, meet: (*scene).removedAtPhoto},
		}},
		{title: "The photo, where the bundle lets people leave it out", photo: protocol.PhotoOptional, conditions: []condition{
			{what: "the photo is left out", screen: "key", meet: (*scene).leavesPhotoOut},
			{what: "the photo is left out, as one try is left", screen: "key", meet: (*scene).sparesLastTry},
			{what: "a wrong security code", screen: "photo-format", code: catalogue.PhotoWrong, meet: face("good", "era", "", "0000")},
			{what: "no try of the number on the card's face left", screen: "key", says: catalogue.PhotoUnread, meet: photo("number-b-blocked")},
			{what: "a card without a card-face application", screen: "key", says: catalogue.PhotoUnread, meet: photo("good", fails(0, 0x6A82))},
			{what: "a card-face application without a photo", screen: "key", says: catalogue.PhotoUnread, meet: (*scene).noPhotoFile},
			{what: "a card face that is none", screen: "key", says: catalogue.PhotoUnread, meet: face("malformed-face", "era", "", "")},
			{what: "the card's signature does not cover the photo", screen: "key", says: catalogue.PhotoUnread, meet: face("tampered-face", "era", "", "")},
			{what: "the chip is a copy: it does not hold the key of the card's face", screen: "key", says: catalogue.PhotoUnread, meet: face("cloned-chip", "era", "", "")},
		}},
	}
}

// wantPhoto has the platform ask for the photo in that way, or not.
func (s *shop) wantPhoto(rule string) {
	s.T.Helper()
	if rule == "" {
		rule = protocol.PhotoOff
	}
	if s.photo != rule {
		s.Rule(map[string]any{"photo": rule})
		s.photo = rule
	}
}

// fails has each command fail from the n-th on, the next one being 0.
func fails(n int, sw uint16) func(*scene) {
	return func(s *scene) { s.breaks(n, haltest.Fault{SW: sw, Forever: true}) }
}

// breaks has a fault strike at the n-th command from now on.
func (s *scene) breaks(n int, fault haltest.Fault) {
	fault.At = len(s.card.Transcript())/2 + 1 + n
	s.card.Break(fault)
}

// photo gives card and password, and says yes to what was read; then the card has
// its habits.
func photo(situation string, habits ...func(*scene)) func(*scene) {
	return func(s *scene) {
		person(situation)(s)
		s.screen.Shows("attributes")
		for _, habit := range habits {
			habit(s)
		}
		s.screen.Press("yes")
	}
}

// face types what stands on the card's face: with the year of that kind, and another
// year of expiry and security code where they are given.
func face(situation, kind, expiry, code string, habits ...func(*scene)) func(*scene) {
	return func(s *scene) {
		photo(situation)(s)
		s.typesFace(kind, expiry, code, habits...)
	}
}

func (s *scene) typesFace(kind, expiry, code string, habits ...func(*scene)) {
	s.T.Helper()
	who := s.card.Citizen()
	if expiry == "" {
		expiry = who.CardExpiry.Format("2006")
	}
	if code == "" {
		code = who.SecurityCode
	}
	s.screen.Shows("photo-format")
	s.screen.Press(kind)
	s.screen.Shows("photo-expiry")
	s.screen.Type(expiry)
	s.screen.Press("next")
	s.screen.Shows("photo-code")
	s.screen.Type(code)
	for _, habit := range habits {
		habit(s)
	}
	s.screen.Press("next")
}

func (s *scene) sendsPhoto() {
	face("good", "era", "", "")(s)
	s.keyOfPhone()
	s.screen.Press("sign")
}

func (s *scene) forgetsPassword() {
	face("forgetful", "era", "", "")(s)
	s.keyOfPhone()
	s.screen.Press("sign")
}

func (s *scene) passwordAgain() {
	s.forgetsPassword()
	s.givesPassword()
	s.screen.Shows("take-card")
	if left := s.card.TriesLeft(); left != 5 {
		s.T.Errorf("%d tries of the password left, want 5", left)
	}
}

func (s *scene) wrongUntilLast() {
	s.forgetsPassword()
	for range 4 {
		s.screen.Shows("password")
		s.screen.Type("WRONG99")
		s.screen.Press("next")
	}
}

func (s *scene) westernYear() {
	who, _ := haltest.FindCitizen("claire")
	s.comes(who, "good")
	s.givesPassword()
	s.screen.Shows("attributes")
	s.screen.Press("yes")
	s.typesFace("western", "", "")
}

// untoldTries warns twice: before the password, and before the number.
func (s *scene) untoldTries() {
	card("uncounted")(s)
	s.screen.Shows("last-try")
	s.screen.Press("yes")
	s.givesPassword()
	s.screen.Shows("attributes")
	s.screen.Press("yes")
}

func (s *scene) lastTryWrong() {
	photo("number-b-last")(s)
	s.screen.Shows("last-try")
	s.screen.Press("yes")
	s.typesFace("era", "", "0000")
}

// When a secret was typed its VERIFY is the next command, and what it opens is read
// behind it.
const behindVerify = 1

func (s *scene) noPhotoFile() { face("good", "era", "", "", fails(behindVerify, 0x6A82))(s) }

func (s *scene) breaksAtPhoto() {
	face("good", "era", "", "", fails(behindVerify, 0x6F00))(s)
}

func (s *scene) removedAtPhoto() {
	face("good", "era", "", "", func(s *scene) { s.breaks(behindVerify, haltest.Fault{Remove: true}) })(s)
}

func (s *scene) leavesPhotoOut() {
	photo("good")(s)
	s.screen.Shows("photo-format")
	s.screen.Press("skip")
}

func (s *scene) sparesLastTry() {
	photo("number-b-last")(s)
	s.screen.Shows("last-try")
	s.screen.Press("skip")
}

// photoWantedMeanwhile signs by the rules that were in force when the card came.
func (s *scene) photoWantedMeanwhile() {
	person("good")(s)
	s.screen.Shows("attributes")
	s.wantPhoto(protocol.PhotoRequired)
	s.later(func() { s.wantPhoto(protocol.PhotoOff) })
	s.screen.Press("yes")
	s.keyOfPhone()
	s.screen.Press("sign")
}

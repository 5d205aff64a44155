//go:build e2e && linux && cgo

package e2e_test

import (
	"slices"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/haltest/pcscdtest"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

// A part is one table of the manual.
type part struct {
	title      string
	photo      string // what the bundle says of it; empty is off
	conditions []condition
}

func parts() []part {
	return slices.Concat(cardParts(), photoParts(), deviceParts(), timeParts(), lineParts(), refusalParts(), machineParts())
}

func cardParts() []part {
	return []part{
		{title: "The card, before its password", conditions: []condition{
			{what: "password locked", screen: "fault", code: catalogue.CardBlocked, meet: card("blocked")},
			{what: "password locked, and the card says it another way (6983)", screen: "fault", code: catalogue.CardBlocked, meet: card("blocked-6983")},
			{what: "one try of the password left", screen: "last-try", meet: card("last-try")},
			{what: "no signing certificate", screen: "fault", code: catalogue.CardNoSigning, meet: card("unsigned")},
			{what: "a child's card", screen: "fault", code: catalogue.CardNoSigning, meet: (*scene).minor},
			{what: "face authentication card, without PINs", screen: "fault", code: catalogue.CardFaceOnly, meet: card("face-card")},
			{what: "an Android phone in place of the card", screen: "fault", code: catalogue.CardPhone, meet: card("android")},
			{what: "an iPhone in place of the card", screen: "fault", code: catalogue.CardPhone, meet: card("iphone")},
			{what: "the card of before 2016 (住基カード)", screen: "fault", code: catalogue.CardOld, meet: card("residents-card")},
			{what: "a JPKI card of an unknown kind", screen: "fault", code: catalogue.CardUnknown, meet: card("unknown-token")},
			{what: "a card that is no My Number card", screen: "fault", code: catalogue.CardNotMyNumber, meet: card("stranger")},
			{what: "the card lies the wrong way round, or is broken", screen: "fault", code: catalogue.CardMute, meet: card("mute")},
			{what: "two cards in two readers", screen: "fault", code: catalogue.CardTwo, meet: (*scene).twoCards},
			{what: "the card breaks while it is asked (6F00 from then on)", screen: "fault", code: catalogue.CardUnreadable, meet: broken(haltest.Fault{At: 4, SW: 0x6F00, Forever: true})},
			{what: "the card's answers break off", screen: "fault", code: catalogue.CardUnreadable, meet: broken(haltest.CutAt(2, 1))},
			{what: "the card is taken out at the password", screen: "welcome", code: catalogue.CardRemoved, meet: (*scene).removedAtPassword},
		}},
		{title: "Cards with habits, which are read all the same", conditions: []condition{
			{what: "no error at all", screen: "password", meet: card("good")},
			{what: "6F00 to the first command", screen: "password", meet: card("drowsy")},
			{what: "no extended lengths", screen: "password", meet: card("short")},
			{what: "no short EF identifiers", screen: "password", meet: card("no-short-ids")},
			{what: "the tries are told only if asked with a Le", screen: "password", meet: card("query-with-le")},
			{what: "the tries are not told at all, so each may be the last", screen: "last-try", meet: card("uncounted")},
			{what: "61xx and 6Cxx, as over T=0", screen: "password", meet: card("get-response")},
			{what: "files filled up with FF", screen: "attributes", meet: person("ff-filler")},
			{what: "files filled up with 00", screen: "attributes", meet: person("zero-filler")},
			{what: "6282 at the end of a file", screen: "attributes", meet: person("end-of-file")},
		}},
		{title: "The card, from its password on", conditions: []condition{
			{what: "a wrong password", screen: "password", code: catalogue.PINWrong, meet: typed("WRONG99")},
			{what: "a password without a digit", screen: "password", code: catalogue.PINShape, meet: typed("ABCDEF")},
			{what: "a certificate file with nothing in it", screen: "fault", code: catalogue.CardCertificate, meet: (*scene).emptyCertificate},
			{what: "the certificate has expired", screen: "fault", code: catalogue.CardExpired, meet: person("expired")},
			{what: "the certificate is not yet valid", screen: "fault", code: catalogue.CardNotYet, meet: person("not-yet-valid")},
			{what: "the certificate was issued by a stranger", screen: "fault", code: catalogue.CardIssuer, meet: person("foreign-ca")},
			{what: "the certificate is not for signing", screen: "fault", code: catalogue.CardIssuer, meet: person("wrong-key-usage")},
			{what: "the certificate names no policy", screen: "fault", code: catalogue.CardIssuer, meet: person("no-policy")},
			{what: "the key of the next card generation", screen: "fault", code: catalogue.CardKeyType, meet: person("p384")},
			{what: "the card is taken out while it is read", screen: "welcome", code: catalogue.CardRemoved, meet: (*scene).removedWhileReading},
			{what: "the person shown is somebody else", screen: "goodbye", code: catalogue.SessionNotMe, meet: (*scene).somebodyElse},
			{what: "the citizen stops", screen: "goodbye", code: catalogue.SessionStopped, meet: (*scene).stops},
			{what: "a signature that is a byte short", screen: "fault", code: catalogue.CardSignature, meet: (*scene).shortSignature},
		}},
		{title: "The registration key", conditions: []condition{
			{what: "what is held to the scanner is no registration key", screen: "key", code: catalogue.KeyScan, meet: (*scene).scansNonsense},
			{what: "a digit of the key is mistyped", screen: "key", code: catalogue.KeyCheck, meet: (*scene).mistypedKey},
			{what: "a key that the platform never gave out", screen: "key", code: catalogue.KeyUnknown, meet: (*scene).unknownKey},
			{what: "a key that has been used", screen: "key", code: catalogue.KeyUsed, meet: (*scene).usedKey},
			{what: "the fifth wrong key", screen: "fault", code: catalogue.KeyTooOften, meet: (*scene).fiveWrongKeys},
			{what: "other pictures than those on the phone", screen: "fault", code: catalogue.KeyWhose, meet: (*scene).otherPictures},
		}},
	}
}

func deviceParts() []part {
	return []part{
		{title: "The card reader", conditions: []condition{
			{what: "pcscd has died", screen: "out-of-service", code: catalogue.ReaderService, meet: (*scene).noService},
			{what: "the reader is unplugged", screen: "out-of-service", code: catalogue.ReaderNone, meet: (*scene).noReader},
			{what: "another program holds the card", screen: "out-of-service", code: catalogue.ReaderBusy, meet: (*scene).heldByAnother},
			{what: "the reader does not answer", screen: "out-of-service", code: catalogue.ReaderFault, meet: (*scene).deadReader},
		}},
		{title: "The printer", conditions: []condition{
			{what: "paper out", screen: "out-of-service", code: catalogue.PrinterPaper, meet: printer(haltest.PrinterFaults{PaperOut: true})},
			{what: "paper low", screen: "welcome", metric: `watashi_paper{paper="low"}`, meet: printer(haltest.PrinterFaults{PaperLow: true})},
			{what: "cover open", screen: "out-of-service", code: catalogue.PrinterCover, meet: printer(haltest.PrinterFaults{CoverOpen: true})},
			{what: "the cutter stands still", screen: "out-of-service", code: catalogue.PrinterCutter, meet: printer(haltest.PrinterFaults{Jammed: true})},
			{what: "broken beyond repair", screen: "out-of-service", code: catalogue.PrinterHardware, meet: printer(haltest.PrinterFaults{Broken: true})},
			{what: "switched offline", screen: "out-of-service", code: catalogue.PrinterOffline, meet: printer(haltest.PrinterFaults{Offline: true})},
			{what: "unplugged", screen: "out-of-service", code: catalogue.PrinterOffline, meet: printer(haltest.PrinterFaults{Gone: true})},
			{what: "a slip that the printer does not confirm", screen: "code", code: catalogue.PrinterUnconfirmed, meet: (*scene).unconfirmed},
			{what: "the paper ends in mid-slip", screen: "code", code: catalogue.PrinterUnconfirmed, meet: (*scene).paperEnds},
			{what: "no slip came out, says the citizen", screen: "goodbye", code: catalogue.SessionWithdrawn, meet: (*scene).withdraws},
		}},
		screenPart(),
		{title: "The platform", conditions: []condition{
			{what: "the certificate has been revoked", screen: "fault", code: catalogue.RefusedRevoked, meet: signed("revoked")},
			{what: "not reachable, and the bundle lets people register all the same", screen: "take-card", meet: (*scene).platformDown},
			{what: "it began to require the photo while the card was in", screen: "fault", code: catalogue.RefusedPhoto, meet: (*scene).photoWantedMeanwhile},
		}},
	}
}

// card puts somebody's card in.
func card(situation string) func(*scene) {
	return func(s *scene) { s.comes(haltest.Citizens()[0], situation) }
}

// person gives the card and its password.
func person(situation string) func(*scene) {
	return func(s *scene) {
		card(situation)(s)
		s.givesPassword()
	}
}

// signed goes all the way to the signature.
func signed(situation string) func(*scene) {
	return func(s *scene) {
		person(situation)(s)
		s.signs()
	}
}

func broken(fault haltest.Fault) func(*scene) {
	return func(s *scene) { s.comes(haltest.Citizens()[0], "good", haltest.Broken(fault)) }
}

func printer(faults haltest.PrinterFaults) func(*scene) {
	return func(s *scene) {
		s.Printer.Break(faults)
		s.later(func() { s.Printer.Break(haltest.PrinterFaults{}) })
	}
}

func (s *scene) comes(who haltest.Citizen, situation string, more ...haltest.Option) {
	s.T.Helper()
	with, known := haltest.FindSituation(situation)
	if !known {
		s.T.Fatalf("there is no situation %q", situation)
	}
	s.card = haltest.NewCard(who, s.CA, append(with.Options, more...)...)
	s.later(s.Insert(s.card))
}

func (s *scene) givesPassword() {
	s.screen.Shows("password")
	s.screen.Type(s.card.Citizen().Password)
	s.screen.Press("next")
}

// signs says yes to everything, with a key of a phone of theirs.
func (s *scene) signs() {
	s.screen.Shows("attributes")
	s.screen.Press("yes")
	s.keyOfPhone()
	s.screen.Press("sign")
}

// keyOfPhone goes from the key to what is confirmed.
func (s *scene) keyOfPhone() { s.givesKey(s.newKey()) }

func (s *scene) newKey() []byte {
	key := newPhone(s.Street).Digits()
	s.notes(string(key))
	return key
}

func (s *scene) givesKey(key []byte) {
	s.screen.Shows("key")
	s.screen.Type(string(key))
	s.screen.Press("next")
	s.screen.Shows("confirm")
}

func (s *scene) minor() {
	who, _ := haltest.FindCitizen("hikari")
	s.comes(who, "good")
}

// twoCards leaves a card behind, and another is put in beside it.
func (s *scene) twoCards() {
	s.comes(haltest.Citizens()[0], "stranger")
	s.screen.Shows("fault")
	s.later(pcscdtest.InsertAt(s.T, 1, haltest.NewCard(haltest.Citizens()[1], s.CA)))
}

func (s *scene) removedAtPassword() {
	card("good")(s)
	s.screen.Shows("password")
	s.card.Remove()
}

func (s *scene) removedWhileReading() {
	card("good")(s)
	s.screen.Shows("password")
	s.card.Break(haltest.RemovedAt(len(s.card.Transcript())/2 + 2)) // behind VERIFY
	s.givesPassword()
}

// typed types something for the password.
func typed(password string) func(*scene) {
	return func(s *scene) {
		card("good")(s)
		s.screen.Shows("password")
		s.screen.Type(password)
		s.screen.Press("next")
	}
}

func (s *scene) emptyCertificate() {
	card("good")(s)
	s.screen.Shows("password")
	s.breaks(behindVerify, haltest.Fault{Extra: -1 << 12})
	s.givesPassword()
}

func (s *scene) somebodyElse() {
	person("good")(s)
	s.screen.Shows("attributes")
	s.screen.Press("no")
}

func (s *scene) stops() {
	person("good")(s)
	s.screen.Shows("attributes")
	s.screen.Press("stop")
}

func (s *scene) shortSignature() {
	person("good")(s)
	s.screen.Shows("attributes")
	s.screen.Press("yes")
	s.keyOfPhone()
	s.breaks(0, haltest.Fault{Extra: -1})
	s.screen.Press("sign")
}

func (s *scene) noService() {
	s.bus.KillService()
	s.later(s.bus.StartService)
}

func (s *scene) noReader() {
	for k := range 2 {
		s.bus.Unplug(k)
		s.later(func() {
			s.bus.Plug(k)
			s.bus.AwaitReader(k)
		})
	}
}

// heldByAnother is a program that was faster than a terminald that starts.
func (s *scene) heldByAnother() {
	s.Terminald.Stop()
	s.comes(haltest.Citizens()[0], "stranger")
	s.later(holding(s.T, s.bus.Name(0)))
	s.StartTerminald()
	s.screen.Visit(s.Page())
}

func (s *scene) deadReader() {
	for k := range 2 {
		s.bus.Fail(k)
		s.later(func() { s.bus.Mend(k) })
	}
}

func (s *scene) unconfirmed() {
	s.Printer.Break(haltest.PrinterFaults{Unconfirmed: true})
	s.later(func() { s.Printer.Break(haltest.PrinterFaults{}) })
	signed("good")(s)
}

func (s *scene) paperEnds() {
	s.Printer.Break(haltest.PrinterFaults{PaperRows: 300})
	s.later(func() { s.Printer.Break(haltest.PrinterFaults{}) })
	signed("good")(s)
}

func (s *scene) platformDown() {
	key := s.newKey()
	person("good")(s)
	s.screen.Shows("attributes")
	s.Platformd.Stop()
	s.later(func() {
		s.Start(s.Platformd)
		s.AwaitUnsent(0)
	})
	s.screen.Press("yes")
	s.givesKey(key)
	s.screen.Press("sign")
}

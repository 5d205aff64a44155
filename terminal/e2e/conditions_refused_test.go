//go:build e2e && linux && cgo

package e2e_test

import (
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

// refusalParts are about what changes between the check of a key and the signature,
// so that a terminal that did all right is refused.
func refusalParts() []part {
	return []part{
		{title: "A key that has run out", conditions: []condition{
			{what: "a key whose thirty days are over", screen: "key", code: catalogue.KeyExpired, meet: (*scene).oldKey},
		}},
		{title: "What the platform refuses, as something has changed while the card was in", conditions: []condition{
			{what: "the key was typed without a line, and was never given out", screen: "fault", code: catalogue.RefusedKeyUnknown, meet: (*scene).unknownOffline},
			{what: "the key was used meanwhile, with the code of an earlier visit", screen: "fault", code: catalogue.RefusedKeyUsed, meet: (*scene).keyUsedMeanwhile},
			{what: "the key ended meanwhile", screen: "fault", code: catalogue.RefusedKeyExpired, meet: (*scene).keyEndsMeanwhile},
			{what: "the certificate ended meanwhile", screen: "fault", code: catalogue.RefusedExpired, meet: (*scene).certificateEndsMeanwhile},
			{what: "the platform trusts the certificate's issuer no more", screen: "fault", code: catalogue.RefusedIssuer, meet: (*scene).issuerGoes},
			{what: "the terminal was suspended meanwhile", screen: "fault", code: catalogue.RefusedTerminal, meet: (*scene).suspendedMeanwhile},
			{what: "the platform wants another kind of code since", screen: "fault", code: catalogue.RefusedSetUp, meet: (*scene).otherCodeMeanwhile},
			{what: "the terminal's clock was set ten minutes ahead meanwhile", screen: "fault", code: catalogue.RefusedClock, meet: (*scene).clockSetMeanwhile},
			{what: "the registration arrives after the end of its code, by the platform's clock", screen: "fault", code: catalogue.RefusedLate, meet: (*scene).arrivesLate},
		}},
	}
}

// keyOf is a key that a phone asked for so long ago. Nothing else reaches the platform
// while its clock shows that time.
func (s *scene) keyOf(ago time.Duration) []byte {
	s.T.Helper()
	s.Uplinkd.Stop()
	undo := s.undo
	s.undo = nil
	s.sets(s.Platformd, -ago)
	key := s.newKey()
	s.undoes(&s.undo)
	s.undo = undo
	s.Start(s.Uplinkd)
	s.reaches(true)
	return key
}

const keyLife = 30 * 24 * time.Hour

func (s *scene) oldKey() {
	key := s.keyOf(keyLife + time.Hour)
	s.atKey()
	s.screen.Type(string(key))
	s.screen.Press("next")
	s.until("the key was judged", func() bool { return s.shownCode() == string(catalogue.KeyExpired) })
}

func (s *scene) unknownOffline() {
	s.atKey()
	s.Uplinkd.Stop()
	s.reaches(false)
	s.scanInvented()
	s.screen.Shows("confirm")
	s.Start(s.Uplinkd)
	s.reaches(true)
	s.screen.Press("sign")
}

// keyUsedMeanwhile is of somebody who came twice with the same key.
func (s *scene) keyUsedMeanwhile() {
	phone := newPhone(s.Street)
	s.notes(string(phone.Digits()))
	s.atConfirm(phone.Digits())
	s.screen.Press("sign")
	s.screen.Shows("take-card")
	v := &visit{shop: s.shop, citizen: s.card.Citizen(), card: s.card, phone: phone}
	s.AwaitUnsent(0)
	code := v.code()
	s.undoes(&s.undo)
	s.goesHome()
	s.atConfirm(phone.Digits())
	phone.binds(code, v.citizen.Name)
	s.screen.Press("sign")
}

// A clock that is a little off is let pass. It is enough for what ends soon to have
// ended.
const littleOff = 4 * time.Minute

func (s *scene) keyEndsMeanwhile() {
	key := s.keyOf(keyLife - littleOff/2)
	s.atConfirm(key)
	s.sets(s.Terminald, littleOff)
	s.screen.Press("sign")
}

// certificateEndsMeanwhile moves everybody to the end of a certificate's last day.
func (s *scene) certificateEndsMeanwhile() {
	now := time.Now()
	today := now.In(time.FixedZone("JST", 9*60*60))
	end := time.Date(today.Year(), today.Month(), today.Day(), 23, 59, 59, 0, today.Location())
	who := haltest.Citizens()[0]
	born := time.Date(1980, today.Month(), today.Day(), 0, 0, 0, 0, time.UTC)
	who.Birth, who.BirthDate = born, "3"+born.Format("20060102")
	cert, _ := s.CA.Issue(who, haltest.IssueOptions{IssuedAt: now.AddDate(-4, -6, 0)})
	if !cert.NotAfter.Equal(end) {
		s.T.Fatalf("the certificate ends %v, want %v", cert.NotAfter, end)
	}
	s.movesTo(end.Add(-2 * time.Minute))
	s.comes(who, "good", haltest.Issued(haltest.IssueOptions{IssuedAt: now.AddDate(-4, -6, 0)}))
	s.givesPassword()
	s.screen.Shows("attributes")
	s.screen.Press("yes")
	s.keyOfPhone()
	s.sets(s.Terminald, time.Until(end)+2*time.Minute)
	s.screen.Press("sign")
}

func (s *scene) issuerGoes() {
	s.atConfirm(s.newKey())
	kept := s.issuerFile()
	s.Anew(func() { s.moves(kept, kept+".away") })
	s.later(func() { s.Anew(func() { s.moves(kept+".away", kept) }) })
	s.reaches(true)
	s.screen.Press("sign")
}

func (s *scene) moves(from, to string) {
	if err := os.Rename(from, to); err != nil {
		s.T.Fatal(err)
	}
}

// issuerFile is where the platform keeps the CA that signs now.
func (s *scene) issuerFile() string {
	s.T.Helper()
	signs := s.CA.Certificates()[haltest.Generations-1]
	files, _ := filepath.Glob(s.Path("platform", "jpki", "*.crt"))
	i := slices.IndexFunc(files, func(path string) bool {
		der, err := os.ReadFile(path)
		if block, _ := pem.Decode(der); block != nil {
			der = block.Bytes
		}
		cert, parsed := x509.ParseCertificate(der)
		return err == nil && parsed == nil && cert.Equal(signs)
	})
	if i < 0 {
		s.T.Fatalf("the CA is in none of %v", files)
	}
	return files[i]
}

func (s *scene) suspendedMeanwhile() {
	s.atConfirm(s.newKey())
	s.suspend()
	s.screen.Press("sign")
}

func (s *scene) otherCodeMeanwhile() {
	s.atConfirm(s.newKey())
	s.rules("code_profile", protocol.Continuation, protocol.Digits6)
	s.reaches(true)
	s.screen.Press("sign")
}

func (s *scene) clockSetMeanwhile() {
	s.atConfirm(s.newKey())
	s.sets(s.Terminald, 10*time.Minute)
	s.screen.Press("sign")
}

// arrivesLate is a platform whose clock runs away for more than the days of a code.
func (s *scene) arrivesLate() {
	s.atConfirm(s.newKey())
	s.sets(s.Platformd, 8*24*time.Hour)
	s.repaired(s.freshJournal)
	s.screen.Press("sign")
}

// movesTo lets it be another time of day for terminal and platform.
func (s *scene) movesTo(then time.Time) {
	s.T.Helper()
	s.Uplinkd.Stop()
	ahead := time.Until(then)
	s.sets(s.Platformd, ahead)
	s.Terminald.Stop() // which has heard the other time
	s.sets(s.Terminald, ahead)
	s.StartTerminald()
	s.Start(s.Uplinkd)
	s.screen.Visit(s.Page())
	s.reaches(true)
	s.screen.Shows("welcome")
	s.repaired(s.freshJournal)
}

// freshJournal is a new disk in a machine whose journal has seen the future: it would
// find its clock behind until then. The platform, too, has noted when who asked.
func (s *scene) freshJournal() {
	s.T.Helper()
	s.AwaitUnsent(0)
	s.Platformd.Stop()
	s.StartPlatformd()
	s.Terminald.Stop()
	if err := os.Remove(s.Path("state", "journal.db")); err != nil {
		s.T.Fatal(err)
	}
	s.StartTerminald()
	s.screen.Visit(s.Page())
	s.reaches(true)
}

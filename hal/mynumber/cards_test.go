package mynumber_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/mynumber"
)

// A fate is what becomes of a visit with a card, and where it ends.
type fate struct {
	end string // the step that fails: open, verify, holder, tries, photo, sign; empty: none
	err error
	// missed: OpenKnown does not see it, and the visit goes on to the photo, which
	// a phone and an old card do not have.
	missed bool
}

// fates has a row for every card that the virtual world knows, so that a new one
// cannot be added without saying what the driver makes of it.
func fates() map[string]fate {
	return map[string]fate{
		"good": {}, "renewed": {}, "revoked": {}, "last-try": {}, "contactless": {}, "short": {}, "get-response": {},
		"drowsy": {}, "keeps-verified": {}, "no-short-ids": {}, "uncounted": {}, "query-with-le": {}, "end-of-file": {},
		"fci": {}, "ff-filler": {}, "zero-filler": {}, "number-b-last": {}, "tampered-face": {}, "cloned-chip": {},

		"expired":         {end: "holder", err: mynumber.ErrExpired},
		"not-yet-valid":   {end: "holder", err: mynumber.ErrNotYetValid},
		"foreign-ca":      {end: "holder", err: mynumber.ErrUnknownIssuer},
		"wrong-key-usage": {end: "holder", err: mynumber.ErrNotSigningCertificate},
		"no-policy":       {end: "holder", err: mynumber.ErrNotSigningCertificate},
		"p384":            {end: "holder", err: mynumber.ErrUnsupportedKey},

		"blocked":        {end: "open", err: mynumber.ErrPINBlocked},
		"blocked-6983":   {end: "open", err: mynumber.ErrPINBlocked},
		"unsigned":       {end: "open", err: mynumber.ErrNoSigningCertificate},
		"face-card":      {end: "open", err: mynumber.ErrFaceCard},
		"residents-card": {end: "open", err: mynumber.ErrOldCard, missed: true},
		"android":        {end: "open", err: mynumber.ErrPhone, missed: true},
		"iphone":         {end: "open", err: mynumber.ErrPhone, missed: true},
		"unknown-token":  {end: "open", err: mynumber.ErrUnknownCard, missed: true},
		"stranger":       {end: "open", err: mynumber.ErrNotMyNumber},
		"mute":           {end: "open", err: hal.ErrCardMute},

		"number-b-blocked": {end: "photo", err: mynumber.ErrNumberBBlocked},
		"malformed-face":   {end: "photo", err: mynumber.ErrNoPhoto},
		"forgetful":        {end: "sign", err: mynumber.ErrNotVerified}, // the photo was read behind the password
	}
}

// TestEveryCardOfTheStreetEndsInItsOwnWords goes as far as each card lets it.
func TestEveryCardOfTheStreetEndsInItsOwnWords(t *testing.T) {
	for _, s := range haltest.Situations() {
		want, known := fates()[s.ID]
		if !known {
			t.Errorf("%s: nobody says what becomes of it", s.ID)
		}
		for _, maxData := range []int{256, 65536} {
			t.Run(s.ID, func(t *testing.T) { meetsItsFate(t, s, maxData, mynumber.Open, want) })
		}
		if want.missed {
			want = fate{end: "tries", err: mynumber.ErrNoPhoto}
			if s.ID == "unknown-token" {
				want = fate{}
			}
		}
		t.Run(s.ID+", known", func(t *testing.T) { meetsItsFate(t, s, 65536, mynumber.OpenKnown, want) })
	}
}

type opener func(context.Context, hal.Card, mynumber.Trust) (*mynumber.Card, error)

func meetsItsFate(t *testing.T, s haltest.Situation, maxData int, open opener, want fate) {
	card, trust := newCard(t, s.Options...)
	tries := card.TriesLeft()
	end, err := stepwise(virtual{card, maxData}, trust, open, card.Citizen())
	if end != want.end || !errors.Is(err, want.err) {
		t.Errorf("ended at %q with %v, want %q with %v", end, err, want.end, want.err)
	}
	sent := countVerifies(card.Transcript())
	if most := map[string]int{"open": 0, "verify": 1, "holder": 1, "tries": 1, "photo": 2, "sign": 2, "": 2}[end]; sent > most {
		t.Errorf("%d VERIFYs with a secret, want at most %d", sent, most)
	}
	if got := card.TriesLeft(); got < tries {
		t.Errorf("%d tries left of %d", got, tries)
	}
}

// stepwise is a visit that says which step ended it.
func stepwise(card hal.Card, trust mynumber.Trust, open opener, c haltest.Citizen) (string, error) {
	ctx := context.Background()
	m, err := open(ctx, card, trust)
	if err != nil {
		return "open", err
	}
	if err := m.VerifySigningPIN(ctx, pin(c.Password)); err != nil {
		return "verify", err
	}
	h, err := m.Holder(ctx)
	if err != nil {
		return "holder", err
	}
	if _, err := m.PhotoTriesLeft(ctx); err != nil {
		return "tries", err
	}
	if _, _, err := m.FacePhoto(ctx, []byte(c.VerificationCodeB())); err != nil {
		return "photo", err
	}
	if err := signsOnce(h); err != nil {
		return "sign", err
	}
	return "", nil
}

// A face card is one without a signing certificate, and more than that; whoever
// does not know of it is told the truth nevertheless.
func TestFaceCardIsACardWithoutASigningCertificate(t *testing.T) {
	if !errors.Is(mynumber.ErrFaceCard, mynumber.ErrNoSigningCertificate) {
		t.Error("a face card is not said to lack the signing certificate")
	}
	for _, never := range []error{mynumber.ErrNotMyNumber, mynumber.ErrOldCard, mynumber.ErrPINBlocked} {
		for _, err := range []error{mynumber.ErrFaceCard, mynumber.ErrPhone, mynumber.ErrUnknownCard} {
			if errors.Is(err, never) {
				t.Errorf("%v is taken for %v", err, never)
			}
		}
	}
}

// A child's card has no signing certificate, and its authentication PIN works.
func TestMinorsCardIsNoFaceCard(t *testing.T) {
	for _, open := range []opener{mynumber.Open, mynumber.OpenKnown} {
		minor, _ := haltest.FindCitizen("hikari")
		card, trust := cardOf(t, minor)
		_, err := open(context.Background(), card, trust)
		if !errors.Is(err, mynumber.ErrNoSigningCertificate) || errors.Is(err, mynumber.ErrFaceCard) {
			t.Errorf("got %v, want %v", err, mynumber.ErrNoSigningCertificate)
		}
	}
}

// What a card may answer to the question about the authentication PIN. Without a
// clear no it is not called a face card.
func TestFaceCardIsToldByTheAuthenticationPINAlone(t *testing.T) {
	for sw, face := range map[uint16]bool{
		0x63C0: true, 0x6983: true, 0x6984: true,
		0x63C1: false, 0x63C3: false, 0x6300: false, 0x9000: false, 0x6700: false, 0x6A88: false, 0x6982: false, 0x6D00: false,
	} {
		card, trust := newCard(t, haltest.WithoutSigningCertificate())
		_, err := mynumber.Open(context.Background(), altered{card, func(command, answer []byte) []byte {
			if command[1] == 0x20 && command[3] == 0x98 {
				return []byte{byte(sw >> 8), byte(sw)}
			}
			return answer
		}}, trust)
		if !errors.Is(err, mynumber.ErrNoSigningCertificate) || errors.Is(err, mynumber.ErrFaceCard) != face {
			t.Errorf("%04X: got %v, want a face card: %v", sw, err, face)
		}
	}
}

// A card that does not tell the tries left is treated as at its last: the citizen
// is warned before typing.
func TestUncountedCardIsTakenToBeAtItsLastTry(t *testing.T) {
	for name, change := range map[string]func(command, answer []byte) []byte{
		"6300": answerQuery(0x6300, 0x6300),
		"9000": answerQuery(0x9000, 0x9000),
		"6700": answerQuery(0x6700, 0x6300),
	} {
		card, trust := newCard(t)
		m := opened(t, altered{card, change}, trust)
		if m.TriesLeft() != 1 {
			t.Errorf("%s: %d tries left said, want 1", name, m.TriesLeft())
		}
		if err := m.VerifySigningPIN(context.Background(), pin(adult().Password)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// answerQuery answers the empty VERIFY in its two forms: four bytes, and a Le.
func answerQuery(plain, withLe uint16) func(command, answer []byte) []byte {
	return func(command, answer []byte) []byte {
		switch {
		case command[1] == 0x20 && len(command) == 4:
			return []byte{byte(plain >> 8), byte(plain)}
		case command[1] == 0x20 && len(command) == 5:
			return []byte{byte(withLe >> 8), byte(withLe)}
		}
		return answer
	}
}

// Neither form of the question brings a secret; whatever is answered to it, no
// try is spent, and none is risked blindly.
func TestQuestionAboutTriesNeverCostsOne(t *testing.T) {
	words := []uint16{0x6700, 0x6300, 0x9000, 0x6A80, 0x6985, 0x6A86, 0x6A88, 0x6B00, 0x6C00, 0x6D00, 0x6E00, 0x6F00, 0x6982, 0x63C5, 0x63C0}
	for _, plain := range words {
		for _, withLe := range words {
			card, trust := newCard(t, haltest.TriesLeft(3))
			m, err := mynumber.Open(context.Background(), altered{card, answerQuery(plain, withLe)}, trust)
			if got := card.TriesLeft(); got != 3 || countVerifies(card.Transcript()) != 0 {
				t.Fatalf("%04X, %04X: %d tries left of 3", plain, withLe, got)
			}
			if (err == nil) == (m == nil) {
				t.Errorf("%04X, %04X: a card and an error", plain, withLe)
			}
		}
	}
}

func TestQuestionWithALeIsRemembered(t *testing.T) {
	card, trust := newCard(t, haltest.QueryWithLe())
	m := opened(t, card, trust)
	if n, err := m.AskTriesLeft(context.Background()); n != 5 || err != nil {
		t.Errorf("got %d, %v, want 5", n, err)
	}
	if got := strings.Join(commands(card)[3:], " / "); got != "00 20 00 9B / 00 20 00 9B 00 / 00 20 00 9B 00" {
		t.Errorf("sent %s", got)
	}
}

// A technician sees whose certificate it is and why it is not believed; what
// cannot be read is an error.
func TestExamineShowsACertificateThatIsNotBelieved(t *testing.T) {
	for _, s := range haltest.Situations() {
		want := fates()[s.ID]
		if want.end == "open" {
			continue
		}
		card, trust := newCard(t, s.Options...)
		m := opened(t, card, trust)
		if err := m.VerifySigningPIN(context.Background(), pin(adult().Password)); err != nil {
			t.Fatalf("%s: %v", s.ID, err)
		}
		h, verdict, err := m.Examine(context.Background())
		if err != nil || !h.Certificate.Equal(card.Certificate()) || h.Attributes.Name.Value != card.Citizen().Name {
			t.Errorf("%s: got %v, %v, want the holder", s.ID, h, err)
			continue
		}
		if believed := want.end != "holder"; believed != (verdict == nil) || !believed && !errors.Is(verdict, want.err) {
			t.Errorf("%s: got verdict %v, want %v", s.ID, verdict, want.err)
		}
	}
}

func TestExamineSaysAllThatIsWrongWithTheDates(t *testing.T) {
	citizen, _ := haltest.FindCitizen("kazuo")
	card, trust := cardOf(t, citizen)
	trust.Now = func() time.Time { return card.Certificate().NotAfter.AddDate(20, 0, 0) }
	m := opened(t, card, trust)
	if err := m.VerifySigningPIN(context.Background(), pin(citizen.Password)); err != nil {
		t.Fatal(err)
	}
	_, verdict, err := m.Examine(context.Background())
	if err != nil || !errors.Is(verdict, mynumber.ErrExpired) || strings.Count(verdict.Error(), mynumber.ErrExpired.Error()) != 2 {
		t.Errorf("got %v, %v, want certificate and issuer expired", verdict, err)
	}
}

// The signer of a certificate that is not believed signs, so that a technician can
// try the chip; a key of another kind is never asked.
func TestExaminedHolderSignsWithAKeyOfTheTable(t *testing.T) {
	for id, want := range map[string]error{"expired": nil, "foreign-ca": nil, "p384": mynumber.ErrUnsupportedKey} {
		s, _ := haltest.FindSituation(id)
		card, trust := newCard(t, s.Options...)
		m := opened(t, card, trust)
		if err := m.VerifySigningPIN(context.Background(), pin(adult().Password)); err != nil {
			t.Fatal(err)
		}
		h, _, err := m.Examine(context.Background())
		if err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		before := len(card.Transcript())
		if err := signsOnce(h); !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", id, err, want)
		}
		if asked := len(card.Transcript()) > before; asked != (want == nil) {
			t.Errorf("%s: the card was asked to sign: %v", id, asked)
		}
	}
}

func TestExamineWithoutAHolderIsAnError(t *testing.T) {
	card, trust := newCard(t)
	m := opened(t, card, trust)
	h, verdict, err := m.Examine(context.Background())
	if !errors.Is(err, mynumber.ErrNotVerified) || h != nil || verdict != nil {
		t.Errorf("got %v, %v, %v, want %v", h, verdict, err, mynumber.ErrNotVerified)
	}
}

// A card that says that a certificate was issued, and has none: no public source
// tells what its file answers, so all that it could is taken for that.
func TestCertificateFileWithoutACertificateIsNone(t *testing.T) {
	for name, answer := range map[string]string{
		"no file": "6A82", "empty": "6B00", "FF": strings.Repeat("FF", 256) + "9000", "00": strings.Repeat("00", 256) + "9000", "short FF": "FFFF9000",
	} {
		card, trust := newCard(t)
		m := opened(t, altered{card, func(command, real []byte) []byte {
			if command[1] == 0xB0 && (command[2] == 0x81 || command[2] == 0) {
				return unhex(answer)
			}
			return real
		}}, trust)
		if err := m.VerifySigningPIN(context.Background(), pin(adult().Password)); err != nil {
			t.Fatal(err)
		}
		h, verdict, err := m.Examine(context.Background())
		if !errors.Is(err, mynumber.ErrNoSigningCertificate) || h != nil || verdict != nil {
			t.Errorf("%s: got %v, %v, want %v", name, verdict, err, mynumber.ErrNoSigningCertificate)
		}
	}
}

// Habits come together: each pair of them gets the same result.
func TestVisitGoesThroughWithEveryPairOfHabits(t *testing.T) {
	habits := []string{
		"short", "get-response", "drowsy", "no-short-ids", "uncounted", "query-with-le", "end-of-file", "fci", "zero-filler", "blocked-6983",
	}
	for i, first := range habits {
		for _, second := range habits[i:] {
			var opts []haltest.Option
			for _, id := range []string{first, second} {
				s, _ := haltest.FindSituation(id)
				opts = append(opts, s.Options...)
			}
			for _, maxData := range []int{256, 65536} {
				card, trust := newCard(t, append(opts, haltest.TriesLeft(5))...)
				if end, err := stepwise(virtual{card, maxData}, trust, mynumber.Open, card.Citizen()); err != nil {
					t.Errorf("%s and %s, %d: %s: %v", first, second, maxData, end, err)
				}
			}
		}
	}
}

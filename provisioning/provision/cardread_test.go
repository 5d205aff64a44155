package main

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/provisioning/provision/trial"
	"github.com/digital-watashi/kiosk/terminal/devices"
)

// midori is the usual citizen.
func midori() haltest.Citizen { return haltest.Citizens()[0] }

// insert puts a card of the lab's authority in.
func (l *lab) insert(citizen haltest.Citizen, options ...haltest.Option) *haltest.Card {
	card := haltest.NewCard(citizen, l.ca, options...)
	l.reader.Insert(card)
	return card
}

// read reads the card with a PIN and the lab's CAs.
func (l *lab) read(in string, args ...string) ended {
	l.t.Helper()
	return l.run(in, append([]string{"card", "read", "--pin-stdin", "--ca", l.cas()}, args...)...)
}

// verifies counts the VERIFYs with data that a card got.
func verifies(card *haltest.Card, reference string) (n int) {
	for _, line := range card.Transcript() {
		if strings.HasPrefix(line, "> 00 20 00 "+reference+" ") {
			n++
		}
	}
	return n
}

func TestCardReadTellsPeopleWhatIsOnTheCard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		card := l.insert(midori())
		e := l.read("midori123\n")
		l.want(e, exitDone, "5 tries of the signing PIN left")
		l.equal(e.out, `
reader          Example Reader 00 00
card            My Number card, ATR 3BE000FF8131FE4514
signing PIN     right; 5 tries left before
certificate     serial …366, RSA-2048 signed with SHA256-RSA, 1550 bytes
  issuer        OU=JPKI for digital signature+OU=Japan Agency for Local Authority Information Systems,O=JPKI-TEST,C=JP
  validity      1999-11-04 to 2004 (the last day is the holder's birthday)
  policy        1.2.392.200149.8.5.1.0.20
  name          青＊＊＊＊＊ (6 characters)
  address       東＊＊＊＊＊＊＊＊ (16 characters)
  born          1980
trust           trusted; revocation was not checked
  CA            serial 2ADA5240, 1997-07-15 to 2007-07-15, not a production CA
  anchors       3 CAs, files
signature       valid over a fresh challenge, verified with the certificate
line            13 exchanges, 135 bytes to the card, 1867 from it, 0 ms
`)
		if card.Verified() || card.Powered() {
			t.Error("the card has power after the command")
		}
	})
}

func TestCardReadTellsProgramsTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.insert(midori())
		e := l.read("MIDORI123", "--json")
		l.want(e, exitDone)
		l.valid("device-card-read", e.out)
		l.equal(e.out, `
{"result":"done","reader":"Example Reader 00 00","atr":"3BE000FF8131FE4514","card":"my-number","tries_left":5,"verified":true,`+
			`"certificate":{"serial":"…366","issuer":"OU=JPKI for digital signature+OU=Japan Agency for Local Authority Information Systems,O=JPKI-TEST,C=JP",`+
			`"issued":"1999-11-04","until_year":2004,"key":"RSA-2048","algorithm":"SHA256-RSA","policies":["1.2.392.200149.8.5.1.0.20"],"bytes":1550,`+
			`"attributes":{"name":{"masked":"青＊＊＊＊＊","characters":6,"substituted":0},"address":{"masked":"東＊＊＊＊＊＊＊＊","characters":16,"substituted":0},"birth_year":1980,"sex_known":true}},`+
			`"trust":{"verdict":"trusted","anchors":"files","generations":3,"issuer":{"serial":"2ADA5240","from":"1997-07-15","until":"2007-07-15","production":false}},`+
			`"signature":"valid","line":{"exchanges":13,"bytes_to_card":135,"bytes_from_card":1867,"milliseconds":0}}
`)
	})
}

// Whatever happens, nobody's secrets and nobody's person are on the screen.
func TestCardReadNeverShowsAPersonOrASecret(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, s := range haltest.Situations() {
			l := newLab(t)
			c := midori()
			card := l.insert(c, s.Options...)
			photo := append(photoFlags("era", "2035"), "--last-try-too")
			for _, args := range [][]string{photo, append(photo, "--json")} {
				e := l.read(c.Password+"\n"+c.SecurityCode+"\n", args...)
				secrets := []string{c.Password, c.SecurityCode, c.Name, c.Address, c.Name[:6], c.Address[:6], "0217", "02-17", "Feb", c.VerificationCodeB()}
				if card.Certificate() != nil {
					secrets = append(secrets, card.Certificate().SerialNumber.Text(16), card.Certificate().NotAfter.Format("2006-01"))
				}
				for _, secret := range secrets {
					if strings.Contains(strings.ToLower(e.out+e.said), strings.ToLower(secret)) {
						t.Errorf("%s: %q is shown in\n%s%s", s.ID, secret, e.out, e.said)
					}
				}
				l.reader.Remove()
				l.reader.Insert(card)
			}
			if touched := card.Touched(); len(touched) > 0 {
				t.Errorf("%s: touched %q", s.ID, touched)
			}
		}
	})
}

func TestEachCardOfTheStreetHasItsExit(t *testing.T) {
	for situation, want := range map[string]struct {
		code  int
		kind  string
		trust string
	}{
		"good":            {exitDone, "my-number", "trusted"},
		"renewed":         {exitDone, "my-number", "trusted"},
		"revoked":         {exitDone, "my-number", "trusted"}, // only the platform can know
		"expired":         {exitDates, "my-number", "expired"},
		"not-yet-valid":   {exitDates, "my-number", "not-yet-valid"},
		"foreign-ca":      {exitUntrusted, "my-number", "unknown-issuer"},
		"wrong-key-usage": {exitUntrusted, "my-number", "not-a-signing-certificate"},
		"no-policy":       {exitUntrusted, "my-number", "not-a-signing-certificate"},
		"p384":            {exitUntrusted, "my-number", "unsupported-key"},
		"last-try":        {exitLastTry, "my-number", ""},
		"uncounted":       {exitLastTry, "my-number", ""},
		"blocked":         {exitBlocked, "my-number", ""},
		"blocked-6983":    {exitBlocked, "my-number", ""},
		"unsigned":        {exitUnsigned, "my-number-without-signing-certificate", ""},
		"face-card":       {exitUnsigned, "face-authentication", ""},
		"residents-card":  {exitOtherCard, "resident-register", ""},
		"android":         {exitOtherCard, "phone", ""},
		"iphone":          {exitOtherCard, "phone", ""},
		"unknown-token":   {exitOtherCard, "unknown-jpki", ""},
		"stranger":        {exitOtherCard, "other", ""},
		"mute":            {exitMute, "mute", ""},
		"contactless":     {exitDone, "my-number", "trusted"},
		"short":           {exitDone, "my-number", "trusted"},
		"get-response":    {exitDone, "my-number", "trusted"},
		"drowsy":          {exitDone, "my-number", "trusted"},
		"no-short-ids":    {exitDone, "my-number", "trusted"},
		"query-with-le":   {exitDone, "my-number", "trusted"},
		"end-of-file":     {exitDone, "my-number", "trusted"},
		"fci":             {exitDone, "my-number", "trusted"},
		"ff-filler":       {exitDone, "my-number", "trusted"},
		"zero-filler":     {exitDone, "my-number", "trusted"},
	} {
		t.Run(situation, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLab(t)
				s, ok := haltest.FindSituation(situation)
				if !ok {
					t.Fatal("there is no such situation")
				}
				l.insert(midori(), s.Options...)
				e := l.read("MIDORI123\n", "--json")
				l.want(e, want.code)
				l.valid("device-card-read", e.out)
				var r trial.CardReport
				l.decode(e.out, &r)
				if trust := trustOf(r); r.Card != want.kind || trust != want.trust {
					t.Errorf("a card of kind %q, trust %q; want %q, %q", r.Card, trust, want.kind, want.trust)
				}
			})
		})
	}
}

func trustOf(r trial.CardReport) string {
	if r.Trust == nil {
		return ""
	}
	return r.Trust.Verdict
}

func TestWithoutAPINOnlyKindAndTriesAreRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		card := l.insert(midori(), haltest.TriesLeft(3))
		e := l.run("MIDORI123\n", "card", "read")
		l.want(e, exitDone, "My Number card", "3 tries left; not tried")
		if verifies(card, "9B") != 0 || verifies(card, "80") != 0 || strings.Contains(e.out, "certificate") {
			t.Errorf("more was read: %s\n%q", e.out, card.Transcript())
		}
	})
}

func TestAPINIsTriedOnceAndOnlyIfItMayBeRight(t *testing.T) {
	for name, c := range map[string]struct {
		in    string
		tries int
		args  []string
		code  int
		spent int
		says  string
	}{
		"right":                   {"MIDORI123\n", 5, nil, exitDone, 1, "right"},
		"lower case, CRLF":        {"midori123\r\n", 5, nil, exitDone, 1, "right"},
		"without end of line":     {"MIDORI123", 2, nil, exitDone, 1, "right"},
		"wrong":                   {"MIDORI124\n", 5, nil, exitWrongPIN, 1, "4 tries left, 5 before"},
		"wrong, the next-to-last": {"MIDORI124\n", 2, nil, exitWrongPIN, 1, "1 try left, 2 before"},
		"short":                   {"MID12\n", 5, nil, exitPINShape, 0, "no try was spent"},
		"no digit":                {"MIDORI\n", 5, nil, exitPINShape, 0, "no try was spent"},
		"full-width":              {"ＭＩＤＯＲＩ１２３\n", 5, nil, exitPINShape, 0, "no try was spent"},
		"trailing blank":          {"MIDORI123 \n", 5, nil, exitPINShape, 0, "no try was spent"},
		"empty":                   {"\n", 5, nil, exitPINShape, 0, "no try was spent"},
		"nothing":                 {"", 5, nil, exitPINShape, 0, "no try was spent"},
		"endless":                 {strings.Repeat("A1", 5000), 5, nil, exitPINShape, 0, "no try was spent"},
		"last try":                {"MIDORI123\n", 1, nil, exitLastTry, 0, "--last-try-too"},
		"last try, allowed":       {"MIDORI123\n", 1, []string{"--last-try-too"}, exitDone, 1, "1 try left before"},
		"last try, wasted":        {"MIDORI124\n", 1, []string{"--last-try-too"}, exitBlocked, 1, "blocked"},
		"blocked":                 {"MIDORI123\n", 0, []string{"--last-try-too"}, exitBlocked, 0, "blocked"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLab(t)
				card := l.insert(midori(), haltest.TriesLeft(c.tries))
				l.want(l.read(c.in, c.args...), c.code, c.says)
				if got := verifies(card, "9B") + verifies(card, "80"); got != c.spent {
					t.Errorf("%d VERIFYs, want %d", got, c.spent)
				}
			})
		})
	}
}

func TestQuickAsksLess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.insert(midori())
		l.want(l.read("MIDORI123\n", "--quick"), exitDone, "its kind was not asked", "11 exchanges")
	})
}

func TestAPartOfANameChoosesReaders(t *testing.T) {
	two := []devices.ReaderInfo{{Name: "ACS ACR39U 00 00"}, {Name: "ACS ACR122U 01 00"}}
	for name, c := range map[string]struct {
		readers []devices.ReaderInfo
		service error
		args    []string
		code    int
		says    string
	}{
		"none plugged in": {nil, nil, nil, exitReader, "none is plugged in"},
		"no such name":    {two, nil, []string{"--reader", "PaSoRi"}, exitReader, `none of 2 readers has "PaSoRi"`},
		"several":         {two, nil, []string{"--reader", "ACS"}, exitDone, "My Number card"},
		"one of several":  {two, nil, []string{"--reader", "ACR39U"}, exitDone, "ACS ACR39U"},
		"no card service": {nil, hal.ErrUnavailable, nil, exitCardService, "pcscd"},
		"no PC/SC":        {nil, devices.ErrNoPCSC, nil, exitCardService, "built with"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLab(t)
				l.insert(midori())
				l.readers, l.service = c.readers, c.service
				l.want(l.run("", append([]string{"card", "read"}, c.args...)...), c.code, c.says)
			})
		})
	}
}

func TestTheWaitForACardEndsWithAReason(t *testing.T) {
	for state, want := range map[hal.State]int{
		hal.Online: exitNoCard, hal.NoDevice: exitReader, hal.Offline: exitCardService, hal.DeviceBusy: exitReaderBusy,
	} {
		t.Run(string(state), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l, begin := newLab(t), time.Now()
				l.OpenReader = func(_ string, o devices.ReaderOptions) (hal.Reader, error) {
					o.OnState(state)
					return l.reader, nil
				}
				l.want(l.run("", "card", "read", "--wait", "7s"), want, "waiting up to 7s")
				if took := time.Since(begin); took != 7*time.Second {
					t.Errorf("it waited %s", took)
				}
			})
		})
	}
}

func TestACardPutInLaterIsRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		time.AfterFunc(29*time.Second, func() { l.insert(midori()) })
		l.want(l.read("MIDORI123\n"), exitDone, "trusted")
	})
}

// It may leave at any exchange; it is said to have left, never to have had a wrong
// PIN.
func TestACardThatLeavesWasRemoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for at := range 13 {
			l := newLab(t)
			l.insert(midori(), haltest.Broken(haltest.RemovedAt(at)))
			l.want(l.read("MIDORI123\n"), exitRemoved, "leave the card in")
		}
	})
}

func TestTwoCardsAreNotOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.reader.InsertTwo(haltest.NewCard(midori(), l.ca))
		l.want(l.read("MIDORI123\n"), exitTwoCards, "Leave one card")
	})
}

func TestAnInterruptEndsEachWait(t *testing.T) {
	for name, card := range map[string]bool{"for a card": false, "for a PIN": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLab(t)
				ctx, interrupt := context.WithCancel(t.Context())
				time.AfterFunc(time.Second, interrupt)
				if card {
					l.insert(midori())
				}
				typing, hand := newKeyboard()
				defer hand.Close()
				var out, said strings.Builder
				code := runGroup(ctx, devicesGroup(), l.World, []string{"card", "read", "--pin-stdin", "--config", l.config("{}")}, typing, &out, &said)
				if code != exitInterrupted {
					t.Errorf("exit %d\n%s%s", code, out.String(), said.String())
				}
			})
		})
	}
}

func TestFlagsThatDoNotFitAreRefused(t *testing.T) {
	l := newLab(t)
	for _, args := range [][]string{
		{"--photo"}, {"--pin-stdin", "--photo"}, {"--pin-stdin", "--photo", "--birth-format", "era"},
		{"--pin-stdin", "--photo", "--birth-format", "moon", "--expiry", "2035"}, {"--expiry", "2035"}, {"--last-try-too"}, {"--wait", "0s"}, {"MIDORI123"}, {"--pin", "MIDORI123"},
	} {
		e := l.run("", append([]string{"card", "read"}, args...)...)
		l.want(e, exitUsage, "--pin-stdin")
		if strings.Contains(e.out+strings.ReplaceAll(e.said, "-pin MIDORI123", ""), "MIDORI123") {
			t.Errorf("%s: repeats what may be a PIN\n%s", e.command, e.said)
		}
	}
}

func TestACardThatAnswersNonsenseIsSaidTo(t *testing.T) {
	for at, code := range map[int]int{4: exitCardFault, 6: exitCardFault, 12: exitCardFault} {
		synctest.Test(t, func(t *testing.T) {
			l := newLab(t)
			l.insert(midori(), haltest.Broken(haltest.AnsweredAt(at, 0x6581)))
			l.want(l.read("MIDORI123\n"), code, "6581")
		})
	}
}

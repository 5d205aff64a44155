package terminal_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/digital-watashi/kiosk/hal/escpos"
	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/mynumber"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
	"github.com/digital-watashi/kiosk/terminal/journal"
	"github.com/digital-watashi/kiosk/terminal/uplink"
	"github.com/digital-watashi/kiosk/ui"
)

// The neighbours are what the domain wants of them.
var (
	_ terminal.Screen   = (*ui.Server)(nil)
	_ terminal.Printer  = (*escpos.Printer)(nil)
	_ terminal.Journal  = (*journal.Journal)(nil)
	_ terminal.Platform = (*uplink.Desk)(nil)
)

const wholeJourney = "insert-broken; password; press yes; key; press sign; wait 16s"

const photoJourney = "photo required; insert-broken; password; press yes; press era; face; key; press sign; wait 16s"

// exchanges plays a journey with a card that is broken at its k-th exchange, for
// each k until the journey ends well.
func exchanges(t *testing.T, script string, broken func(k int) haltest.Fault, check func(t *testing.T, b *bench, k int, whole bool)) {
	t.Helper()
	for k, whole := 1, false; !whole; k++ {
		if k > 200 {
			t.Fatal("the journey never ends well")
		}
		t.Run(fmt.Sprint(k), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t)
				defer b.stop()
				b.broken = broken(k)
				b.told()
				b.play(script)
				whole = len(b.printer.slips) == 1
				check(t, b, k, whole)
				b.nothingLeft()
			})
		})
	}
}

func notHalfDone(t *testing.T, b *bench, _ int, whole bool) {
	t.Helper()
	records, err := b.journal.Records()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(records), btoi(whole); got != want {
		t.Errorf("%d registrations in the journal, want %d", got, want)
	}
	if left := b.card.TriesLeft(); left != 5 {
		t.Errorf("%d tries left, want 5", left)
	}
	if b.card.Verified() {
		t.Error("the card is still verified")
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestCardTakenOutBeforeAnyExchangeLeavesNothingHalfDone(t *testing.T) {
	exchanges(t, wholeJourney, haltest.RemovedAt, func(t *testing.T, b *bench, k int, whole bool) {
		notHalfDone(t, b, k, whole)
		if trace := b.told(); !whole && !strings.HasSuffix(trace, "welcome:CARD-REMOVED") {
			t.Errorf("trace ends %q, want the notice that the card was taken out", trace[max(0, len(trace)-40):])
		}
	})
}

func TestCardLostAfterAnyExchangeLeavesNothingHalfDone(t *testing.T) {
	exchanges(t, wholeJourney, haltest.LostAt, notHalfDone)
}

func TestCardWithPhotoTakenOutBeforeAnyExchangeLeavesNothingHalfDone(t *testing.T) {
	exchanges(t, photoJourney, haltest.RemovedAt, notHalfDone)
}

func TestCardThatAnswersNonsenseAtAnyExchangeEndsTheSession(t *testing.T) {
	broken := func(k int) haltest.Fault { return haltest.AnsweredAt(k, 0x6F00) }
	for k := 1; k <= 20; k++ {
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t)
			defer b.stop()
			b.broken = broken(k)
			b.play(wholeJourney + "; wait 91s; wait 31s")
			if left := b.card.TriesLeft(); left != 5 {
				t.Errorf("6F00 at %d: %d tries left, want 5", k, left)
			}
			b.nothingLeft()
		})
	}
}

// Power cuts: what the disk knew decides what becomes of the code.
func TestPowerCutBeforeTheHandOverWithdrawsAtTheNextStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.play("insert midori; password; press yes; key; says silent; press sign")
		b.stop()
		b.told()
		b.reader.Remove()
		b.start()
		defer b.stop()
		if got, want := b.told(), "out-of-service:TRM-STARTING withdraw welcome"; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		b.nothingLeft()
	})
}

func TestPowerCutWhilePrintingKeepsACodeThatMayBeInAHand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.printer.stuck = true
		b.play("insert midori; password; press yes; key; press sign")
		b.stop()
		b.told()
		b.reader.Remove()
		b.start()
		defer b.stop()
		if got, want := b.told(), "out-of-service:TRM-STARTING welcome"; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		records, err := b.journal.Records()
		if err != nil || len(records) != 1 || records[0].HandOver != journal.Unknown {
			t.Errorf("got %v, %v, want one registration with hand-over unknown", records, err)
		}
	})
}

func TestCardThatForgetsItsPasswordWhileThePhotoIsReadIsAskedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		defer b.stop()
		b.told()
		b.play("photo required; insert midori; password; press yes; press era; face; key")
		b.card.Break(haltest.AnsweredAt(len(b.card.Transcript())/2+2, 0x6982)) // after SELECT, at the signature
		b.play("press sign; wrong; password; press finish")
		_, after, _ := strings.Cut(b.told(), "confirm ")
		want := "signing password password-checking password:PIN-WRONG password-checking signing delivering commit delivering printing begin print end-done take-card welcome"
		if after != want {
			t.Errorf("got  %s\nwant %s", after, want)
		}
		if n := len(b.platform.opened); n != 1 {
			t.Errorf("%d registrations at the platform, want 1", n)
		}
		b.nothingLeft()
	})
}

func TestPlatformGetsWhatTheCitizenSaw(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		defer b.stop()
		b.play("photo required; insert midori; password; language en; press yes; press era; face; key")
		shown := b.screen()
		b.play("press sign; press finish")
		who := b.card.Citizen()
		for id, a := range b.platform.opened {
			if a.Attributes.Name.Reveal() != who.Name || a.Attributes.Address.Reveal() != who.Address || a.Attributes.BirthDate.Reveal() != who.BirthDate {
				t.Error("attributes are not the citizen's")
			}
			if a.Attributes.Name.Reveal() != shown.Fields[0].Value || a.Consent.Language != "en" {
				t.Error("what was signed is not what was shown")
			}
			if a.Consent.SHA256 != protocol.SHA256([]byte(strings.Join(shown.Text, "\n"))) {
				t.Error("the consent is not to the text that was shown")
			}
			photo := b.platform.photos[id]
			if len(photo) == 0 || a.PhotoSHA256 == nil || *a.PhotoSHA256 != protocol.SHA256(photo) {
				t.Error("the photo is not the one that was signed")
			}
			if a.PhotoCheck != protocol.PhotoChecked {
				t.Errorf("photo_check is %q, want %q", a.PhotoCheck, protocol.PhotoChecked)
			}
			if code := b.platform.codes[id]; code != b.printer.slips[0] {
				t.Error("the code on the slip is not the one at the platform")
			}
		}
		if len(b.platform.opened) != 1 || b.verifies() != 2 {
			t.Errorf("%d registrations and %d VERIFY, want 1 and 2 (password, photo)", len(b.platform.opened), b.verifies())
		}
	})
}

func TestProductionRefusesEverythingForTests(t *testing.T) {
	production := func(b *bench) { b.config.Identity.Environment = protocol.Production }
	hardware := func(b *bench) { b.config.Identity.Protection = protocol.ProtectionTPM }
	bundle := func(b *bench) { b.bundle.Environment = protocol.Production }
	for _, test := range []struct {
		name   string
		change []func(*bench)
		want   catalogue.Code
	}{
		{"a key in a file", []func(*bench){production, bundle}, catalogue.ProductionKey},
		{"a test bundle", []func(*bench){production, hardware}, catalogue.ProductionBundle},
		{"a test certificate", []func(*bench){bundle, hardware}, catalogue.ProductionCertificate},
		{"an invented CA", []func(*bench){production, bundle, hardware}, catalogue.ProductionCA},
		{"a virtual reader", []func(*bench){production, bundle, hardware, virtual}, catalogue.ProductionReader},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, test.change...)
				defer b.stop()
				b.insert(b.person("midori"))
				if b.screen().Screen != "out-of-service" {
					t.Errorf("shows %s, want out-of-service", b.screen().Screen)
				}
				if !strings.Contains(b.log.String(), string(test.want)) {
					t.Errorf("no %s in the log:\n%s", test.want, b.log)
				}
				if sent := len(b.card.Transcript()); sent > 0 {
					t.Errorf("%d lines were exchanged with the card, want 0", sent)
				}
			})
		})
	}
}

func virtual(b *bench) { b.config.VirtualReader = func() bool { return true } }

func TestTerminalTakesNoCardInWhenItCannotEndWell(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*bench)
		want   catalogue.Code
	}{
		{"no bundle", func(b *bench) { b.config.Bundle = func() *protocol.Bundle { return nil } }, catalogue.SetUpMissing},
		{"device certificate run out", func(b *bench) { b.config.Identity.Certificate.NotAfter = epoch().AddDate(0, 0, -1) }, catalogue.SetUpMissing},
		{"queue full", func(b *bench) { b.bundle.Limits.MaxUnsent = 0 }, catalogue.QueueFull},
		{"journal's file full", func(b *bench) { b.config.Journal = pressed{b.config.Journal} }, catalogue.JournalFull},
		{"clock", func(b *bench) { b.setClock("wrong") }, catalogue.Clock},
		{"outside the opening hours", func(b *bench) { b.bundle.Hours = closedAt(epoch()) }, catalogue.HoursClosed},
		{"paper", func(b *bench) { b.acts()["paper"]("out") }, catalogue.PrinterPaper},
		{"paper jammed", func(b *bench) { b.acts()["paper"]("jammed") }, catalogue.PrinterJam},
		{"offline, and the house wants it online", func(b *bench) { b.acts()["online-only"](""); b.platform.say("unreachable") }, catalogue.Offline},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, test.change)
				defer b.stop()
				b.insert(b.person("midori"))
				if got, want := screenWord(b.screen()), "out-of-service:"+string(test.want); got != want {
					t.Errorf("shows %s, want %s", got, want)
				}
				if sent := len(b.card.Transcript()); sent > 0 {
					t.Errorf("%d lines were exchanged with the card, want 0", sent)
				}
			})
		})
	}
}

// closedAt are hours of a site that opens a day later.
func closedAt(now time.Time) *protocol.Hours {
	day := strings.ToLower(now.UTC().AddDate(0, 0, 1).Format("Mon"))
	return &protocol.Hours{Zone: "UTC", Week: map[string][]protocol.Span{day: {{From: "00:00", Until: "24:00"}}}}
}

func TestSiteThatClosesLetsWhoIsThereEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		defer b.stop()
		b.play("insert midori; password")
		b.bundle.Hours = closedAt(epoch())
		b.play("press yes; key; press sign")
		if got := b.screen().Screen; got != "take-card" {
			t.Errorf("shows %s, want take-card", got)
		}
	})
}

func TestLateAndInventedTouchesDoNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		defer b.stop()
		b.play("insert midori; password")
		page := b.screen().Page
		for _, c := range []ui.Command{
			{Page: page - 1, Action: "yes"}, {Page: page + 1, Action: "yes"}, {Page: page, Action: "sign"},
			{Page: page, Key: "7"}, {Page: page, Language: "xx"}, {Page: page, Action: "more"},
		} {
			b.terminal.Command(c)
		}
		b.settle()
		if got := b.screen(); got.Screen != "attributes" || got.Language != "ja" {
			t.Errorf("shows %s in %s, want attributes in ja", got.Screen, got.Language)
		}
	})
}

func TestTrustOfABundleIsItsCAsAndPolicies(t *testing.T) {
	b := &protocol.Bundle{SigningPolicies: []string{"1.2.392.200149.8.5.1.0.20"}, JPKI: [][]byte{haltest.NewCAAt(epoch()).Certificates()[2].Raw}}
	trust, err := terminal.TrustOf(b)
	if err != nil || len(trust.Generations) != 1 || !trust.Policies[0].Equal(mynumber.TestSigningPolicy()) {
		t.Errorf("got %v, %v", trust, err)
	}
	for _, broken := range []*protocol.Bundle{{JPKI: [][]byte{{1}}}, {SigningPolicies: []string{"1.x"}}} {
		if _, err := terminal.TrustOf(broken); err == nil {
			t.Error("a broken bundle is trusted")
		}
	}
}

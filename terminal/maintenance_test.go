package terminal_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/escpos"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal"
	"github.com/digital-watashi/kiosk/terminal/journal"
	"github.com/digital-watashi/kiosk/ui"
)

// inBubble runs a test on a bench that has all devices.
func inBubble(t *testing.T, test func(b *bench)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, furnished)
		defer func() { b.stop() }()
		b.told()
		test(b)
	})
}

// maintain asks for maintenance as the status socket does.
func (b *bench) maintain(on bool) (already bool) {
	b.t.Helper()
	already, err := b.terminal.Maintain(context.Background(), on)
	if err != nil {
		b.t.Fatal(err)
	}
	b.settle()
	return already
}

// trial is a row of the screen of tests.
func (b *bench) trial(action string) ui.Trial {
	for _, row := range b.screen().Trials {
		if row.Action == action {
			return row
		}
	}
	b.t.Fatalf("no %s on %s", action, b.screen().Screen)
	return ui.Trial{}
}

func TestOperatorSwitchOpensTheTechniciansScreenAndClosesIt(t *testing.T) {
	inBubble(t, func(b *bench) {
		b.play("sensors service; shows; sensors quiet")
		if got, want := b.told(), "maintenance (maintenance) out-of-service:TRM-STARTING welcome"; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		var words []string
		if err := b.journal.AuditTrail(func(e journal.Entry) { words = append(words, e.Event) }); err != nil || !slices.Equal(words, []string{"maintenance-begun", "maintenance-ended"}) {
			t.Errorf("the audit says %v, %v", words, err)
		}
	})
}

// However the wish comes, and wherever the citizen stands: the session takes its
// course, to the slip in the hand.
func TestMaintenanceNeverInterruptsACitizen(t *testing.T) {
	const whole = "insert midori; password; press yes; key; press sign; wait 16s"
	steps := strings.Split(whole, "; ")
	for _, how := range []string{"switch", "command"} {
		for at := 1; at < len(steps); at++ {
			t.Run(fmt.Sprintf("%s after %s", how, steps[at-1]), func(t *testing.T) {
				inBubble(t, func(b *bench) {
					b.play(strings.Join(steps[:at], "; "))
					if how == "switch" {
						b.play("sensors service")
					} else if b.maintain(true) {
						t.Error("maintenance began while a citizen is served")
					}
					if mode := b.terminal.Mode(); mode != terminal.InService {
						t.Errorf("mode is %s while a citizen is served", mode)
					}
					b.play(strings.Join(steps[at:], "; "))
					if len(b.printer.slips) != 1 {
						t.Errorf("%d slips, want 1: %s", len(b.printer.slips), b.told())
					}
					if got := b.screen().Screen; got != "maintenance" || b.terminal.Mode() != terminal.InMaintenance {
						t.Errorf("then shows %s, want maintenance", got)
					}
				})
			})
		}
	}
}

func TestNobodyComesBetweenTheCitizenAndTheTechnicianWhoWaits(t *testing.T) {
	inBubble(t, func(b *bench) {
		b.play("insert midori; press stop")
		b.maintain(true)
		b.play("remove; insert claire; shows; remove; wait 31s")
		if got, want := b.told(), "(fault) maintenance"; !strings.HasSuffix(strings.ReplaceAll(got, "goodbye:SES-STOPPED", "fault"), want) {
			t.Errorf("got %s, want … %s", got, want)
		}
		if sent := len(b.card.Transcript()); sent > 0 {
			t.Errorf("%d lines were exchanged with the second card, want 0", sent)
		}
	})
}

func TestWishForMaintenanceCanBeTakenBack(t *testing.T) {
	inBubble(t, func(b *bench) {
		b.play("insert midori")
		b.maintain(true)
		if !b.maintain(false) {
			t.Error("taking it back is not done at once")
		}
		b.play("remove; wait 2s")
		if got := screenWord(b.screen()); got != "welcome:CARD-REMOVED" {
			t.Errorf("shows %s, want welcome", got)
		}
	})
}

// A key that was forgotten over a power cut opens nothing.
func TestSwitchThatStandsAtMaintenanceAtTheStartKeepsClosedAndOpensNothing(t *testing.T) {
	inBubble(t, func(b *bench) {
		b.play("sensors service")
		b.stop()
		b.told()
		b.start()
		b.play("wait 3s")
		if got := screenWord(b.screen()); got != "out-of-service:SNS-SWITCH" {
			t.Errorf("shows %s after a restart", got)
		}
		b.play("sensors quiet; wait 3s; shows; sensors service; shows")
		if got, want := b.told(), "welcome (welcome) maintenance (maintenance)"; !strings.HasSuffix(got, want) {
			t.Errorf("got %s, want … %s", got, want)
		}
	})
}

func TestMaintenanceThatNobodyAttendsToWarnsAndEnds(t *testing.T) {
	inBubble(t, func(b *bench) {
		b.maintain(true)
		b.wait(5*time.Minute + time.Second)
		if v := b.screen(); v.TimeLeft == nil || v.TimeLeft.MoreAction != terminal.ActionMore {
			t.Fatalf("no warning: %+v", v.TimeLeft)
		}
		b.press(terminal.ActionMore)
		b.wait(4 * time.Minute)
		if v := b.screen(); v.TimeLeft != nil || v.Screen != "maintenance" {
			t.Errorf("after more time was asked for: %s", v.Screen)
		}
		b.wait(2 * time.Minute)
		if got := b.screen().Screen; got != "welcome" || b.terminal.Mode() != terminal.InService {
			t.Errorf("shows %s, want welcome", got)
		}
	})
}

func TestTerminalIsNotOpenAgainWhileTheKeyIsForgottenAtMaintenance(t *testing.T) {
	inBubble(t, func(b *bench) {
		b.play("sensors service; wait 6m; shows; sensors quiet; wait 2s; shows")
		if got, want := b.told(), "(out-of-service:SNS-SWITCH) welcome (welcome)"; !strings.HasSuffix(got, want) {
			t.Errorf("got %s, want … %s", got, want)
		}
	})
}

func TestWhatFailsMeanwhileStandsOnTheScreenAndIsLookedAtBeforeTheNextCard(t *testing.T) {
	inBubble(t, func(b *bench) {
		b.maintain(true)
		b.printer.set(hal.PrinterStatus{Device: hal.Online, Paper: hal.PaperOut})
		b.play("tamper; sensors quiet; wait 3s")
		found := b.screen().Findings
		if len(found) != 2 || found[0].Code != "SNS-TAMPER" || found[1].Code != "PRN-PAPER" || found[1].Text == "" {
			t.Errorf("found %+v", found)
		}
		b.maintain(false)
		b.wait(2 * time.Second)
		if got := screenWord(b.screen()); got != "out-of-service:SNS-TAMPER" {
			t.Errorf("shows %s", got)
		}
	})
}

func TestNoCardIsTakenDuringMaintenance(t *testing.T) {
	inBubble(t, func(b *bench) {
		b.maintain(true)
		b.play("insert midori; wait 2s")
		if sent := len(b.card.Transcript()); sent > 0 {
			t.Errorf("%d lines were exchanged with the card, want 0", sent)
		}
		if v := b.screen(); v.Screen != "maintenance" || !slices.ContainsFunc(v.Text, func(s string) bool { return strings.Contains(s, "受け付けません") }) {
			t.Errorf("nothing answers the card: %s %v", v.Screen, v.Text)
		}
		if lit := b.lights.Lit(); lit != (hal.GuideLights{}) {
			t.Errorf("lights glow: %+v", lit)
		}
	})
}

func TestReaderIsTriedWithAnyCardAndNothingOfItIsTold(t *testing.T) {
	for _, test := range []struct {
		who  string
		kind ui.NoticeKind
		want string
	}{
		{"midori", ui.Success, "マイナンバーカードです"},
		{"midori blocked", ui.Success, "マイナンバーカードです"},
		{"midori stranger", ui.Success, "ここで使うカードではありません"}, {"midori android", ui.Success, "ここで使うカードではありません"},
		{"midori mute", ui.Error, "カード"},
	} {
		t.Run(test.who, func(t *testing.T) {
			inBubble(t, func(b *bench) {
				b.maintain(true)
				b.play("press tests; press try-reader; insert " + test.who + "; wait 1s")
				row := b.trial(terminal.ActionTryReader)
				if row.Kind != test.kind || !strings.Contains(row.Result, test.want) || row.Busy {
					t.Errorf("got %+v", row)
				}
				if b.verifies() > 0 {
					t.Error("a password was sent")
				}
				b.play("remove; press try-reader; wait 31s")
				if row := b.trial(terminal.ActionTryReader); row.Kind != ui.Warning {
					t.Errorf("without a card: %+v", row)
				}
			})
		})
	}
}

func TestScannerIsTriedWithAWellFormedCode(t *testing.T) {
	inBubble(t, func(b *bench) {
		b.maintain(true)
		b.press(terminal.ActionTrials)
		for _, test := range []struct {
			script string
			kind   ui.NoticeKind
			want   string
		}{
			{"scan watashi:test", ui.Success, "正しい形"}, {"scan-key", ui.Success, "正しい形"},
			{"wait 1s; scan https://example.com", ui.Success, "当システムの模様ではありません"}, {"wait 31s", ui.Warning, "何も"},
		} {
			b.play("press try-scanner; wait 1s; " + test.script)
			if row := b.trial(terminal.ActionTryScanner); row.Kind != test.kind || !strings.Contains(row.Result, test.want) {
				t.Errorf("%s: %+v", test.script, row)
			}
		}
	})
}

func TestPrinterIsTriedWithASlipThatHoldsNoCode(t *testing.T) {
	inBubble(t, func(b *bench) {
		b.maintain(true)
		b.play("press tests; press try-slip")
		if row := b.trial(terminal.ActionTrySlip); row.Kind != ui.Success {
			t.Errorf("got %+v", row)
		}
		if len(b.printer.texts) != 1 || len(b.printer.slips) != 0 || !strings.Contains(b.printer.texts[0], "プリンターの試験") {
			t.Errorf("printed %q with codes %q", b.printer.texts, b.printer.slips)
		}
		b.printer.fault = &escpos.PrintError{Begun: true, Err: errors.New("cut off")}
		b.printer.set(hal.PrinterStatus{Device: hal.Online, Paper: hal.PaperOut})
		b.play("press try-slip")
		if row := b.trial(terminal.ActionTrySlip); row.Kind != ui.Error || !strings.Contains(row.Result, "用紙") {
			t.Errorf("without paper: %+v", row)
		}
	})
}

func TestLightsAreTriedAndDarkAgain(t *testing.T) {
	inBubble(t, func(b *bench) {
		b.maintain(true)
		b.play("press tests; press try-lights")
		all := hal.GuideLights{CardReader: hal.GlowSlow, ReceiptPrinter: hal.GlowSlow, Scanner: hal.GlowSlow}
		if lit := b.lights.Lit(); lit != all {
			t.Errorf("lights glow: %+v", lit)
		}
		b.wait(7 * time.Second)
		if row, lit := b.trial(terminal.ActionTryLights), b.lights.Lit(); row.Kind != ui.Success || lit != (hal.GuideLights{}) {
			t.Errorf("then %+v, lights %+v", row, lit)
		}
	})
}

// A technician who goes away while a card is looked at leaves no card behind.
func TestCardThatIsBeingTriedGoesBackWhenMaintenanceEnds(t *testing.T) {
	inBubble(t, func(b *bench) {
		b.maintain(true)
		b.play("press tests; press try-reader; insert-broken; press finish; wait 30s; remove; wait 2s")
		b.told()
		b.play("insert midori; wait 1s; shows")
		if got := b.told(); !strings.HasSuffix(got, "(password)") {
			t.Errorf("the next card comes to %s", got)
		}
	})
}

func TestCleaningIgnoresTouchesAndEndsByItself(t *testing.T) {
	inBubble(t, func(b *bench) {
		b.maintain(true)
		b.press(terminal.ActionClean)
		v := b.screen()
		if v.Screen != "cleaning" || v.Locked == nil || v.Locked.Seconds != 30 || len(v.Actions)+len(v.Languages) > 0 || b.terminal.Mode() != terminal.InCleaning {
			t.Fatalf("shows %s, locked %+v, %d actions", v.Screen, v.Locked, len(v.Actions))
		}
		for _, action := range []string{terminal.ActionFinish, terminal.ActionClean, terminal.ActionBack, terminal.ActionTrySlip} {
			b.press(action)
		}
		b.choose("en")
		b.typeKeys("A1")
		b.wait(20 * time.Second)
		if now := b.screen(); now.Screen != "cleaning" || now.Language != v.Language {
			t.Errorf("a touch came through: %s in %s", now.Screen, now.Language)
		}
		b.wait(11 * time.Second)
		if got := b.screen().Screen; got != "maintenance" {
			t.Errorf("shows %s after its time", got)
		}
		b.play("press clean; wait 2s")
		b.maintain(false)
		b.wait(2 * time.Second)
		if got := b.screen().Screen; got != "welcome" {
			t.Errorf("shows %s after the technician's word", got)
		}
	})
}

// Whatever a citizen left in the machine, no screen of a technician tells of it.
func TestNothingOfACitizenIsOnTheScreensOfATechnician(t *testing.T) {
	inBubble(t, func(b *bench) {
		b.platform.say("unreachable")
		b.play("insert midori; password; press yes; key; press sign; wait 16s; wait 31s; insert claire blocked; remove; wait 31s")
		b.mu.Lock()
		b.all = nil
		b.mu.Unlock()
		b.maintain(true)
		for _, sheet := range []string{"tests", "back", "faults", "back", "machine", "back", "status", "back"} {
			b.press(sheet)
			b.wait(2 * time.Second)
		}
		shown, err := json.Marshal(b.all)
		if err != nil || !strings.Contains(string(shown), `"maintenance-status"`) {
			t.Fatalf("%d views, %v", len(b.all), err)
		}
		records, err := b.journal.Records()
		if err != nil || len(records) != 1 {
			t.Fatalf("%d records, %v", len(records), err)
		}
		never := []string{records[0].ID.String(), records[0].ID.String()[:8], b.printer.slips[0], "CARD-", "PIN-", "SES-"}
		b.noSecretsIn(string(shown), "screen of a technician")
		for _, secret := range never {
			if strings.Contains(string(shown), secret) {
				t.Errorf("a screen tells %q", secret)
			}
		}
	})
}

// A journal that cannot be recovered is tried again and again, and is one fault.
func TestFaultThatLastsIsToldOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, furnished, func(b *bench) { b.config.Journal = unrecovered{b.config.Journal} })
		defer b.stop()
		b.wait(20 * time.Second)
		b.maintain(true)
		b.play("wait 1s; press faults")
		if found := b.screen().Findings; len(found) != 1 || found[0].Code != "DISK-FAULT" {
			t.Errorf("got %+v", found)
		}
	})
}

// unrecovered is a journal in which the last run left what nobody can settle.
type unrecovered struct{ terminal.Journal }

func (unrecovered) Recover() ([]protocol.ID, error) { return nil, journal.ErrFull }

func TestLastFaultsOfTheMachineAreToldWithTheirTime(t *testing.T) {
	inBubble(t, func(b *bench) {
		b.printer.set(hal.PrinterStatus{Device: hal.Online, Paper: hal.PaperOut})
		b.wait(2 * time.Second)
		b.printer.set(hal.PrinterStatus{Device: hal.Online, Paper: hal.PaperFull})
		b.wait(time.Minute)
		b.play("insert midori; remove")
		b.maintain(true)
		b.play("wait 1s; press faults")
		found := b.screen().Findings
		if len(found) != 1 || found[0].Code != "PRN-PAPER" || !strings.Contains(found[0].At, "2026-11-24 12:00") {
			t.Errorf("got %+v", found)
		}
	})
}

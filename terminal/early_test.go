package terminal_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/terminal"
	"github.com/digital-watashi/kiosk/ui"
)

// A closing is a time in which no card is taken in, and how it ends.
type closing struct {
	name    string
	close   func(b *bench)
	open    func(b *bench)
	started bool // the terminal starts with the card in it
}

func playing(script string) func(*bench) { return func(b *bench) { b.play(script) } }

func closings() []closing {
	technician := func(on bool) func(*bench) { return func(b *bench) { b.maintain(on) } }
	return []closing{
		{"the terminal starts", func(b *bench) { b.stop() }, (*bench).start, true},
		{"a technician has it", technician(true), technician(false), false},
		{"it is being looked at after a technician", func(b *bench) {
			b.printer.answerAfter(70 * time.Millisecond)
			b.maintain(true)
			b.wait(time.Second)
			b.maintain(false)
		}, playing("wait 1s"), false},
		{"the glass is wiped", func(b *bench) { b.maintain(true); b.press(terminal.ActionClean) }, func(b *bench) { b.wait(31 * time.Second); b.maintain(false) }, false},
		{"there is no paper", playing("paper out; wait 3s"), playing("paper full; wait 3s"), false},
		{"the door is open", playing("sensors door"), playing("sensors quiet; wait 2s"), false},
		{"it is opened by force", playing("tamper"), playing("sensors quiet; clear; wait 2s"), false},
		{"the clock is wrong", playing("clock wrong; wait 2s"), playing("clock right; wait 2s"), false},
		{"it is night", func(b *bench) { b.bundle.Hours = closedAt(epoch()); b.wait(2 * time.Second) }, func(b *bench) { b.bundle.Hours = nil; b.wait(2 * time.Second) }, false},
		{"the network is away", playing("online-only; says unreachable; wait 2s"), playing("says accepted; wait 2s"), false},
		{"the slip of the one before is printed", playing("insert midori; password; press yes; key; says silent; press sign; remove"), playing("wait 60s"), false},
	}
}

// Nobody lies under a welcome: a card that came too early begins its visit, once,
// when the terminal opens, and nothing is asked of it before.
func TestCardThatComesTooEarlyIsServedWhenTheTerminalOpens(t *testing.T) {
	for _, c := range closings() {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, func(b *bench) {
				c.close(b)
				b.card = b.person("claire")
				b.reader.Insert(b.card)
				b.settle()
				if sent := len(b.card.Transcript()); sent > 0 {
					t.Errorf("%d lines were exchanged with a card that came too early, want 0", sent)
				}
				b.told()
				c.open(b)
				if got, want := b.told(), "welcome card-reading password"; !strings.HasSuffix(got, want) {
					t.Errorf("got %s, want … %s", got, want)
				}
				b.play("press stop; press finish; wait 10s")
				if got, want := b.told(), "goodbye:SES-STOPPED welcome"; got != want {
					t.Errorf("then got %s, want %s", got, want)
				}
			})
		})
	}
}

func TestCardThatComesTooEarlyMayBeTakenOutAgain(t *testing.T) {
	for _, c := range closings() {
		if c.started {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, func(b *bench) {
				c.close(b)
				b.play("insert claire; remove")
				b.told()
				c.open(b)
				if got, want := b.told(), "welcome"; !strings.HasSuffix(got, want) || strings.Contains(got, "card-reading") {
					t.Errorf("got %s, want … %s", got, want)
				}
			})
		})
	}
}

// What the bundle says when the visit begins, not when the card came in.
func TestCardThatComesTooEarlyIsServedUnderTheRulesOfItsVisit(t *testing.T) {
	inBubble(t, func(b *bench) {
		b.play("paper out; wait 3s; insert claire; photo required; paper full; wait 3s; password; press yes")
		if got := b.screen().Screen; got != "photo-format" {
			t.Errorf("shows %s, want the question after the photo", got)
		}
	})
}

// Where a motor moves cards nothing lies there, and nothing is waited for.
func TestCardThatWasGivenBackByAMotorIsNotWaitedFor(t *testing.T) {
	for _, c := range closings() {
		if c.started {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, furnished, func(b *bench) {
					b.motor = haltest.NewEjector(motor{b})
					b.config.Ejector = b.motor
				})
				defer b.stop()
				c.close(b)
				before := len(b.motor.Moves())
				b.play("insert claire")
				if got := b.motor.Moves()[before:]; !slices.Equal(got, []haltest.Move{haltest.Ejected}) {
					t.Errorf("the motor did %v, want one ejection", got)
				}
				b.told()
				c.open(b)
				if got := b.told(); !strings.HasSuffix(got, "welcome") || strings.Contains(got, "card-reading") {
					t.Errorf("got %s, want … welcome", got)
				}
			})
		})
	}
}

// A technician who waits comes first, also before a card that lies there.
func TestTechnicianComesBeforeACardThatCameTooEarly(t *testing.T) {
	inBubble(t, func(b *bench) {
		b.play("paper out; wait 3s; insert claire")
		b.maintain(true)
		b.play("paper full; wait 3s; shows")
		b.maintain(false)
		b.wait(time.Second)
		if got, want := b.told(), "maintenance (maintenance) out-of-service:TRM-STARTING welcome card-reading password"; !strings.HasSuffix(got, want) {
			t.Errorf("got %s, want … %s", got, want)
		}
	})
}

func TestReaderIsTriedWithTheCardThatLiesThere(t *testing.T) {
	inBubble(t, func(b *bench) {
		b.maintain(true)
		b.play("insert midori; press tests; press try-reader; wait 1s")
		if row := b.trial(terminal.ActionTryReader); row.Kind != ui.Success || b.card.Powered() {
			t.Errorf("got %+v, and the card has power: %v", row, b.card.Powered())
		}
		b.told()
		b.maintain(false)
		b.wait(time.Second)
		if got := b.told(); strings.Contains(got, "card-reading") {
			t.Errorf("then came %s, want no visit of a card that was tried", got)
		}
	})
}

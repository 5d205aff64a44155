package terminal_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/terminal"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

// register is a visit up to the screen that says: take your card and your slip.
const register = "insert midori; password; press yes; key; press sign"

// inForgetful is a bubble in which everybody forgets the card.
func inForgetful(t *testing.T, test func(b *bench)) {
	t.Helper()
	inBubble(t, func(b *bench) {
		b.leaves = true
		test(b)
	})
}

func TestNobodyIsWelcomedBeforeTheCardIsTaken(t *testing.T) {
	for _, c := range []struct{ name, before, then, want string }{
		{"touched and gone", register, "press finish; wait 5s; remove", "card-left welcome"},
		{"gone without a word", register, "wait 16s; remove", "card-left welcome"},
		{"taken at once", register, "remove; press finish", "welcome"},
		{"taken at once, without a word", register, "remove; wait 16s", "welcome"},
		{"a visit that was stopped", "insert midori; press stop", "press finish; wait 5s; remove", "card-left welcome"},
		{"a visit that ended badly", "insert midori blocked", "wait 31s; remove", "card-left welcome"},
		{"another card comes in its place", register, "press finish; insert claire", "card-left welcome card-reading password"},
		{"the reader is unplugged, and nobody sees any more", register, "press finish; unplug; wait 1s", "card-left welcome out-of-service:RDR-NONE"},
	} {
		t.Run(c.name, func(t *testing.T) {
			inForgetful(t, func(b *bench) {
				b.play(c.before)
				b.told()
				b.play(c.then)
				if got := b.told(); got != c.want {
					t.Errorf("got %s, want %s", got, c.want)
				}
			})
		})
	}
}

// The citizen is called by words, by light and by tone, some times and not for ever;
// then whoever looks after the machine is told, and it opens when the card is out.
func TestCardThatIsLeftBehindIsCalledOutAndTold(t *testing.T) {
	inForgetful(t, func(b *bench) {
		b.play(register)
		b.wait(15 * time.Second)
		v := b.screen()
		if v.Screen != "card-left" || v.Title != catalogue.Text("ja", catalogue.StillHereTitle) || v.Alert != 1 || len(v.Actions) > 0 || v.Code != nil {
			t.Errorf("the screen shows %+v", v)
		}
		b.wait(10 * time.Second)
		if got := b.screen(); got.Alert != 2 || got.Page != v.Page {
			t.Errorf("the second call is number %d on page %d, want 2 on %d", got.Alert, got.Page, v.Page)
		}
		if got, want := b.lights.Lit(), (hal.GuideLights{CardReader: hal.GlowSlow}); got != want {
			t.Errorf("lights: got %+v, want %+v", got, want)
		}
		b.told()
		b.wait(time.Minute)
		if got, want := b.told(), "out-of-service:CARD-LEFT"; got != want {
			t.Errorf("then got %s, want %s", got, want)
		}
		if got := b.terminal.Conditions(); !slices.Equal(got, []catalogue.Code{catalogue.CardForgotten}) {
			t.Errorf("conditions %v, want %v", got, catalogue.CardForgotten)
		}
		if got := b.lights.Lit().CardReader; got != hal.GlowSlow || b.screen().Alert != 0 {
			t.Errorf("light %q and call %d at a forgotten card, want light and silence", got, b.screen().Alert)
		}
		b.wait(time.Hour)
		b.play("remove")
		if got, want := b.told(), "welcome"; got != want {
			t.Errorf("when it was taken got %s, want %s", got, want)
		}
	})
}

// The screen that calls knows no code: who comes back may be somebody else.
func TestCodeCannotBeAskedForWhileTheCardIsCalledOut(t *testing.T) {
	inForgetful(t, func(b *bench) {
		b.play(register)
		b.wait(15 * time.Second)
		b.told()
		b.press(terminal.ActionMissing)
		if got := b.told(); got != "" {
			t.Errorf("a touch on what is not there leads to %s", got)
		}
		b.noSecretsIn(b.log.String(), "the log")
		b.play("remove")
	})
}

// A card that nobody was told of by its reader ends a visit as ever.
func TestReaderThatDoesNotSeeForgottenCardsNeedsNobodyToTakeThem(t *testing.T) {
	inForgetful(t, func(b *bench) {
		b.stop()
		b.config.Reader = blind{b.config.Reader}
		b.start()
		b.play(register)
		b.told()
		b.press(terminal.ActionFinish)
		if got, want := b.told(), "welcome"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
}

// blind is a reader that sees a card only as long as it is attended.
type blind struct{ hal.Reader }

func (r blind) Serve(ctx context.Context, attend func(context.Context, hal.Card)) error {
	return r.Reader.Serve(ctx, func(ctx context.Context, card hal.Card) { attend(ctx, struct{ hal.Card }{card}) })
}

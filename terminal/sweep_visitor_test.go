package terminal_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
	"github.com/digital-watashi/kiosk/terminal/journal"
	"github.com/digital-watashi/kiosk/ui"
)

// The sweeps break one thing at each place where it can break, with a whole
// terminal round it, and hold the same promises after each:
//
//   - each session ends at a screen that has a name, and with a fault of the
//     catalogue where it did not end well;
//   - no more VERIFY was sent than was typed, and no try is gone;
//   - the journal holds one registration or none, as the screen said;
//   - the card has no power and nothing is verified; nothing personal is left.

// A visitor does what the screen asks, whatever comes: they know their password,
// the number on their card and their key, and type each when asked.
type visitor struct {
	*bench
	pass func(time.Duration) // lets time pass
	// before is called with the name of each screen that asks for something.
	before func(screen string)
	quiet  time.Duration // after which nobody comes back
	answer string        // to "do you have your code?": yes, no, or else they walk away
	hangs  bool          // their card may keep a real reader waiting until it is taken out

	typed int // secrets that they gave for the card
}

// patienceOfVisitor is more than any session of the sweeps lasts: the longest
// waits out a card that is silent.
const patienceOfVisitor = 6 * time.Minute

// visit stays until the terminal waits for the next one.
func (v *visitor) visit() {
	v.t.Helper()
	for spent := time.Duration(0); spent < patienceOfVisitor; {
		if v.acts() {
			continue
		}
		if v.resting() {
			v.pass(v.quiet)
			if v.resting() {
				return
			}
			continue
		}
		v.pass(time.Second)
		spent += time.Second
	}
	v.t.Errorf("the session never ended: %s", screenWord(v.screen()))
}

// resting reports whether nothing is left to do but to take one's card.
func (v *visitor) resting() bool {
	return slices.Contains([]string{"welcome", "out-of-service", "card-left"}, v.screen().Screen)
}

// acts does what the screen asks; false if it asks nothing.
func (v *visitor) acts() bool {
	s := v.screen()
	who := v.card.Citizen()
	if v.before != nil {
		v.before(s.Screen)
	}
	switch s.Screen {
	case "password":
		v.types(s, who.Password)
		v.typed++
	case "photo-expiry":
		v.types(s, who.CardExpiry.Format("2006"))
	case "photo-code":
		v.types(s, who.SecurityCode)
		v.typed++
	case "key":
		v.types(s, string(protocol.NewRegistrationKey().Digits()))
	case "attributes":
		v.presses(s, "yes")
	case "photo-format":
		v.presses(s, "era")
	case "confirm":
		v.presses(s, "sign")
	case "code":
		if v.answer != "yes" && v.answer != "no" {
			return false
		}
		v.presses(s, v.answer)
	case "fault", "goodbye", "take-card":
		v.presses(s, "finish")
	default:
		return false
	}
	return true
}

func (v *visitor) types(s ui.View, text string) {
	for _, c := range text {
		v.terminal.Command(ui.Command{Page: s.Page, Key: string(c)})
	}
	v.presses(s, "next")
}

// presses waits until the terminal has moved on.
func (v *visitor) presses(s ui.View, action string) {
	v.t.Helper()
	v.terminal.Command(ui.Command{Page: s.Page, Action: action})
	for range 1000 {
		v.pass(0)
		if v.screen().Page != s.Page {
			return
		}
	}
	v.t.Fatalf("pressing %s at %s leads nowhere", action, s.Screen)
}

// ended is how the sessions ended: the screens with a button to leave, and the
// notice at welcome of a card that was taken out.
func (v *visitor) ended() (words []string) {
	for _, s := range v.views() {
		word := screenWord(s)
		if s.Screen == "fault" || s.Screen == "goodbye" || s.Screen == "take-card" || s.Notice != nil && v.isRest(s) {
			if len(words) == 0 || words[len(words)-1] != word {
				words = append(words, word)
			}
		}
	}
	return words
}

func (v *visitor) isRest(s ui.View) bool {
	return s.Screen == "welcome" || s.Screen == "out-of-service"
}

// views are all that was shown since a card came.
func (v *visitor) views() []ui.View {
	v.mu.Lock()
	defer v.mu.Unlock()
	first := slices.IndexFunc(v.all, func(s ui.View) bool { return s.Screen == "card-reading" })
	return slices.Clone(v.all[max(first, 0):])
}

// keepsPromises looks at everything that a visit may leave behind. It says
// whether the visitor has a registration.
func (v *visitor) keepsPromises() (registered bool) {
	v.t.Helper()
	ends := v.ended()
	if len(ends) == 0 {
		v.t.Error("the session ended without a word")
	}
	for _, end := range ends {
		v.isNamed(end)
	}
	registered = slices.Contains(ends, "take-card")
	v.recorded(registered)
	if left := v.card.TriesLeft(); left != 5 {
		v.t.Errorf("%d tries left, want 5", left)
	}
	if sent := v.verifies(); sent > v.typed {
		v.t.Errorf("%d VERIFY were sent for %d secrets that were typed", sent, v.typed)
	}
	if v.card.Verified() || v.card.Powered() {
		v.t.Errorf("the card is verified: %v, and has power: %v", v.card.Verified(), v.card.Powered())
	}
	v.nothingLeft()
	v.noSecretsIn(strings.Join(words(v.screen()), "\n"), "screen that waits for the next citizen")
	return registered
}

// keepsPromisesOf holds besides that a card that was taken out ends the session
// with just that word.
func (v *visitor) keepsPromisesOf(kind faultKind) (registered bool) {
	v.t.Helper()
	if ends := v.ended(); kind.gone && (len(ends) == 0 || ends[0] != "welcome:CARD-REMOVED") {
		v.t.Errorf("the card was taken out and the session ended at %v", ends)
	}
	return v.keepsPromises()
}

// isNamed holds that an end has the name of a fault, where it needs one.
func (v *visitor) isNamed(end string) {
	v.t.Helper()
	screen, code, _ := strings.Cut(end, ":")
	if screen == "take-card" && code == "" {
		return
	}
	if _, known := catalogue.Find(catalogue.Code(code)); !known {
		v.t.Errorf("a session ended at %q, which the catalogue does not know", end)
	}
}

// recorded holds that journal, platform and slips tell the same story as the
// screen.
func (v *visitor) recorded(registered bool) {
	v.t.Helper()
	records, err := v.journal.Records()
	if err != nil {
		v.t.Fatal(err)
	}
	want := btoi(registered)
	if len(records) != want || len(v.platform.opened) != want || len(v.printer.slips) != want {
		v.t.Errorf("%d registrations in the journal, %d at the platform, %d slips; want %d of each",
			len(records), len(v.platform.opened), len(v.printer.slips), want)
		return
	}
	for _, r := range records {
		if r.HandOver != journal.Done || v.platform.codes[r.ID] != v.printer.slips[0] {
			v.t.Errorf("hand-over %s, and the slip's code is the platform's: %v", r.HandOver, v.platform.codes[r.ID] == v.printer.slips[0])
		}
	}
}

// words are all texts of a view.
func words(s ui.View) []string {
	all := append([]string{s.Title, s.Live}, s.Text...)
	for _, f := range s.Fields {
		all = append(all, f.Label, f.Value)
	}
	if s.Notice != nil {
		all = append(all, s.Notice.Title, s.Notice.Text)
	}
	return all
}

// passing is the reader that passes extended APDUs.
type passing struct{ hal.Reader }

func (r passing) Serve(ctx context.Context, attend func(context.Context, hal.Card)) error {
	return r.Reader.Serve(ctx, func(ctx context.Context, c hal.Card) { attend(ctx, extended{c}) })
}

type extended struct{ hal.Card }

func (extended) MaxData() int { return 65536 }

// A comeback is a card that is put back the moment it was found gone.
type comeback struct {
	*haltest.Card
	reader *haltest.Reader
	back   bool
}

func (c *comeback) Transmit(ctx context.Context, command []byte) ([]byte, error) {
	answer, err := c.Card.Transmit(ctx, command)
	if errors.Is(err, hal.ErrCardRemoved) && !c.back {
		c.back = true
		go c.reader.Insert(c)
	}
	return answer, err
}

// A stuck card answers some commands and then none. Its driver waits as long as it
// may, as the one over PC/SC does.
type stuck struct {
	*haltest.Card
	left int
}

func (c *stuck) Transmit(ctx context.Context, command []byte) ([]byte, error) {
	if c.left--; c.left >= 0 {
		return c.Card.Transmit(ctx, command)
	}
	<-ctx.Done()
	return nil, context.Cause(ctx)
}

package mynumber_test

import (
	"context"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/mynumber"
)

// registers does what a registration does with a card, in that order: the photo
// comes before the one signature, since the citizen confirms both.
func registers(ctx context.Context, open opener, card hal.Card, trust mynumber.Trust, c haltest.Citizen, photo bool) error {
	m, err := open(ctx, card, trust)
	if err != nil {
		return err
	}
	if err := m.VerifySigningPIN(ctx, pin(c.Password)); err != nil {
		return err
	}
	h, err := m.Holder(ctx)
	if err != nil {
		return err
	}
	if photo {
		if _, err := m.PhotoTriesLeft(ctx); err != nil {
			return err
		}
		if _, _, err := m.FacePhoto(ctx, []byte(c.VerificationCodeB())); err != nil {
			return err
		}
	}
	return signsOnce(h)
}

// The fewest exchanges that a certificate of this size and a signature take are 10
// with READs of 256 bytes and 4 where the whole file comes in one. One more asks
// the counter before the VERIFY, and two tell a card from a phone and a child's
// card from a blocked one, before the PIN is typed. The photo adds SELECT, counter,
// VERIFY, the card face, its certificate and the challenge, and the SELECT that
// leads back to the signature.
func TestRegistrationTakesTheFewestExchanges(t *testing.T) {
	const faceReads, certificateReads = 46, 3 // 11,602 and 568 bytes, 256 at a time
	for _, tc := range []struct {
		name    string
		open    opener
		maxData int
		photo   bool
		want    int
	}{
		{"extended", mynumber.Open, 65536, false, 7},
		{"extended, known", mynumber.OpenKnown, 65536, false, 5},
		{"short", mynumber.Open, 256, false, 13},
		{"short, known", mynumber.OpenKnown, 256, false, 11},
		{"extended, photo", mynumber.Open, 65536, true, 7 + 7},
		{"extended, known, photo", mynumber.OpenKnown, 65536, true, 5 + 7},
		{"short, photo", mynumber.Open, 256, true, 13 + 5 + faceReads + certificateReads},
		{"short, known, photo", mynumber.OpenKnown, 256, true, 11 + 5 + faceReads + certificateReads},
		{"READs of 1000 bytes", mynumber.Open, 1000, false, 8},
		{"READs of 1000 bytes, photo", mynumber.Open, 1000, true, 8 + 5 + 12 + 1},
		{"reader without a word", mynumber.Open, 0, false, 13},
	} {
		card, trust := newCard(t)
		if err := registers(context.Background(), tc.open, virtual{card, tc.maxData}, trust, card.Citizen(), tc.photo); err != nil {
			t.Errorf("%s: %v", tc.name, err)
		}
		if got := len(commands(card)); got != tc.want {
			t.Errorf("%s: %d exchanges, want %d:\n%s", tc.name, got, tc.want, strings.Join(commands(card), "\n"))
		}
	}
}

// A wrong PIN and the right one after it cost one exchange each; the counter is
// known from the answer.
func TestSecondPINCostsOneExchange(t *testing.T) {
	card, trust := newCard(t)
	m := opened(t, card, trust)
	for _, typed := range []string{"WRONG123", "WRONG456", adult().Password} {
		before := len(commands(card))
		_ = m.VerifySigningPIN(context.Background(), pin(typed))
		if got := len(commands(card)) - before; got != 1 {
			t.Errorf("%d exchanges, want 1", got)
		}
	}
}

// narrow is a line that promises extended lengths and does not carry them.
type narrow struct {
	*haltest.Card
	carries func(command []byte) bool
	refused int
	learns  bool // it promises them no more once it knows
}

func (n *narrow) MaxData() int {
	if n.learns && n.refused > 0 {
		return 256
	}
	return 65536
}

func (n *narrow) Transmit(ctx context.Context, command []byte) ([]byte, error) {
	if len(command) == 7 && command[4] == 0 && !n.carries(command) {
		n.refused++
		return nil, hal.ErrLength
	}
	return n.Card.Transmit(ctx, command)
}

func never([]byte) bool { return false }

// onlyFirst carries the first READ of a file, which names it, and none from an
// offset, as a reader whose buffer is filled up.
func onlyFirst(command []byte) bool { return command[2]&0x80 != 0 }

func TestLineThatCarriesNoExtendedLengthCostsOneCommand(t *testing.T) {
	for name, tc := range map[string]struct {
		carries func([]byte) bool
		options []haltest.Option
		learns  bool
	}{
		"refuses":                     {never, nil, false},
		"refuses and learns":          {never, nil, true},
		"card without short ids":      {never, []haltest.Option{haltest.NoShortIdentifiers()}, false},
		"card without short ids, 61x": {never, []haltest.Option{haltest.NoShortIdentifiers(), haltest.GetResponse()}, true},
	} {
		for _, open := range []opener{mynumber.Open, mynumber.OpenKnown} {
			short, _ := newCard(t, tc.options...)
			card, trust := newCard(t, tc.options...)
			line := &narrow{Card: card, carries: tc.carries, learns: tc.learns}
			if err := registers(context.Background(), open, line, trust, card.Citizen(), true); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if err := registers(context.Background(), open, short, trust, short.Citizen(), true); err != nil {
				t.Fatal(err)
			}
			if line.refused != 1 {
				t.Errorf("%s: %d commands refused, want 1", name, line.refused)
			}
			if got, want := len(commands(card)), len(commands(short)); got != want {
				t.Errorf("%s: %d commands reached the card, want the %d of a short reader", name, got, want)
			}
		}
	}
}

func TestLineThatCutsInMidFileIsReadOnInShort(t *testing.T) {
	card, trust := newCard(t)
	line := &halfway{narrow{Card: card, carries: onlyFirst}}
	if err := registers(context.Background(), mynumber.Open, line, trust, card.Citizen(), true); err != nil {
		t.Error(err)
	}
	if line.refused != 1 {
		t.Errorf("%d commands refused, want 1", line.refused)
	}
}

// halfway promises 700 bytes.
type halfway struct{ narrow }

func (h *halfway) MaxData() int { return 700 }

// A card that refuses the extended form itself costs one exchange, whichever of
// the two words it uses.
func TestCardThatRefusesExtendedLengthsCostsOneExchange(t *testing.T) {
	for _, sw := range []uint16{0x6700, 0x6985} {
		card, trust := newCard(t, haltest.ShortOnly())
		line := altered{card, func(command, answer []byte) []byte {
			if len(answer) == 2 && answer[0] == 0x67 {
				return []byte{byte(sw >> 8), byte(sw)}
			}
			return answer
		}}
		if err := registers(context.Background(), mynumber.Open, alteredExtended{line}, trust, card.Citizen(), false); err != nil {
			t.Errorf("%04X: %v", sw, err)
		}
		if got := len(commands(card)); got != 13+1 {
			t.Errorf("%04X: %d exchanges, want 14", sw, got)
		}
	}
}

// learning is a reader that finds out between two READs what it carries.
type learning struct {
	*haltest.Card
	asked  int
	limits []int
}

func (l *learning) MaxData() int {
	l.asked++
	return l.limits[min(l.asked, len(l.limits))-1]
}

// The reader is asked before each READ: token, issuance state and certificate.
func TestReaderIsAskedBeforeEachRead(t *testing.T) {
	for _, tc := range []struct {
		limits []int
		want   int
	}{
		{[]int{256, 256, 65536}, 7},
		{[]int{65536, 65536, 256}, 13},
		{[]int{256, 256, 256, 65536}, 7 + 1}, // the first READ of the certificate short, all the rest in one
	} {
		card, trust := newCard(t)
		line := &learning{Card: card, limits: tc.limits}
		if err := registers(context.Background(), mynumber.Open, line, trust, card.Citizen(), false); err != nil {
			t.Error(err)
		}
		if got := len(commands(card)); got != tc.want {
			t.Errorf("%v: %d exchanges, want %d", tc.limits, got, tc.want)
		}
	}
}

// Filler costs nothing in short: only the content is read.
func TestFillerIsNotReadInShort(t *testing.T) {
	for _, value := range []byte{0x00, 0xFF} {
		card, trust := newCard(t, haltest.Filler(value, 4000))
		if err := registers(context.Background(), mynumber.Open, card, trust, card.Citizen(), false); err != nil {
			t.Error(err)
		}
		if got := len(commands(card)); got != 13 {
			t.Errorf("filled with %02X: %d exchanges, want 13", value, got)
		}
	}
}

// A card without short identifiers is asked for one once.
func TestCardWithoutShortIdentifiersCostsASelectForEachFile(t *testing.T) {
	card, trust := newCard(t, haltest.NoShortIdentifiers())
	if err := registers(context.Background(), mynumber.OpenKnown, extended(card), trust, card.Citizen(), false); err != nil {
		t.Error(err)
	}
	got := strings.Join(commands(card)[1:4], " / ")
	if want := "00 20 00 9B / 00 A4 02 0C 02 00 1B / 00 20 00 80"; got != want {
		t.Errorf("sent %s, want %s", got, want)
	}
	if n := len(commands(card)); n != 5+1+3 { // one to find out, and SELECT 001B, 0001, 001A
		t.Errorf("%d exchanges, want 9", n)
	}
}

// A reader may promise extended lengths and bring 256 bytes at a time, with 9000:
// what is missing is read on.
func TestReaderThatCutsAtItsBufferIsReadOn(t *testing.T) {
	card, trust := newCard(t)
	line := alteredExtended{altered{card, func(_, answer []byte) []byte {
		if len(answer) <= 258 {
			return answer
		}
		return append(answer[:256:256], 0x90, 0x00)
	}}}
	if err := registers(context.Background(), mynumber.Open, line, trust, card.Citizen(), true); err != nil {
		t.Error(err)
	}
	if got, want := len(commands(card)), 13+5+46+3; got != want {
		t.Errorf("%d exchanges, want the %d of a short reader", got, want)
	}
}

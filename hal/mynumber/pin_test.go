package mynumber_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/mynumber"
)

func TestPINOfWrongShapeSpendsNoTryAndSendsNothing(t *testing.T) {
	for name, typed := range map[string]string{
		"empty":       "",
		"length 5":    "ABC12",
		"length 17":   "ABCDEFGH123456789",
		"only digits": "12345678",
		"only letter": "ABCDEFGH",
		"space":       "ABC 123",
		"hyphen":      "ABC-123",
		"full width":  "ＡＢＣ１２３",
		"umlaut":      "ÄBC123",
		"NUL":         "ABC123\x00",
	} {
		card, trust := newCard(t)
		m := opened(t, card, trust)
		before := len(card.Transcript())
		entered := pin(typed)
		if err := m.VerifySigningPIN(context.Background(), entered); !errors.Is(err, mynumber.ErrPINShape) {
			t.Errorf("%s: got %v, want %v", name, err, mynumber.ErrPINShape)
		}
		if got := len(card.Transcript()); got != before {
			t.Errorf("%s: %d commands sent, want none", name, (got-before)/2)
		}
		if card.TriesLeft() != 5 || m.TriesLeft() != 5 {
			t.Errorf("%s: tries left %d on the card, %d said, want 5", name, card.TriesLeft(), m.TriesLeft())
		}
		wiped(t, name, entered)
	}
}

func TestPINLengthsOfTheRuleReachTheCard(t *testing.T) {
	for _, password := range []string{"ABC123", "ABCDEFG123456789"[:16], "A23456", "1BCDEF"} {
		citizen := adult()
		citizen.Password = password
		card, trust := cardOf(t, citizen)
		entered := pin(strings.ToLower(password))
		if err := opened(t, card, trust).VerifySigningPIN(context.Background(), entered); err != nil {
			t.Errorf("%s: %v", password, err)
		}
		if !card.Verified() {
			t.Errorf("%s: the card does not know", password)
		}
		wiped(t, password, entered)
	}
}

// wiped looks whether a secret is all zeros.
func wiped(t testing.TB, name string, secret []byte) {
	t.Helper()
	if !bytes.Equal(secret, make([]byte, len(secret))) {
		t.Errorf("%s: the secret was left in its buffer", name)
	}
}

func TestWrongPINCostsOneTryEachAndBlocksAtTheLast(t *testing.T) {
	card, trust := newCard(t, haltest.TriesLeft(3))
	m := opened(t, card, trust)
	for left := 2; left >= 0; left-- {
		entered := pin("WRONG123")
		err := m.VerifySigningPIN(context.Background(), entered)
		var wrong *mynumber.WrongPINError
		if !errors.As(err, &wrong) || wrong.TriesLeft != left || m.TriesLeft() != left || card.TriesLeft() != left {
			t.Errorf("got %v, said %d, card %d, want %d left", err, m.TriesLeft(), card.TriesLeft(), left)
		}
		if errors.Is(err, mynumber.ErrPINBlocked) != (left == 0) {
			t.Errorf("%d left: blocked is wrong in %v", left, err)
		}
		wiped(t, "wrong", entered)
	}
	verifies := countVerifies(card.Transcript())
	if err := m.VerifySigningPIN(context.Background(), pin("WRONG123")); !errors.Is(err, mynumber.ErrPINBlocked) {
		t.Errorf("got %v, want %v", err, mynumber.ErrPINBlocked)
	}
	if got := countVerifies(card.Transcript()); got != verifies {
		t.Error("a VERIFY was sent although the PIN was known to be blocked")
	}
}

func TestRightPINAfterAWrongOneGoesThrough(t *testing.T) {
	card, trust := newCard(t)
	m := opened(t, card, trust)
	if err := m.VerifySigningPIN(context.Background(), pin("WRONG123")); err == nil {
		t.Fatal("a wrong PIN was accepted")
	}
	if err := m.VerifySigningPIN(context.Background(), pin(adult().Password)); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Holder(context.Background()); err != nil {
		t.Error(err)
	}
}

// What cards say of a VERIFY, and what it means. k is the fifth exchange: SELECT,
// token, issuance state, counter, VERIFY.
func TestVerifyAnswersAreSorted(t *testing.T) {
	for sw, want := range map[uint16]struct {
		is    error
		wrong int // -2: no WrongPINError
	}{
		0x63C4: {nil, 4},
		0x63C0: {mynumber.ErrPINBlocked, 0},
		0x6300: {nil, -1},
		0x6983: {mynumber.ErrPINBlocked, -2},
		0x6984: {mynumber.ErrPINBlocked, -2},
		0x6985: {nil, -2},
		0x6F00: {nil, -2},
	} {
		card, trust := newCard(t, haltest.Broken(haltest.AnsweredAt(5, sw)))
		err := opened(t, card, trust).VerifySigningPIN(context.Background(), pin(adult().Password))
		if err == nil || want.is != nil && !errors.Is(err, want.is) {
			t.Errorf("%04X: got %v, want %v", sw, err, want.is)
		}
		got := -2
		var wrong *mynumber.WrongPINError
		if errors.As(err, &wrong) {
			got = wrong.TriesLeft
		}
		if got != want.wrong {
			t.Errorf("%04X: wrong PIN with %d left, want %d", sw, got, want.wrong)
		}
		if n := countVerifies(card.Transcript()); n != 1 {
			t.Errorf("%04X: %d VERIFYs, want 1", sw, n)
		}
	}
}

// A try whose answer was lost may have been spent: the counter is asked again
// before the next, and the removed card is no wrong PIN.
func TestLostVerifyIsNotRepeated(t *testing.T) {
	card, trust := newCard(t, haltest.Broken(haltest.LostAt(5)))
	m := opened(t, card, trust)
	entered := pin("WRONG123")
	if err := m.VerifySigningPIN(context.Background(), entered); !errors.Is(err, hal.ErrCardRemoved) {
		t.Errorf("got %v, want %v", err, hal.ErrCardRemoved)
	}
	if got := card.TriesLeft(); got != 4 {
		t.Errorf("%d tries left, want 4: one VERIFY", got)
	}
	wiped(t, "lost", entered)
}

func TestUnknownCounterIsAskedBeforeAVerify(t *testing.T) {
	card, trust := newCard(t, haltest.Broken(haltest.AnsweredAt(5, 0x6300)))
	m := opened(t, card, trust)
	if err := m.VerifySigningPIN(context.Background(), pin("WRONG123")); err == nil {
		t.Fatal("6300 was taken for a yes")
	}
	if err := m.VerifySigningPIN(context.Background(), pin(adult().Password)); err != nil {
		t.Fatal(err)
	}
	sent := commands(card)
	if got := strings.Join(sent[4:], " / "); got != "00 20 00 9B 08 ** ** ** ** ** ** ** ** / 00 20 00 9B / 00 20 00 9B 09 ** ** ** ** ** ** ** ** **" {
		t.Errorf("sent %s", got)
	}
}

// commands are the commands that a card was sent.
func commands(card *haltest.Card) []string {
	var sent []string
	for _, line := range card.Transcript() {
		if command, ok := strings.CutPrefix(line, "> "); ok {
			sent = append(sent, command)
		}
	}
	return sent
}

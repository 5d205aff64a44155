package haltest

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/digital-watashi/kiosk/hal"
)

// CardFixture is a card to be tested: any My Number card in its reader. Nothing is
// verified, so no try is spent, and nothing personal is read.
type CardFixture struct {
	Card hal.Card
	// Remove takes the card out, by hand if need be. It is called last; without it
	// that promise is not tested.
	Remove func()
}

// TestCard holds a card to what hal.Card promises. It needs a card that nobody
// else uses meanwhile.
func TestCard(t testing.TB, f CardFixture) {
	t.Helper()
	cardTellsItsATR(t, f.Card)
	cardAnswersWithStatusWords(t, f.Card)
	cardLeavesTheCommandAlone(t, f.Card)
	cardCarriesLongAnswers(t, f.Card)
	cardKeepsItsWordOnLengths(t, f.Card)
	cardCarriesEmptyVerify(t, f.Card)
	cardSendsNothingForADeadContext(t, f.Card)
	if f.Remove != nil {
		f.Remove()
		cardIsGone(t, f.Card)
	}
}

func selectAID(aid []byte) []byte {
	return append([]byte{0x00, 0xA4, 0x04, 0x0C, byte(len(aid))}, aid...)
}

func selectEF(id uint16) []byte {
	return []byte{0x00, 0xA4, 0x02, 0x0C, 0x02, byte(id >> 8), byte(id)}
}

func cardTellsItsATR(t testing.TB, card hal.Card) {
	t.Helper()
	atr := card.ATR()
	if len(atr) < 2 || len(atr) > 33 || atr[0] != 0x3B && atr[0] != 0x3F {
		t.Errorf("ATR %X is none (ISO/IEC 7816-3, 8.2)", atr)
		return
	}
	want := slices.Clone(atr)
	clear(atr)
	if got := card.ATR(); !bytes.Equal(got, want) {
		t.Errorf("ATR is %X after a caller wrote into the one given out, want %X", got, want)
	}
}

// cardAnswersWithStatusWords wants a status word where the card refuses, not an error.
func cardAnswersWithStatusWords(t testing.TB, card hal.Card) {
	t.Helper()
	exchange(t, card, selectAID(jpkiAID()), swOK, 0)
	exchange(t, card, selectAID([]byte{0xF0, 0x00, 0x00, 0x00, 0x00, 0x01}), swNotFound, 0)
	exchange(t, card, selectAID(jpkiAID()), swOK, 0)
	exchange(t, card, selectEF(0x0001), swOK, 0)
	exchange(t, card, []byte{0x00, 0xB0, 0x00, 0x00, 0x04}, swNotVerified, 0)
}

func cardLeavesTheCommandAlone(t testing.TB, card hal.Card) {
	t.Helper()
	sent := selectAID(jpkiAID())
	want := slices.Clone(sent)
	exchange(t, card, sent, swOK, 0)
	if !bytes.Equal(sent, want) {
		t.Errorf("Transmit wrote into the command: %X, was %X", sent, want)
	}
}

// cardCarriesLongAnswers reads 256 bytes of the CA certificate, which is free.
func cardCarriesLongAnswers(t testing.TB, card hal.Card) {
	t.Helper()
	exchange(t, card, selectAID(jpkiAID()), swOK, 0)
	exchange(t, card, selectEF(0x0002), swOK, 0)
	read := []byte{0x00, 0xB0, 0x00, 0x00, 0x00}
	first := exchange(t, card, read, swOK, 256)
	kept := slices.Clone(first)
	exchange(t, card, []byte{0x00, 0xB0, 0x01, 0x00, 0x00}, swOK, 256)
	if !bytes.Equal(first, kept) {
		t.Error("Transmit wrote into an answer it had given before")
	}
}

// cardKeepsItsWordOnLengths reads more than 256 bytes in one, where MaxData says
// that this passes. A line that finds out that it does not says hal.ErrLength, and
// has left the card as it was.
func cardKeepsItsWordOnLengths(t testing.TB, card hal.Card) {
	t.Helper()
	if maxData(card) <= shortest {
		return
	}
	exchange(t, card, selectAID(jpkiAID()), swOK, 0)
	exchange(t, card, selectEF(0x0002), swOK, 0)
	answer, err := card.Transmit(context.Background(), []byte{0x00, 0xB0, 0x00, 0x00, 0x00, 0x02, 0x00})
	switch {
	case errors.Is(err, hal.ErrLength) && maxData(card) > shortest:
		t.Errorf("a READ of 512 bytes: %v, and MaxData still promises %d", err, maxData(card))
	case err != nil && !errors.Is(err, hal.ErrLength):
		t.Errorf("a READ of 512 bytes: %v", err)
	case err == nil && len(answer) != 2 && len(answer) != 512+2:
		t.Errorf("a READ of 512 bytes brought %d", len(answer)-2)
	}
	exchange(t, card, []byte{0x00, 0xB0, 0x00, 0x00, 0x04}, swOK, 4)
}

// cardCarriesEmptyVerify sends a command of four bytes, which asks for the tries
// left and costs none.
func cardCarriesEmptyVerify(t testing.TB, card hal.Card) {
	t.Helper()
	exchange(t, card, selectAID(jpkiAID()), swOK, 0)
	exchange(t, card, selectEF(0x001B), swOK, 0)
	query := []byte{0x00, 0x20, 0x00, 0x80}
	first, second := mustTransmit(t, card, query), mustTransmit(t, card, query)
	if len(first) != 2 || first[0] != 0x63 || first[1]&0xF0 != 0xC0 {
		t.Errorf("%X answered %X, want 63 Cx", query, first)
	}
	if !bytes.Equal(first, second) {
		t.Errorf("asking for the tries left answered %X, then %X", first, second)
	}
}

// cardSendsNothingForADeadContext cancels before a SELECT, and looks whether the
// card saw it.
func cardSendsNothingForADeadContext(t testing.TB, card hal.Card) {
	t.Helper()
	exchange(t, card, selectAID(jpkiAID()), swOK, 0)
	exchange(t, card, selectEF(0x0006), swOK, 0)
	why := errors.New("the session is over")
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(why)
	answer, err := card.Transmit(ctx, selectEF(0x0008))
	if !errors.Is(err, why) {
		t.Errorf("Transmit with a dead context: %X, %v, want its cause", answer, err)
	}
	exchange(t, card, []byte{0x00, 0xB0, 0x00, 0x00, 0x20}, swOK, 32)
}

func cardIsGone(t testing.TB, card hal.Card) {
	t.Helper()
	for range 2 {
		answer, err := card.Transmit(context.Background(), selectAID(jpkiAID()))
		if !errors.Is(err, hal.ErrCardRemoved) || answer != nil {
			t.Errorf("after removal: %X, %v, want %v", answer, err, hal.ErrCardRemoved)
		}
	}
}

// exchange sends a command and wants a status word and so many bytes before it.
func exchange(t testing.TB, card hal.Card, cmd []byte, sw uint16, n int) []byte {
	t.Helper()
	answer := mustTransmit(t, card, cmd)
	if got := len(answer) - 2; got != n || uint16(answer[n])<<8|uint16(answer[n+1]) != sw {
		t.Fatalf("%s answered %d bytes and %X, want %d and %04X", commandText(cmd), got, answer[max(0, got):], n, sw)
	}
	return answer
}

func mustTransmit(t testing.TB, card hal.Card, cmd []byte) []byte {
	t.Helper()
	answer, err := card.Transmit(context.Background(), cmd)
	if err != nil {
		t.Fatalf("%s: %v", commandText(cmd), err)
	}
	if len(answer) < 2 {
		t.Fatalf("%s answered %X, without a status word", commandText(cmd), answer)
	}
	return answer
}

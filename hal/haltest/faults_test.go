package haltest_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
)

func TestCardGoesAtTheCommandItIsToldTo(t *testing.T) {
	const commands = 4
	for k := 1; k <= commands; k++ {
		card := newCard(haltest.Broken(haltest.RemovedAt(k)))
		for i := 1; i <= commands; i++ {
			answer, err := card.Transmit(t.Context(), unhex(t, selectJPKI))
			if gone := errors.Is(err, hal.ErrCardRemoved); gone != (i >= k) || gone && answer != nil {
				t.Errorf("removed at %d: command %d: %X, %v", k, i, answer, err)
			}
		}
		if card.PowerOn(); card.Powered() {
			t.Error("a card that is out took power")
		}
	}
}

func TestCardLostAfterAWrongPasswordHasCountedIt(t *testing.T) {
	card := newCard(haltest.Broken(haltest.LostAt(2)))
	converse(t, card, selectJPKI+"> 9000")
	if answer, err := card.Transmit(t.Context(), unhex(t, "0020009B0158")); !errors.Is(err, hal.ErrCardRemoved) {
		t.Errorf("got %X, %v", answer, err)
	}
	if got := card.TriesLeft(); got != 4 {
		t.Errorf("%d tries left, want 4", got)
	}
}

func TestCardBreaksWhereItIsToldTo(t *testing.T) {
	cases := map[string]struct {
		fault  haltest.Fault
		script []string
	}{
		"cut by one":        {haltest.CutAt(2, 1), []string{selectJPKI + "> 9000", "00B0880000 > 8F8F0090", "00B0880000 > 8F8F009000"}},
		"cut to nothing":    {haltest.CutAt(2, 99), []string{selectJPKI + "> 9000", "00B0880000 >", "00B0880000 > 8F8F009000"}},
		"too long by one":   {haltest.SizedAt(2, 1), []string{selectJPKI + "> 9000", "00B0880000 > 8F8F00009000", "00B0880000 > 8F8F009000"}},
		"too short by one":  {haltest.SizedAt(2, -1), []string{selectJPKI + "> 9000", "00B0880000 > 8F8F9000", "00B0880000 > 8F8F009000"}},
		"another answer":    {haltest.AnsweredAt(1, 0x6581), []string{selectJPKI + "> 6581", "00B0880000 > 6986"}},
		"answered forever":  {haltest.Fault{At: 2, SW: 0x6400, Forever: true}, []string{selectJPKI + "> 9000", selectJPKI + "> 6400", selectJPKI + "> 6400"}},
		"at the next, once": {haltest.Fault{SW: 0x6F00}, []string{selectJPKI + "> 6F00", selectJPKI + "> 9000"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { converse(t, newCard(haltest.Broken(c.fault)), c.script...) })
	}
}

func TestMendedCardHasNoFaults(t *testing.T) {
	card := newCard(haltest.Broken(haltest.RemovedAt(1)))
	card.Mend()
	converse(t, card, selectJPKI+"> 9000")
}

func TestSlowCardAnswersLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		card := newCard(haltest.Broken(haltest.DelayedAt(1, 3*time.Second)))
		before := time.Now()
		converse(t, card, selectJPKI+"> 9000")
		if took := time.Since(before); took != 3*time.Second {
			t.Errorf("it took %v", took)
		}
	})
}

func TestSlowCardThatIsTakenOutDoesNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		card := newCard(haltest.Broken(haltest.DelayedAt(1, time.Hour)))
		before := time.Now()
		time.AfterFunc(time.Second, card.Remove)
		if _, err := card.Transmit(context.Background(), unhex(t, selectJPKI)); !errors.Is(err, hal.ErrCardRemoved) {
			t.Error(err)
		}
		if took := time.Since(before); took != time.Second {
			t.Errorf("it took %v", took)
		}
	})
}

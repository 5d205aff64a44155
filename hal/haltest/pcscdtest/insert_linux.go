package pcscdtest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
)

// Insert puts a card into the virtual reader and returns once pcscd has given it
// power. The function it returns takes the card out; the end of the test does so
// too. pcscd needs a second between one card and the next to notice both.
func Insert(t testing.TB, card *haltest.Card) (remove func()) {
	t.Helper()
	ctx, cancel := context.WithCancelCause(context.Background())
	card.Insert()
	powered, done := make(chan error, 1), make(chan error, 1)
	go func() { powered <- card.AwaitPower(ctx) }()
	go func() { done <- haltest.ServeVPCD(ctx, Addr, card) }()
	remove = sync.OnceFunc(func() {
		cancel(hal.ErrCardRemoved)
		if err := <-done; !errors.Is(err, hal.ErrCardRemoved) {
			t.Errorf("serving the virtual card: %v", err)
		}
	})
	t.Cleanup(remove)
	select {
	case err := <-powered:
		if err != nil {
			t.Fatalf("waiting for power: %v", err)
		}
	case err := <-done:
		done <- err
		t.Fatalf("inserting the virtual card: %v", err)
	}
	return remove
}

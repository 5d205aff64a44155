package pcscdtest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
)

// Insert puts a card into the first reader and returns once pcscd tells its
// clients of it. The function it returns takes the card out and returns once pcscd
// tells that; the end of the test does so too.
func Insert(t testing.TB, card *haltest.Card) (remove func()) {
	t.Helper()
	return InsertAt(t, 0, card)
}

// InsertAt is Insert for reader k.
func InsertAt(t testing.TB, k int, card *haltest.Card) (remove func()) {
	t.Helper()
	before, _ := state(k)
	var inside readerState
	ctx, cancel := context.WithCancelCause(context.Background())
	done := make(chan error, 1)
	go func() { done <- haltest.ServeVPCD(ctx, addr(k), card) }()
	remove = sync.OnceFunc(func() {
		cancel(hal.ErrCardRemoved)
		// A reader that went away with its card is no news to who took it away.
		if err := <-done; !errors.Is(err, hal.ErrCardRemoved) && !errors.Is(err, hal.ErrGone) {
			t.Errorf("serving the virtual card: %v", err)
		}
		await(t, "pcscd has noticed that the card left", func() bool {
			s, ok := state(k)
			return !ok || s.Events != inside.Events
		})
	})
	t.Cleanup(remove)
	await(t, "pcscd has noticed the card", func() bool {
		select {
		case err := <-done:
			done <- err
			t.Fatalf("inserting the virtual card: %v", err)
		default:
		}
		inside, _ = state(k)
		return inside.present() && inside.Events != before.Events
	})
	return remove
}

// state is what pcscd says of reader k; false if it does not have it, or there is
// no pcscd.
func state(k int) (readerState, bool) {
	states, err := readerStates()
	if err != nil {
		return readerState{}, false
	}
	for _, name := range names(k) {
		if s, ok := find(states, name); ok {
			return s, true
		}
	}
	return readerState{}, false
}

package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
)

const (
	// gap is how long the slot stays empty between two cards: pcscd has missed a
	// change that took less.
	gap = time.Second
	// powerUp is how long the reader may take to give a card power.
	powerUp = 10 * time.Second
)

// A slot is the virtual reader of pcscd, seen from the card.
type slot struct {
	addr    string
	card    *haltest.Card // nil: empty
	cancel  context.CancelCauseFunc
	done    chan error
	emptied time.Time
}

// insert returns when the card has power.
func (s *slot) insert(ctx context.Context, card *haltest.Card) error {
	if s.occupied() {
		return errors.New("inserting the card: there is one in the reader")
	}
	if err := pause(ctx, time.Until(s.emptied.Add(gap))); err != nil {
		return err
	}
	serving, cancel := context.WithCancelCause(ctx)
	s.card, s.cancel, s.done = card, cancel, make(chan error, 1)
	card.Insert()
	go func() { s.done <- haltest.ServeVPCD(serving, s.addr, card) }()
	return s.awaitPower(ctx, card)
}

// awaitPower gives up when the reader does, and leaves the slot empty then.
func (s *slot) awaitPower(ctx context.Context, card *haltest.Card) error {
	ctx, cancel := context.WithTimeout(ctx, powerUp)
	defer cancel()
	powered := make(chan error, 1)
	go func() { powered <- card.AwaitPower(ctx) }()
	select {
	case err := <-powered:
		if err == nil {
			return nil
		}
		s.remove()
		return fmt.Errorf("waiting for power: %w", err)
	case err := <-s.done:
		s.card = nil
		s.cancel(nil)
		return fmt.Errorf("inserting the card: %w", err)
	}
}

// occupied also notices that a card left by itself.
func (s *slot) occupied() bool {
	select {
	case <-s.done:
		s.card, s.done, s.emptied = nil, nil, time.Now()
	default:
	}
	return s.card != nil
}

// remove takes out what is in, and returns when the reader knows.
func (s *slot) remove() {
	if !s.occupied() {
		return
	}
	s.cancel(hal.ErrCardRemoved)
	<-s.done
	s.card, s.done, s.emptied = nil, nil, time.Now()
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(max(d, 0))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

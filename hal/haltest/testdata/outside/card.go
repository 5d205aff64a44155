package acme

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/digital-watashi/kiosk/hal"
)

// card is a card for as long as it is attended.
type card struct {
	reader *Reader
	atr    []byte

	mu   sync.Mutex
	gone error // why it cannot be reached any more
}

var _ hal.Card = (*card)(nil)

// ATR gives a copy, as whoever asks may write into it.
func (c *card) ATR() []byte { return slices.Clone(c.atr) }

// Transmit never reaches another card: one that was put in meanwhile has no power.
func (c *card) Transmit(ctx context.Context, command []byte) ([]byte, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err := c.left(); err != nil {
		return nil, err
	}
	response, err := c.reader.exchange('X', command)
	if errors.Is(err, hal.ErrCardRemoved) {
		c.leave(hal.ErrCardRemoved)
	}
	return response, err
}

func (c *card) left() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.gone
}

func (c *card) leave(why error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gone == nil {
		c.gone = why
	}
}

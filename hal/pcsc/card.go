//go:build cgo || windows

package pcsc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/ebfe/scard"

	"github.com/digital-watashi/kiosk/hal"
)

// card is the hal.Card of one visit.
type card struct {
	presence context.Context
	leave    context.CancelCauseFunc
	atr      []byte
	maxData  int

	mu     sync.Mutex  // one exchange at a time, and none after the power-down
	handle *scard.Card // nil for a card that does not answer, and after the visit
	over   bool
}

var (
	errShortCommand = errors.New("command APDU of less than 4 bytes")
	errNoStatusWord = errors.New("answer without a status word")
)

func newCard(presence context.Context, leave context.CancelCauseFunc, handle *scard.Card, fallback int) *card {
	c := &card{presence: presence, leave: leave, handle: handle}
	if handle == nil {
		return c
	}
	if status, err := handle.Status(); err == nil {
		c.atr = status.Atr
	}
	c.maxData = maxShortData
	if handle.ActiveProtocol() == scard.ProtocolT1 { // T=0 has no extended APDUs, ISO/IEC 7816-3, 12.2
		c.maxData = maxData(handle, fallback)
	}
	return c
}

// ATR is empty for a card that does not answer.
func (c *card) ATR() []byte { return bytes.Clone(c.atr) }

// MaxData is the most data that one response brings through this reader, as the
// reader says: 256, or more where it passes extended APDUs.
func (c *card) MaxData() int { return c.maxData }

// Transmit sends one command APDU, as hal.Card says.
func (c *card) Transmit(ctx context.Context, command []byte) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case c.presence.Err() != nil:
		return nil, context.Cause(c.presence)
	case c.over:
		return nil, hal.ErrCardRemoved
	case len(command) < 4: // the binding panics on none
		return nil, errShortCommand
	case c.handle == nil:
		return nil, hal.ErrCardMute
	}
	answer, err := c.exchange(command)
	if err != nil {
		return nil, c.broken(err)
	}
	return answer, nil
}

// exchange copies the answer and overwrites the binding's buffer, 64 KiB that
// would stay in memory with whatever it holds.
func (c *card) exchange(command []byte) ([]byte, error) {
	answer, err := c.handle.Transmit(command)
	if err != nil {
		return nil, err
	}
	mine := bytes.Clone(answer)
	clear(answer[:cap(answer)])
	if len(mine) < 2 {
		// vpcd reports success and nothing when its card leaves in mid-exchange.
		return nil, errNoStatusWord
	}
	return mine, nil
}

// broken decides what a broken exchange means. The command is not repeated: it
// may have been a VERIFY. Where the code does not tell, the watcher may: it
// sees a little later that the card left. In any case the visit is over.
func (c *card) broken(err error) error {
	word := sorted(err)
	if !errors.Is(word, hal.ErrCardRemoved) {
		c.awaitRemoval()
	}
	c.leave(word) // unless the watcher was first
	return fmt.Errorf("sending to the card: %w: %w", context.Cause(c.presence), err)
}

func (c *card) awaitRemoval() {
	t := time.NewTimer(settle)
	defer t.Stop()
	select {
	case <-c.presence.Done():
	case <-t.C:
	}
}

// powerDown ends what the card knows. A card that left has forgotten already,
// and there is nobody to tell of an error.
func (c *card) powerDown() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.over = true
	if c.handle != nil {
		_ = c.handle.Disconnect(scard.UnpowerCard)
		c.handle = nil
	}
}

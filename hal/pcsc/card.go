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
	"github.com/digital-watashi/kiosk/hal/confined"
)

// card is the hal.Card of one visit.
type card struct {
	presence context.Context
	leave    context.CancelCauseFunc
	fault    error // why there can be no exchange; nil with a handle
	atr      []byte
	reader   string
	reaches  *reaches
	left     <-chan struct{}
	hung     func(bool) // tells that an exchange does not come back, and that it did

	mu     sync.Mutex  // one exchange at a time, and none after the power-down
	handle *scard.Card // nil for a card that does not answer, and after the visit
	over   bool
	// short: this visit sends short APDUs, whatever the reader is good for.
	short bool
	// doubt: an extended APDU broke off. The next exchange tells whether the reader
	// was to blame, or a card that was leaving.
	doubt bool
}

var (
	_ hal.Card    = (*card)(nil)
	_ hal.Watched = (*card)(nil)
)

var (
	errShortCommand = errors.New("command APDU of less than 4 bytes")
	errNoStatusWord = errors.New("answer without a status word")
)

// open takes what the reader and its driver tell before the first exchange.
func (c *card) open(handle *scard.Card, configured int) {
	c.handle = handle
	if status, err := handle.Status(); err == nil {
		c.atr = status.Atr
	}
	c.short = handle.ActiveProtocol() != scard.ProtocolT1 // T=0 has no extended APDUs, ISO/IEC 7816-3, 12.2
	if _, known := c.reaches.get(c.reader); !known {
		said, ok := askMaxData(handle)
		c.reaches.set(c.reader, reachOf(said, ok, configured))
	}
}

// ATR is empty for a card that does not answer.
func (c *card) ATR() []byte { return bytes.Clone(c.atr) }

// Left is closed when the card has left the reader, as hal.Watched says.
func (c *card) Left() <-chan struct{} { return c.left }

// MaxData is the most data that one response brings through this reader, as far
// as it is known by now: 256, or more where it passes extended APDUs.
func (c *card) MaxData() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if r, known := c.reaches.get(c.reader); known && !c.short {
		return r.most
	}
	return maxShortData
}

// Transmit sends one command APDU, as hal.Card says. A reader that hangs is left
// waiting when ctx ends, and so does the visit: the card stays ours until the
// exchange comes back.
func (c *card) Transmit(ctx context.Context, command []byte) ([]byte, error) {
	c.mu.Lock()
	if err := c.ready(ctx, command); err != nil {
		c.mu.Unlock()
		return nil, err
	}
	sent := make(chan result, 1) // of an exchange that was given up nobody takes the result
	go func() {
		defer c.mu.Unlock()
		sent <- c.send(bytes.Clone(command))
	}()
	select {
	case r := <-sent:
		return r.answer, r.err
	case <-ctx.Done():
		go c.outlast(sent)
		return nil, fmt.Errorf("waiting for the card: %w", context.Cause(ctx))
	}
}

// result is what became of one exchange.
type result struct {
	answer []byte
	err    error
}

// ready says why a command cannot go out.
func (c *card) ready(ctx context.Context, command []byte) error {
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case c.presence.Err() != nil:
		return context.Cause(c.presence)
	case c.over:
		return hal.ErrCardRemoved
	case len(command) < 4: // the binding panics on none
		return errShortCommand
	case c.handle == nil:
		return c.fault
	}
	return nil
}

// send is the exchange, with what it teaches. It overwrites the command, which may
// be a VERIFY.
func (c *card) send(command []byte) result {
	defer clear(command)
	answer, err := c.exchange(command)
	switch {
	case err == nil:
		c.learn(command, answer)
		return result{answer: answer}
	case isExtended(command) && c.tooLong(err):
		return result{err: fmt.Errorf("sending to the card: %w: %w", hal.ErrLength, err)}
	}
	return result{err: c.broken(err)}
}

// outlast waits for an exchange that was given up. One that ended with the card's
// removal is back at once; one that is not means a reader that hangs.
func (c *card) outlast(sent <-chan result) {
	patience := time.AfterFunc(hangs, func() { c.hung(true) })
	r := <-sent
	clear(r.answer)
	patience.Stop()
	c.hung(false)
}

// exchange copies the answer and overwrites the binding's buffer, 64 KiB that
// would stay in memory with whatever it holds.
func (c *card) exchange(command []byte) ([]byte, error) {
	answer, err := c.handle.Transmit(command)
	if err != nil {
		return nil, err
	}
	var mine []byte
	confined.Do(func() { mine = bytes.Clone(answer) })
	clear(answer[:cap(answer)])
	if len(mine) < 2 {
		// vpcd reports success and nothing when its card leaves in mid-exchange.
		return nil, errNoStatusWord
	}
	return mine, nil
}

// learn takes from an answer what it says of the reader's reach.
func (c *card) learn(command, answer []byte) {
	r, known := c.reaches.get(c.reader)
	switch {
	case !known: // unplugged meanwhile
	case isExtended(command):
		c.reaches.set(c.reader, r.after(command, answer))
	case c.doubt:
		c.reaches.set(c.reader, r.short())
	}
	c.doubt = false
}

// tooLong reports whether an extended APDU broke off for its length, as far as one
// can tell: such an APDU never got through this reader, the line holds, the card
// is there and was not reset. Whatever it is, this visit tries none again.
func (c *card) tooLong(err error) bool {
	r, _ := c.reaches.get(c.reader)
	if r.proven || kindOfError(err) != kindOther || errors.Is(err, scard.ErrResetCard) {
		return false
	}
	if _, err := c.handle.Status(); err != nil {
		return false
	}
	c.short, c.doubt = true, true
	return true
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

// powerDown ends what the card knows.
func (c *card) powerDown() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.over = true
	if c.handle != nil {
		powerDown(c.handle)
		c.handle = nil
	}
}

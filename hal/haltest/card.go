package haltest

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"slices"
	"sync"
	"time"

	"github.com/digital-watashi/kiosk/hal"
)

// Card is a My Number card, and a hal.Card as long as it is in a reader and has
// power. A new one is, and has. Its counters outlive power; what is selected and
// what is verified do not. It may be broken and taken out from any goroutine.
type Card struct {
	citizen     Citizen
	certificate *x509.Certificate
	key         crypto.Signer

	atr          []byte
	applications []*application
	habits       habits

	mu        sync.Mutex // guards all below, and the pins
	out       bool
	powered   bool
	count     int // commands since power-on
	faults    []Fault
	app       *application
	file      *file
	fileID    uint16
	kept      []byte // what GET RESPONSE will fetch
	touched   []string
	lines     []string
	onRemoved func()
	waiting   []chan struct{} // closed by the next power-on, or by a removal
}

var _ hal.Card = (*Card)(nil)

// Citizen is whose card it is.
func (c *Card) Citizen() Citizen { return c.citizen }

// Certificate is the signing certificate on the card; nil if there is none.
func (c *Card) Certificate() *x509.Certificate { return c.certificate }

// Key is what the card signs with, so that a test may sign without it.
func (c *Card) Key() crypto.Signer { return c.key }

// ATR is the answer to reset.
func (c *Card) ATR() []byte { return slices.Clone(c.atr) }

// Transmit answers one command. The error is hal.ErrCardRemoved, also without
// power, hal.ErrCardMute or the context's cause.
func (c *Card) Transmit(ctx context.Context, cmd []byte) ([]byte, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.out || !c.powered {
		return nil, hal.ErrCardRemoved
	}
	if c.habits.mute != nil {
		return nil, c.habits.mute
	}
	c.count++
	faults := c.strike()
	c.wait(faults.delay)
	if c.out || !c.powered || faults.removed {
		c.leave(faults.removed)
		return nil, hal.ErrCardRemoved
	}
	answer := c.answer(cmd, faults)
	if faults.lost {
		c.remove()
		return nil, hal.ErrCardRemoved
	}
	return answer, nil
}

// answer executes the command, unless a fault answers in its place.
func (c *Card) answer(cmd []byte, faults struck) []byte {
	var data []byte
	sw := faults.sw
	if c.habits.drowsy && c.count == 1 {
		sw = swNoDiagnosis
	}
	if sw == 0 {
		data, sw = c.execute(cmd)
	}
	answer := append(slices.Clone(resized(data, faults.extra)), byte(sw>>8), byte(sw))
	answer = answer[:max(0, len(answer)-faults.cut)]
	c.lines = append(c.lines, "> "+commandText(cmd), "< "+hexPairs(answer))
	return answer
}

// PowerOn is a cold reset: nothing selected, nothing verified, the count of
// commands at nought. A card that is out gets no power.
func (c *Card) PowerOn() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.out {
		return
	}
	c.forget()
	c.powered, c.count = true, 0
	c.wake()
}

// PowerOff takes the selection and the verified state away.
func (c *Card) PowerOff() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.forget()
	c.powered = false
}

// Reset is a warm reset. The selection goes; the verified state goes unless the
// card was made with VerifiedAfterReset.
func (c *Card) Reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.deselect()
	if !c.habits.warmResetKept {
		c.forget()
	}
}

// Remove takes the card out of whatever it is in. From then on it answers with
// hal.ErrCardRemoved.
func (c *Card) Remove() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.remove()
}

// Insert puts the card in, without power.
func (c *Card) Insert() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.forget()
	c.out, c.powered = false, false
}

// AwaitPower returns when the card has power, or with hal.ErrCardRemoved or the
// context's cause.
func (c *Card) AwaitPower(ctx context.Context) error {
	for {
		changed, err := c.powerChange()
		if changed == nil {
			return err
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// powerChange is nil when there is nothing to wait for.
func (c *Card) powerChange() (<-chan struct{}, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.out:
		return nil, hal.ErrCardRemoved
	case c.powered:
		return nil, nil
	}
	changed := make(chan struct{})
	c.waiting = append(c.waiting, changed)
	return changed, nil
}

// TriesLeft is the counter of the signing password.
func (c *Card) TriesLeft() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, app := range c.applications {
		if bytes.Equal(app.aid, jpkiAID()) {
			return app.files[0x001B].pin.left
		}
	}
	return 0
}

// Verified reports whether any reference of the card is in the verified state.
func (c *Card) Verified() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, app := range c.applications {
		for _, f := range app.files {
			if f.pin != nil && f.pin.verified {
				return true
			}
		}
	}
	return false
}

// Powered reports whether the card has power.
func (c *Card) Powered() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.powered && !c.out
}

func (c *Card) isOut() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.out
}

// Touched is every touch of an object that the law keeps from the terminal: the
// My Number, its picture, its digest, and the references that open it. A test
// that wants none compares with nothing.
func (c *Card) Touched() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.touched)
}

// Transcript is what went over the line so far, a line each way, the data of
// VERIFY and of CHANGE REFERENCE DATA masked.
func (c *Card) Transcript() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.lines)
}

// tell has removed called, once, when the card goes; nil ends that.
func (c *Card) tell(removed func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.onRemoved = removed
}

// leave takes the card out if that is what went wrong with a command.
func (c *Card) leave(removed bool) {
	if removed && !c.out {
		c.remove()
	}
}

// remove is called with the lock held.
func (c *Card) remove() {
	c.out = true
	c.forget()
	c.wake()
	if tell := c.onRemoved; tell != nil {
		c.onRemoved = nil
		tell()
	}
}

func (c *Card) wake() {
	for _, w := range c.waiting {
		close(w)
	}
	c.waiting = nil
}

func (c *Card) forget() {
	c.deselect()
	c.unverify()
}

func (c *Card) unverify() {
	for _, app := range c.applications {
		for _, f := range app.files {
			if f.pin != nil {
				f.pin.verified = false
			}
		}
	}
}

func (c *Card) deselect() { c.app, c.file, c.fileID, c.kept = nil, nil, 0, nil }

// wait lets time pass, unless the card goes meanwhile. It is called with the lock
// held, and holds it again when it returns.
func (c *Card) wait(d time.Duration) {
	if d <= 0 {
		return
	}
	gone := make(chan struct{})
	c.waiting = append(c.waiting, gone)
	c.mu.Unlock()
	defer c.mu.Lock()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-gone:
	}
}

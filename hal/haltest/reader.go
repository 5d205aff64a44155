package haltest

import (
	"context"
	"sync"

	"github.com/digital-watashi/kiosk/hal"
)

// Reader is a reader with one slot. It powers a card up for attend and down
// afterwards, and runs on channels alone, so it works inside a testing/synctest
// bubble. It may be filled and emptied from any goroutine.
type Reader struct {
	mu        sync.Mutex
	unplugged bool
	slot      *insertion
	changed   chan struct{} // closed at the next change; made by whoever waits
}

var _ hal.Reader = (*Reader)(nil)

// NewReader is an empty reader.
func NewReader() *Reader { return &Reader{} }

// An insertion is one stay of a card in the slot. To attend it is the card.
type insertion struct {
	card     hal.Card
	beside   hal.Card // the second of two cards; stays when one is taken out
	attended bool
	left     chan struct{} // closed when it has left the slot
	leaving  sync.Once

	mu     sync.Mutex
	gone   error // why the card cannot be reached any more
	cancel context.CancelCauseFunc
}

// powered is a card that knows about power; a Playback, say, does not.
type powered interface {
	Insert()
	Remove()
	PowerOn()
	PowerOff()
	tell(removed func())
}

// power finds the card that knows about power, behind what wraps it: a wrapper
// tells by Unwrap what it wraps, as Recorder does.
func power(card hal.Card) (powered, bool) {
	for {
		if p, ok := card.(powered); ok {
			return p, true
		}
		w, ok := card.(interface{ Unwrap() hal.Card })
		if !ok {
			return nil, false
		}
		card = w.Unwrap()
	}
}

// Insert puts a card in, in place of one that may be there.
func (r *Reader) Insert(card hal.Card) {
	r.take(hal.ErrCardRemoved)
	in := &insertion{card: card, left: make(chan struct{})}
	if p, ok := power(card); ok {
		p.Insert()
		p.tell(func() { r.left(in) })
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.slot = in
	r.change()
}

// InsertTwo has two cards in at once, as in two readers or one on the other: it is
// one visit, and nobody can talk to either. Remove takes one out; the one that
// stays is then new.
func (r *Reader) InsertTwo(stays hal.Card) {
	r.take(hal.ErrCardRemoved)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.slot = &insertion{card: collision{}, beside: stays, left: make(chan struct{})}
	r.change()
}

// collision is what two cards at once are to talk to.
type collision struct{}

func (collision) ATR() []byte { return nil }

func (collision) Transmit(context.Context, []byte) ([]byte, error) {
	return nil, hal.ErrCardCollision
}

// Remove takes the card out. When it returns, the context of attend is cancelled.
func (r *Reader) Remove() {
	if in := r.take(hal.ErrCardRemoved); in != nil && in.beside != nil {
		r.Insert(in.beside)
	}
}

// Unplug takes the reader away from the computer: the line to the card is dead.
// Serve goes on and waits for it to come back.
func (r *Reader) Unplug() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.unplugged = true
	if r.slot != nil {
		r.slot.depart()
		r.slot.end(hal.ErrGone)
	}
	r.change()
}

// Plug brings the reader back. A card that stayed in it is new again.
func (r *Reader) Plug() {
	r.mu.Lock()
	r.unplugged = false
	in := r.slot
	r.change()
	r.mu.Unlock()
	switch {
	case in != nil && in.beside != nil:
		r.InsertTwo(in.beside)
	case in != nil:
		r.Insert(in.card)
	}
}

// Serve attends one card after another until ctx ends.
func (r *Reader) Serve(ctx context.Context, attend func(context.Context, hal.Card)) error {
	for {
		in, changed := r.waiting()
		if in != nil && ctx.Err() == nil {
			in.attend(ctx, attend)
			continue
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// waiting is a card that nobody has attended yet, or the channel that says when to
// look again.
func (r *Reader) waiting() (*insertion, <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.changed == nil {
		r.changed = make(chan struct{})
	}
	if r.slot == nil || r.slot.attended || r.unplugged {
		return nil, r.changed
	}
	r.slot.attended = true
	return r.slot, r.changed
}

// change is called with the lock held.
func (r *Reader) change() {
	if r.changed != nil {
		close(r.changed)
		r.changed = nil
	}
}

// take empties the slot and gives what was in it. The card is told outside of the
// lock, as it may be in the middle of telling us.
func (r *Reader) take(why error) *insertion {
	r.mu.Lock()
	in := r.slot
	r.slot = nil
	r.change()
	r.mu.Unlock()
	if in == nil {
		return nil
	}
	in.depart()
	in.end(why)
	if p, ok := power(in.card); ok {
		p.tell(nil)
		p.Remove()
	}
	return in
}

// left is a card that went by itself.
func (r *Reader) left(in *insertion) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.slot == in {
		r.slot = nil
		r.change()
	}
	in.depart()
	in.end(hal.ErrCardRemoved)
}

// attend gives the card power for as long as the function runs.
func (in *insertion) attend(ctx context.Context, attend func(context.Context, hal.Card)) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	if !in.begin(cancel) {
		return
	}
	if p, ok := power(in.card); ok {
		p.PowerOn()
		defer p.PowerOff()
	}
	defer in.end(hal.ErrCardRemoved)
	attend(ctx, in)
}

// begin is false when the card left before anybody came.
func (in *insertion) begin(cancel context.CancelCauseFunc) bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.cancel = cancel
	return in.gone == nil
}

// end makes the card unreachable.
func (in *insertion) end(why error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.gone != nil {
		return
	}
	in.gone = why
	if in.cancel != nil {
		in.cancel(why)
	}
}

// depart has the card gone, or not seen any more.
func (in *insertion) depart() { in.leaving.Do(func() { close(in.left) }) }

// Left is closed when the card has left the slot, or the reader was unplugged.
func (in *insertion) Left() <-chan struct{} { return in.left }

// ATR is the card's.
func (in *insertion) ATR() []byte { return in.card.ATR() }

// MaxData is what the card put in says of itself, if it does.
func (in *insertion) MaxData() int { return maxData(in.card) }

// extender is a card behind a reader that says how much one response can bring.
type extender interface{ MaxData() int }

func maxData(card hal.Card) int {
	if x, ok := card.(extender); ok {
		return x.MaxData()
	}
	return shortest
}

// shortest is what every reader carries in one response.
const shortest = 256

// Transmit reaches the card only as long as this insertion lasts.
func (in *insertion) Transmit(ctx context.Context, cmd []byte) ([]byte, error) {
	in.mu.Lock()
	gone := in.gone
	in.mu.Unlock()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if gone != nil {
		return nil, gone
	}
	return in.card.Transmit(ctx, cmd)
}

// MotorReader is a Reader that can move the card by itself, as in an ATM.
type MotorReader struct {
	*Reader
	mu       sync.Mutex
	retained int
}

var _ hal.Ejector = (*MotorReader)(nil)

// NewMotorReader is an empty reader with a motor and a bin.
func NewMotorReader() *MotorReader { return &MotorReader{Reader: NewReader()} }

// Eject hands the card back.
func (m *MotorReader) Eject(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	m.Remove()
	return nil
}

// Retain draws the card into the bin.
func (m *MotorReader) Retain(ctx context.Context) error {
	if err := m.Eject(ctx); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.retained++
	return nil
}

// Retained is how many times the bin took a card.
func (m *MotorReader) Retained() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.retained
}

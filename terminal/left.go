package terminal

import (
	"context"

	"github.com/digital-watashi/kiosk/hal"
)

// watched is what tells that a card has left; nil where its reader does not see it.
func watched(card hal.Card) <-chan struct{} {
	if w, sees := card.(hal.Watched); sees {
		return w.Left()
	}
	return nil
}

// lies reports whether the card is seen to lie in the reader.
func (a *attendance) lies() bool {
	if a == nil || a.left == nil {
		return false
	}
	select {
	case <-a.left:
		return false
	default:
		return true
	}
}

// lies reports whether a card that is not held any more lies in the reader.
func (t *Terminal) lies() bool {
	a := t.present.Load()
	if !a.lies() {
		return false
	}
	select {
	case <-a.done:
		return true
	default:
		return false
	}
}

// letGo releases a card, and stays with it until it has left.
func (t *Terminal) letGo(ctx context.Context, e ReleaseCard) {
	a := t.attending(e.ID)
	bounded, cancel := context.WithTimeout(ctx, limit(e))
	released := t.release(bounded, a, e)
	cancel()
	t.post(released)
	if !released.Lies {
		return
	}
	select {
	case <-a.left:
		t.taken(a)
	case <-t.ending:
	}
}

// taken tells that a card which was let go has left. Told twice, it is so all the
// same.
func (t *Terminal) taken(a *attendance) {
	t.post(CardTaken{session(a.id)})
	t.wake()
}

// succeed tells that the card before has left, before the next one is told of.
func (t *Terminal) succeed(next *attendance) {
	if last := t.present.Load(); last != nil && last.left != nil && !last.lies() {
		t.taken(last)
	}
	t.present.Store(next)
}

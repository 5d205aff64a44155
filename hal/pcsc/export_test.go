//go:build cgo || windows

package pcsc

import "github.com/ebfe/scard"

// The pure parts, for their tests.
var (
	Sorted      = sorted
	MaxAPDUData = maxAPDUData
)

// Slot follows a card slot; See takes in a state and says whether the card that
// was there left, and whether there is one that nobody attended yet.
type Slot struct{ s slot }

func (s *Slot) See(state scard.StateFlag) (left, waiting bool) {
	left = s.s.see(state)
	return left, s.s.present && !s.s.served
}

// Attend marks the insertion as attended.
func (s *Slot) Attend() { s.s.served = true }

//go:build cgo || windows

package pcsc

import (
	"github.com/ebfe/scard"

	"github.com/digital-watashi/kiosk/hal"
)

// The pure parts, for their tests.
var (
	Sorted      = sorted
	MaxAPDUData = maxAPDUData
	IsExtended  = isExtended
	InfoOf      = info
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

// Slots follows the card slots of several readers.
type Slots struct{ all slots }

// Put has a card come or go.
func (s *Slots) Put(name string, present bool) {
	s.all.add([]string{name})
	for _, one := range s.all {
		if one.name != name {
			continue
		}
		state := scard.StateEmpty | scard.StateFlag(one.count+1)<<16
		if present {
			state ^= scard.StateEmpty | scard.StatePresent
		}
		if one.see(state) {
			one.depart()
			s.all.part()
		}
	}
}

// Stay has a card stay in the slots that are named, and gives what its departure
// closes.
func (s *Slots) Stay(names ...string) (left <-chan struct{}) {
	in := newStay()
	s.all.settle(names, in)
	return in.left
}

// Next names the readers of the cards to be attended now.
func (s *Slots) Next() []string { return s.all.next() }

// Device is the state of readers that are in these.
func Device(states []scard.StateFlag) hal.State {
	var all slots
	for _, state := range states {
		one := &slot{}
		one.see(state)
		all = append(all, one)
	}
	return all.device()
}

// After is what a reader is known for after an answer.
func After(proven bool, command, answer []byte) (most int, stillProven bool) {
	r := reach{most: maxExtendedData, proven: proven}.after(command, answer)
	return r.most, r.proven
}

//go:build cgo || windows

package pcsc

import (
	"slices"

	"github.com/ebfe/scard"

	"github.com/digital-watashi/kiosk/hal"
)

// slot follows the card slot of one reader. Insertions are told apart by the
// service's counter: a swap between two looks changes nothing else.
type slot struct {
	name    string
	state   scard.StateFlag
	seen    bool // state was told by the service
	present bool
	count   uint16
	served  bool // this insertion was attended
	collide bool // attended only as one of several
	stays   []stay
}

// A stay is that of a card, or of several at once, which lasts beyond its visit. It
// ends with the first of them.
type stay struct{ left chan struct{} }

func newStay() stay { return stay{make(chan struct{})} }

// end needs the watcher's goroutine, which alone ends stays.
func (s stay) end() {
	select {
	case <-s.left:
	default:
		close(s.left)
	}
}

// depart ends all stays in this slot: its card left, or is not seen any more.
func (s *slot) depart() {
	for _, stay := range s.stays {
		stay.end()
	}
	s.stays = nil
}

// see takes in a state and reports whether the card that was there is gone.
func (s *slot) see(state scard.StateFlag) (left bool) {
	was, count := s.present, s.count
	s.state, s.seen = state&^scard.StateChanged, true
	s.present = state&scard.StatePresent != 0
	s.count = uint16(state >> 16)
	same := was && s.present && count == s.count
	s.served, s.collide = s.served && same, s.collide && same
	return was && !same
}

// why is the reason for which a card left. A reader that is unplugged says for a
// moment that it has none.
func (s *slot) why() error {
	if s.unusable() {
		return hal.ErrGone
	}
	return hal.ErrCardRemoved
}

func (s *slot) unusable() bool {
	return s.state&(scard.StateUnavailable|scard.StateUnknown|scard.StateIgnore) != 0
}

// slots are those of all readers that may be used, in the order of the service.
type slots []*slot

// add takes in the readers that are new.
func (all *slots) add(names []string) {
	for _, name := range names {
		if !slices.ContainsFunc(*all, func(s *slot) bool { return s.name == name }) {
			*all = append(*all, &slot{name: name})
		}
	}
}

func (all *slots) remove(gone *slot) {
	*all = slices.DeleteFunc(*all, func(s *slot) bool { return s == gone })
}

// next names the reader of the card to be attended now, and marks it attended: the
// only one that there is. Of several with a new one among them it names all.
// A card that meets others is attended anew when it remains.
func (all slots) next() []string {
	var names []string
	fresh := false
	for _, s := range all {
		if s.present {
			names = append(names, s.name)
			fresh = fresh || !s.served
		}
	}
	if !fresh {
		return nil
	}
	for _, s := range all {
		if s.present && !s.served {
			s.served, s.collide = true, len(names) > 1
		}
	}
	return names
}

// settle has a card stay in each of the slots that are named.
func (all slots) settle(names []string, in stay) {
	for _, s := range all {
		if slices.Contains(names, s.name) {
			s.stays = append(s.stays, in)
		}
	}
}

// part undoes a collision, since one of its cards left.
func (all slots) part() {
	for _, s := range all {
		if s.collide {
			s.served, s.collide = false, false
		}
	}
}

// device is the best state of all; empty as long as one was not looked at.
func (all slots) device() hal.State {
	if len(all) == 0 {
		return hal.NoDevice
	}
	best := hal.HardwareError
	for _, s := range all {
		if !s.seen {
			return ""
		}
		if !s.unusable() {
			best = hal.Online
		}
	}
	return best
}

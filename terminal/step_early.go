package terminal

import "github.com/digital-watashi/kiosk/platform/protocol"

// A card may come before anybody can be served: while the terminal starts, is out
// of service or a technician's, or while a slip is printed for the person in
// front. Where a motor moves cards it goes back at once. Elsewhere it would lie
// there without anything happening, as no reader tells of the same insertion
// twice; so it is held, unread, and its visit begins when the terminal opens.

// tooEarly gives a card back, or keeps it for later.
func (v Visit) tooEarly(s State, e CardInserted) (State, []Effect) {
	if !e.Stays {
		return s, []Effect{ReleaseCard{of{e.ID}}}
	}
	v.Early = e.ID
	return s.with(v), nil
}

// awaited reports whether a card lies there that came too early.
func (v Visit) awaited() bool { return !v.Early.IsZero() }

func (v Visit) forgetEarly() Visit {
	v.Early = protocol.ID{}
	return v
}

// leavesEarly reports whether it is taken out again, or fails.
func leavesEarly(s State, e Event) bool {
	v := s.visit()
	switch e := e.(type) {
	case CardRemoved:
		return v.awaited() && e.ID == v.Early
	case CardFailed:
		return v.awaited() && e.ID == v.Early
	}
	return false
}

// open reports whether a card that comes now begins a visit, and nobody is in
// front of it.
func open(s State) bool {
	_, is := s.(Welcome)
	return is
}

package terminal

import "github.com/digital-watashi/kiosk/terminal/catalogue"

// A card that was let go is powered down, and may lie in the reader still. Where
// the reader sees it (hal.Watched), nobody is welcomed before it has gone: its
// holder is called back by screen, light and tone, and after a while the terminal
// closes until somebody takes the card. No screen that comes then shows more than
// that: who returns first may be somebody else.

// letGo notes that the card lies there still. Only a state in which it was let go
// is told.
func letGo(s State, e CardReleased) State {
	switch s.(type) {
	case Committing, Delivering, Beginning, Printing, ShowingCode, Recording, TakingCard, Withdrawing, Stopped:
		return lying(s, e.Lies)
	}
	return s
}

func lying(s State, is bool) State {
	v := s.visit()
	v.Lying = is
	return s.with(v)
}

// leaves is where a visit ends: not without the card. The fault is how it ended, if
// it did not end well.
func (v Visit) leaves(fault catalogue.Code) State {
	if v.Lying {
		return CallingBack{v, fault, 1}
	}
	return v.gone(fault)
}

// gone is after the citizen. Where the journal failed, nobody is welcomed before it
// works again.
func (v Visit) gone(fault catalogue.Code) State {
	if (fault == catalogue.DiskFault || fault == catalogue.WithdrawalFailed) && !v.Tampered {
		return v.closed([]catalogue.Code{catalogue.DiskFault}, 0)
	}
	return v.home("")
}

func (s CallingBack) on(e Event) (State, []Effect) {
	switch e.(type) {
	case CardTaken:
		return s.gone(s.Fault), nil
	case TimeUp:
		if s.Calls >= mostCalls {
			return s.forgotten(), nil
		}
		s.Calls++
	}
	return s, nil
}

// forgotten is the end of calling. Each check finds the card from now on, as long
// as it lies there; no motor draws it in.
func (s CallingBack) forgotten() State {
	next := s.gone(s.Fault)
	if w, welcomes := next.(Welcome); welcomes {
		return w.closed([]catalogue.Code{catalogue.CardForgotten}, 0)
	}
	return next
}

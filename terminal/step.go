package terminal

import (
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

// step is all behaviour: what the terminal does about an event, wherever it
// stands. It does nothing itself, reads no clock and takes no lock. Whoever calls
// it has dropped the events of sessions that are over.
func step(s State, e Event) (State, []Effect) {
	next, effects := act(s, e)
	v := next.visit()
	switch {
	case v.wished() && atRest(next):
		begun, more := v.maintenance(next)
		return begun, append(effects, more...)
	case v.awaited() && open(next):
		return next.with(v.forgetEarly()), append(effects, Invite{of{v.Early}})
	}
	return next, effects
}

// act is what is done about an event, whoever waits.
func act(s State, e Event) (State, []Effect) {
	if leavesEarly(s, e) {
		return s.with(s.visit().forgetEarly()), nil
	}
	switch e := e.(type) {
	case MaintenanceWanted:
		return maintained(s, e)
	case CardInserted:
		return s.visit().begin(s, e)
	case CardReleased:
		return letGo(s, e), nil
	case CardTaken:
		return lying(s, false).on(e)
	case TimeShort:
		return warned(s), nil
	case LanguageChosen:
		v := s.visit()
		v.Language, v.Warned = e.Tag, false
		s = s.with(v)
	case EaseChosen:
		v := s.visit()
		v.Ease, v.Warned = v.Ease.turned(e.ID), false
		s = s.with(v)
	case HeadsetMoved:
		v := s.visit()
		v.Ease.Voice, v.Warned = e.In, false
		s = s.with(v)
	case Pressed, DigitTyped, Erased, Cleared, PasswordTyped:
		s = calm(s)
	case TimeUp:
		s = calm(s)
	case Tampered:
		next, effects := seized(s).on(e)
		return next, append(effects, KeepTamper{})
	}
	return s.on(e)
}

// seized has nobody come after who is here now.
func seized(s State) State {
	v := s.visit()
	v.Tampered = true
	return s.with(v)
}

// warned tells the citizen that time runs out, where it does.
func warned(s State) State {
	if _, turn := patience(s).then.(TimeShort); !turn {
		return s
	}
	v := s.visit()
	v.Warned = true
	return s.with(v)
}

// calm takes a warning back: somebody is there.
func calm(s State) State {
	v := s.visit()
	v.Warned = false
	return s.with(v)
}

// begin lets a card in where nobody waits for the end of something. Elsewhere it
// comes too early: the terminal is not open, or the person in front has not
// finished.
func (v Visit) begin(s State, e CardInserted) (State, []Effect) {
	switch s := s.(type) {
	case Maintenance:
		return s.meet(e)
	case Welcome, Stopped, TakingCard:
		// Beside a card that lies there still, the reader tells two. Only who was
		// told that theirs does not do may be told of that.
		if _, told := s.(Stopped); v.Tampered || v.wished() || v.Lying && !told {
			break
		}
		return Inspecting{Visit{ID: e.ID, Manner: v.Manner, Rules: e.Rules}}, []Effect{Inspect{of: of{e.ID}}}
	}
	return v.tooEarly(s, e)
}

// of names the session in an effect.
func (v Visit) of() of { return of{v.ID} }

// end ends a session in which the card is still held and nothing was sent.
func (v Visit) end(fault catalogue.Code) (State, []Effect) {
	return v.tell(fault), []Effect{ReleaseCard{v.of()}}
}

// tell says why the session ended. The card has been released.
func (v Visit) tell(fault catalogue.Code) State {
	v.Warned = false
	return Stopped{v, fault}
}

// home forgets the session. The card has gone.
func (v Visit) home(notice catalogue.Code) State {
	if v.Tampered {
		return v.closed([]catalogue.Code{catalogue.SensorTamper}, 0)
	}
	return Welcome{Visit: Visit{Manner: v.Manner, Wish: v.Wish, Early: v.Early}, Notice: notice}
}

// leave is what all states have in common in which the citizen is asked
// something: they may stop or fall asleep, and the card may go. None of it sends
// anything.
func (v Visit) leave(s State, e Event) (State, []Effect) {
	switch e := e.(type) {
	case TimeUp:
		return v.end(catalogue.SessionTime)
	case Pressed:
		if e.Action == ActionStop {
			return v.end(catalogue.SessionStopped)
		}
	}
	return v.lose(s, e)
}

// lose is what all states with a card have in common: it may be taken out, it may
// fail, and the machine may be opened by force. A state that waits for an effect
// leaves by nothing else but its answer.
func (v Visit) lose(s State, e Event) (State, []Effect) {
	switch e := e.(type) {
	case CardRemoved:
		return v.home(catalogue.CardRemoved), nil
	case CardFailed:
		if e.Fault == catalogue.CardRemoved {
			return v.home(e.Fault), nil
		}
		return v.end(e.Fault)
	case Tampered:
		return v.end(catalogue.SensorTamper)
	}
	return s, nil
}

func (s Starting) on(e Event) (State, []Effect) {
	switch e.(type) {
	case Recovered:
		return s.closed([]catalogue.Code{catalogue.TerminalStarting}, 0), []Effect{Inspect{}}
	case RecoverFailed:
		return s.closed([]catalogue.Code{catalogue.DiskFault}, 0), nil
	}
	return s, nil
}

func (s OutOfService) on(e Event) (State, []Effect) {
	switch e := e.(type) {
	case TimeUp:
		if s.unsettled() {
			return s, []Effect{Recover{}}
		}
		return s, []Effect{Inspect{}}
	case DevicesChanged:
		if !s.unsettled() {
			return s, []Effect{Inspect{Quick: true}}
		}
	case Tampered:
		if !s.unsettled() {
			return s.closed([]catalogue.Code{catalogue.SensorTamper}, s.Rounds), nil
		}
	case Recovered:
		return s, []Effect{Inspect{}}
	case RecoverFailed:
		return s.closed([]catalogue.Code{catalogue.DiskFault}, s.Rounds+1), nil
	case Inspected:
		if len(e.Faults) == 0 {
			return s.home(""), nil
		}
		return s.closed(e.Faults, s.Rounds+1), nil
	}
	return s, nil
}

// unsettled reports whether the journal failed: what the last run left may not be
// settled then, and that comes before all else.
func (s OutOfService) unsettled() bool { return s.Faults[0] == catalogue.DiskFault }

// closed counts its rounds, as Welcome does, so that the next person finds the
// language of the house.
func (v Visit) closed(faults []catalogue.Code, rounds int) State {
	if rounds >= roundsOfWelcome {
		return OutOfService{Visit: Visit{Manner: plain(), Wish: v.Wish, Early: v.Early}, Faults: faults}
	}
	return OutOfService{Visit{Manner: v.Manner, Wish: v.Wish, Early: v.Early}, faults, rounds}
}

func (s Welcome) on(e Event) (State, []Effect) {
	switch e := e.(type) {
	case TimeUp:
		return s, []Effect{Inspect{}}
	case DevicesChanged:
		return s, []Effect{Inspect{Quick: true}}
	case Tampered:
		return s.home(""), nil
	case Inspected:
		if len(e.Faults) > 0 {
			return s.closed(e.Faults, 0), nil
		}
		if s.Rounds++; s.Rounds >= roundsOfWelcome {
			return Welcome{Visit: Visit{Manner: plain()}}, nil
		}
	case LanguageChosen, EaseChosen, HeadsetMoved:
		s.Rounds = 0
	}
	return s, nil
}

func (s Inspecting) on(e Event) (State, []Effect) {
	if e, ok := e.(Inspected); ok {
		if len(e.Faults) > 0 {
			return s.end(e.Faults[0])
		}
		return ReadingCard{s.Visit}, []Effect{ReadCard{s.of()}}
	}
	return s.lose(s, e)
}

func (s Stopped) on(e Event) (State, []Effect) {
	switch e := e.(type) {
	case TimeUp:
		return s.leaves(s.Fault), nil
	case Pressed:
		if e.Action == ActionFinish {
			return s.leaves(s.Fault), nil
		}
	}
	return s, nil
}

func defaultLanguage() string { return catalogue.Languages()[0].Tag }

// first is the state in which a terminal wakes up, and what it does first.
func first() (State, Effect) { return Starting{Visit{Manner: plain()}}, Recover{} }

// between reports whether no session runs.
func between(s State) bool { return s.visit().ID == protocol.ID{} }

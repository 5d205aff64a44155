package terminal

import (
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

// The words of the audit trail.
const (
	wordMaintenanceBegun = "maintenance-begun"
	wordMaintenanceEnded = "maintenance-ended"
)

// maintained begins or ends maintenance, or notes the wish where somebody is
// served. The last wish counts.
func maintained(s State, e MaintenanceWanted) (State, []Effect) {
	v := s.visit()
	switch {
	case servicing(s) && e.On:
		return calm(s), nil
	case servicing(s):
		return backInService(s)
	}
	switch {
	case !e.On:
		v.Wish = protocol.ID{}
	case !v.wished(): // asked again it is the same wish, and gives nobody more time
		v.Wish = e.ID
	}
	return s.with(v), nil
}

// atRest reports whether nobody is served, and nothing of the last run is being
// settled.
func atRest(s State) bool {
	switch s.(type) {
	case Welcome, OutOfService:
		return true
	}
	return false
}

// maintenance begins where the terminal rests.
func (v Visit) maintenance(rest State) (State, []Effect) {
	begun := Maintenance{Visit: Visit{ID: v.Wish, Manner: v.Manner, Early: v.Early}, Unsettled: unsettled(rest)}
	return begun, []Effect{Note{begun.of(), wordMaintenanceBegun}, Survey{of: begun.of()}}
}

func unsettled(s State) bool {
	switch s := s.(type) {
	case OutOfService:
		return s.unsettled()
	case Maintenance:
		return s.Unsettled
	case Cleaning:
		return s.Unsettled
	}
	return false
}

// backInService looks at everything before a card is taken in, and speaks the
// language of the house. A card that is being tried goes back.
func backInService(s State) (State, []Effect) {
	fault, look := catalogue.TerminalStarting, Effect(Inspect{})
	if unsettled(s) {
		fault, look = catalogue.DiskFault, Recover{}
	}
	effects := []Effect{Note{s.visit().of(), wordMaintenanceEnded}, look}
	if m, is := s.(Maintenance); is && !m.Card.IsZero() {
		effects = append(effects, ReleaseCard{of{m.Card}})
	}
	return Visit{Manner: plain(), Early: s.visit().Early}.closed([]catalogue.Code{fault}, 0), effects
}

func (s Maintenance) on(e Event) (State, []Effect) {
	switch e := e.(type) {
	case Pressed:
		return s.press(e.Action)
	case TimeUp:
		return s.timeUp()
	case Surveyed:
		return s, []Effect{Survey{s.of(), true}}
	case Tried:
		return s.tried(e.Trial, e.Result), nil
	case CardExamined:
		return s.tried(TryReader, e.Result), []Effect{ReleaseCard{of{e.Card}}}
	case Scanned:
		if s.Trying == TryScanner {
			return s.tried(TryScanner, scanResult(e)), nil
		}
	case StatusSealed:
		s.Sealed = e.Sealed
	case Recovered:
		s.Unsettled = false
	}
	return s, nil
}

func scanResult(e Scanned) Result {
	if e.Good || e.Test {
		return Result{End: Passed}
	}
	return Result{End: Other}
}

// tried notes how a trial went, if it is the one under way.
func (s Maintenance) tried(t Trial, is Result) Maintenance {
	if s.Trying == t {
		s.Trying, s.Card = "", protocol.ID{}
		s.Results.set(t, is)
	}
	return s
}

// press does what a button says. While something is being tried nothing else is.
func (s Maintenance) press(action string) (State, []Effect) {
	s.Away = false
	switch action {
	case ActionFinish:
		return backInService(s)
	case ActionClean:
		if s.Trying == "" {
			return Cleaning{s.Visit, s.Unsettled}, nil
		}
	case ActionBack:
		s.Sheet = SheetState
	case ActionPast:
		s.Sheet = SheetPast
	case ActionParts:
		s.Sheet = SheetParts
	case ActionTrials:
		s.Sheet = SheetTrials
	case ActionSeal:
		s.Sheet, s.Sealed = SheetSealed, Sealed{}
		return s, []Effect{SealStatus{s.of()}}
	}
	if t := trialOf(action); t != "" && s.Trying == "" {
		return s.try(t)
	}
	return s, nil
}

// try begins a trial. A reader and a scanner are waited for; the lights glow by
// the state alone.
func (s Maintenance) try(t Trial) (State, []Effect) {
	s.Trying = t
	s.Results.set(t, Result{})
	switch {
	case t == TrySlip:
		return s, []Effect{PrintTest{s.of(), s.Language}}
	case t == TryReader && s.awaited(): // it lies there already
		early := s.Early
		s.Visit = s.forgetEarly()
		return s.examine(early)
	}
	return s, nil
}

func (s Maintenance) examine(card protocol.ID) (State, []Effect) {
	s.Card = card
	return s, []Effect{Examine{s.of(), card}}
}

// meet answers a card: one that is tried is looked at, any other comes too early.
func (s Maintenance) meet(e CardInserted) (State, []Effect) {
	if s.Trying == TryReader && s.Card.IsZero() {
		return s.examine(e.ID)
	}
	s.Away = s.Trying == ""
	return s.tooEarly(s, e)
}

// timeUp ends what was waited for, or the maintenance that nobody attends to.
func (s Maintenance) timeUp() (State, []Effect) {
	switch s.Trying {
	case "":
		return backInService(s)
	case TryLights: // whether they glowed is in the facts, and in the eye
		return s.tried(TryLights, Result{End: Passed}), nil
	}
	return s.tried(s.Trying, Result{End: Missed}), nil
}

// patience is how long a trial is waited for, or a touch.
func (s Maintenance) patience() wait {
	switch {
	case s.Trying == TryLights:
		return wait{tryGlow, TimeUp{}}
	case s.Trying == TrySlip, !s.Card.IsZero(): // bounded by itself
		return wait{}
	case s.Trying != "":
		return wait{tryWait, TimeUp{}}
	}
	return turn(s.Visit, maintenanceQuiet)
}

// Cleaning ends by itself, and goes back to where it was begun. No touch reaches
// it: its View has nothing to touch.
func (s Cleaning) on(e Event) (State, []Effect) {
	switch e.(type) {
	case TimeUp:
		return Maintenance{Visit: s.Visit, Unsettled: s.Unsettled}, nil
	case Surveyed:
		return s, []Effect{Survey{s.of(), true}}
	case Recovered:
		s.Unsettled = false
	}
	return s, nil
}

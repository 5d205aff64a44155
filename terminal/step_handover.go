package terminal

import (
	"github.com/digital-watashi/kiosk/terminal/catalogue"
	"github.com/digital-watashi/kiosk/terminal/journal"
)

// From the signature to the slip. From Committing on the card is not needed, and
// none of these states leaves before its effect has answered: what was promised
// to the disk is asked back from the disk.

func (s Signing) on(e Event) (State, []Effect) {
	switch e := e.(type) {
	case Signed:
		return Committing{s.Visit}, []Effect{ReleaseCard{s.of()}, Commit{s.of(), e.Signature}}
	case PasswordNeeded:
		return s.askAgain(e.Draft, e.Tries, "")
	}
	return s.lose(s, e)
}

func (s Committing) on(e Event) (State, []Effect) {
	switch e := e.(type) {
	case Committed:
		return Delivering{s.Visit, e.Issue}, []Effect{Deliver{s.of()}}
	case CommitFailed:
		return s.withdraw(e.Fault, false)
	}
	return s, nil
}

// withdraw takes back what no hand has held, or what the citizen gives back.
func (v Visit) withdraw(why catalogue.Code, asked bool) (State, []Effect) {
	return Withdrawing{v, why}, []Effect{Withdraw{v.of(), asked}}
}

func (s Delivering) on(e Event) (State, []Effect) {
	switch e := e.(type) {
	case Delivered:
		return Beginning{s.Visit, s.Issue, e.Outcome}, []Effect{BeginHandOver{s.of()}}
	case Refused:
		return s.tell(e.Fault), nil
	case Pressed:
		if e.Action == ActionStop {
			return s.withdraw(catalogue.SessionWithdrawn, false)
		}
	}
	return s, nil
}

func (s Beginning) on(e Event) (State, []Effect) {
	switch e.(type) {
	case HandOverBegun:
		return Printing{s.Visit, s.Issue, s.Outcome}, []Effect{Print{s.of(), s.Visit, s.Issue, s.Outcome}}
	case StoreFailed:
		return s.withdraw(catalogue.DiskFault, false)
	}
	return s, nil
}

func (s Printing) on(e Event) (State, []Effect) {
	switch e.(type) {
	case SlipPrinted:
		return Recording{s.Visit, s.Issue, s.Outcome, true}, []Effect{EndHandOver{s.of(), journal.Done}}
	case PrintDoubtful:
		return ShowingCode{Visit: s.Visit, Issue: s.Issue, Outcome: s.Outcome}, nil
	}
	return s, nil
}

func (s ShowingCode) on(e Event) (State, []Effect) {
	switch e := e.(type) {
	case Pressed:
		switch e.Action {
		case ActionYes:
			return s.record(journal.Done)
		case ActionNo:
			return s.withdraw(catalogue.SessionWithdrawn, true)
		}
	case TimeUp: // the code may have been copied
		return s.record(journal.Unknown)
	}
	return s, nil
}

// record notes how a hand-over on the screen ended. What the printer had
// confirmed stays as it is.
func (s ShowingCode) record(h journal.HandOver) (State, []Effect) {
	if s.Printed {
		return TakingCard{s.Visit, s.Issue, s.Outcome, false}, nil
	}
	return Recording{s.Visit, s.Issue, s.Outcome, false}, []Effect{EndHandOver{s.of(), h}}
}

func (s Recording) on(e Event) (State, []Effect) {
	switch e.(type) {
	case HandOverEnded, StoreFailed: // begun without an end becomes unknown at the next start: the code stays good
		return TakingCard{s.Visit, s.Issue, s.Outcome, s.Printed}, nil
	}
	return s, nil
}

func (s TakingCard) on(e Event) (State, []Effect) {
	switch e := e.(type) {
	case TimeUp:
		return s.leaves(""), nil
	case Pressed:
		switch {
		case e.Action == ActionFinish:
			return s.leaves(""), nil
		case e.Action == ActionMissing && s.Printed:
			return ShowingCode{s.Visit, s.Issue, s.Outcome, true}, nil
		}
	}
	return s, nil
}

func (s Withdrawing) on(e Event) (State, []Effect) {
	switch e.(type) {
	case Withdrawn:
		return s.tell(s.Fault), nil
	case StoreFailed:
		return s.tell(s.unkept()), nil
	}
	return s, nil
}

// unkept says that a withdrawal could not be recorded. What was never handed
// over is withdrawn at the next start all the same.
func (s Withdrawing) unkept() catalogue.Code {
	if s.Fault == catalogue.SessionWithdrawn {
		return catalogue.WithdrawalFailed
	}
	return s.Fault
}

package terminal

import "github.com/digital-watashi/kiosk/terminal/catalogue"

// From the card to the person: the password and the certificate.

func (s ReadingCard) on(e Event) (State, []Effect) {
	if e, ok := e.(CardRead); ok {
		return s.askPassword(e.Tries, "")
	}
	return s.lose(s, e)
}

// askPassword never asks for the last try without a warning.
func (v Visit) askPassword(tries int, fault catalogue.Code) (State, []Effect) {
	switch {
	case tries <= 0:
		return v.end(catalogue.CardBlocked)
	case tries == 1:
		return AskingLastTry{v}, nil
	}
	return AskingPassword{Visit: v, Tries: tries, Fault: fault}, nil
}

func (s AskingLastTry) on(e Event) (State, []Effect) {
	if e, ok := e.(Pressed); ok && e.Action == ActionYes {
		return AskingPassword{Visit: s.Visit, Tries: 1}, nil
	}
	return s.leave(s, e)
}

func (s AskingPassword) on(e Event) (State, []Effect) {
	switch e := e.(type) {
	case PasswordTyped:
		s.Typed = e.Count
		return s, nil
	case Pressed:
		if e.Action == ActionNext && s.Typed >= shortestPassword {
			return VerifyingPassword{s.Visit, s.Tries}, []Effect{VerifyPassword{s.of()}}
		}
	}
	return s.leave(s, e)
}

func (s VerifyingPassword) on(e Event) (State, []Effect) {
	switch e := e.(type) {
	case PasswordAccepted:
		return ReadingHolder{s.Visit}, []Effect{ReadHolder{s.of()}}
	case PasswordMisshapen:
		return AskingPassword{Visit: s.Visit, Tries: s.Tries, Fault: catalogue.PINShape}, nil
	case PasswordWrong:
		return s.askPassword(left(s.Tries, e.Left), catalogue.PINWrong)
	}
	return s.lose(s, e)
}

// left is what the card says is left after a wrong try. A card that does not say
// has one less.
func left(before, told int) int {
	if told < 0 {
		return before - 1
	}
	return told
}

func (s ReadingHolder) on(e Event) (State, []Effect) {
	if e, ok := e.(HolderRead); ok {
		return ShowingAttributes{s.Visit, e.Person}, nil
	}
	return s.lose(s, e)
}

func (s AskingAgain) on(e Event) (State, []Effect) {
	switch e := e.(type) {
	case PasswordTyped:
		s.Typed = e.Count
		return s, nil
	case Pressed:
		if e.Action == ActionNext && s.Typed >= shortestPassword {
			return VerifyingAgain{s.Visit, s.Draft, s.Tries}, []Effect{VerifyPassword{s.of()}}
		}
	}
	return s.leave(s, e)
}

func (s VerifyingAgain) on(e Event) (State, []Effect) {
	switch e := e.(type) {
	case PasswordAccepted:
		return Signing{s.Visit}, []Effect{s.sign(s.Draft)}
	case PasswordMisshapen:
		return AskingAgain{Visit: s.Visit, Draft: s.Draft, Tries: s.Tries, Fault: catalogue.PINShape}, nil
	case PasswordWrong:
		return s.askAgain(s.Draft, left(s.Tries, e.Left), catalogue.PINWrong)
	}
	return s.lose(s, e)
}

// askAgain does not offer a last try in the middle of a session: the way to it
// leads through the beginning, where its warning stands.
func (v Visit) askAgain(d Draft, tries int, fault catalogue.Code) (State, []Effect) {
	switch {
	case tries <= 0:
		return v.end(catalogue.CardBlocked)
	case tries == 1:
		return v.end(catalogue.PINLast)
	}
	return AskingAgain{Visit: v, Draft: d, Tries: tries, Fault: fault}, nil
}

func (v Visit) sign(d Draft) Effect {
	return Sign{v.of(), v, d}
}

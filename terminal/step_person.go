package terminal

import (
	"github.com/digital-watashi/kiosk/hal/mynumber"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

// From the person to the signature: attributes, photo, registration key.

func (s ShowingAttributes) on(e Event) (State, []Effect) {
	if e, ok := e.(Pressed); ok {
		switch e.Action {
		case ActionYes:
			return s.choosePhoto(s.Person)
		case ActionNo:
			return s.end(catalogue.SessionNotMe)
		}
	}
	return s.leave(s, e)
}

func (v Visit) choosePhoto(p mynumber.Attributes) (State, []Effect) {
	if v.Rules.Photo == PhotoOptional || v.Rules.Photo == PhotoRequired {
		return CheckingPhoto{v, p}, []Effect{AskPhotoTries{v.of()}}
	}
	return v.askKey(Applicant{Person: p}), nil
}

func (v Visit) askKey(a Applicant) State { return EnteringKey{Visit: v, Applicant: a} }

// noPhoto goes on without one where the rules let it.
func (v Visit) noPhoto(p mynumber.Attributes, fault catalogue.Code) (State, []Effect) {
	if v.Rules.Photo == PhotoOptional {
		return v.askKey(Applicant{Person: p, Unread: fault != ""}), nil
	}
	return v.end(fault)
}

// askPhoto never asks for the last try without a warning.
func (v Visit) askPhoto(p mynumber.Attributes, tries int, fault catalogue.Code) (State, []Effect) {
	switch {
	case tries <= 0:
		return v.noPhoto(p, catalogue.PhotoBlocked)
	case tries == 1:
		return AskingLastPhotoTry{v, p}, nil
	}
	return AskingFormat{v, p, tries, fault}, nil
}

func (s CheckingPhoto) on(e Event) (State, []Effect) {
	switch e := e.(type) {
	case PhotoTries:
		return s.askPhoto(s.Person, e.Left, "")
	case CardFailed:
		if e.Fault == catalogue.PhotoMissing {
			return s.noPhoto(s.Person, e.Fault)
		}
	}
	return s.lose(s, e)
}

func (s AskingLastPhotoTry) on(e Event) (State, []Effect) {
	if e, ok := e.(Pressed); ok {
		switch {
		case e.Action == ActionYes:
			return AskingFormat{Visit: s.Visit, Person: s.Person, Tries: 1}, nil
		case e.Action == ActionSkip && s.Rules.Photo == PhotoOptional:
			return s.noPhoto(s.Person, "")
		}
	}
	return s.leave(s, e)
}

func (s AskingFormat) on(e Event) (State, []Effect) {
	if e, ok := e.(Pressed); ok {
		switch {
		case e.Action == ActionEra, e.Action == ActionWestern:
			return AskingExpiry{Visit: s.Visit, Person: s.Person, Tries: s.Tries, Western: e.Action == ActionWestern}, nil
		case e.Action == ActionSkip && s.Rules.Photo == PhotoOptional:
			return s.noPhoto(s.Person, "")
		}
	}
	return s.leave(s, e)
}

func (s AskingExpiry) on(e Event) (State, []Effect) {
	if typed, ok := s.Typed.after(e, 4); ok {
		s.Typed = typed
		return s, nil
	}
	if e, ok := e.(Pressed); ok && e.Action == ActionNext && s.Typed.count == 4 {
		return AskingSecurityCode{Visit: s.Visit, Person: s.Person, Tries: s.Tries, Western: s.Western, Expiry: s.Typed}, nil
	}
	return s.leave(s, e)
}

func (s AskingSecurityCode) on(e Event) (State, []Effect) {
	if typed, ok := s.Typed.after(e, 4); ok {
		s.Typed = typed
		return s, nil
	}
	if e, ok := e.(Pressed); ok && e.Action == ActionNext && s.Typed.count == 4 {
		read := ReadPhoto{s.of(), s.Person.BirthDate, s.Western, s.Expiry, s.Typed}
		return ReadingPhoto{s.Visit, s.Person, s.Tries}, []Effect{read}
	}
	return s.leave(s, e)
}

func (s ReadingPhoto) on(e Event) (State, []Effect) {
	switch e := e.(type) {
	case PhotoRead:
		return s.askKey(Applicant{Person: s.Person, Photo: e.Photo, Check: e.Check}), nil
	case PhotoMisshapen:
		return AskingFormat{s.Visit, s.Person, s.Tries, catalogue.PhotoShape}, nil
	case PhotoWrong:
		return s.askPhoto(s.Person, left(s.Tries, e.Left), catalogue.PhotoWrong)
	case CardFailed:
		switch e.Fault {
		case catalogue.PhotoMissing, catalogue.PhotoBlocked, catalogue.PhotoForged:
			return s.noPhoto(s.Person, e.Fault)
		}
	}
	return s.lose(s, e)
}

func (s EnteringKey) on(e Event) (State, []Effect) {
	if typed, ok := s.Typed.after(e, len(protocol.RegistrationKey{})); ok {
		s.Typed = typed
		return s, nil
	}
	switch e := e.(type) {
	case Scanned:
		return s.scanned(e)
	case Pressed:
		if e.Action == ActionNext && s.Typed.count == len(protocol.RegistrationKey{}) {
			return s.submit(protocol.ParseRegistrationKey(s.Typed.bytes()))
		}
	}
	return s.leave(s, e)
}

func (s EnteringKey) submit(key protocol.RegistrationKey, err error) (State, []Effect) {
	if err != nil {
		return s.miss(s.Applicant, s.Misses, key, catalogue.KeyCheck)
	}
	return CheckingKey{s.Visit, Draft{s.Applicant, key}, s.Misses}, []Effect{QueryKey{s.of(), key}}
}

// scanned takes a key as if it had been typed. Scanners read what is held to them
// again and again: the same wrong key is the same mistake. What is no key is
// told, but costs no try.
func (s EnteringKey) scanned(e Scanned) (State, []Effect) {
	switch {
	case !s.scans(), e.Good && e.Key == s.Missed:
		return s, nil
	case e.Good:
		s.Warned = false
		return s.submit(e.Key, nil)
	}
	s.Scans, s.Warned, s.Fault = s.Scans+1, false, catalogue.KeyScan
	return s, nil
}

// scans reports whether the scanner is listened to still.
func (v Visit) scans() bool { return v.Scans < mostWrongScans }

// miss counts a wrong key. Five end the session: whoever types so many is
// guessing.
func (v Visit) miss(a Applicant, before int, key protocol.RegistrationKey, fault catalogue.Code) (State, []Effect) {
	if before+1 >= mostWrongKeys {
		return v.end(catalogue.KeyTooOften)
	}
	return EnteringKey{Visit: v, Applicant: a, Misses: before + 1, Fault: fault, Missed: key}, nil
}

func (s CheckingKey) on(e Event) (State, []Effect) {
	switch e := e.(type) {
	case KeyAnswered:
		switch e.Verdict {
		case protocol.KeyOpen:
			return Confirming{s.Visit, s.Draft, e.Pictures}, nil
		case protocol.KeyUsed:
			return s.miss(s.Applicant, s.Misses, s.Key, catalogue.KeyUsed)
		case protocol.KeyExpired:
			return s.miss(s.Applicant, s.Misses, s.Key, catalogue.KeyExpired)
		}
		return s.miss(s.Applicant, s.Misses, s.Key, catalogue.KeyUnknown)
	case KeyUnanswered:
		if !s.Rules.Offline {
			return s.end(catalogue.OfflineNow)
		}
		return Confirming{Visit: s.Visit, Draft: s.Draft}, nil
	}
	return s.lose(s, e)
}

func (s Confirming) on(e Event) (State, []Effect) {
	if e, ok := e.(Pressed); ok {
		switch {
		case e.Action == ActionSign:
			return Signing{s.Visit}, []Effect{s.sign(s.Draft)}
		case e.Action == ActionOther && s.matched():
			return s.end(catalogue.KeyWhose)
		}
	}
	return s.leave(s, e)
}

// matched reports whether there are pictures to compare.
func (s Confirming) matched() bool { return s.Pictures[0] != "" }

// after is what stands there after a key of the keypad, if e is one.
func (d digits) after(e Event, most int) (digits, bool) {
	switch e := e.(type) {
	case DigitTyped:
		return d.add(e.Digit, most), true
	case Erased:
		return d.back(), true
	case Cleared:
		return digits{}, true
	}
	return d, false
}

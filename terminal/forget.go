package terminal

// forget wipes what the state that is left held and the next one does not: a
// photo, a code, a password half typed. It is derived from the two states, so
// that no path forgets to forget.
func (t *Terminal) forget(after State) {
	if !typesPassword(after) {
		t.pad.wipe()
	}
	if was, is := issueOf(t.state), issueOf(after); was != is {
		was.Code.Wipe()
	}
	if was := photoOf(t.state); was != nil && photoOf(after) == nil && !signs(after) {
		clear(was)
	}
}

// wanted reports whether the state took over what an event brought.
func wanted(e Event, after State) bool {
	switch e := e.(type) {
	case Committed:
		return issueOf(after) == e.Issue
	case PhotoRead, PasswordNeeded:
		return photoOf(after) != nil
	case Signed:
		_, sealing := after.(Committing)
		return sealing
	}
	return true
}

// discard wipes what an event brought that came too late, or was not wanted.
func discard(e Event) {
	switch e := e.(type) {
	case Committed:
		e.Issue.Code.Wipe()
	case PhotoRead:
		clear(e.Photo)
	case PasswordNeeded:
		clear(e.Draft.Photo)
	case Signed:
		e.Signature.code.Wipe()
		e.Signature.wipe()
	}
}

// typesPassword reports whether what the pad holds is still wanted.
func typesPassword(s State) bool {
	switch s.(type) {
	case AskingPassword, VerifyingPassword, AskingAgain, VerifyingAgain:
		return true
	}
	return false
}

// signs reports whether the photo went on to the signature.
func signs(s State) bool {
	_, is := s.(Signing)
	return is
}

func issueOf(s State) Issue {
	switch s := s.(type) {
	case Delivering:
		return s.Issue
	case Beginning:
		return s.Issue
	case Printing:
		return s.Issue
	case ShowingCode:
		return s.Issue
	case Recording:
		return s.Issue
	case TakingCard:
		return s.Issue
	}
	return Issue{}
}

func photoOf(s State) photo {
	switch s := s.(type) {
	case EnteringKey:
		return s.Photo
	case CheckingKey:
		return s.Photo
	case Confirming:
		return s.Photo
	case AskingAgain:
		return s.Photo
	case VerifyingAgain:
		return s.Photo
	}
	return nil
}

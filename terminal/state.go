package terminal

import (
	"time"

	"github.com/digital-watashi/kiosk/hal/mynumber"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
	"github.com/digital-watashi/kiosk/ui"
)

// State is where the terminal stands: one of the struct types below, and nothing
// else. What a state must not know, it has no field for: no state at all can
// hold a password, none before ShowingAttributes a name, none after Signing
// anything of the citizen but the code on its way into a hand.
type State interface {
	visit() Visit
	with(Visit) State
	on(Event) (State, []Effect)
	show(page) ui.View
}

// Visit is what all states share. It names nobody.
type Visit struct {
	Manner
	ID       protocol.ID // of the session and of its registration; zero between sessions
	Rules    Rules       // of this session, from the bundle as it was when the card came in
	Warned   bool        // the citizen was told that time runs out
	Scans    int         // codes held to the scanner that were no key
	Lying    bool        // the card was let go, and lies in the reader still
	Tampered bool        // somebody opens the machine by force: nobody comes after this
	// Wish is the id of the maintenance that begins when this citizen has gone; zero
	// for none.
	Wish protocol.ID
	// Early is the card that was put in before anybody could be served, and is held
	// until then; zero for none.
	Early protocol.ID
}

// Rules are what the bundle decides about a session.
type Rules struct {
	Photo    PhotoRule
	Offline  bool // goes on when the platform cannot be reached
	Platform string
	Profile  protocol.Profile
	// How long a code lives that was accepted while the citizen waited, and how
	// long a slip promises when it was not.
	Accepted, Unsent time.Duration
}

// PhotoRule says whether the photo on the card is wanted.
type PhotoRule string

// The photo rules.
const (
	PhotoOff      PhotoRule = "off"
	PhotoOptional PhotoRule = "optional"
	PhotoRequired PhotoRule = "required"
)

// Between sessions.
type (
	// Starting settles what the last run left in the journal.
	Starting struct{ Visit }
	// OutOfService takes no card in, and says why.
	OutOfService struct {
		Visit
		Faults []catalogue.Code
		Rounds int // checks made since somebody touched the screen
	}
	// Welcome waits for a card.
	Welcome struct {
		Visit
		Notice catalogue.Code // how the last session ended, if that must be said here
		Rounds int            // checks made since somebody touched the screen
	}
)

// With a card, before anybody is known.
type (
	// Inspecting looks once more whether the session can end well.
	Inspecting struct{ Visit }
	// ReadingCard asks the card what it tells without a password.
	ReadingCard struct{ Visit }
	// AskingLastTry wants an explicit yes before the last try.
	AskingLastTry struct{ Visit }
	// AskingPassword sees how many characters were typed, never which.
	AskingPassword struct {
		Visit
		Tries, Typed int
		Fault        catalogue.Code
	}
	// VerifyingPassword waits for the one VERIFY.
	VerifyingPassword struct {
		Visit
		Tries int
	}
	// ReadingHolder reads and judges the signing certificate.
	ReadingHolder struct{ Visit }
)

// With a person, before anything is signed.
type (
	// ShowingAttributes asks: is this you?
	ShowingAttributes struct {
		Visit
		Person mynumber.Attributes
	}
	// CheckingPhoto asks the card for the tries of the number on its face.
	CheckingPhoto struct {
		Visit
		Person mynumber.Attributes
	}
	// AskingLastPhotoTry wants an explicit yes before that number's last try.
	AskingLastPhotoTry struct {
		Visit
		Person mynumber.Attributes
	}
	// AskingFormat asks how the birth date is printed: 照合番号B begins with it.
	AskingFormat struct {
		Visit
		Person mynumber.Attributes
		Tries  int
		Fault  catalogue.Code
	}
	// AskingExpiry asks for the year in which the card expires.
	AskingExpiry struct {
		Visit
		Person  mynumber.Attributes
		Tries   int
		Western bool
		Typed   digits
	}
	// AskingSecurityCode asks for the four digits under the photo.
	AskingSecurityCode struct {
		Visit
		Person  mynumber.Attributes
		Tries   int
		Western bool
		Expiry  digits
		Typed   digits
	}
	// ReadingPhoto waits for the VERIFY of 照合番号B, and the photo.
	ReadingPhoto struct {
		Visit
		Person mynumber.Attributes
		Tries  int
	}
	// EnteringKey takes the registration key, digit by digit.
	EnteringKey struct {
		Visit
		Applicant
		Typed  digits
		Misses int
		Fault  catalogue.Code
		Missed protocol.RegistrationKey // the last one that was wrong; zero for none, or a typing mistake
	}
	// CheckingKey asks the platform about it.
	CheckingKey struct {
		Visit
		Draft
		Misses int
	}
	// Confirming shows what is about to be signed, and to whom it goes.
	Confirming struct {
		Visit
		Draft
		Pictures [2]protocol.Picture // zero when the platform could not be asked
	}
	// Signing waits for the one signature.
	Signing struct{ Visit }
	// AskingAgain asks for the password once more: the card forgot it while its
	// photo was read.
	AskingAgain struct {
		Visit
		Draft
		Tries, Typed int
		Fault        catalogue.Code
	}
	// VerifyingAgain waits for that VERIFY.
	VerifyingAgain struct {
		Visit
		Draft
		Tries int
	}
)

// After the signature: the card may go, and nobody is known any more.
type (
	// Committing seals and waits for the disk.
	Committing struct{ Visit }
	// Delivering gives the platform a few seconds to answer.
	Delivering struct {
		Visit
		Issue
	}
	// Beginning makes it durable that a hand-over begins, before it does.
	Beginning struct {
		Visit
		Issue
		Outcome Outcome
	}
	// Printing waits for the printer to say that the slip is printed.
	Printing struct {
		Visit
		Issue
		Outcome Outcome
	}
	// ShowingCode shows the code and asks whether the citizen has it.
	ShowingCode struct {
		Visit
		Issue
		Outcome Outcome
		Printed bool // the printer said so, the citizen said no
	}
	// Recording makes the end of a hand-over durable.
	Recording struct {
		Visit
		Issue
		Outcome Outcome
		Printed bool
	}
	// TakingCard says: take your card and your slip.
	TakingCard struct {
		Visit
		Issue
		Outcome Outcome
		Printed bool
	}
	// Withdrawing records a withdrawal, and why.
	Withdrawing struct {
		Visit
		Fault catalogue.Code
	}
	// Stopped says why the session ended, and what to do now.
	Stopped struct {
		Visit
		Fault catalogue.Code
	}
	// CallingBack calls somebody back whose card lies there still.
	CallingBack struct {
		Visit
		Fault catalogue.Code // how the session ended; empty after a slip
		Calls int
	}
)

// Applicant is who stands at the terminal.
type Applicant struct {
	Person mynumber.Attributes
	Photo  photo
	Check  string // what was found out about the photo; empty without one
	Unread bool   // it goes on without a photo that was wanted, not left out
}

// Draft is all that will be signed, but for what the terminal adds itself.
type Draft struct {
	Applicant
	Key protocol.RegistrationKey
}

// Issue is an enrollment code and when it was made.
type Issue struct {
	Code protocol.Code
	At   time.Time
}

// Outcome is what the platform said before the slip was due.
type Outcome string

// The outcomes that end in a code.
const (
	Active    Outcome = "active"      // accepted: the code works now
	Received  Outcome = "received"    // kept by the platform, not judged yet
	Unreached Outcome = "not-reached" // kept by the terminal
)

// until is the moment that a slip may promise, counted from the issue.
func (r Rules) until(o Outcome, i Issue) time.Time {
	if o == Active {
		return i.At.Add(r.Accepted)
	}
	return i.At.Add(r.Unsent)
}

func (v Visit) visit() Visit { return v }

func (s Starting) with(v Visit) State           { s.Visit = v; return s }
func (s OutOfService) with(v Visit) State       { s.Visit = v; return s }
func (s Welcome) with(v Visit) State            { s.Visit = v; return s }
func (s Inspecting) with(v Visit) State         { s.Visit = v; return s }
func (s ReadingCard) with(v Visit) State        { s.Visit = v; return s }
func (s AskingLastTry) with(v Visit) State      { s.Visit = v; return s }
func (s AskingPassword) with(v Visit) State     { s.Visit = v; return s }
func (s VerifyingPassword) with(v Visit) State  { s.Visit = v; return s }
func (s ReadingHolder) with(v Visit) State      { s.Visit = v; return s }
func (s ShowingAttributes) with(v Visit) State  { s.Visit = v; return s }
func (s CheckingPhoto) with(v Visit) State      { s.Visit = v; return s }
func (s AskingLastPhotoTry) with(v Visit) State { s.Visit = v; return s }
func (s AskingFormat) with(v Visit) State       { s.Visit = v; return s }
func (s AskingExpiry) with(v Visit) State       { s.Visit = v; return s }
func (s AskingSecurityCode) with(v Visit) State { s.Visit = v; return s }
func (s ReadingPhoto) with(v Visit) State       { s.Visit = v; return s }
func (s EnteringKey) with(v Visit) State        { s.Visit = v; return s }
func (s CheckingKey) with(v Visit) State        { s.Visit = v; return s }
func (s Confirming) with(v Visit) State         { s.Visit = v; return s }
func (s Signing) with(v Visit) State            { s.Visit = v; return s }
func (s AskingAgain) with(v Visit) State        { s.Visit = v; return s }
func (s VerifyingAgain) with(v Visit) State     { s.Visit = v; return s }
func (s Committing) with(v Visit) State         { s.Visit = v; return s }
func (s Delivering) with(v Visit) State         { s.Visit = v; return s }
func (s Beginning) with(v Visit) State          { s.Visit = v; return s }
func (s Printing) with(v Visit) State           { s.Visit = v; return s }
func (s ShowingCode) with(v Visit) State        { s.Visit = v; return s }
func (s Recording) with(v Visit) State          { s.Visit = v; return s }
func (s TakingCard) with(v Visit) State         { s.Visit = v; return s }
func (s Withdrawing) with(v Visit) State        { s.Visit = v; return s }
func (s Stopped) with(v Visit) State            { s.Visit = v; return s }
func (s CallingBack) with(v Visit) State        { s.Visit = v; return s }

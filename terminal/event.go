package terminal

import (
	"github.com/digital-watashi/kiosk/hal/mynumber"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

// Event is what happened: one of the struct types below.
type Event interface{ event() }

// ofSession is an event of one session. When that session is over, the event is
// dropped before step sees it.
type ofSession interface{ session() protocol.ID }

type (
	of      struct{ ID protocol.ID }
	outside struct{}
)

func (of) event()                 {}
func (outside) event()            {}
func (o of) session() protocol.ID { return o.ID }
func session(id protocol.ID) of   { return of{id} }
func over(s State, e Event) bool {
	late, ok := e.(ofSession)
	return ok && late.session() != s.visit().ID && !leavesEarly(s, e)
}

// What the citizen does. The page they saw was checked before.
type (
	// Pressed is a touch on a button.
	Pressed struct {
		outside
		Action string
	}
	// DigitTyped is one digit of a number that may be seen.
	DigitTyped struct {
		outside
		Digit byte
	}
	// Erased takes the last digit away.
	Erased struct{ outside }
	// Cleared takes all digits away.
	Cleared struct{ outside }
	// PasswordTyped says how many characters the card's buffer holds now.
	PasswordTyped struct {
		outside
		Count int
	}
	// LanguageChosen changes the language.
	LanguageChosen struct {
		outside
		Tag string
	}
	// EaseChosen turns a way to see, reach or hear over.
	EaseChosen struct {
		outside
		ID string
	}
)

// What time does.
type (
	// TimeShort: the citizen was quiet for long, and is warned.
	TimeShort struct{ outside }
	// TimeUp: the wait of this state is over.
	TimeUp struct{ outside }
)

// What the devices tell.
type (
	// DevicesChanged: a device is otherwise than before.
	DevicesChanged struct{ outside }
	// HeadsetMoved: a headset was plugged in, or pulled out.
	HeadsetMoved struct {
		outside
		In bool
	}
	// Tampered: somebody opens the machine by force.
	Tampered struct{ outside }
	// TamperKept: that is on the disk.
	TamperKept struct{ of }
	// Scanned is a code held to the scanner. What is no registration key is not
	// good, and nothing more is known of it but whether it is the code of a test
	// slip.
	Scanned struct {
		outside
		Key        protocol.RegistrationKey
		Good, Test bool
	}
)

// What a technician wants, and what comes of it.
type (
	// MaintenanceWanted: maintenance is to begin, under this id, or to end.
	MaintenanceWanted struct {
		outside
		ID protocol.ID
		On bool
	}
	// Noted is in the audit trail.
	Noted struct{ of }
	// Surveyed is a look at the whole machine.
	Surveyed struct {
		of
		Facts Facts
	}
	// Tried: a trial has ended.
	Tried struct {
		of
		Trial  Trial
		Result Result
	}
	// CardExamined: which kind of card it is that was put in to be tried.
	CardExamined struct {
		of
		Card   protocol.ID
		Result Result
	}
	// StatusSealed is the signed status, or that it could not be signed.
	StatusSealed struct {
		of
		Sealed Sealed
	}
)

// What the card does.
type (
	// CardInserted begins a session, if one can begin.
	CardInserted struct {
		outside
		ID    protocol.ID
		Rules Rules
		Stays bool // no motor hands it back
	}
	// CardRemoved: the card left while nothing was asked of it.
	CardRemoved struct{ of }
	// CardReleased: the card is powered down and may be taken.
	CardReleased struct {
		of
		Lies bool // it is seen to lie in the reader
	}
	// CardTaken: it has left the reader.
	CardTaken struct{ of }
	// CardFailed: what was asked of the card failed.
	CardFailed struct {
		of
		Fault catalogue.Code
	}
	// CardRead: it is a My Number card, with tries left.
	CardRead struct {
		of
		Tries int
	}
	// PasswordAccepted: the card is verified.
	PasswordAccepted struct{ of }
	// PasswordMisshapen: nothing was sent to the card.
	PasswordMisshapen struct{ of }
	// PasswordWrong: a try was spent; Left is negative where the card does not say.
	PasswordWrong struct {
		of
		Left int
	}
	// PasswordNeeded: the card wants its password again before it signs.
	PasswordNeeded struct {
		of
		Draft Draft
		Tries int
	}
	// HolderRead: the certificate is good, and these are its attributes.
	HolderRead struct {
		of
		Person mynumber.Attributes
	}
	// PhotoTries: how often the number on the card face may still be typed.
	PhotoTries struct {
		of
		Left int
	}
	// PhotoRead: the photo is here, and belongs to this card.
	PhotoRead struct {
		of
		Photo photo
		Check string // what ties it to the card
	}
	// PhotoMisshapen: nothing was sent to the card.
	PhotoMisshapen struct{ of }
	// PhotoWrong: a try was spent.
	PhotoWrong struct {
		of
		Left int
	}
	// Signed: the card signed what was shown.
	Signed struct {
		of
		Signature signature
	}
)

// What journal, platform and printer do.
type (
	// Recovered: what the last run left is settled.
	Recovered struct{ outside }
	// RecoverFailed: the journal cannot be used.
	RecoverFailed struct{ outside }
	// Inspected lists what keeps the terminal from taking a card in.
	Inspected struct {
		of
		Faults []catalogue.Code
	}
	// KeyAnswered is the platform's word on a registration key.
	KeyAnswered struct {
		of
		Verdict  protocol.KeyVerdict
		Pictures [2]protocol.Picture
	}
	// KeyUnanswered: the platform could not be asked.
	KeyUnanswered struct{ of }
	// Committed: the envelope is on the disk.
	Committed struct {
		of
		Issue Issue
	}
	// CommitFailed: it is not, or nobody can tell.
	CommitFailed struct {
		of
		Fault catalogue.Code
	}
	// Delivered: the platform answered, or did not in time.
	Delivered struct {
		of
		Outcome Outcome
	}
	// Refused: the platform said no.
	Refused struct {
		of
		Fault catalogue.Code
	}
	// HandOverBegun is on the disk.
	HandOverBegun struct{ of }
	// SlipPrinted: the printer said so.
	SlipPrinted struct{ of }
	// PrintDoubtful: the slip may or may not be in the tray.
	PrintDoubtful struct{ of }
	// HandOverEnded is on the disk.
	HandOverEnded struct{ of }
	// Withdrawn is on the disk.
	Withdrawn struct{ of }
	// StoreFailed: the journal did not take the last word.
	StoreFailed struct{ of }
)

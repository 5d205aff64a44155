package terminal

import (
	"github.com/digital-watashi/kiosk/hal/mynumber"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/journal"
)

// Effect is something to be done outside: one of the struct types below. Each
// ends in exactly one event that carries the same session.
type Effect interface{ effect() protocol.ID }

func (o of) effect() protocol.ID { return o.ID }

// Done at the card, one after another, while it is there.
type (
	// ReadCard ends in CardRead or CardFailed.
	ReadCard struct{ of }
	// VerifyPassword sends what was typed, once, and wipes it. It ends in
	// PasswordAccepted, PasswordMisshapen, PasswordWrong or CardFailed.
	VerifyPassword struct{ of }
	// ReadHolder ends in HolderRead or CardFailed.
	ReadHolder struct{ of }
	// AskPhotoTries ends in PhotoTries or CardFailed.
	AskPhotoTries struct{ of }
	// ReadPhoto ends in PhotoRead, PhotoMisshapen, PhotoWrong or CardFailed.
	ReadPhoto struct {
		of
		Birth        mynumber.Date
		Western      bool
		Expiry, Code digits
	}
	// Sign ends in Signed, PasswordNeeded or CardFailed.
	Sign struct {
		of
		Visit Visit
		Draft Draft
	}
	// Examine looks which kind of card it is, and no further. It ends in
	// CardExamined.
	Examine struct {
		of
		Card protocol.ID
	}
	// Invite has a card that came too early come in anew, under the rules of now. It
	// ends in CardInserted or CardRemoved.
	Invite struct{ of }
	// ReleaseCard powers the card down, hands it back and ends in CardReleased; later
	// CardTaken comes, if the card was seen to lie there.
	ReleaseCard struct{ of }
)

// Done elsewhere.
type (
	// Recover ends in Recovered or RecoverFailed.
	Recover struct{ of }
	// Inspect ends in Inspected. A quick one believes what the printer said last.
	Inspect struct {
		of
		Quick bool
	}
	// Note writes a fixed word into the audit trail and ends in Noted or StoreFailed.
	Note struct {
		of
		Event string
	}
	// Survey looks at the machine and ends in Surveyed. Again waits a little before.
	Survey struct {
		of
		Again bool
	}
	// PrintTest prints a slip that is nobody's and ends in Tried.
	PrintTest struct {
		of
		Language string
	}
	// SealStatus ends in StatusSealed.
	SealStatus struct{ of }
	// KeepTamper ends in TamperKept or StoreFailed.
	KeepTamper struct{ of }
	// QueryKey ends in KeyAnswered or KeyUnanswered.
	QueryKey struct {
		of
		Key protocol.RegistrationKey
	}
	// Commit seals, stores and ends in Committed or CommitFailed.
	Commit struct {
		of
		Signature signature
	}
	// Deliver ends in Delivered or Refused.
	Deliver struct{ of }
	// BeginHandOver ends in HandOverBegun or StoreFailed.
	BeginHandOver struct{ of }
	// Print ends in SlipPrinted or PrintDoubtful.
	Print struct {
		of
		Visit   Visit
		Issue   Issue
		Outcome Outcome
	}
	// EndHandOver ends in HandOverEnded or StoreFailed.
	EndHandOver struct {
		of
		HandOver journal.HandOver
	}
	// Withdraw ends in Withdrawn or StoreFailed.
	Withdraw struct {
		of
		Asked bool // by the citizen: the code may have been in a hand
	}
)

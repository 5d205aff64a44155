package journal

import (
	"errors"
	"fmt"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Delivery is what the platform has answered to an envelope.
type Delivery string

// The delivery facts.
const (
	Sealed   Delivery = "sealed"
	Received Delivery = "received"
	Accepted Delivery = "accepted"
	Refused  Delivery = "refused"
	// Lost: the disk has lost the envelope before an answer came. The platform may
	// have it or not.
	Lost Delivery = "lost"
)

// HandOver is how far the enrollment code has come on its way to the citizen.
type HandOver string

// The hand-over facts.
const (
	None    HandOver = "none"
	Begun   HandOver = "begun"
	Done    HandOver = "done"
	Unknown HandOver = "unknown"
)

// Withdrawal is whether a registration is taken back, and at whose word.
type Withdrawal string

// The withdrawals.
const (
	Standing Withdrawal = "standing" // not withdrawn
	Unasked  Withdrawal = "unasked"  // no code was ever offered
	Asked    Withdrawal = "asked"    // the citizen said "I did not get it"
)

// Record is what the journal knows of one registration, without its contents.
type Record struct {
	ID         protocol.ID      `json:"id"`
	Delivery   Delivery         `json:"delivery"`
	Reason     string           `json:"reason,omitempty"` // code of a refusal, or of the quarantine
	HandOver   HandOver         `json:"hand_over"`
	Withdrawal Withdrawal       `json:"withdrawal"`
	Answer     protocol.Verdict `json:"answer,omitempty"` // to the withdrawal
	Committed  time.Time        `json:"committed"`
	Queued     time.Time        `json:"queued"` // when the body now waiting, or last sent, was put
	Settled    time.Time        `json:"settled,omitzero"`
	// Quarantined is since when the body is held back; zero when it is not.
	Quarantined time.Time       `json:"quarantined,omitzero"`
	BodySHA256  protocol.Digest `json:"body_sha256"`
	BodySize    int             `json:"body_size"`
	Place       uint64          `json:"place"`       // in the outbox, kept in quarantine; 0 when no body is left
	AuditEntry  uint64          `json:"audit_entry"` // the entry that changed this record last
}

// What a caller may look for in an error of this package.
var (
	// ErrNoRecord: no such registration, or settled so long ago that it is forgotten.
	ErrNoRecord = errors.New("no such registration")
	// ErrExists: the id is taken; one registration never becomes two.
	ErrExists = errors.New("registration exists already")
	// ErrIllegal: the step may not follow what has happened before.
	ErrIllegal = errors.New("illegal step")
	// ErrOtherBody: the receipt answers something else than what is stored.
	ErrOtherBody = errors.New("receipt is for another body")
	// ErrNotSealed: the bytes offered are not a sealed envelope or a signed withdrawal.
	ErrNotSealed = errors.New("not sealed")
	// ErrFull: too much is unsent, or too little disk is free.
	ErrFull = errors.New("journal full")
	// ErrCorrupt: the file cannot be trusted. It is left where it is.
	ErrCorrupt = errors.New("journal corrupt")
	// ErrInUse: another process owns the journal.
	ErrInUse = errors.New("journal in use by another process")
)

// unsent reports whether a body is kept for the platform, in the outbox or in
// quarantine.
func (r Record) unsent() bool {
	if r.Withdrawal == Standing {
		return r.Delivery == Sealed
	}
	return r.Answer == ""
}

// waiting reports whether the body stands in the outbox.
func (r Record) waiting() bool { return r.unsent() && r.Quarantined.IsZero() }

// settled reports whether nothing more can happen, unless the citizen says "I
// did not get it".
func (r Record) settled() bool {
	switch {
	case r.Withdrawal != Standing:
		return r.Answer != ""
	case r.Delivery == Refused:
		return true
	case r.Delivery == Sealed:
		return false
	}
	return r.HandOver == Done || r.HandOver == Unknown
}

// abandoned reports whether no code was ever offered and none ever will be, once
// its session is gone.
func (r Record) abandoned() bool {
	return r.HandOver == None && r.Withdrawal == Standing && r.Delivery != Refused
}

// state is the record in the few words that the audit keeps.
func (r Record) state() string {
	words := fmt.Sprintf("%s/%s/%s/%s", r.Delivery, r.HandOver, r.Withdrawal, r.Answer)
	if !r.Quarantined.IsZero() {
		words += "/" + quarantined
	}
	return words
}

func (r Record) begin() (Record, error) {
	if r.HandOver == Begun {
		return r, nil
	}
	if r.HandOver != None || r.Withdrawal != Standing || r.Delivery == Refused {
		return r, illegal(r, "beginning the hand-over")
	}
	r.HandOver = Begun
	return r, nil
}

func (r Record) end(h HandOver) (Record, error) {
	legal := r.HandOver == h || r.HandOver == Begun || r.HandOver == Unknown && h == Done
	if !legal || h != Done && h != Unknown {
		return r, illegal(r, "ending the hand-over as "+string(h))
	}
	r.HandOver = h
	return r, nil
}

// withdraw leaves a withdrawn record as it is: the first withdrawal stands.
func (r Record) withdraw(asked bool) (Record, error) {
	switch {
	case r.Withdrawal != Standing:
		return r, nil
	case r.Delivery == Refused, !asked && r.HandOver != None:
		return r, illegal(r, "withdrawing")
	case asked:
		r.Withdrawal = Asked
	default:
		r.Withdrawal = Unasked
	}
	return r, nil
}

// settle takes the platform's answer. The same answer twice changes nothing, as
// receipts are repeated on a bad line.
func (r Record) settle(receipt protocol.Receipt) (Record, error) {
	if receipt.BodySHA256 != r.BodySHA256 {
		return r, ErrOtherBody
	}
	if r.Withdrawal != Standing {
		return r.answer(receipt.Verdict)
	}
	next, known := deliveries()[receipt.Verdict]
	switch {
	case !known:
		return r, illegal(r, "taking the verdict "+string(receipt.Verdict))
	case next == r.Delivery:
		return r, nil
	case r.Delivery == Accepted, r.Delivery == Refused:
		return r, illegal(r, "taking the verdict "+string(receipt.Verdict))
	}
	r.Delivery, r.Reason = next, code(receipt.Reason)
	return r, nil
}

func (r Record) answer(v protocol.Verdict) (Record, error) {
	legal := v == protocol.Withdrawn || v == protocol.Activated
	if !legal || r.Answer != "" && r.Answer != v {
		return r, illegal(r, "taking the answer "+string(v))
	}
	r.Answer = v
	return r, nil
}

func deliveries() map[protocol.Verdict]Delivery {
	return map[protocol.Verdict]Delivery{
		protocol.Received: Received, protocol.Accepted: Accepted, protocol.Refused: Refused,
	}
}

func illegal(r Record, step string) error {
	return fmt.Errorf("%s at %s: %w", step, r.state(), ErrIllegal)
}

// code keeps a refusal code only if it looks like one: the journal takes in no
// free text, not even from the platform.
func code(s string) string {
	if len(s) > 64 {
		return "unreadable"
	}
	for _, c := range []byte(s) {
		if c != '-' && (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return "unreadable"
		}
	}
	return s
}

package terminal

import (
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

// With a technician. It begins only where nobody is served: a wish that comes in
// the middle of a session waits in its Visit until the citizen has gone. No card
// is taken in for a session meanwhile; journal and uplink go on beside it. A
// restart comes back as any start does: nobody knows then whether a technician
// still stands there, and what they see is not for everybody.
type (
	// Maintenance shows the machine to a technician, and has it tried. Its Visit has
	// an id of its own, so that the answer to a trial of an earlier one is dropped.
	Maintenance struct {
		Visit
		Sheet     Sheet
		Trying    Trial       // under way; empty for none
		Card      protocol.ID // put in to be tried, and held; zero for none
		Results   Results
		Away      bool // a card was put in that nobody had asked for
		Sealed    Sealed
		Unsettled bool // the journal has yet to be recovered, before all else
	}
	// Cleaning ignores every touch, so that the glass can be wiped.
	Cleaning struct {
		Visit
		Unsettled bool
	}
)

// Sheet is one of the sheets that a technician leafs through.
type Sheet string

// The sheets.
const (
	SheetState  Sheet = ""        // what is wrong, and how much waits
	SheetPast   Sheet = "past"    // the last faults
	SheetParts  Sheet = "machine" // what it is made of
	SheetTrials Sheet = "tests"
	SheetSealed Sheet = "status" // the signed status
)

// Trial is something that a technician can try.
type Trial string

// The trials.
const (
	TrySlip    Trial = "slip"
	TryReader  Trial = "reader"
	TryScanner Trial = "scanner"
	TryLights  Trial = "lights"
)

// Results are how the trials went; the zero value is that none was made.
type Results struct{ Slip, Reader, Scanner, Lights Result }

// Result is how a trial went. It says nothing of what was put in or held up but
// what kind of thing it was.
type Result struct {
	End   End
	Fault catalogue.Code // why, or which kind of card
}

// End is how a trial ended.
type End string

// The ends.
const (
	Passed End = "passed"
	Other  End = "other" // the device works; what it was given is of another kind
	Missed End = "missed"
	Failed End = "failed"
)

// Sealed is the signed status.
type Sealed struct {
	Rows   []string // of the QR code
	At     time.Time
	Failed bool
}

func (s Maintenance) with(v Visit) State { s.Visit = v; return s }
func (s Cleaning) with(v Visit) State    { s.Visit = v; return s }

// set notes how a trial went.
func (r *Results) set(t Trial, is Result) {
	switch t {
	case TrySlip:
		r.Slip = is
	case TryReader:
		r.Reader = is
	case TryScanner:
		r.Scanner = is
	case TryLights:
		r.Lights = is
	}
}

// servicing reports whether a technician has the machine.
func servicing(s State) bool {
	switch s.(type) {
	case Maintenance, Cleaning:
		return true
	}
	return false
}

// sheetOf is the sheet that is open; leafing brings up another screen.
func sheetOf(s State) Sheet {
	m, _ := s.(Maintenance)
	return m.Sheet
}

// wished reports whether a technician waits for the citizen to go.
func (v Visit) wished() bool { return v.Wish != protocol.ID{} }

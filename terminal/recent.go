package terminal

import (
	"slices"
	"sync"
	"time"

	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

// recent remembers the last faults of the machine since it was started, for the
// technician who comes later. A fault of somebody's card is not among them: with
// its time it would tell of a person.
type recent struct {
	mu       sync.Mutex
	past     []Past // the oldest first; recentFaults at most
	standing []catalogue.Code
}

// stand notes those that have come since the last look.
func (r *recent) stand(now []catalogue.Code, at time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, code := range now {
		if !slices.Contains(r.standing, code) {
			r.note(code, at)
		}
	}
	r.standing = slices.Clone(now)
}

// pass notes a fault that ended a session.
func (r *recent) pass(codes []catalogue.Code, at time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, code := range codes {
		if !slices.Contains(r.standing, code) {
			r.note(code, at)
		}
	}
}

// note needs the lock.
func (r *recent) note(code catalogue.Code, at time.Time) {
	if !ofMachine(code) {
		return
	}
	r.past = append(r.past, Past{code, at})
	if over := len(r.past) - recentFaults; over > 0 {
		r.past = slices.Delete(r.past, 0, over)
	}
}

func (r *recent) youngest() []Past {
	r.mu.Lock()
	defer r.mu.Unlock()
	past := slices.Clone(r.past)
	slices.Reverse(past)
	return past
}

// ofMachine reports whether a fault says something of the machine and nothing of
// who stood before it. That the key was turned, a start, or the night is no fault.
func ofMachine(code catalogue.Code) bool {
	switch code {
	case catalogue.TerminalStarting, catalogue.SensorSwitch, catalogue.HoursClosed:
		return false
	case catalogue.TerminalFault, catalogue.PrinterUnconfirmed, catalogue.OfflineNow, catalogue.WithdrawalFailed,
		catalogue.RefusedTerminal, catalogue.RefusedSetUp, catalogue.RefusedClock:
		return true
	}
	f, known := catalogue.Find(code)
	return known && f.Severity == catalogue.Closed
}

package journal

import (
	"fmt"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// quarantined is the word of the audit for what is held back.
const quarantined = "quarantined"

// Quarantine holds back what waits for one registration, since the platform will
// not take it: it leaves the outbox, so that nobody waits behind it, and its body
// is kept. The reason is a code, as the platform gave it. What is in quarantine
// already stays as it is; what has nothing to send is refused with ErrIllegal. A
// late receipt still settles it, and a withdrawal takes its place in the outbox.
func (j *Journal) Quarantine(id protocol.ID, reason string, at time.Time) error {
	return j.change(id, quarantined, func(t tables, r Record) (Record, error) {
		switch {
		case !r.unsent(), at.IsZero():
			return r, illegal(r, "holding back")
		case !r.waiting():
			return r, nil
		}
		r.Reason = code(reason)
		return r, t.hold(&r, at)
	})
}

// Release puts back into the outbox what is held back, at the place it had. What
// waits there already stays as it is.
func (j *Journal) Release(id protocol.ID) error {
	return j.change(id, "released", func(t tables, r Record) (Record, error) {
		switch {
		case !r.unsent():
			return r, illegal(r, "releasing")
		case r.waiting():
			return r, nil
		}
		r.Reason = ""
		return r, t.release(&r)
	})
}

func (t tables) release(r *Record) error {
	if err := t.free(r); err != nil {
		return fmt.Errorf("ending the quarantine: %w", err)
	}
	return t.outbox.Put(number(r.Place), r.ID[:])
}

package journal

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// That somebody opened the machine by force outlives every restart: a power cut
// must not heal it. A technician who has looked takes it back. Both stand in the
// audit chain, and Check compares the two.

// The words of the audit.
const (
	wordTampered = "tampered"
	wordCleared  = "tamper-cleared"
)

// A tampering stands in meta under its name until it is cleared.
type tampering struct {
	Since      time.Time `json:"since"`
	AuditEntry uint64    `json:"audit_entry"`
}

const keyTampered = "tampered"

// Tamper records that the machine was opened by force. It stands until
// ClearTamper; told again, it keeps its first time.
func (j *Journal) Tamper(at time.Time) error {
	if at.IsZero() {
		return fmt.Errorf("recording a tampering: no time: %w", ErrIllegal)
	}
	err := j.update(func(t tables) error {
		if is, err := t.tampering(); err != nil || !is.Since.IsZero() {
			return orNothing(err)
		}
		entry, err := t.append(at, wordTampered, protocol.ID{}, "", j.limits.audit)
		if err != nil {
			return err
		}
		return put(t.meta, []byte(keyTampered), tampering{at.UTC(), entry})
	})
	if err != nil {
		return fmt.Errorf("recording a tampering: %w", err)
	}
	return nil
}

// ClearTamper records that somebody has looked at the machine and found it well.
// Where nothing was recorded it changes nothing.
func (j *Journal) ClearTamper(at time.Time) error {
	err := j.update(func(t tables) error {
		if is, err := t.tampering(); err != nil || is.Since.IsZero() {
			return orNothing(err)
		}
		if _, err := t.append(at, wordCleared, protocol.ID{}, "", j.limits.audit); err != nil {
			return err
		}
		return t.meta.Delete([]byte(keyTampered))
	})
	if err != nil {
		return fmt.Errorf("clearing a tampering: %w", err)
	}
	return nil
}

// Tampered is since when the machine stands as opened by force; zero where it
// does not.
func (j *Journal) Tampered() (since time.Time, err error) {
	err = j.view(func(t tables) error {
		is, err := t.tampering()
		since = is.Since
		return err
	})
	return since, err
}

// orNothing is err, or the wish to write nothing.
func orNothing(err error) error {
	if err == nil {
		return errNothing
	}
	return err
}

func (t tables) tampering() (tampering, error) {
	var is tampering
	raw := t.meta.Get([]byte(keyTampered))
	if raw == nil {
		return is, nil
	}
	if err := json.Unmarshal(raw, &is); err != nil || is.Since.IsZero() {
		return tampering{}, fmt.Errorf("reading the tampering: %w", ErrCorrupt)
	}
	return is, nil
}

// checkTampering compares what stands with the last word of the audit about it.
// That word may have been cut off since.
func (t tables) checkTampering() error {
	is, err := t.tampering()
	if err != nil {
		return err
	}
	anchor, err := t.anchor()
	if err != nil {
		return err
	}
	last, err := t.lastTampering()
	stands := !is.Since.IsZero()
	switch {
	case err != nil:
		return err
	case last.Sequence == 0 && (!stands || is.AuditEntry <= anchor.Sequence):
		return nil
	case stands != (last.Event == wordTampered), stands && (is.AuditEntry != last.Sequence || !is.Since.Equal(last.Time)):
		return corrupt("the tampering", []string{"is not what the audit says"})
	}
	return nil
}

// lastTampering is the last entry about a tampering; zero where none is kept.
func (t tables) lastTampering() (last Entry, err error) {
	err = t.audit.ForEach(func(_, raw []byte) error {
		e, err := decodeEntry(raw)
		if e.Event == wordTampered || e.Event == wordCleared {
			last = e
		}
		return err
	})
	return last, err
}

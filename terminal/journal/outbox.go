package journal

import (
	"bytes"
	"fmt"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"

	bolt "go.etcd.io/bbolt"
)

// Kinds of what waits in the outbox.
const (
	KindRegistration = "registration"
	KindWithdrawal   = "withdrawal"
)

// Pressure is how much waits, and how much more would fit. Where a most is
// reached, Commit refuses with ErrFull; all else is still taken in.
type Pressure struct {
	Unsent      int       // in the outbox
	Quarantined int       // held back, not in the outbox
	Bytes       uint64    // of the bodies of both
	Oldest      time.Time // zero when nothing waits
	DiskFree    uint64
	File        uint64 // bytes of the file that hold something

	MostUnsent          int // of the outbox and what is held back
	MostBytes, MostFile uint64
}

// Outbox visits what waits for the platform, first come first, at most limit of
// them. The visitor must not call the journal.
func (j *Journal) Outbox(limit int, visit func(id protocol.ID, kind string)) error {
	err := j.view(func(t tables) error {
		c := t.outbox.Cursor()
		for k, id := c.First(); k != nil && limit > 0; k, id = c.Next() {
			kind, err := t.kind(protocol.ID(id))
			if err != nil {
				return err
			}
			visit(protocol.ID(id), kind)
			limit--
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("reading the outbox: %w", err)
	}
	return nil
}

// Body is a copy of what waits for one registration, in the outbox or in
// quarantine; ErrNoRecord when nothing does.
func (j *Journal) Body(id protocol.ID) (kind string, body []byte, err error) {
	err = j.view(func(t tables) error {
		r, err := t.record(id)
		if err != nil {
			return err
		}
		if r.Place == 0 {
			return ErrNoRecord
		}
		kind, body = r.kind(), append([]byte(nil), t.bodies.Get(id[:])...)
		return nil
	})
	if err != nil {
		return "", nil, fmt.Errorf("reading what waits for %s: %w", id, err)
	}
	return kind, body, nil
}

// Changed returns a channel that is closed at the next change. Take it before
// reading what may change.
func (j *Journal) Changed() <-chan struct{} {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.changed
}

// Pressure tells how much waits, since when, and how much disk is free, so that
// the terminal can refuse before a card is put in.
func (j *Journal) Pressure() (p Pressure, err error) {
	err = j.view(func(t tables) error {
		p, err = j.pressure(t)
		return err
	})
	if err != nil {
		return Pressure{}, fmt.Errorf("measuring the journal: %w", err)
	}
	return p, nil
}

func (j *Journal) pressure(t tables) (Pressure, error) {
	free, err := diskFree(j.path)
	if err != nil {
		return Pressure{}, fmt.Errorf("asking for free disk: %w", err)
	}
	p := Pressure{
		Unsent: t.outbox.Stats().KeyN, Quarantined: int(t.held()), Bytes: t.weight(), DiskFree: free, File: t.used(),
		MostUnsent: j.limits.unsent, MostBytes: j.limits.bytes, MostFile: j.limits.mostFile(),
	}
	p.Oldest, err = t.oldest()
	return p, err
}

// used is what of the file is not free.
func (t tables) used() uint64 {
	tx := t.meta.Tx()
	s := tx.DB().Stats()
	return uint64(max(0, tx.Size()-int64(s.FreePageN+s.PendingPageN)*int64(tx.DB().Info().PageSize)))
}

// oldest is since when the first of the outbox waits. A withdrawal keeps the place
// of its envelope and is younger than that, so the search goes on until the first
// envelope.
func (t tables) oldest() (at time.Time, err error) {
	c := t.outbox.Cursor()
	for k, id := c.First(); k != nil; k, id = c.Next() {
		r, err := t.record(protocol.ID(id))
		if err != nil {
			return time.Time{}, err
		}
		if at.IsZero() || r.Queued.Before(at) {
			at = r.Queued
		}
		if r.kind() == KindRegistration {
			break
		}
	}
	return at, nil
}

// Records lists every registration that the journal remembers, for the
// technician: facts and sizes, never contents.
func (j *Journal) Records() (records []Record, err error) {
	err = j.view(func(t tables) error {
		records, err = t.all()
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("reading the records: %w", err)
	}
	return records, nil
}

// Unknown is how many hand-overs ended so that nobody knows their outcome. It is asked
// for with each look at the machine, and a month's records are some thousands.
func (j *Journal) Unknown() (n int, err error) {
	err = j.view(func(t tables) error {
		n = 0
		return t.records.ForEach(func(id, raw []byte) error {
			word, err := member(raw, "hand_over")
			if err != nil {
				return fmt.Errorf("record %x: %w", id, err)
			}
			if HandOver(word) == Unknown {
				n++
			}
			return nil
		})
	})
	if err != nil {
		return 0, fmt.Errorf("counting the hand-overs of unknown outcome: %w", err)
	}
	return n, nil
}

// PlatformTime is the latest time signed by the platform that came in a receipt,
// zero before the first. No later clock can be right and earlier than it.
func (j *Journal) PlatformTime() (at time.Time, err error) {
	err = j.view(func(t tables) error {
		at = t.heard()
		return nil
	})
	return at, err
}

func (j *Journal) view(body func(tables) error) error {
	return j.guarded(func(db *bolt.DB) error {
		return db.View(func(tx *bolt.Tx) error {
			t, err := open(tx)
			if err != nil {
				return err
			}
			return body(t)
		})
	})
}

// kind finds in a record only what tells its kind, since while a backlog melts away
// the same few are listed again and again.
func (t tables) kind(id protocol.ID) (string, error) {
	raw := t.records.Get(id[:])
	if raw == nil {
		return "", ErrNoRecord
	}
	word, err := member(raw, "withdrawal")
	if err != nil {
		return "", fmt.Errorf("reading the kind of record %s: %w", id, err)
	}
	return Record{Withdrawal: Withdrawal(word)}.kind(), nil
}

// member is the word that a member of a record holds, without reading the others. It
// is written by json.Marshal, without a blank, and no value in a record can hold a
// quotation mark.
func member(record []byte, name string) (word []byte, err error) {
	_, rest, found := bytes.Cut(record, []byte(`"`+name+`":"`))
	word, _, ends := bytes.Cut(rest, []byte(`"`))
	if !found || !ends {
		return nil, fmt.Errorf("it has no %s: %w", name, ErrCorrupt)
	}
	return word, nil
}

func (r Record) kind() string {
	if r.Withdrawal == Standing {
		return KindRegistration
	}
	return KindWithdrawal
}

package journal

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Journal is the terminal's durable memory. It may be shared between goroutines.
// Each change is on disk when the call that made it returns nil; after an error
// nothing has changed.
type Journal struct {
	options
	path string
	lock *os.File // held until Close
	now  func() time.Time

	gate    sync.RWMutex // held alone by who changes db and file
	db      *bolt.DB
	file    *os.File
	written int64                 // bytes of the file known to be on disk, used or zero; the writer's alone
	broken  atomic.Pointer[error] // why nothing can be done any more

	mu      sync.Mutex
	changed chan struct{} // closed and replaced at each change of the outbox
}

// options are what a test may want otherwise.
type options struct {
	limits limits
	step   func(name string) error // asked before each step that changes files; may be nil
}

// limits bound what the journal takes in, so that it can always take a
// withdrawal still.
type limits struct {
	file   int           // bytes of the database file
	unsent int           // bodies waiting
	bytes  uint64        // of bodies waiting
	disk   uint64        // bytes that must stay free
	audit  uint64        // entries of the audit chain
	keep   time.Duration // a settled record is remembered
}

func defaults() limits {
	return limits{
		file:   1 << 30,
		unsent: 10_000,
		bytes:  512 << 20,
		disk:   8 << 20,
		audit:  200_000,
		keep:   30 * 24 * time.Hour,
	}
}

// mostFile is how far envelopes may fill the file. The rest is for withdrawals and
// answers, which must find room whatever is free and where.
func (l limits) mostFile() uint64 { return uint64(l.file) / 4 * 3 }

// Commit takes a sealed envelope in. It returns nil only when the envelope is on
// disk: from then on it is lost to nothing less than the disk itself.
func (j *Journal) Commit(id protocol.ID, envelope []byte, at time.Time) error {
	err := j.commit(id, envelope, at)
	if err != nil {
		return fmt.Errorf("committing registration %s: %w", id, err)
	}
	return nil
}

func (j *Journal) commit(id protocol.ID, envelope []byte, at time.Time) error {
	if id.IsZero() {
		return fmt.Errorf("id is zero: %w", ErrIllegal)
	}
	if err := checkEnvelope(envelope); err != nil {
		return err
	}
	return j.updateWithin(reserveOfCommit, func(t tables) error {
		if err := j.room(t, len(envelope)); err != nil {
			return err
		}
		if err := t.forget(j.now().Add(-j.limits.keep)); err != nil {
			return err
		}
		if t.records.Get(id[:]) != nil {
			return ErrExists
		}
		r := Record{ID: id, Delivery: Sealed, HandOver: None, Withdrawal: Standing, Committed: at.UTC()}
		if err := t.enqueue(&r, envelope, at.UTC()); err != nil {
			return err
		}
		return j.save(t, "committed", r, r)
	})
}

// BeginHandOver records that the code is about to be offered to a hand. It must
// return before the first byte of the code goes to printer or screen. Repeated,
// it changes nothing.
func (j *Journal) BeginHandOver(id protocol.ID) error {
	return j.change(id, "hand-over-begun", func(_ tables, r Record) (Record, error) { return r.begin() })
}

// EndHandOver records that the code is in a hand (Done), or that nobody can tell
// (Unknown). Unknown may become Done when the citizen says so, never the other
// way round.
func (j *Journal) EndHandOver(id protocol.ID, h HandOver) error {
	return j.change(id, "hand-over-"+string(h), func(_ tables, r Record) (Record, error) { return r.end(h) })
}

// Withdraw puts the signed withdrawal in the envelope's place, in one
// transaction. Unasked it is legal only while no code was offered; asked means
// that the citizen said "I did not get it". A registration that is withdrawn
// already keeps its first withdrawal.
func (j *Journal) Withdraw(id protocol.ID, withdrawal []byte, asked bool) error {
	if err := checkWithdrawal(withdrawal); err != nil {
		return fmt.Errorf("withdrawing registration %s: %w", id, err)
	}
	event := "withdrawn-unasked"
	if asked {
		event = "withdrawn-asked"
	}
	return j.change(id, event, func(t tables, r Record) (Record, error) {
		next, err := r.withdraw(asked)
		if err != nil || next == r {
			return next, err
		}
		return next, t.enqueue(&next, withdrawal, j.now())
	})
}

// Recover is called once, before the first session. Hand-overs that had begun
// become unknown, as nobody can tell any more; returned are the registrations
// whose code was never offered, which the terminal must now withdraw.
func (j *Journal) Recover() (withdraw []protocol.ID, err error) {
	err = j.update(func(t tables) error {
		records, err := t.all()
		if err != nil {
			return err
		}
		for _, r := range records {
			if r.abandoned() {
				withdraw = append(withdraw, r.ID)
			}
			if r.HandOver != Begun {
				continue
			}
			was := r
			r.HandOver = Unknown
			if err := j.save(t, "hand-over-unknown", was, r); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("recovering the journal: %w", err)
	}
	return withdraw, nil
}

// change applies one step to one record and writes it with its audit entry. A
// step that leaves the record as it was writes nothing.
func (j *Journal) change(id protocol.ID, event string, step func(tables, Record) (Record, error)) error {
	err := j.update(func(t tables) error {
		r, err := t.record(id)
		if err != nil {
			return err
		}
		next, err := step(t, r)
		if err != nil {
			return err
		}
		if next == r {
			return errNothing
		}
		return j.save(t, event, r, next)
	})
	if err != nil {
		return fmt.Errorf("recording %s for registration %s: %w", event, id, err)
	}
	return nil
}

// errNothing rolls a transaction back that has nothing to write.
var errNothing = errors.New("nothing to write")

// update runs one durable transaction and then wakes whoever waits for a change.
func (j *Journal) update(body func(tables) error) error { return j.updateWithin(reserveOfOthers, body) }

// updateWithin is update with such a part of a step at least in reserve.
func (j *Journal) updateWithin(reserve int64, body func(tables) error) error {
	err := j.guarded(func(db *bolt.DB) error {
		return db.Update(func(tx *bolt.Tx) error {
			if err := j.reserve(tx, reserve); err != nil {
				return err
			}
			t, err := open(tx)
			if err != nil {
				return err
			}
			return body(t)
		})
	})
	if errors.Is(err, errNothing) {
		return nil
	}
	if err == nil {
		j.wake()
	}
	return err
}

// save writes a changed record, keeps the index of settled ones, and appends the
// audit entry that names the new state.
func (j *Journal) save(t tables, event string, was, r Record) error {
	entry, err := t.append(j.now(), event, r.ID, r.state(), j.limits.audit)
	if err != nil {
		return err
	}
	r.AuditEntry = entry
	if err := t.index(was, &r, j.now()); err != nil {
		return err
	}
	return put(t.records, r.ID[:], r)
}

// room refuses new work while old work could still be harmed by it.
func (j *Journal) room(t tables, size int) error {
	p, err := j.pressure(t)
	if err != nil {
		return err
	}
	switch {
	case p.Unsent+p.Quarantined >= p.MostUnsent:
		return fmt.Errorf("%d unsent, %d of them in quarantine: %w", p.Unsent+p.Quarantined, p.Quarantined, ErrFull)
	case p.Bytes+uint64(size) > p.MostBytes:
		return fmt.Errorf("%d bytes unsent: %w", p.Bytes, ErrFull)
	case p.File+uint64(size) > p.MostFile:
		return fmt.Errorf("%d bytes in the file: %w", p.File, ErrFull)
	case p.DiskFree < j.limits.disk:
		return fmt.Errorf("%d bytes of disk free: %w", p.DiskFree, ErrFull)
	}
	return nil
}

func (j *Journal) wake() {
	j.mu.Lock()
	defer j.mu.Unlock()
	close(j.changed)
	j.changed = make(chan struct{})
}

package platform

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// What boltTx knows of events, and of who is at work on what.

func numberKey(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

func (t boltTx) Event(id protocol.ID) (Event, error) {
	n := t.bucket("event-ids").Get(id[:])
	if n == nil {
		return Event{}, fmt.Errorf("events: %w", ErrNotFound)
	}
	return load[Event](t, "events", n)
}

func (t boltTx) Untold() (n int, since Moment, err error) {
	for key := range t.keys("untold", nil) {
		if n++; n > 1 {
			continue
		}
		first, err := load[Event](t, "events", key)
		if err != nil {
			return 0, Moment{}, err
		}
		since = first.At
	}
	return n, since, nil
}

func (t boltTx) AddEvent(e Event) (err error) {
	if t.bucket("event-ids").Get(e.ID[:]) != nil {
		return fmt.Errorf("events: %w", ErrExists)
	}
	if e.Number, err = t.bucket("events").NextSequence(); err != nil {
		return err
	}
	if err := t.bucket("event-ids").Put(e.ID[:], numberKey(e.Number)); err != nil {
		return err
	}
	return t.KeepEvent(e)
}

func (t boltTx) KeepEvent(e Event) error {
	key := numberKey(e.Number)
	if err := t.mark("untold", key, e.Told.IsZero()); err != nil {
		return err
	}
	if !e.Told.IsZero() {
		if err := errors.Join(t.mark("told", timeKey(e.Told, key), true), t.release("event", key)); err != nil {
			return err
		}
	}
	return keep(t, "events", key, e)
}

func (t boltTx) ForgetEvents(then Moment) (forgotten int, err error) {
	over := t.before("told", then)
	for _, key := range over {
		number := key[len(keyTime):]
		e, err := load[Event](t, "events", number)
		if err != nil {
			return 0, err
		}
		if err := errors.Join(t.bucket("event-ids").Delete(e.ID[:]), t.bucket("events").Delete(number), t.bucket("told").Delete(key)); err != nil {
			return 0, err
		}
	}
	return len(over), nil
}

func (t boltTx) ClaimEvents(c Claim, n int) (claimed []Event, err error) {
	ahead := map[protocol.ID]bool{} // accounts that have an earlier one
	for key := range t.keys("untold", nil) {
		if len(claimed) >= n {
			break
		}
		e, err := load[Event](t, "events", key)
		if err != nil {
			return nil, err
		}
		if ahead[e.Account] {
			continue
		}
		ahead[e.Account] = true
		if e.NotBefore.After(c.Now) {
			continue
		}
		mine, err := t.claim("event", key, c)
		if err != nil {
			return nil, err
		}
		if mine {
			claimed = append(claimed, e)
		}
	}
	return claimed, nil
}

func (t boltTx) ClaimWaiting(c Claim, after protocol.ID, n int) (claimed []protocol.ID, err error) {
	for key := range t.keys("waiting", after[:]) {
		if bytes.Equal(key, after[:]) {
			continue
		}
		if claimed, err = t.claimID("waiting", key, c, claimed); err != nil || len(claimed) >= n {
			return claimed, err
		}
	}
	return claimed, nil
}

func (t boltTx) ClaimRechecks(c Claim, then Moment, n int) (claimed []protocol.ID, err error) {
	limit := timeKey(then, nil)
	for key := range t.keys("rechecks", nil) {
		if bytes.Compare(key, limit) >= 0 {
			break
		}
		if claimed, err = t.claimID("recheck", key[len(keyTime):], c, claimed); err != nil || len(claimed) >= n {
			return claimed, err
		}
	}
	return claimed, nil
}

// claimID adds an id to what is claimed, if nobody else holds it.
func (t boltTx) claimID(kind string, id []byte, c Claim, claimed []protocol.ID) ([]protocol.ID, error) {
	if len(id) != len(protocol.ID{}) {
		return claimed, fmt.Errorf("claiming %s: an id of %d bytes", kind, len(id))
	}
	mine, err := t.claim(kind, id, c)
	if mine {
		claimed = append(claimed, protocol.ID(id))
	}
	return claimed, err
}

// holder is who does what is claimed, and until when.
type holder struct {
	Owner string `json:"owner"`
	Until Moment `json:"until"`
}

// claim reports whether the owner has it from now on.
func (t boltTx) claim(kind string, what []byte, c Claim) (bool, error) {
	key := claimKey(kind, what)
	held, err := load[holder](t, "claims", key)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return false, err
	}
	if err == nil && held.Owner != c.Owner && held.Until.After(c.Now) {
		return false, nil
	}
	return true, keep(t, "claims", key, holder{c.Owner, c.Until})
}

// release forgets who held it: nobody claims it again.
func (t boltTx) release(kind string, what []byte) error {
	return t.bucket("claims").Delete(claimKey(kind, what))
}

func claimKey(kind string, what []byte) []byte { return slices.Concat([]byte(kind), []byte{0}, what) }

// keys goes through an index from one key on. The index must stay as it is
// meanwhile.
func (t boltTx) keys(bucket string, from []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		c := t.bucket(bucket).Cursor()
		for key, _ := c.Seek(from); key != nil && yield(key); key, _ = c.Next() {
		}
	}
}

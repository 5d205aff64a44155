package bolt

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// What a transaction knows of events, and of who is at work on what.

func numberKey(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

func (t transaction) Event(id protocol.ID) (platform.Event, error) {
	n := t.bucket("event-ids").Get(id[:])
	if n == nil {
		return platform.Event{}, fmt.Errorf("events: %w", platform.ErrNotFound)
	}
	return load[platform.Event](t, "events", n)
}

func (t transaction) Untold() (n int, since platform.Moment, err error) {
	for key := range t.keys("untold", nil) {
		if n++; n > 1 {
			continue
		}
		first, err := load[platform.Event](t, "events", key)
		if err != nil {
			return 0, platform.Moment{}, err
		}
		since = first.At
	}
	return n, since, nil
}

func (t transaction) AddEvent(e platform.Event) (err error) {
	if t.bucket("event-ids").Get(e.ID[:]) != nil {
		return fmt.Errorf("events: %w", platform.ErrExists)
	}
	if e.Number, err = t.bucket("events").NextSequence(); err != nil {
		return err
	}
	if err := t.bucket("event-ids").Put(e.ID[:], numberKey(e.Number)); err != nil {
		return err
	}
	return t.KeepEvent(e)
}

func (t transaction) KeepEvent(e platform.Event) error {
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

func (t transaction) ForgetEvents(then platform.Moment) (forgotten int, err error) {
	over := t.before("told", then)
	for _, key := range over {
		number := key[len(keyTime):]
		e, err := load[platform.Event](t, "events", number)
		if err != nil {
			return 0, err
		}
		if err := errors.Join(t.bucket("event-ids").Delete(e.ID[:]), t.bucket("events").Delete(number), t.bucket("told").Delete(key)); err != nil {
			return 0, err
		}
	}
	return len(over), nil
}

func (t transaction) ClaimEvents(c platform.Claim, n int) (claimed []platform.Event, err error) {
	ahead := map[protocol.ID]bool{} // accounts that have an earlier one
	for key := range t.keys("untold", nil) {
		if len(claimed) >= n {
			break
		}
		e, err := load[platform.Event](t, "events", key)
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

func (t transaction) ClaimWaiting(c platform.Claim, after protocol.ID, n int) (claimed []protocol.ID, err error) {
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

func (t transaction) ClaimRechecks(c platform.Claim, then platform.Moment, n int) (claimed []protocol.ID, err error) {
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
func (t transaction) claimID(kind string, id []byte, c platform.Claim, claimed []protocol.ID) ([]protocol.ID, error) {
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
	Owner string          `json:"owner"`
	Until platform.Moment `json:"until"`
}

// claim reports whether the owner has it from now on.
func (t transaction) claim(kind string, what []byte, c platform.Claim) (bool, error) {
	key := claimKey(kind, what)
	held, err := load[holder](t, "claims", key)
	if err != nil && !errors.Is(err, platform.ErrNotFound) {
		return false, err
	}
	if err == nil && held.Owner != c.Owner && held.Until.After(c.Now) {
		return false, nil
	}
	return true, keep(t, "claims", key, holder{c.Owner, c.Until})
}

// release forgets who held it: nobody claims it again.
func (t transaction) release(kind string, what []byte) error {
	return t.bucket("claims").Delete(claimKey(kind, what))
}

func claimKey(kind string, what []byte) []byte { return slices.Concat([]byte(kind), []byte{0}, what) }

// keys goes through an index from one key on. The index must stay as it is
// meanwhile.
func (t transaction) keys(bucket string, from []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		c := t.bucket(bucket).Cursor()
		for key, _ := c.Seek(from); key != nil && yield(key); key, _ = c.Next() {
		}
	}
}

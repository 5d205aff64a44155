package journal

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// The file, one bbolt bucket a line:
//
//	meta     format | head | anchor | bytes | held | heard | tampered
//	records  id                         -> Record as JSON
//	bodies   id                         -> sealed bytes that wait
//	outbox   place, 8 bytes big-endian  -> id; the order of sending
//	settled  time, 8 bytes, then id     -> nothing; the order of forgetting
//	audit    sequence, 8 bytes          -> entry as JSON
const format = "watashi.journal.1"

// tables are the buckets within one transaction. What they return dies with it,
// unless it was decoded.
type tables struct {
	meta, records, bodies, outbox, settled, audit *bolt.Bucket
}

func names() []string {
	return []string{"meta", "records", "bodies", "outbox", "settled", "audit"}
}

func open(tx *bolt.Tx) (tables, error) {
	buckets := make([]*bolt.Bucket, len(names()))
	for i, name := range names() {
		if buckets[i] = tx.Bucket([]byte(name)); buckets[i] == nil {
			return tables{}, fmt.Errorf("bucket %s is missing: %w", name, ErrCorrupt)
		}
	}
	t := tables{buckets[0], buckets[1], buckets[2], buckets[3], buckets[4], buckets[5]}
	for _, ordered := range []*bolt.Bucket{t.outbox, t.settled, t.audit} {
		ordered.FillPercent = 1 // keys come in their order: nothing is put in between
	}
	return t, nil
}

func (t tables) record(id protocol.ID) (Record, error) {
	raw := t.records.Get(id[:])
	if raw == nil {
		return Record{}, ErrNoRecord
	}
	return decodeRecord(raw)
}

func (t tables) all() ([]Record, error) {
	var records []Record
	err := t.records.ForEach(func(k, raw []byte) error {
		r, err := decodeRecord(raw)
		if err == nil && string(k) != string(r.ID[:]) {
			err = fmt.Errorf("record %s is kept as %x: %w", r.ID, k, ErrCorrupt)
		}
		records = append(records, r)
		return err
	})
	return records, err
}

// enqueue makes body the one thing to send for r. It keeps the place of a body
// that it replaces, but not its quarantine.
func (t tables) enqueue(r *Record, body []byte, at time.Time) error {
	size := uint64(len(body))
	if r.Place == 0 {
		place, err := t.outbox.NextSequence()
		if err != nil {
			return err
		}
		r.Place = place
	} else {
		size -= uint64(r.BodySize) // wraps round when it shrinks, and back in the sum
	}
	r.Queued, r.BodySize, r.BodySHA256 = at.UTC(), len(body), protocol.SHA256(body)
	if err := t.weigh(size); err != nil {
		return err
	}
	if err := t.free(r); err != nil {
		return err
	}
	if err := t.outbox.Put(number(r.Place), r.ID[:]); err != nil {
		return err
	}
	return t.bodies.Put(r.ID[:], body)
}

// dequeue erases the body. What remains of it is its digest and its size.
func (t tables) dequeue(r *Record) error {
	if err := t.free(r); err != nil {
		return err
	}
	if err := t.outbox.Delete(number(r.Place)); err != nil {
		return err
	}
	if err := t.weigh(-uint64(r.BodySize)); err != nil {
		return err
	}
	r.Place = 0
	return t.bodies.Delete(r.ID[:])
}

// hold takes r out of the outbox; its body and its place are kept.
func (t tables) hold(r *Record, at time.Time) error {
	r.Quarantined = at.UTC()
	if err := t.meta.Put([]byte("held"), number(t.held()+1)); err != nil {
		return err
	}
	return t.outbox.Delete(number(r.Place))
}

// free ends the quarantine of r, if it is in one. The outbox is the caller's.
func (t tables) free(r *Record) error {
	if r.Quarantined.IsZero() {
		return nil
	}
	r.Quarantined = time.Time{}
	return t.meta.Put([]byte("held"), number(t.held()-1))
}

// held is how many are in quarantine.
func (t tables) held() uint64 { return parseNumber(t.meta.Get([]byte("held"))) }

func (t tables) weigh(difference uint64) error {
	return t.meta.Put([]byte("bytes"), number(t.weight()+difference))
}

func (t tables) weight() uint64 { return parseNumber(t.meta.Get([]byte("bytes"))) }

// index notes when r settled, or that it no longer is.
func (t tables) index(was Record, r *Record, now time.Time) error {
	if !was.Settled.IsZero() && !r.settled() {
		r.Settled = time.Time{}
		return t.settled.Delete(settledKey(was))
	}
	if r.settled() && r.Settled.IsZero() {
		r.Settled = now.UTC()
		return t.settled.Put(settledKey(*r), nil)
	}
	return nil
}

// forget drops what settled before the given time, a few at a time so that no
// citizen waits for it.
func (t tables) forget(before time.Time) error {
	const most = 16
	var old [][]byte
	c := t.settled.Cursor()
	for k, _ := c.First(); k != nil && len(old) < most; k, _ = c.Next() {
		if parseNumber(k[:8]) >= uint64(before.UnixNano()) {
			break
		}
		old = append(old, append([]byte(nil), k...))
	}
	for _, k := range old {
		if err := t.settled.Delete(k); err != nil {
			return err
		}
		if err := t.records.Delete(k[8:]); err != nil {
			return err
		}
	}
	return nil
}

// hear keeps the latest time that the platform has signed.
func (t tables) hear(at time.Time) error {
	if !at.After(t.heard()) {
		return nil
	}
	return t.meta.Put([]byte("heard"), number(uint64(at.UnixNano())))
}

func (t tables) heard() time.Time {
	raw := t.meta.Get([]byte("heard"))
	if raw == nil {
		return time.Time{}
	}
	return time.Unix(0, int64(parseNumber(raw))).UTC()
}

func settledKey(r Record) []byte {
	return append(number(uint64(r.Settled.UnixNano())), r.ID[:]...)
}

func number(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

func parseNumber(b []byte) uint64 {
	if len(b) != 8 {
		return 0
	}
	return binary.BigEndian.Uint64(b)
}

func put(b *bolt.Bucket, key []byte, value any) error {
	raw, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return b.Put(key, raw)
}

func decodeRecord(raw []byte) (Record, error) {
	var r Record
	if err := json.Unmarshal(raw, &r); err != nil {
		return Record{}, fmt.Errorf("reading a record: %w: %w", ErrCorrupt, err)
	}
	return r, nil
}

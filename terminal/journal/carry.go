package journal

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// write makes the fresh file, whole and synced, and looks at all that must hold.
// The bodies come from the damaged file.
func (p *plan) write(path string, from io.ReaderAt, o options, now time.Time) error {
	if err := os.RemoveAll(path); err != nil {
		return err
	}
	if err := o.before("create"); err != nil {
		return err
	}
	db, err := bolt.Open(path, 0o600, &bolt.Options{Timeout: lockWait})
	if err != nil {
		return err
	}
	j := &Journal{options: o, path: path, db: db, now: func() time.Time { return now }}
	err = errors.Join(p.writeAudit(j), p.writeRecords(j, from), p.writeEnd(j))
	if err == nil {
		err = checkTables(db)
	}
	return errors.Join(err, db.Close())
}

// batch runs one transaction of a file that nobody else knows yet.
func (j *Journal) batch(body func(tables) error) error {
	if err := j.before("write"); err != nil {
		return err
	}
	return j.db.Update(func(tx *bolt.Tx) error {
		t, err := open(tx)
		if err != nil {
			return err
		}
		return body(t)
	})
}

// writeAudit carries the chain over. What follows hangs from its head, which is
// named even where no entry could be carried.
func (p *plan) writeAudit(j *Journal) error {
	if err := j.db.Update(func(tx *bolt.Tx) error { _, err := lay(tx); return err }); err != nil {
		return err
	}
	for rest := p.entries; ; {
		n := min(len(rest), 4096)
		if err := j.batch(func(t tables) error {
			for _, e := range rest[:n] {
				if err := t.audit.Put(number(e.Sequence), e.raw); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
		if rest = rest[n:]; len(rest) == 0 {
			break
		}
	}
	return j.batch(func(t tables) error { return p.writeMeta(j, t) })
}

func (p *plan) writeMeta(j *Journal, t tables) error {
	if p.top.Sequence > 0 {
		if err := put(t.meta, []byte("head"), p.top); err != nil {
			return err
		}
	}
	if p.from.Sequence > 0 {
		if err := put(t.meta, []byte("anchor"), p.from); err != nil {
			return err
		}
	}
	if p.heard > 0 {
		if err := t.meta.Put([]byte("heard"), number(p.heard)); err != nil {
			return err
		}
	}
	if p.tampered != nil {
		if err := put(t.meta, []byte(keyTampered), p.tampered); err != nil {
			return err
		}
	}
	_, err := t.append(j.now(), wordSalvaged, protocol.ID{}, "", j.limits.audit)
	return err
}

// writeRecords carries the registrations over, so many bytes at a time.
func (p *plan) writeRecords(j *Journal, from io.ReaderAt) error {
	const most = 4 << 20
	for rest := p.kept; len(rest) > 0; {
		err := j.batch(func(t tables) error {
			for size := 0; len(rest) > 0 && size < most; rest = rest[1:] {
				size += rest[0].body.size + 1<<10
				if err := j.carry(t, rest[0], from); err != nil {
					return fmt.Errorf("carrying %s over: %w", rest[0].ID, err)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (j *Journal) carry(t tables, c carried, from io.ReaderAt) error {
	if c.body.size > 0 {
		if err := t.carryBody(&c, from); err != nil {
			return err
		}
	}
	if c.settled() != !c.Settled.IsZero() {
		c.Settled = time.Time{}
		c.changed = wordCarried
		if c.settled() {
			c.Settled = j.now().UTC()
		}
	}
	if c.settled() {
		if err := t.settled.Put(settledKey(c.Record), nil); err != nil {
			return err
		}
	}
	anchor, err := t.anchor()
	if err != nil {
		return err
	}
	if c.changed == "" && (c.AuditEntry <= anchor.Sequence || t.says(c.Record)) {
		return put(t.records, c.ID[:], c.Record)
	}
	if c.AuditEntry, err = t.append(j.now(), orWord(c.changed), c.ID, c.state(), j.limits.audit); err != nil {
		return err
	}
	return put(t.records, c.ID[:], c.Record)
}

func orWord(word string) string {
	if word == "" {
		return wordCarried
	}
	return word
}

// says reports whether the audit carried over makes r what it is.
func (t tables) says(r Record) bool { return len(t.unaudited(r)) == 0 }

func (t tables) carryBody(c *carried, from io.ReaderAt) error {
	body := make([]byte, c.body.size)
	if _, err := from.ReadAt(body, c.body.at); err != nil {
		return err
	}
	if protocol.SHA256(body) != c.BodySHA256 {
		return fmt.Errorf("read again it is another: %w", ErrCorrupt)
	}
	quarantined := c.Quarantined
	c.Quarantined = time.Time{}
	if c.Place == 0 || t.outbox.Get(number(c.Place)) != nil {
		c.Place, c.changed = t.outbox.Sequence()+1, orWord(c.changed)
	}
	if c.Queued.IsZero() {
		c.Queued = c.Committed
	}
	if err := t.outbox.SetSequence(max(t.outbox.Sequence(), c.Place)); err != nil {
		return err
	}
	if err := t.outbox.Put(number(c.Place), c.ID[:]); err != nil {
		return err
	}
	if err := t.weigh(uint64(len(body))); err != nil {
		return err
	}
	if !quarantined.IsZero() {
		if err := t.hold(&c.Record, quarantined); err != nil {
			return err
		}
	}
	return t.bodies.Put(c.ID[:], body)
}

// writeEnd makes the file a journal: until then its format is not there.
func (p *plan) writeEnd(j *Journal) error {
	return j.batch(func(t tables) error {
		if p.report.Uncertain {
			if _, err := t.append(j.now(), wordUncertain, protocol.ID{}, "", j.limits.audit); err != nil {
				return err
			}
		}
		return t.meta.Put([]byte("format"), []byte(format))
	})
}

package journal

import (
	"fmt"
	"slices"
	"strings"

	bolt "go.etcd.io/bbolt"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Check looks at everything that must always hold: the pages of the file, each
// record, the body that belongs to it and no other, the outbox, the index of the
// settled, the sum of bytes, the audit chain against the records, and whether the
// machine stands as tampered with. It reads the whole file; its error wraps
// ErrCorrupt or ErrAudit and tells all faults.
func (j *Journal) Check() error {
	j.gate.Lock() // nobody writes while the pages are read
	defer j.gate.Unlock()
	if broken := j.broken.Load(); broken != nil {
		return *broken
	}
	if err := checkFile(j.file); err != nil {
		return err
	}
	return caught(func() error { return checkTables(j.db) })
}

func checkTables(db *bolt.DB) error {
	return db.View(func(tx *bolt.Tx) error {
		t, err := open(tx)
		if err != nil {
			return err
		}
		return t.check()
	})
}

func (t tables) check() error {
	if got := string(t.meta.Get([]byte("format"))); got != format {
		return fmt.Errorf("format is %q, not %q: %w", got, format, ErrCorrupt)
	}
	if err := t.verifyAudit(); err != nil {
		return err
	}
	if err := t.checkTampering(); err != nil {
		return err
	}
	records, err := t.all()
	if err != nil {
		return err
	}
	var found []string
	for _, r := range records {
		for _, fault := range t.faults(r) {
			found = append(found, r.ID.String()+" "+fault)
		}
	}
	return corrupt("records", append(found, t.sums(records)...))
}

// faults are what is wrong with one record.
func (t tables) faults(r Record) (found []string) {
	fault := func(is bool, what string) {
		if is {
			found = append(found, what)
		}
	}
	body := t.bodies.Get(r.ID[:])
	fault(!r.known(), "is in an unknown state "+r.state())
	fault(r.Withdrawal == Unasked && r.HandOver != None, "was withdrawn unasked though a code was offered")
	fault(r.Withdrawal != Standing && r.Delivery == Refused, "was withdrawn though refused")
	fault(r.Withdrawal == Standing && r.Answer != "", "has an answer to no withdrawal")
	fault(r.unsent() != (body != nil), "has a body that does not fit its state")
	fault(r.unsent() != (r.Place != 0), "has a place that does not fit its state")
	fault(!r.Quarantined.IsZero() && !r.unsent(), "is in quarantine with nothing to hold back")
	fault(r.waiting() && string(t.outbox.Get(number(r.Place))) != string(r.ID[:]), "is not at its place in the outbox")
	fault(body != nil && protocol.SHA256(body) != r.BodySHA256, "has another body than was stored")
	fault(body != nil && len(body) != r.BodySize, "has a body of another size")
	fault(r.settled() == r.Settled.IsZero(), "has a time of settling that does not fit its state")
	fault(r.settled() && t.settled.Get(settledKey(r)) == nil, "is not in the index of the settled")
	return append(found, t.unaudited(r)...)
}

// unaudited compares the record with the audit entry that made it what it is.
// The entry may have been cut off since.
func (t tables) unaudited(r Record) []string {
	anchor, _ := t.anchor()
	if r.AuditEntry != 0 && r.AuditEntry <= anchor.Sequence {
		return nil
	}
	e, err := decodeEntry(t.audit.Get(number(r.AuditEntry)))
	if err != nil || e.ID == nil || *e.ID != r.ID || e.State != r.state() {
		return []string{"is not what its audit entry says"}
	}
	return nil
}

// sums finds what belongs to no record.
func (t tables) sums(records []Record) (found []string) {
	var unsent, waiting, settled int
	var bytes uint64
	for _, r := range records {
		if r.unsent() {
			unsent, bytes = unsent+1, bytes+uint64(r.BodySize)
		}
		if r.waiting() {
			waiting++
		}
		if r.settled() {
			settled++
		}
	}
	for name, counts := range map[string][2]int{
		"bodies":  {count(t.bodies), unsent},
		"outbox":  {count(t.outbox), waiting},
		"held":    {int(t.held()), unsent - waiting},
		"settled": {count(t.settled), settled},
	} {
		if counts[0] != counts[1] {
			found = append(found, fmt.Sprintf("%s holds %d, the records say %d", name, counts[0], counts[1]))
		}
	}
	if t.weight() != bytes {
		found = append(found, fmt.Sprintf("the sum of bytes is %d, the records say %d", t.weight(), bytes))
	}
	return found
}

func (r Record) known() bool {
	return slices.Contains([]Delivery{Sealed, Received, Accepted, Refused, Lost}, r.Delivery) &&
		slices.Contains([]HandOver{None, Begun, Done, Unknown}, r.HandOver) &&
		slices.Contains([]Withdrawal{Standing, Unasked, Asked}, r.Withdrawal) &&
		slices.Contains([]protocol.Verdict{"", protocol.Withdrawn, protocol.Activated}, r.Answer)
}

func count(b *bolt.Bucket) (n int) {
	c := b.Cursor()
	for k, _ := c.First(); k != nil; k, _ = c.Next() {
		n++
	}
	return n
}

func corrupt(what string, found []string) error {
	if len(found) == 0 {
		return nil
	}
	slices.Sort(found)
	return fmt.Errorf("checking %s: %w: %s", what, ErrCorrupt, strings.Join(found, "; "))
}

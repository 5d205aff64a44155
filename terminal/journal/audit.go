package journal

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// ErrAudit: the audit chain is broken; an entry was changed, or one is missing.
var ErrAudit = errors.New("audit chain broken")

// Entry is one link of the audit chain. It has no room for a name or free text.
type Entry struct {
	Sequence uint64          `json:"sequence"`
	Time     time.Time       `json:"time"`
	Event    string          `json:"event"`
	ID       *protocol.ID    `json:"id,omitempty"`
	State    string          `json:"state,omitempty"` // of the record, after the event
	ByHand   *ByHand         `json:"by_hand,omitempty"`
	Previous protocol.Digest `json:"previous"` // SHA-256 of the entry before, as stored
}

// head is the last link. Whoever knows it knows the whole chain.
type head struct {
	Sequence uint64          `json:"sequence"`
	SHA256   protocol.Digest `json:"sha256"`
}

// Audit appends an event that changes no registration, as a start or a fault. An
// event is a fixed word: letters and hyphens, 48 at most. The id may be zero.
func (j *Journal) Audit(event string, id protocol.ID) error {
	err := j.update(func(t tables) error {
		_, err := t.append(j.now(), event, id, "", j.limits.audit)
		return err
	})
	if err != nil {
		return fmt.Errorf("auditing: %w", err)
	}
	return nil
}

// append adds a link and cuts the oldest ones off beyond limit; the anchor keeps
// the digest of the last one cut, so that what remains still verifies.
func (t tables) append(at time.Time, event string, id protocol.ID, state string, limit uint64) (uint64, error) {
	e := Entry{Time: at, Event: event, State: state}
	if !id.IsZero() {
		e.ID = &id
	}
	return t.hang(e, limit)
}

// hang gives an entry its place in the chain.
func (t tables) hang(e Entry, limit uint64) (uint64, error) {
	if !fixedWord(e.Event) {
		return 0, fmt.Errorf("event is not a fixed word: %w", ErrIllegal)
	}
	last, err := t.head()
	if err != nil {
		return 0, err
	}
	e.Sequence, e.Time, e.Previous = last.Sequence+1, e.Time.UTC(), last.SHA256
	raw, err := json.Marshal(e)
	if err != nil {
		return 0, err
	}
	if err := t.audit.Put(number(e.Sequence), raw); err != nil {
		return 0, err
	}
	if err := put(t.meta, []byte("head"), head{e.Sequence, protocol.SHA256(raw)}); err != nil {
		return 0, err
	}
	return e.Sequence, t.cutAudit(e.Sequence, limit)
}

func (t tables) cutAudit(last, limit uint64) error {
	first, raw := t.audit.Cursor().First()
	if last-parseNumber(first)+1 <= limit {
		return nil
	}
	anchor := head{parseNumber(first), protocol.SHA256(raw)}
	if err := put(t.meta, []byte("anchor"), anchor); err != nil {
		return err
	}
	return t.audit.Delete(number(anchor.Sequence))
}

func (t tables) head() (head, error)   { return t.link("head") }
func (t tables) anchor() (head, error) { return t.link("anchor") }

func (t tables) link(name string) (head, error) {
	var h head
	raw := t.meta.Get([]byte(name))
	if raw == nil {
		return h, nil
	}
	if err := json.Unmarshal(raw, &h); err != nil {
		return head{}, fmt.Errorf("reading the %s: %w", name, ErrAudit)
	}
	return h, nil
}

// verifyAudit follows the digests from the anchor to the head.
func (t tables) verifyAudit() error {
	at, err := t.anchor()
	if err != nil {
		return err
	}
	links, c := chain{at}, t.audit.Cursor()
	for k, raw := c.First(); k != nil; k, raw = c.Next() {
		e, err := decodeEntry(raw)
		if err != nil {
			return err
		}
		if parseNumber(k) != e.Sequence {
			return fmt.Errorf("entry %d is kept as %d: %w", e.Sequence, parseNumber(k), ErrAudit)
		}
		if err := links.add(e, raw); err != nil {
			return err
		}
	}
	last, err := t.head()
	if err != nil {
		return err
	}
	if last != links.at {
		return fmt.Errorf("chain ends at entry %d, not as the head of %d says: %w", links.at.Sequence, last.Sequence, ErrAudit)
	}
	return nil
}

func decodeEntry(raw []byte) (Entry, error) {
	var e Entry
	if err := json.Unmarshal(raw, &e); err != nil {
		return Entry{}, fmt.Errorf("reading an entry: %w", ErrAudit)
	}
	return e, nil
}

// AuditTrail visits the entries that are kept, oldest first.
func (j *Journal) AuditTrail(visit func(Entry)) error {
	return j.view(func(t tables) error {
		return t.audit.ForEach(func(_, raw []byte) error {
			e, err := decodeEntry(raw)
			if err == nil {
				visit(e)
			}
			return err
		})
	})
}

func fixedWord(event string) bool {
	if event == "" || len(event) > 48 {
		return false
	}
	for _, c := range []byte(event) {
		if c != '-' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return true
}

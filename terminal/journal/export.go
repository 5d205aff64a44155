package journal

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// maxEntry bounds one line of an exported audit chain.
const maxEntry = 2 << 10

// Head is the last link of the audit chain: how many entries were ever written,
// and the SHA-256 of the last one. Kept elsewhere, it shows later that nothing
// before it was changed.
type Head struct {
	Entries uint64
	SHA256  [32]byte
}

// AuditHead is the head of the chain as it is now; zero before the first entry.
func (j *Journal) AuditHead() (at Head, err error) {
	err = j.view(func(t tables) error {
		h, err := t.head()
		at = Head{h.Sequence, h.SHA256}
		return err
	})
	return at, err
}

// VerifyAudit walks the whole chain.
func (j *Journal) VerifyAudit() error { return j.view(tables.verifyAudit) }

// ExportAudit writes the entries that are kept, oldest first, one a line and byte
// for byte as they are stored, for VerifyAudit to read. It does not hold the
// journal up while w is slow.
func (j *Journal) ExportAudit(w io.Writer) error {
	for next := uint64(0); ; {
		lines, last, err := j.exported(next)
		if err != nil {
			return fmt.Errorf("exporting the audit: %w", err)
		}
		if len(lines) == 0 {
			return nil
		}
		if _, err := w.Write(lines); err != nil {
			return fmt.Errorf("exporting the audit: %w", err)
		}
		next = last + 1
	}
}

// exported is a handful of entries, from the given one on.
func (j *Journal) exported(from uint64) (lines []byte, last uint64, err error) {
	const most = 256
	err = j.view(func(t tables) error {
		c := t.audit.Cursor()
		k, raw := c.Seek(number(from))
		for n := 0; k != nil && n < most; n++ {
			lines, last = append(append(lines, raw...), '\n'), parseNumber(k)
			k, raw = c.Next()
		}
		return nil
	})
	return lines, last, err
}

// VerifyAudit reads an exported chain and follows its digests from the first
// entry to the last, which it returns as the head. Each known head, as from a
// heartbeat, must lie on the chain; one that is older than its first entry cannot
// be told from another and is an error too. Errors wrap ErrAudit, or are the
// reader's.
func VerifyAudit(r io.Reader, known ...Head) (Head, error) {
	at, err := follow(r, known)
	if err != nil {
		return Head{}, fmt.Errorf("verifying the audit: %w", err)
	}
	return Head{at.Sequence, at.SHA256}, nil
}

func follow(r io.Reader, known []Head) (head, error) {
	var c chain
	seen := map[Head]bool{{}: true}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxEntry)
	for lines.Scan() {
		raw := bytes.TrimSuffix(lines.Bytes(), []byte("\r"))
		e, err := decodeEntry(raw)
		if err != nil {
			return head{}, fmt.Errorf("line after entry %d: %w", c.at.Sequence, err)
		}
		if c.at.Sequence == 0 && e.Sequence > 0 {
			c.at = head{e.Sequence - 1, e.Previous}
		}
		if err := c.add(e, raw); err != nil {
			return head{}, err
		}
		seen[Head{c.at.Sequence, c.at.SHA256}] = true
	}
	if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
		return head{}, fmt.Errorf("line after entry %d is too long: %w", c.at.Sequence, ErrAudit)
	} else if err != nil {
		return head{}, err
	}
	for _, h := range known {
		if !seen[h] {
			return head{}, fmt.Errorf("head of %d entries is not on the chain: %w", h.Entries, ErrAudit)
		}
	}
	return c.at, nil
}

// chain follows the links of an audit, one after the other.
type chain struct{ at head }

func (c *chain) add(e Entry, raw []byte) error {
	if e.Sequence != c.at.Sequence+1 || e.Previous != c.at.SHA256 {
		return fmt.Errorf("entry %d does not follow entry %d: %w", e.Sequence, c.at.Sequence, ErrAudit)
	}
	c.at = head{e.Sequence, protocol.SHA256(raw)}
	return nil
}

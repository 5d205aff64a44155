package journal

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// ByHand is what somebody carried to or from the platform, as the audit keeps it: how
// much, and who.
type ByHand struct {
	User          *uint32 `json:"user,omitempty"`          // their number on this machine; nil where the system cannot tell
	Registrations int     `json:"registrations,omitempty"` // bodies that were copied out
	Withdrawals   int     `json:"withdrawals,omitempty"`
	Settled       int     `json:"settled,omitempty"` // receipts that settled what waits
	Left          int     `json:"left,omitempty"`    // receipts that were not taken
}

// Some reports whether anything was carried.
func (b ByHand) Some() bool { return b.Registrations+b.Withdrawals+b.Settled+b.Left > 0 }

// The words of the audit trail.
const (
	wordExported = "queue-exported"
	wordImported = "queue-imported"
)

// AuditExport notes that bodies were copied out, if any were.
func (j *Journal) AuditExport(b ByHand) error { return j.auditByHand(wordExported, b) }

// AuditImport notes that receipts were brought, if any were. Each that settled
// something has an entry of its own besides.
func (j *Journal) AuditImport(b ByHand) error { return j.auditByHand(wordImported, b) }

func (j *Journal) auditByHand(event string, b ByHand) error {
	if !b.Some() {
		return nil
	}
	err := j.update(func(t tables) error {
		_, err := t.hang(Entry{Time: j.now(), Event: event, ByHand: &b}, j.limits.audit)
		return err
	})
	if err != nil {
		return fmt.Errorf("auditing: %w", err)
	}
	return nil
}

// ErrReceipt: a receipt that is not the platform's for what waits.
var ErrReceipt = errors.New("the receipt is not the platform's for what waits here")

// SettleWith settles what waits for one registration with a receipt as the platform
// signed it, by one of these keys. It is for receipts that come by hand; one that does
// not verify fails with ErrReceipt and changes nothing, and so does one for which
// nothing waits, with ErrNoRecord.
func (j *Journal) SettleWith(keys []protocol.PublicKey, id protocol.ID, jws []byte) (protocol.Receipt, error) {
	_, body, err := j.Body(id)
	if err != nil {
		return protocol.Receipt{}, err
	}
	receipt, err := protocol.VerifyReceipt(jws, keys, id, protocol.SHA256(body))
	if err != nil {
		return protocol.Receipt{}, fmt.Errorf("%w: %w", ErrReceipt, err)
	}
	return receipt, j.Settle(receipt)
}

// ExportBodies writes a copy of all that is kept for the platform, in the outbox and
// in quarantine, as a file to be carried by hand (protocol.FormatQueue). Nothing is
// erased by it: only a receipt does that. What is settled meanwhile is left out. Who
// took how much goes into the audit, also of a copy that breaks off.
func (j *Journal) ExportBodies(w io.Writer, terminal string, at time.Time, user *uint32) error {
	taken := ByHand{User: user}
	err := j.exportBodies(w, terminal, at, &taken)
	return errors.Join(err, j.AuditExport(taken))
}

func (j *Journal) exportBodies(w io.Writer, terminal string, at time.Time, taken *ByHand) error {
	records, err := j.Records()
	if err != nil {
		return err
	}
	out, err := protocol.WriteCarried(w, protocol.CarriedHead{Format: protocol.FormatQueue, Terminal: terminal, Time: at})
	if err != nil {
		return fmt.Errorf("exporting what waits: %w", err)
	}
	for _, r := range records {
		if err := j.exportBody(out, r, taken); err != nil {
			return fmt.Errorf("exporting what waits: %w", err)
		}
	}
	return out.Close()
}

func (j *Journal) exportBody(out *protocol.CarriedWriter, r Record, taken *ByHand) error {
	if !r.unsent() {
		return nil
	}
	kind, body, err := j.Body(r.ID)
	if errors.Is(err, ErrNoRecord) {
		return nil
	}
	if err != nil {
		return err
	}
	if kind == KindWithdrawal {
		taken.Withdrawals++
	} else {
		taken.Registrations++
	}
	return protocol.AddCarried(out, protocol.CarriedItem{Kind: kind, ID: r.ID, SHA256: protocol.SHA256(body), Body: string(body)})
}

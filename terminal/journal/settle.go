package journal

import (
	"fmt"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Settle takes a receipt that was verified against the id and the SHA-256 of the
// stored body, and erases that body. A receipt for another body is refused with
// ErrOtherBody, as when the envelope was withdrawn while it was on its way.
func (j *Journal) Settle(receipt protocol.Receipt) error {
	return j.SettleAll([]protocol.Receipt{receipt})[0]
}

// SettleAll is Settle for several receipts in one durable transaction, in their
// order: many that come together are on disk as soon as one. The errors stand at the
// receipts' places. One that is refused spoils no other; when the transaction itself
// fails, none is taken and each has its error.
func (j *Journal) SettleAll(receipts []protocol.Receipt) []error {
	errs := make([]error, len(receipts))
	err := j.update(func(t tables) error {
		changed := false
		for n, receipt := range receipts {
			r, next, err := t.settle(receipt)
			if err != nil {
				errs[n] = err // nothing was written for it
				continue
			}
			if next == r {
				continue
			}
			if err := j.settle(t, receipt, r, next); err != nil {
				return err
			}
			changed = true
		}
		if !changed {
			return errNothing
		}
		return nil
	})
	for n, receipt := range receipts {
		if errs[n] == nil {
			errs[n] = err
		}
		if errs[n] != nil {
			errs[n] = fmt.Errorf("recording %s for registration %s: %w", answered(receipt), receipt.ID, errs[n])
		}
	}
	return errs
}

// settle judges a receipt and writes nothing.
func (t tables) settle(receipt protocol.Receipt) (was, next Record, err error) {
	if was, err = t.record(receipt.ID); err != nil {
		return was, was, err
	}
	next, err = was.settle(receipt)
	return was, next, err
}

// settle writes down what a receipt has changed.
func (j *Journal) settle(t tables, receipt protocol.Receipt, was, next Record) error {
	if err := t.hear(receipt.Time); err != nil {
		return err
	}
	if was.unsent() && !next.unsent() {
		if err := t.dequeue(&next); err != nil {
			return err
		}
	}
	return j.save(t, answered(receipt), was, next)
}

// answered is the word of the audit for a receipt.
func answered(receipt protocol.Receipt) string { return "answered-" + code(string(receipt.Verdict)) }

package journal

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

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
// erased by it: only a receipt does that. What is settled meanwhile is left out.
func (j *Journal) ExportBodies(w io.Writer, terminal string, at time.Time) error {
	records, err := j.Records()
	if err != nil {
		return err
	}
	out, err := protocol.WriteCarried(w, protocol.CarriedHead{Format: protocol.FormatQueue, Terminal: terminal, Time: at})
	if err != nil {
		return fmt.Errorf("exporting what waits: %w", err)
	}
	for _, r := range records {
		if err := j.exportBody(out, r); err != nil {
			return fmt.Errorf("exporting what waits: %w", err)
		}
	}
	return out.Close()
}

func (j *Journal) exportBody(out *protocol.CarriedWriter, r Record) error {
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
	return protocol.AddCarried(out, protocol.CarriedItem{Kind: kind, ID: r.ID, SHA256: protocol.SHA256(body), Body: string(body)})
}

package uplink

import "github.com/digital-watashi/kiosk/platform/protocol"

// Settled tells that a verified receipt has settled something on another way than
// over the wall, as one that came on a USB stick. It says nothing of the link.
func (d *Desk) Settled(receipt protocol.Receipt) {
	d.update(func() {
		for _, k := range []kind{registration, withdrawal} {
			delete(d.troubled, item{receipt.ID, k})
		}
		d.receipts = append(d.receipts, receipt)
		d.receipts = d.receipts[max(0, len(d.receipts)-remembered):]
	})
	d.config.Log.Info("receipt taken by hand", "id", receipt.ID, "verdict", receipt.Verdict, "reason", receipt.Reason)
}

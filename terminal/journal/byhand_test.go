package journal_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/journal"
)

func TestExportedBodiesStayUntilAReceiptSettlesThemOnce(t *testing.T) {
	j, key, other := newJournal(t), protocol.NewPrivateKey(), protocol.NewPrivateKey()
	keys := []protocol.PublicKey{key.PublicKey()}
	sent, aside, taken := protocol.ID{1}, protocol.ID{2}, protocol.ID{3}
	for _, id := range []protocol.ID{sent, aside, taken} {
		must(t, j.Commit(id, envelope(id.String()), committed()))
		must(t, j.BeginHandOver(id))
		must(t, j.EndHandOver(id, journal.Done))
	}
	must(t, j.Quarantine(aside, "http-400", committed()))
	must(t, j.Withdraw(taken, withdrawal("forget"), true))
	items := exported(t, j)
	if len(items) != 3 || items[2].Kind != protocol.CarriedWithdrawal || items[0].Body != string(envelope(sent.String())) {
		t.Fatalf("exported %+v", items)
	}
	before := record(t, j, sent)
	for name, jws := range map[string][]byte{
		"no receipt": []byte("nonsense"), "nothing": nil,
		"another platform's":  sign(t, receipt(sent, envelope(sent.String()), protocol.Accepted), other),
		"for another body":    sign(t, receipt(sent, envelope("x"), protocol.Accepted), key),
		"of another id":       sign(t, receipt(aside, envelope(aside.String()), protocol.Accepted), key),
		"that means nothing":  sign(t, receipt(sent, envelope(sent.String()), protocol.Withdrawn), key),
		"that was cut before": sign(t, receipt(sent, envelope(sent.String()), protocol.Accepted), key)[:90],
	} {
		if _, err := j.SettleWith(keys, sent, jws); !errors.Is(err, journal.ErrReceipt) && !errors.Is(err, journal.ErrIllegal) {
			t.Errorf("a receipt %s: %v", name, err)
		}
	}
	if after := record(t, j, sent); after != before {
		t.Errorf("changed from %+v to %+v", before, after)
	}
	for n, verdict := range []protocol.Verdict{protocol.Accepted, protocol.Refused, protocol.Withdrawn} {
		r := receipt(items[n].ID, []byte(items[n].Body), verdict)
		if verdict == protocol.Refused {
			r.Reason = protocol.ReasonKeyUsed
		}
		jws := sign(t, r, key)
		if got, err := j.SettleWith(keys, items[n].ID, jws); err != nil || got.Verdict != verdict {
			t.Errorf("%s: %v", verdict, err)
		}
		if _, err := j.SettleWith(keys, items[n].ID, jws); !errors.Is(err, journal.ErrNoRecord) {
			t.Errorf("%s once more: %v", verdict, err)
		}
	}
	if left := exported(t, j); len(left) != 0 {
		t.Errorf("left are %+v", left)
	}
}

func sign(t *testing.T, r protocol.Receipt, key protocol.PrivateKey) []byte {
	t.Helper()
	jws, err := protocol.SignReceipt(r, key)
	must(t, err)
	return jws
}

func exported(t *testing.T, j *journal.Journal) (items []protocol.CarriedItem) {
	t.Helper()
	var file bytes.Buffer
	must(t, j.ExportBodies(&file, "shop-7", committed()))
	_, _, err := protocol.ReadCarried(&file, protocol.FormatQueue, func(l protocol.CarriedLine[protocol.CarriedItem]) error {
		items = append(items, l.Item)
		return l.Err
	})
	must(t, err)
	return items
}

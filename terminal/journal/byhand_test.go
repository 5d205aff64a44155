package journal_test

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
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
	must(t, j.ExportBodies(&file, "shop-7", committed(), nil))
	_, _, err := protocol.ReadCarried(&file, protocol.FormatQueue, func(l protocol.CarriedLine[protocol.CarriedItem]) error {
		items = append(items, l.Item)
		return l.Err
	})
	must(t, err)
	return items
}

// The trail tells how much was carried and by whom, and nothing else of it.
func TestWhatIsCarriedByHandIsInTheAudit(t *testing.T) {
	j, user := newJournal(t), uint32(1000)
	must(t, j.ExportBodies(io.Discard, "shop-7", committed(), &user)) // nothing waits
	must(t, j.AuditImport(journal.ByHand{User: &user}))
	for n := range byte(3) {
		id := protocol.ID{n + 1}
		must(t, j.Commit(id, envelope(id.String()), committed()))
		must(t, j.BeginHandOver(id))
		must(t, j.EndHandOver(id, journal.Done))
	}
	must(t, j.Withdraw(protocol.ID{1}, withdrawal("forget"), true))
	must(t, j.ExportBodies(io.Discard, "shop-7", committed(), &user))
	if err := j.ExportBodies(full{}, "shop-7", committed(), nil); err == nil {
		t.Error("a copy onto a full stick is well")
	}
	must(t, j.AuditImport(journal.ByHand{User: &user, Settled: 2, Left: 1}))
	var trail bytes.Buffer
	must(t, j.ExportAudit(&trail))
	var told []string
	for line := range strings.Lines(trail.String()) {
		if _, by, is := strings.Cut(line, `"event":"queue-`); is {
			by, _, _ = strings.Cut(by, `,"previous"`)
			told = append(told, by)
		}
	}
	want := []string{
		`exported","by_hand":{"user":1000,"registrations":2,"withdrawals":1}`,
		`imported","by_hand":{"user":1000,"settled":2,"left":1}`,
	}
	if !slices.Equal(told, want) {
		t.Errorf("the trail says\n%s\nwant\n%s", strings.Join(told, "\n"), strings.Join(want, "\n"))
	}
	if _, err := journal.VerifyAudit(&trail); err != nil {
		t.Error(err)
	}
}

// full is a stick that takes nothing.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

package journal_test

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/journal"
)

func TestRefusedReceiptSpoilsNoOther(t *testing.T) {
	j := newJournal(t)
	one, crossed, two, early := protocol.ID{1}, protocol.ID{2}, protocol.ID{3}, protocol.ID{4}
	for _, id := range []protocol.ID{one, crossed, two, early} {
		must(t, j.Commit(id, envelope("e"), committed()))
	}
	must(t, j.Withdraw(crossed, withdrawal("w"), false))
	errs := j.SettleAll([]protocol.Receipt{
		receipt(one, envelope("e"), protocol.Accepted),
		receipt(protocol.ID{9}, envelope("e"), protocol.Accepted),
		receipt(crossed, envelope("e"), protocol.Accepted),
		receipt(one, envelope("e"), protocol.Accepted), // again
		receipt(early, envelope("e"), protocol.Withdrawn),
		receipt(one, envelope("e"), protocol.Refused), // and contradicted
		receipt(two, envelope("e"), protocol.Received),
	})
	want := []error{nil, journal.ErrNoRecord, journal.ErrOtherBody, nil, journal.ErrIllegal, journal.ErrIllegal, nil}
	for i, err := range errs {
		if !errors.Is(err, want[i]) || (err == nil) != (want[i] == nil) {
			t.Errorf("receipt %d: got %v, want %v", i, err, want[i])
		}
	}
	if got, want := outbox(t, j), []string{"0200 withdrawal", "0400 registration"}; !slices.Equal(got, want) {
		t.Errorf("outbox is %v, want %v", got, want)
	}
	for id, want := range map[protocol.ID]string{one: "accepted none standing", two: "received none standing"} {
		if got := state(t, j, id); got != want {
			t.Errorf("%s is %q, want %q", id, got, want)
		}
	}
}

func TestReceiptsThatChangeNothingWriteNothing(t *testing.T) {
	j, id := newJournal(t), protocol.ID{1}
	must(t, j.Commit(id, envelope("e"), committed()))
	must(t, j.Settle(receipt(id, envelope("e"), protocol.Accepted)))
	changed := j.Changed()
	j.SettleAll(nil)
	j.SettleAll([]protocol.Receipt{receipt(id, envelope("e"), protocol.Accepted), receipt(protocol.ID{9}, envelope("e"), protocol.Accepted)})
	select {
	case <-changed:
		t.Error("woken by receipts that were known already")
	default:
	}
}

func TestReceiptsFailTogetherWithTheirTransaction(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	j, err := journal.Open(path)
	must(t, err)
	var receipts []protocol.Receipt
	for n := byte(1); n <= 3; n++ {
		must(t, j.Commit(protocol.ID{n}, envelope("e"), committed()))
		receipts = append(receipts, receipt(protocol.ID{n}, envelope("e"), protocol.Accepted))
	}
	must(t, j.Close())
	for i, err := range j.SettleAll(receipts) {
		if err == nil {
			t.Errorf("receipt %d was taken by a closed journal", i)
		}
	}
	j = openJournal(t, path)
	if p, err := j.Pressure(); err != nil || p.Unsent != 3 {
		t.Errorf("%d wait, want 3: %v", p.Unsent, err)
	}
}

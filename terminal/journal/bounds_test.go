package journal_test

import (
	"errors"
	"math"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/journal"
)

// small is a journal that is full soon, with a clock that the test moves.
func small(t *testing.T, unsent int, bytes, disk, audit uint64, now func() time.Time) *journal.Journal {
	t.Helper()
	j, err := journal.OpenSmall(filepath.Join(t.TempDir(), "journal.db"), unsent, bytes, disk, audit, time.Hour, now)
	must(t, err)
	t.Cleanup(func() {
		if err := j.Check(); err != nil {
			t.Errorf("after the test: %v", err)
		}
		must(t, j.Close())
	})
	return j
}

func TestFullJournalRefusesWorkButNoWithdrawal(t *testing.T) {
	size := uint64(len(envelope("e")))
	for name, j := range map[string]*journal.Journal{
		"two unsent":    small(t, 2, math.MaxUint64, 0, 1000, committed),
		"bytes for two": small(t, 1000, 2*size+size/2, 0, 1000, committed),
	} {
		ids := []protocol.ID{{1}, {2}, {3}}
		must(t, j.Commit(ids[0], envelope("e"), committed()))
		must(t, j.Commit(ids[1], envelope("e"), committed()))
		if err := j.Commit(ids[2], envelope("e"), committed()); !errors.Is(err, journal.ErrFull) {
			t.Errorf("%s: a third got %v, want %v", name, err, journal.ErrFull)
		}
		must(t, j.Withdraw(ids[0], withdrawal(strings.Repeat("w", 200)), false))
		must(t, j.Withdraw(ids[1], withdrawal("w"), false))
		must(t, j.Settle(receipt(ids[0], withdrawal(strings.Repeat("w", 200)), protocol.Withdrawn)))
		if err := j.Commit(ids[2], envelope("e"), committed()); err != nil {
			t.Errorf("%s: after one settled: %v", name, err)
		}
	}
}

func TestFullDiskRefusesWorkBeforeItIsPromised(t *testing.T) {
	j := small(t, 10, math.MaxUint64, math.MaxUint64, 1000, committed)
	if err := j.Commit(protocol.NewID(), envelope("e"), committed()); !errors.Is(err, journal.ErrFull) {
		t.Errorf("got %v, want %v", err, journal.ErrFull)
	}
}

// The file has a bound of its own, short of which it takes no envelope in: what
// must follow finds room still, and a place that is free again is used again.
func TestFullFileRefusesWorkButNoWithdrawal(t *testing.T) {
	j, err := journal.OpenTiny(filepath.Join(t.TempDir(), "journal.db"), 16<<20)
	must(t, err)
	t.Cleanup(func() { must(t, errors.Join(j.Check(), j.Close())) })
	body := envelope(strings.Repeat("x", 150<<10))
	n := byte(1)
	for ; err == nil && n < 200; n++ {
		err = j.Commit(protocol.ID{n}, body, committed())
	}
	if !errors.Is(err, journal.ErrFull) || n < 20 {
		t.Fatalf("after %d envelopes of %d bytes: %v, want %v", n, len(body), err, journal.ErrFull)
	}
	p, err := j.Pressure()
	must(t, err)
	if p.MostFile != 12<<20 || p.File > p.MostFile || p.File < p.MostFile-1<<20 {
		t.Errorf("%d bytes of %d hold something", p.File, p.MostFile)
	}
	last := n - 2
	for n = 1; n <= last; n++ {
		must(t, j.Withdraw(protocol.ID{n}, withdrawal("w"), false))
	}
	must(t, j.Commit(protocol.ID{250}, body, committed()))
}

// A withdrawal stands at the old place of its envelope, and is younger than what
// waits behind it.
func TestOldestUnsentIsNotHiddenByAYoungWithdrawal(t *testing.T) {
	now := committed()
	j := small(t, 10, math.MaxUint64, 0, 1000, func() time.Time { return now })
	first, second := protocol.ID{1}, protocol.ID{2}
	must(t, j.Commit(first, envelope("e"), now))
	must(t, j.Commit(second, envelope("e"), now.Add(time.Minute)))
	now = now.Add(time.Hour)
	must(t, j.Withdraw(first, withdrawal("w"), false))
	p, err := j.Pressure()
	must(t, err)
	if want := committed().Add(time.Minute); !p.Oldest.Equal(want) || p.Unsent != 2 {
		t.Errorf("%d wait since %v, want 2 since %v", p.Unsent, p.Oldest, want)
	}
}

func TestSettledIsForgottenOnlyAfterItsTime(t *testing.T) {
	now := committed()
	j := small(t, 10, math.MaxUint64, 0, 1000, func() time.Time { return now })
	old, open := protocol.ID{1}, protocol.ID{2}
	must(t, j.Commit(old, envelope("e"), now))
	must(t, j.Commit(open, envelope("e"), now))
	must(t, j.Settle(receipt(old, envelope("e"), protocol.Refused)))
	now = now.Add(time.Hour)
	must(t, j.Commit(protocol.ID{3}, envelope("e"), now))
	if got := state(t, j, old); got != "refused none standing settled" {
		t.Errorf("after exactly an hour: %s", got)
	}
	now = now.Add(time.Nanosecond)
	must(t, j.Commit(protocol.ID{4}, envelope("e"), now))
	records, err := j.Records()
	must(t, err)
	if len(records) != 3 || records[0].ID != open {
		t.Errorf("after an hour and a little: %d records, want the three that are not settled", len(records))
	}
}

func TestAuditIsCutAtItsOldEndAndStillVerifies(t *testing.T) {
	j := small(t, 1000, math.MaxUint64, 0, 5, committed)
	first := protocol.ID{1}
	must(t, j.Commit(first, envelope("e"), committed()))
	for range 20 {
		must(t, j.Audit("door-open", protocol.ID{}))
	}
	must(t, j.VerifyAudit())
	var kept []uint64
	must(t, j.AuditTrail(func(e journal.Entry) { kept = append(kept, e.Sequence) }))
	if len(kept) != 5 || kept[0] != 17 || kept[4] != 21 {
		t.Errorf("kept %v, want 17 to 21", kept)
	}
}

func TestAuditTakesFixedWordsOnly(t *testing.T) {
	j := newJournal(t)
	for event, want := range map[string]bool{
		"started": true, "PRN-PAPER": true, strings.Repeat("a", 48): true,
		"": false, strings.Repeat("a", 49): false, "name: Yamada": false, "1234-5678-9012": false, "山田": false, "a\n": false,
	} {
		if err := j.Audit(event, protocol.ID{}); (err == nil) != want {
			t.Errorf("%q: got %v", event, err)
		}
	}
}

func FuzzEnvelopeGate(f *testing.F) {
	f.Add(envelope("e"))
	f.Add(withdrawal("w"))
	f.Add([]byte("...."))
	f.Add([]byte(`{"protected":"x"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		if journal.CheckEnvelope(body) != nil {
			return
		}
		if len(body) > protocol.MaxBody || strings.Count(string(body), ".") != 4 || strings.ContainsAny(string(body), " \r\n\"{}@") {
			t.Errorf("let in %q", body)
		}
	})
}

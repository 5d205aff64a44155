package journal_test

import (
	"bytes"
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/journal"
)

func TestQuarantineHoldsOneBackAndNobodyElse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	j, err := journal.Open(path)
	must(t, err)
	first, second := protocol.ID{1}, protocol.ID{2}
	must(t, errors.Join(j.Commit(first, envelope("a"), committed()), j.Commit(second, envelope("b"), committed())))
	must(t, j.Quarantine(first, "malformed", committed().Add(time.Hour)))
	must(t, j.Quarantine(first, "told-again", committed().Add(2*time.Hour)))
	must(t, j.Close())
	j = openJournal(t, path)
	if waits := outbox(t, j); !slices.Equal(waits, []string{second.String()[:4] + " registration"}) {
		t.Errorf("the outbox is %v", waits)
	}
	r, p := record(t, j, first), pressure(t, j)
	if r.Reason != "malformed" || !r.Quarantined.Equal(committed().Add(time.Hour)) || p.Quarantined != 1 || p.Unsent != 1 {
		t.Errorf("got %+v under %+v", r, p)
	}
	if _, body, err := j.Body(first); err != nil || !bytes.Equal(body, envelope("a")) {
		t.Errorf("the body is %q, %v", body, err)
	}
	must(t, errors.Join(j.Release(first), j.Release(first)))
	if waits := outbox(t, j); len(waits) != 2 || waits[0] != first.String()[:4]+" registration" {
		t.Errorf("after the release the outbox is %v", waits)
	}
}

func TestQuarantineEndsWithAReceiptOrAWithdrawal(t *testing.T) {
	j := newJournal(t)
	settled, withdrawn := protocol.ID{1}, protocol.ID{2}
	for _, id := range []protocol.ID{settled, withdrawn} {
		must(t, errors.Join(j.Commit(id, envelope("e"), committed()), j.Quarantine(id, "malformed", committed())))
	}
	must(t, j.Settle(receipt(settled, envelope("e"), protocol.Refused)))
	must(t, j.Withdraw(withdrawn, withdrawal("w"), false))
	if p := pressure(t, j); p.Quarantined != 0 || p.Unsent != 1 {
		t.Errorf("got %+v, want one waiting and none held back", p)
	}
	if err := j.Quarantine(settled, "malformed", committed()); !errors.Is(err, journal.ErrIllegal) {
		t.Errorf("what is settled: got %v, want %v", err, journal.ErrIllegal)
	}
}

func pressure(t testing.TB, j *journal.Journal) journal.Pressure {
	t.Helper()
	p, err := j.Pressure()
	must(t, err)
	return p
}

func TestExportedAuditVerifiesUntilSomebodyChangesIt(t *testing.T) {
	j := small(t, 10, 1<<20, 0, 300, time.Now)
	for range 400 {
		must(t, j.Audit("start", protocol.ID{}))
	}
	early, err := j.AuditHead()
	must(t, err)
	must(t, j.Audit("stop", protocol.ID{}))
	last, err := j.AuditHead()
	must(t, err)
	var out bytes.Buffer
	must(t, j.ExportAudit(&out))
	if got, err := journal.VerifyAudit(bytes.NewReader(out.Bytes()), early, last); got != last || err != nil {
		t.Errorf("got %d entries, %v; want %d", got.Entries, err, last.Entries)
	}
	lines := bytes.SplitAfter(out.Bytes(), []byte("\n"))
	for name, changed := range map[string][]byte{
		"a line taken out": bytes.Join(slices.Delete(slices.Clone(lines), 7, 8), nil),
		"a word changed":   bytes.Replace(out.Bytes(), []byte("start"), []byte("stars"), 1),
		"its end cut off":  bytes.Join(lines[:200], nil),
		"too long a line":  append(bytes.Repeat([]byte("x"), 1<<20), out.Bytes()...),
	} {
		if _, err := journal.VerifyAudit(bytes.NewReader(changed), last); !errors.Is(err, journal.ErrAudit) {
			t.Errorf("%s: got %v, want %v", name, err, journal.ErrAudit)
		}
	}
}

// FuzzOpenOrSalvage damages a real file: one stretch of bytes is overwritten and
// the end is cut off.
func FuzzOpenOrSalvage(f *testing.F) {
	content, _ := crowded(f)
	f.Add(uint32(0), []byte{1}, uint32(0))
	f.Add(uint32(4096*5+12), []byte{0xff, 0xff, 0xff, 0xff}, uint32(0))
	f.Add(uint32(0), []byte(nil), uint32(4096*9))
	f.Fuzz(func(t *testing.T, at uint32, over []byte, cut uint32) {
		damaged := bytes.Clone(content)
		copy(damaged[int(at)%len(damaged):], over)
		damaged = damaged[:len(damaged)-int(cut)%len(damaged)]
		opened(t, damaged)
	})
}

package journal_test

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/journal"
)

// BenchmarkGrowth prints how the file grows while 10,000 envelopes wait, and what
// remains of it when all are answered, and when it is compacted; as a ratio to what
// was taken in.
//
//	go test -run none -bench Growth -benchtime 1x ./terminal/journal
func BenchmarkGrowth(b *testing.B) {
	const envelopes, size = 10_000, 8 << 10
	for b.Loop() {
		full, _, compacted := grow(b, envelopes, size, b.Logf)
		b.ReportMetric(float64(full)/(envelopes*size), "file-of-envelopes")
		b.ReportMetric(float64(compacted)/(envelopes*size), "compacted-of-envelopes")
	}
}

// The same with fewer: what is erased gives its disk back, and the file is never
// much bigger than what is in it.
func TestFileShrinksWithWhatIsInIt(t *testing.T) {
	full, erased, compacted := grow(t, 250, 8<<10, t.Logf)
	const sealed = 250 * 8 << 10
	if full > 2*sealed || erased < full || compacted > full/3 {
		t.Errorf("%d bytes wait in a file of %d; %d when all is answered, %d when it is compacted", sealed, full, erased, compacted)
	}
}

func grow(t testing.TB, envelopes, size int, say func(string, ...any)) (full, erased, compacted int64) {
	path := filepath.Join(t.TempDir(), "journal.db")
	j := openJournal(t, path)
	body := envelope(strings.Repeat("x", size*3/4))
	say("%-28s %12s %12s", "", "file", "of it used")
	for n := range envelopes {
		if n%(envelopes/5) == 0 {
			told(t, j, path, "waiting", n, say)
		}
		must(t, j.Commit(numbered(n), body, committed()))
	}
	full = told(t, j, path, "waiting", envelopes, say)
	for n := range envelopes {
		must(t, j.Settle(receipt(numbered(n), body, protocol.Refused)))
	}
	erased = told(t, j, path, "answered", envelopes, say)
	must(t, j.Compact(t.Context()))
	return full, erased, told(t, j, path, "answered and compacted", envelopes, say)
}

func told(t testing.TB, j *journal.Journal, path, what string, n int, say func(string, ...any)) int64 {
	info, err := os.Stat(path)
	must(t, err)
	p, err := j.Pressure()
	must(t, err)
	say("%6d %-21s %12d %12d", n, what, info.Size(), p.File)
	return info.Size()
}

// numbered is an id that looks drawn, and is always the same.
func numbered(n int) protocol.ID {
	d := protocol.SHA256(binary.BigEndian.AppendUint64(nil, uint64(n)))
	return protocol.ID(d[:16])
}

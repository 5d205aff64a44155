package journal_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/journal"
)

// BenchmarkCommit takes sealed envelopes of 16 KiB in, and after each writes and
// syncs as many bytes twice to a plain file beside the journal, as a commit is two
// syncs. What is reported is the ratio of the two: disks and machines differ, the
// ratio hardly does.
func BenchmarkCommit(b *testing.B) {
	const size = 16 << 10
	j := newJournal(b)
	plain, err := os.Create(filepath.Join(b.TempDir(), "plain"))
	if err != nil {
		b.Fatal(err)
	}
	defer plain.Close()
	sealed := envelope(strings.Repeat("x", size*3/4))
	var committing, syncing time.Duration
	for b.Loop() {
		begun := time.Now()
		id := protocol.NewID()
		if err := j.Commit(id, sealed, begun.UTC()); err != nil {
			b.Fatal(err)
		}
		between := time.Now()
		for range 2 {
			if _, err := plain.WriteAt(sealed, 0); err != nil {
				b.Fatal(err)
			}
			if err := plain.Sync(); err != nil {
				b.Fatal(err)
			}
		}
		committing += between.Sub(begun)
		syncing += time.Since(between)
		b.StopTimer()
		if err := j.Settle(receipt(id, sealed, protocol.Refused)); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(committing)/float64(syncing), "x-two-raw-fsyncs")
}

// BenchmarkReopen opens a journal in which 10,000 envelopes wait, with all its
// checks.
func BenchmarkReopen(b *testing.B) {
	path := filepath.Join(b.TempDir(), "journal.db")
	j, err := journal.Open(path)
	must(b, err)
	sealed := envelope(strings.Repeat("x", 3<<10))
	for range 10_000 {
		must(b, j.Commit(protocol.NewID(), sealed, committed()))
	}
	must(b, j.Close())
	for b.Loop() {
		j, err := journal.Open(path)
		must(b, err)
		must(b, j.Close())
	}
}

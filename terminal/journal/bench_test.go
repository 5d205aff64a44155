package journal_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// BenchmarkCommit takes sealed envelopes of 16 KiB in, and after each writes and
// syncs as many bytes to a plain file beside the journal. What is reported is the
// ratio of the two: disks and machines differ, the ratio hardly does.
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
		if _, err := plain.WriteAt(sealed, 0); err != nil {
			b.Fatal(err)
		}
		if err := plain.Sync(); err != nil {
			b.Fatal(err)
		}
		committing += between.Sub(begun)
		syncing += time.Since(between)
		b.StopTimer()
		if err := j.Settle(receipt(id, sealed, protocol.Refused)); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(committing)/float64(syncing), "x-raw-fsync")
}

package journal_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/journal"
)

// reopenLimit is how long a journal with 10,000 envelopes may take to open.
const reopenLimit = time.Second

// BenchmarkReopen opens a journal in which 10,000 envelopes wait, with all its
// checks. What is reported beside is the part of the limit that it takes.
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
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)/reopenLimit.Seconds(), "of-limit")
}

// BenchmarkOutbox lists as many as the uplink asks for at once, which it does again
// and again while a backlog melts away, as a ratio to reading as many records whole.
func BenchmarkOutbox(b *testing.B) {
	j := newJournal(b)
	for range 64 {
		must(b, j.Commit(protocol.NewID(), envelope("e"), committed()))
	}
	var listing, reading time.Duration
	for b.Loop() {
		begun := time.Now()
		must(b, j.Outbox(64, func(protocol.ID, string) {}))
		between := time.Now()
		_, err := j.Records()
		must(b, err)
		listing, reading = listing+between.Sub(begun), reading+time.Since(between)
	}
	b.ReportMetric(float64(listing)/float64(reading), "of-records")
}

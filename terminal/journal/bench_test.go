package journal_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/journal"
)

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

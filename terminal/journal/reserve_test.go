package journal_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// The file grows in steps that are written before they are needed: most commits
// find their pages there.
func TestFewCommitsMakeTheFileGrow(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	j := openJournal(t, path)
	grown, size := 0, int64(0)
	for n := byte(1); n <= 200; n++ {
		must(t, j.Commit(protocol.ID{n}, envelope("e"), committed()))
		info, err := os.Stat(path)
		must(t, err)
		if info.Size() != size {
			grown, size = grown+1, info.Size()
		}
	}
	if grown > 8 {
		t.Errorf("200 small commits made the file grow %d times, to %d bytes", grown, size)
	}
}

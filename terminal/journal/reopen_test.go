package journal_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/journal"
)

func TestJournalThatTheDiskBrokeIsTakenInUseAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	j := openJournal(t, path)
	must(t, j.Commit(protocol.ID{1}, envelope("1"), time.Now()))
	journal.LoseDisk(j)
	if err := j.Commit(protocol.ID{2}, envelope("2"), time.Now()); !errors.Is(err, journal.ErrCorrupt) {
		t.Fatalf("a write to a disk that is gone: %v", err)
	}
	must(t, os.Rename(path, path+".away")) // it is not back yet
	if err := j.Reopen(t.Context()); err == nil {
		t.Error("a journal was opened that is not there")
	}
	if err := j.BeginHandOver(protocol.ID{1}); !errors.Is(err, journal.ErrCorrupt) {
		t.Errorf("a code was offered from a broken journal: %v", err)
	}
	must(t, os.Rename(path+".away", path))
	must(t, j.Reopen(t.Context()))
	must(t, j.Commit(protocol.ID{3}, envelope("3"), time.Now()))
	records, err := j.Records()
	if err != nil || len(records) != 2 {
		t.Errorf("%d records, error %v; want those of 1 and 3", len(records), err)
	}
}

func TestReopeningAJournalThatWorksDoesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	j := openJournal(t, path)
	before, err := os.Stat(path)
	must(t, err)
	must(t, j.Reopen(t.Context()))
	if after, err := os.Stat(path); err != nil || !os.SameFile(before, after) {
		t.Errorf("the file was replaced, error %v", err)
	}
}

package files_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/digital-watashi/kiosk/platform/files"
)

// TestStrangersDoNotHaveTheFolderRead has many ask about what nobody knows: the folder
// is listed, and files are read when they change only.
func TestStrangersDoNotHaveTheFolderRead(t *testing.T) {
	var edition, listed, read, under atomic.Int32
	w, err := files.NewWatch("", func() (string, error) {
		if under.Add(1) > 1 {
			t.Error("two looks are under way at once")
		}
		defer under.Add(-1)
		listed.Add(1)
		return fmt.Sprint(edition.Load()), nil
	}, func() error { read.Add(1); return nil })
	if err != nil {
		t.Fatal(err)
	}
	listed.Store(0)
	read.Store(0)
	for range 3 {
		edition.Add(1)
		var all sync.WaitGroup
		for range 100 {
			all.Go(func() {
				if err := w.Look(); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	}
	if read.Load() != 3 || listed.Load() > 306 {
		t.Errorf("asked 300 times, changed 3 times: read %d times, listed %d times", read.Load(), listed.Load())
	}
}

func TestFilesThatChangeWhileTheyAreReadAreReadAgain(t *testing.T) {
	edition, settled := 0, 3
	var got int
	w, err := files.NewWatch("", func() (string, error) { return fmt.Sprint(edition), nil }, func() error {
		got = edition
		edition = min(edition+1, settled)
		return nil
	})
	if err != nil || got != settled {
		t.Errorf("got what was there at %d %v, want at %d", got, err, settled)
	}
	settled = 1 << 20
	edition++
	if err := w.Look(); err == nil || !strings.Contains(err.Error(), "changes all the time") {
		t.Errorf("what never rests: got %v", err)
	}
}

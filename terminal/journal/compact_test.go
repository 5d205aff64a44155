package journal_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/journal"
)

// emptied is a journal that was big and is nearly empty, closed.
func emptied(t *testing.T) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "journal.db")
	j, err := journal.Open(path)
	must(t, err)
	body := envelope(strings.Repeat("x", 150<<10))
	for n := byte(1); n <= 40; n++ {
		must(t, j.Commit(protocol.ID{n}, body, committed()))
	}
	for n := byte(1); n <= 38; n++ {
		must(t, j.Settle(receipt(protocol.ID{n}, body, protocol.Refused)))
	}
	must(t, j.Close())
	return path
}

func TestCompactGivesDiskBackAndChangesNothing(t *testing.T) {
	path := emptied(t)
	before, err := os.Stat(path)
	must(t, err)
	j := openJournal(t, path)
	was, err := j.Records()
	must(t, err)
	must(t, j.Compact(t.Context()))
	after, err := os.Stat(path)
	must(t, err)
	is, err := j.Records()
	must(t, err)
	if !reflect.DeepEqual(was, is) || after.Size() > before.Size()/2 {
		t.Errorf("%d bytes before, %d after; %d records before, %d after", before.Size(), after.Size(), len(was), len(is))
	}
	must(t, j.Commit(protocol.ID{99}, envelope("e"), committed()))
	if waits := outbox(t, j); len(waits) != 3 || !strings.HasPrefix(waits[2], "63") {
		t.Errorf("the outbox is %v", waits)
	}
}

var errCut = errors.New("power cut")

// cutAt lets so many steps through and then none.
func cutAt(steps int) func(string) error {
	return func(string) error {
		if steps--; steps < 0 {
			return errCut
		}
		return nil
	}
}

func TestPowerCutInCompactionLeavesTheSameJournal(t *testing.T) {
	for k := 0; ; k++ {
		path := emptied(t)
		j, err := journal.OpenStopping(path, cutAt(k))
		must(t, err)
		was, err := j.Records()
		must(t, err)
		cut := j.Compact(t.Context())
		must(t, j.Close())
		is, err := openJournal(t, path).Records()
		must(t, err)
		if !reflect.DeepEqual(was, is) {
			t.Errorf("cut at step %d: %d records before, %d after", k, len(was), len(is))
		}
		if cut == nil {
			return
		}
	}
}

func TestPowerCutInSalvageLosesNothing(t *testing.T) {
	content, was := crowded(t)
	clear(content[8*4096 : 9*4096])
	for k := 0; ; k++ {
		path := filepath.Join(t.TempDir(), "journal.db")
		must(t, os.WriteFile(path, content, 0o600))
		cut := journal.SalvageStopping(path, cutAt(k))
		j, _, err := journal.OpenOrSalvage(path)
		must(t, err)
		records, err := j.Records()
		must(t, errors.Join(err, j.Check(), j.Close()))
		if len(records) != len(was) {
			t.Errorf("cut at step %d: %d records of %d", k, len(records), len(was))
		}
		if aside, _ := filepath.Glob(path + ".damaged-*"); len(aside) > 1 {
			t.Errorf("cut at step %d: the damaged file was kept as %v", k, fmt.Sprint(aside))
		}
		if cut == nil {
			return
		}
	}
}

package journal_test

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/digital-watashi/kiosk/terminal/journal"
)

func since(t testing.TB, j *journal.Journal) time.Time {
	t.Helper()
	at, err := j.Tampered()
	must(t, err)
	return at
}

// trail is the audit's words, oldest first.
func trail(t testing.TB, j *journal.Journal) (words []string) {
	t.Helper()
	must(t, j.AuditTrail(func(e journal.Entry) { words = append(words, e.Event) }))
	return words
}

func TestTamperingStandsUntilItIsClearedAndKeepsItsFirstTime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	j, err := journal.Open(path)
	must(t, err)
	must(t, j.ClearTamper(committed()))
	if got := trail(t, j); len(got) > 0 || !since(t, j).IsZero() {
		t.Errorf("cleared what was not there: %v", got)
	}
	must(t, j.Tamper(committed()))
	must(t, j.Tamper(committed().Add(time.Hour)))
	must(t, j.Close())
	j = openJournal(t, path)
	if got := since(t, j); !got.Equal(committed()) {
		t.Errorf("after a restart: since %v, want %v", got, committed())
	}
	must(t, j.ClearTamper(committed().Add(2*time.Hour)))
	must(t, j.ClearTamper(committed().Add(3*time.Hour)))
	if got, want := trail(t, j), []string{"tampered", "tamper-cleared"}; !slices.Equal(got, want) || !since(t, j).IsZero() {
		t.Errorf("the audit says %v since %v, want %v", got, since(t, j), want)
	}
	must(t, j.Tamper(committed().Add(4*time.Hour)))
	must(t, errors.Join(j.Check(), j.VerifyAudit()))
}

func TestTamperingNeedsATime(t *testing.T) {
	j := newJournal(t)
	if err := j.Tamper(time.Time{}); !errors.Is(err, journal.ErrIllegal) || !since(t, j).IsZero() {
		t.Errorf("got %v, want %v", err, journal.ErrIllegal)
	}
}

func TestTamperingOutlivesItsEntryInTheAudit(t *testing.T) {
	j := small(t, 10, 1<<20, 0, 3, time.Now)
	must(t, j.Tamper(committed()))
	for range 5 {
		must(t, j.Audit("start", [16]byte{}))
	}
	must(t, j.Check())
	must(t, j.ClearTamper(committed()))
	for range 5 {
		must(t, j.Audit("start", [16]byte{}))
	}
	must(t, j.Check())
}

func TestTamperingThatWasTakenOutOfTheFileIsFoundOut(t *testing.T) {
	for name, change := range map[string]func(*bolt.Bucket) error{
		"taken out":     remove([]byte("tampered")),
		"another entry": replace([]byte("tampered"), `"audit_entry":1`, `"audit_entry":2`),
		"another time":  replace([]byte("tampered"), "2026", "2025"),
		"no time":       replace([]byte("tampered"), "2026-04-01T09", "0001-01-01T00"),
		"no JSON":       flip([]byte("tampered"), 0),
	} {
		path := filepath.Join(t.TempDir(), "journal.db")
		j, err := journal.Open(path)
		must(t, err)
		must(t, errors.Join(j.Tamper(committed()), j.Close()))
		tamper(t, path, "meta", change)
		if j, err := journal.Open(path); !errors.Is(err, journal.ErrCorrupt) {
			t.Errorf("%s: got %v, want %v", name, err, journal.ErrCorrupt)
			if err == nil {
				j.Close()
			}
		}
	}
}

func TestTamperingThatWasPutIntoTheFileIsFoundOut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	j, err := journal.Open(path)
	must(t, err)
	must(t, errors.Join(j.Audit("start", [16]byte{}), j.Close()))
	tamper(t, path, "meta", insert([]byte("tampered"), `{"since":"2026-11-24T03:00:00Z","audit_entry":1}`))
	if _, err := journal.Open(path); !errors.Is(err, journal.ErrCorrupt) {
		t.Errorf("got %v, want %v", err, journal.ErrCorrupt)
	}
}

package journal_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	bolt "go.etcd.io/bbolt"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/journal"
)

// filled is the path of a closed journal with a bit of everything in it.
func filled(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "journal.db")
	j, err := journal.Open(path)
	must(t, err)
	for n := byte(1); n <= 8; n++ {
		must(t, j.Commit(protocol.ID{n}, envelope("e"), committed()))
	}
	must(t, j.BeginHandOver(protocol.ID{1}))
	must(t, j.Withdraw(protocol.ID{2}, withdrawal("w"), false))
	must(t, j.Settle(receipt(protocol.ID{3}, envelope("e"), protocol.Refused)))
	must(t, j.Close())
	return path
}

// Each row is something that a good program never does to the file.
func TestTamperedJournalIsFoundOut(t *testing.T) {
	id := protocol.ID{1}
	tests := map[string]struct {
		bucket string
		change func(*bolt.Bucket) error
		want   error
	}{
		"byte flipped in an audit entry": {"audit", flip(key(4), 30), journal.ErrAudit},
		"byte flipped in the last entry": {"audit", flip(key(11), 30), journal.ErrAudit},
		"audit entry removed":            {"audit", remove(key(5)), journal.ErrAudit},
		"first audit entry removed":      {"audit", remove(key(1)), journal.ErrAudit},
		"last audit entry removed":       {"audit", remove(key(11)), journal.ErrAudit},
		"head flipped":                   {"meta", flip([]byte("head"), 40), journal.ErrAudit},
		"body flipped":                   {"bodies", flip(id[:], 40), journal.ErrCorrupt},
		"body lost":                      {"bodies", remove(id[:]), journal.ErrCorrupt},
		"body of nobody":                 {"bodies", insert([]byte("nobody's id 16 b"), "x"), journal.ErrCorrupt},
		"place lost":                     {"outbox", remove(key(1)), journal.ErrCorrupt},
		"record lost":                    {"records", remove(id[:]), journal.ErrCorrupt},
		"record set back":                {"records", replace(id[:], `"hand_over":"begun"`, `"hand_over":"none"`), journal.ErrCorrupt},
		"record of no known state":       {"records", replace(id[:], `"delivery":"sealed"`, `"delivery":"frozen"`), journal.ErrCorrupt},
		"withdrawn though offered":       {"records", replace(id[:], `"withdrawal":"standing"`, `"withdrawal":"unasked"`), journal.ErrCorrupt},
		"record of no JSON":              {"records", insert(id[:], "{"), journal.ErrCorrupt},
		"sum of bytes wrong":             {"meta", insert([]byte("bytes"), "\x00\x00\x00\x00\x00\x00\x00\x07"), journal.ErrCorrupt},
		"format of tomorrow":             {"meta", insert([]byte("format"), "watashi.journal.2"), journal.ErrCorrupt},
	}
	for name, test := range tests {
		path := filled(t)
		tamper(t, path, test.bucket, test.change)
		before, err := os.ReadFile(path)
		must(t, err)
		if _, err := journal.Open(path); !errors.Is(err, test.want) {
			t.Errorf("%s: got %v, want %v", name, err, test.want)
		}
		if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
			t.Errorf("%s: the file was touched", name)
		}
	}
}

func tamper(t *testing.T, path, bucket string, change func(*bolt.Bucket) error) {
	t.Helper()
	db, err := bolt.Open(path, 0o600, nil)
	must(t, err)
	must(t, db.Update(func(tx *bolt.Tx) error { return change(tx.Bucket([]byte(bucket))) }))
	must(t, db.Close())
}

func key(n byte) []byte { return []byte{0, 0, 0, 0, 0, 0, 0, n} }

func flip(k []byte, at int) func(*bolt.Bucket) error {
	return func(b *bolt.Bucket) error {
		value := bytes.Clone(b.Get(k))
		value[at] ^= 1
		return b.Put(k, value)
	}
}

func remove(k []byte) func(*bolt.Bucket) error {
	return func(b *bolt.Bucket) error {
		if b.Get(k) == nil {
			return errors.New("the test removes what is not there")
		}
		return b.Delete(k)
	}
}

func insert(k []byte, value string) func(*bolt.Bucket) error {
	return func(b *bolt.Bucket) error { return b.Put(k, []byte(value)) }
}

func replace(k []byte, old, by string) func(*bolt.Bucket) error {
	return func(b *bolt.Bucket) error {
		value := bytes.Replace(b.Get(k), []byte(old), []byte(by), 1)
		if bytes.Equal(value, b.Get(k)) {
			return errors.New("the test replaces what is not there")
		}
		return b.Put(k, value)
	}
}

func TestFileCutShortOrOverwrittenIsAnErrorNotACrash(t *testing.T) {
	whole, err := os.ReadFile(filled(t))
	must(t, err)
	const page = 4096
	used := len(bytes.TrimRight(whole, "\x00"))
	for size := 1; size < used; size += page / 2 {
		expectCorrupt(t, "cut", whole[:size])
	}
	for at := 0; at < used; at += page {
		damaged := bytes.Clone(whole)
		for i := at; i < min(at+page, len(damaged)); i++ {
			damaged[i] = 0xa5
		}
		openDamaged(t, at/page, damaged)
	}
	expectCorrupt(t, "no database", []byte("yamada hanako\n"))
}

func expectCorrupt(t *testing.T, name string, content []byte) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "journal.db")
	must(t, os.WriteFile(path, content, 0o600))
	if _, err := journal.Open(path); !errors.Is(err, journal.ErrCorrupt) {
		t.Errorf("%s to %d bytes: got %v, want %v", name, len(content), err, journal.ErrCorrupt)
	}
}

// openDamaged overwrites one page. It may be one that nothing uses, or the older
// of the two meta pages; then the journal must be whole.
func openDamaged(t *testing.T, page int, content []byte) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "journal.db")
	must(t, os.WriteFile(path, content, 0o600))
	j, err := journal.Open(path)
	if err != nil {
		if !errors.Is(err, journal.ErrCorrupt) && !errors.Is(err, journal.ErrAudit) {
			t.Errorf("page %d overwritten: got %v", page, err)
		}
		return
	}
	if records, err := j.Records(); err != nil || len(records) != 8 {
		t.Errorf("page %d overwritten: %d records, %v", page, len(records), err)
	}
	must(t, j.Close())
}

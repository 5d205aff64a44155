package journal_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/journal"
)

// crowded is the bytes of a journal with some of everything in it, and what each
// registration was.
func crowded(t testing.TB) (content []byte, was map[protocol.ID]journal.Record) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "journal.db")
	j, err := journal.Open(path)
	must(t, err)
	for n := byte(1); n <= 40; n++ {
		id, body := protocol.ID{n}, envelope(string(bytes.Repeat([]byte{n}, int(n)*60)))
		must(t, j.Commit(id, body, committed()))
		switch n % 5 {
		case 1:
			must(t, j.BeginHandOver(id))
		case 2:
			must(t, errors.Join(j.BeginHandOver(id), j.EndHandOver(id, journal.Done)))
		case 3:
			must(t, j.Withdraw(id, withdrawal(fmt.Sprint("w", n)), false))
		case 4:
			must(t, errors.Join(j.BeginHandOver(id), j.EndHandOver(id, journal.Done), j.Settle(receipt(id, body, protocol.Accepted))))
		}
	}
	was = map[protocol.ID]journal.Record{}
	records, err := j.Records()
	must(t, err)
	for _, r := range records {
		was[r.ID] = r
	}
	must(t, j.Close())
	content, err = os.ReadFile(path)
	must(t, err)
	return content, was
}

// salvaged opens damaged bytes and looks at the promises: nothing panics, all
// invariants hold, each registration is carried or told as lost, and a code that
// may be in a hand is not taken for one that was never offered.
func salvaged(t *testing.T, name string, content []byte, was map[protocol.ID]journal.Record) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "journal.db")
	must(t, os.WriteFile(path, content, 0o600))
	j, s, err := journal.OpenOrSalvage(path)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	defer j.Close()
	must(t, errors.Join(j.Check(), j.VerifyAudit()))
	records, err := j.Records()
	must(t, err)
	if len(records) != len(was) || s != nil && s.Carried+s.Lost != len(was) {
		t.Errorf("%s: %d records of %d, told %+v", name, len(records), len(was), s)
	}
	for _, r := range records {
		before := was[r.ID]
		if r.HandOver == journal.None && before.HandOver != journal.None {
			t.Errorf("%s: %s was %s, is %s", name, r.ID, before.HandOver, r.HandOver)
		}
	}
	if s == nil {
		return
	}
	if aside, err := os.ReadFile(s.Aside); err != nil || !bytes.Equal(aside, content) {
		t.Errorf("%s: the damaged file is not kept: %v", name, err)
	}
}

func TestEveryDamagedPageIsSalvaged(t *testing.T) {
	content, was := crowded(t)
	const page = 4096
	for at := 0; at < len(bytes.TrimRight(content, "\x00")); at += page {
		zeroed, torn, flipped := bytes.Clone(content), bytes.Clone(content), bytes.Clone(content)
		clear(zeroed[at : at+page])
		clear(torn[at+page/2 : at+page])
		flipped[at+100+at/page*7%900] ^= 1 << (at / page % 8)
		salvaged(t, fmt.Sprintf("page %d zeroed", at/page), zeroed, was)
		salvaged(t, fmt.Sprintf("page %d torn", at/page), torn, was)
		salvaged(t, fmt.Sprintf("page %d flipped", at/page), flipped, was)
	}
}

// opened opens any bytes at all: nothing panics, and all invariants hold.
func opened(t *testing.T, content []byte) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "journal.db")
	must(t, os.WriteFile(path, content, 0o600))
	j, _, err := journal.OpenOrSalvage(path)
	must(t, err)
	must(t, errors.Join(j.Check(), j.Close()))
}

func TestFileCutShortIsSalvaged(t *testing.T) {
	content, _ := crowded(t)
	for size := 0; size < len(content); size += 5 * 1024 {
		opened(t, content[:size])
	}
	opened(t, []byte("yamada hanako\n"))
}

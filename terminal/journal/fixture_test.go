package journal_test

import (
	"encoding/base64"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/journal"
)

// newJournal is an empty journal. At clean-up everything that must hold is
// looked at once more, whatever the test did.
func newJournal(t testing.TB) *journal.Journal {
	t.Helper()
	return openJournal(t, filepath.Join(t.TempDir(), "journal.db"))
}

func openJournal(t testing.TB, path string) *journal.Journal {
	t.Helper()
	j, err := journal.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := j.Check(); err != nil {
			t.Errorf("after the test: %v", err)
		}
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	})
	return j
}

// envelope has the shape of a sealed envelope; nobody opens it.
func envelope(content string) []byte {
	return compact(`{"alg":"ECDH-ES","enc":"A256GCM"}`, "", "iv", content, "tag")
}

func withdrawal(content string) []byte {
	return compact(`{"alg":"ES256"}`, content, "signature")
}

func compact(parts ...string) []byte {
	for i, p := range parts {
		parts[i] = base64.RawURLEncoding.EncodeToString([]byte(p))
	}
	return []byte(strings.Join(parts, "."))
}

func committed() time.Time { return time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC) }

func receipt(id protocol.ID, body []byte, v protocol.Verdict) protocol.Receipt {
	return protocol.Receipt{ID: id, BodySHA256: protocol.SHA256(body), Verdict: v, Time: committed().Add(time.Minute)}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// state is what a record says, as "delivery hand-over withdrawal answer settled".
func state(t testing.TB, j *journal.Journal, id protocol.ID) string {
	t.Helper()
	r := record(t, j, id)
	s := fmt.Sprintf("%s %s %s", r.Delivery, r.HandOver, r.Withdrawal)
	if r.Answer != "" {
		s += " " + string(r.Answer)
	}
	if !r.Settled.IsZero() {
		s += " settled"
	}
	return s
}

func record(t testing.TB, j *journal.Journal, id protocol.ID) journal.Record {
	t.Helper()
	records, err := j.Records()
	must(t, err)
	for _, r := range records {
		if r.ID == id {
			return r
		}
	}
	t.Fatalf("no record of %s", id)
	return journal.Record{}
}

// outbox is what waits, in its order.
func outbox(t testing.TB, j *journal.Journal) (waiting []string) {
	t.Helper()
	must(t, j.Outbox(100, func(id protocol.ID, kind string) {
		waiting = append(waiting, id.String()[:4]+" "+kind)
	}))
	return waiting
}

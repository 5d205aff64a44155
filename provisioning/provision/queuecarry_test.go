package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning"
	"github.com/digital-watashi/kiosk/terminal/journal"
)

// resting is a provisioned machine whose terminald does not run, and what its platform
// would sign with.
type resting struct {
	*lab
	state, config string
}

func newResting(t *testing.T) *resting {
	t.Helper()
	b, l := newBench(t), newLab(t)
	token, err := b.IssueToken("T-0001")
	b.check(err)
	state := filepath.Join(b.dir, "terminald")
	b.check(provisioning.Init(t.Context(), provisioning.InitConfig{
		Token: token, StateDir: state, UplinkDir: filepath.Join(b.dir, "uplinkd"), Environment: protocol.Test, Protection: provisioning.ProtectionAuto,
	}))
	return &resting{lab: l, state: state, config: l.config(`{"state_dir":` + quoted(state) + `}`)}
}

// do runs a command of a group with its configuration.
func (r *resting) do(words ...string) ended {
	return r.group(r.config, words...)
}

// keep leaves registrations in the journal that nobody can open.
func (r *resting) keep(ids ...protocol.ID) {
	r.t.Helper()
	r.open(func(j *journal.Journal) (err error) {
		for _, id := range ids {
			body := []byte("eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkdDTSJ9..aXY.c2VhbGVk.dGFn")
			err = errors.Join(err, j.Commit(id, body, time.Now()), j.BeginHandOver(id), j.EndHandOver(id, journal.Done))
		}
		return err
	})
}

// receipts is a file of receipts for another to change.
func (r *resting) receipts(terminal string, all ...protocol.CarriedReceipt) string {
	r.t.Helper()
	var file bytes.Buffer
	out, err := protocol.WriteCarried(&file, protocol.CarriedHead{Format: protocol.FormatReceipts, Terminal: terminal, Time: time.Now()})
	for _, c := range all {
		err = errors.Join(err, protocol.AddCarried(out, c))
	}
	if err = errors.Join(err, out.Close()); err != nil {
		r.t.Fatal(err)
	}
	return file.String()
}

func (r *resting) file(text string) string {
	r.t.Helper()
	path := filepath.Join(r.t.TempDir(), "receipts.jsonl")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		r.t.Fatal(err)
	}
	return path
}

func TestQueueOfARestingTerminalIsExported(t *testing.T) {
	r := newResting(t)
	stick := t.TempDir()
	r.want(r.do("queue", "export", "--out", stick), exitFiles, "does not run") // it never had a journal
	r.keep(protocol.NewID(), protocol.NewID())
	e := r.do("queue", "export", "--out", stick, "--json")
	r.want(e, exitDone, `"source":"journal"`, `"registrations":2`)
	r.valid("queue-export", e.out)
	found, err := filepath.Glob(filepath.Join(stick, "watashi-queue-T-0001-*.jsonl"))
	if err != nil || len(found) != 1 {
		t.Fatalf("the stick holds %v, %v", found, err)
	}
	if trail := r.trail(); !strings.Contains(trail[len(trail)-1], `"queue-exported","by_hand":{"user":`) || !strings.Contains(trail[len(trail)-1], `"registrations":2}`) {
		t.Errorf("the audit ends with %s", trail[len(trail)-1])
	}
	r.want(r.do("queue", "export", "--out", found[0]), exitFiles, "exist") // it is not written over
	r.want(r.do("queue", "export"), exitUsage, "--out")
	r.want(r.do("queue", "list"), exitNoTerminal)
	rest, err := os.ReadDir(stick)
	if err != nil || len(rest) != 1 {
		t.Errorf("left behind: %v, %v", rest, err)
	}
}

func TestEmptyQueueMakesNoFile(t *testing.T) {
	r := newResting(t)
	r.keep()
	file := filepath.Join(t.TempDir(), "queue.jsonl")
	r.want(r.do("queue", "export", "--out", file), exitDone, "nothing")
	if found, _ := filepath.Glob(file + "*"); len(found) > 0 {
		t.Errorf("made %v", found)
	}
}

func TestReceiptsThatAreNotThePlatformsChangeNothing(t *testing.T) {
	r := newResting(t)
	waits, key := protocol.NewID(), protocol.NewPrivateKey()
	r.keep(waits)
	forged, err := protocol.SignReceipt(protocol.Receipt{ID: waits, BodySHA256: protocol.SHA256(nil), Verdict: protocol.Accepted, Time: time.Now().UTC().Truncate(time.Second)}, key)
	if err != nil {
		t.Fatal(err)
	}
	whole := r.receipts("T-0001", protocol.CarriedReceipt{ID: waits, Receipt: string(forged)})
	for name, c := range map[string]struct {
		file string
		code int
		says string
	}{
		"forged":           {whole, exitReceipts, "the receipt is not the platform's"},
		"of nobody":        {r.receipts("T-0001", protocol.CarriedReceipt{ID: protocol.NewID(), Receipt: string(forged)}), exitReceipts, "knows no item"},
		"without receipts": {r.receipts("T-0001", protocol.CarriedReceipt{ID: waits, Problem: "409 conflict"}), exitReceipts, "409 conflict"},
		"foreign":          {r.receipts("T-0002", protocol.CarriedReceipt{ID: waits, Receipt: string(forged)}), exitForeign, "for terminal T-0002, and this is T-0001"},
		"cut":              {whole[:len(whole)-20], exitCarried, "it was cut"},
		"changed":          {strings.Replace(whole, `"receipt"`, `"problem"`, 1), exitCarried, "line 2"},
		"of another kind":  {"{}\n", exitCarried, "first line"},
	} {
		before := r.known(waits)
		e := r.do("queue", "import", r.file(c.file))
		r.want(e, c.code, c.says)
		e = r.do("queue", "import", "--json", r.file(c.file))
		r.want(e, c.code)
		r.valid("queue-import", e.out)
		if after := r.known(waits); after != before {
			t.Errorf("a file %s changed %+v to %+v", name, before, after)
		}
	}
	r.want(r.do("queue", "import"), exitUsage, "queue import FILE")
	r.want(r.do("queue", "import", "/nowhere"), exitFiles)
}

// known is what the journal knows of one registration.
func (r *resting) known(id protocol.ID) (found journal.Record) {
	r.t.Helper()
	r.open(func(j *journal.Journal) error {
		records, err := j.Records()
		for _, record := range records {
			if record.ID == id {
				found = record
			}
		}
		return err
	})
	return found
}

// trail is its audit, line by line.
func (r *resting) trail() []string {
	r.t.Helper()
	var text strings.Builder
	r.open(func(j *journal.Journal) error { return j.ExportAudit(&text) })
	return strings.Split(strings.TrimSpace(text.String()), "\n")
}

// open lends the journal of a terminald that does not run.
func (r *resting) open(use func(*journal.Journal) error) {
	r.t.Helper()
	j, err := journal.Open(filepath.Join(r.state, "journal.db"))
	if err != nil {
		r.t.Fatal(err)
	}
	if err := errors.Join(use(j), j.Close()); err != nil {
		r.t.Fatal(err)
	}
}

// A terminald that runs and does not answer keeps its journal.
func TestJournalInUseIsNotOpened(t *testing.T) {
	r := newResting(t)
	r.keep(protocol.NewID())
	j, err := journal.Open(filepath.Join(r.state, "journal.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	r.want(r.do("queue", "export", "--out", t.TempDir()), exitJournal, "in use", "stop it first")
}

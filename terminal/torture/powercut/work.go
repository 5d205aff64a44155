package powercut

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/journal"
)

// The files of a workload in its folder.
const (
	journalFile      = "journal.db"
	acknowledgedFile = "acknowledged"
)

// The words of a workload, each one write.
var (
	wordOpened = []byte("opened\n")
	wordDid    = []byte("did\n")
)

// Work drives the journal in a folder through the plan of a seed, and writes down
// each call that returned, before it makes the next.
func Work(folder string, seed uint64, steps int) error {
	plan, _ := Plan(seed, steps)
	return work(folder, plan)
}

func work(folder string, plan []Step) error {
	told, err := os.Create(filepath.Join(folder, acknowledgedFile))
	if err != nil {
		return err
	}
	j, err := journal.Open(filepath.Join(folder, journalFile))
	if err != nil {
		return err
	}
	w := &worker{journal: j, folder: folder}
	err = w.all(told, plan)
	return errors.Join(err, w.journal.Close(), told.Close())
}

type worker struct {
	journal *journal.Journal
	folder  string
}

func (w *worker) all(told io.Writer, plan []Step) error {
	if _, err := told.Write(wordOpened); err != nil {
		return err
	}
	for i, step := range plan {
		if err := w.do(step); err != nil {
			return fmt.Errorf("step %d, %s: %w", i, step.Call, err)
		}
		if _, err := told.Write(wordDid); err != nil {
			return err
		}
	}
	return nil
}

func (w *worker) do(s Step) error {
	j := w.journal
	switch s.Call {
	case callCommit:
		return j.Commit(s.ID, s.Body, moment())
	case callBegin:
		return j.BeginHandOver(s.ID)
	case callDone, callUnknown:
		return j.EndHandOver(s.ID, journal.HandOver(s.Call))
	case callWithdraw, callAsked:
		return j.Withdraw(s.ID, s.Body, s.Call == callAsked)
	case callTamper:
		return j.Tamper(moment())
	case callClear:
		return j.ClearTamper(moment())
	case callReopen:
		return w.reopen()
	case callCompact:
		return j.Compact(context.Background())
	case callLeave:
		return os.WriteFile(filepath.Join(w.folder, journalFile+".new"), s.Body, 0o600)
	case callHold:
		return j.Quarantine(s.ID, "malformed", moment())
	case callRelease:
		return j.Release(s.ID)
	}
	return settle(j, s)
}

// settle takes one answer, or several in one call.
func settle(j *journal.Journal, s Step) error {
	if s.Call != callSeveral {
		return j.Settle(s.receipt())
	}
	var receipts []protocol.Receipt
	for _, each := range s.More {
		receipts = append(receipts, each.receipt())
	}
	return errors.Join(j.SettleAll(receipts)...)
}

func (s Step) receipt() protocol.Receipt {
	verdict := protocol.Verdict(strings.TrimPrefix(s.Call, callAnswer))
	return protocol.Receipt{ID: s.ID, BodySHA256: protocol.SHA256(s.Body), Verdict: verdict, Time: moment()}
}

func (w *worker) reopen() error {
	if err := w.journal.Close(); err != nil {
		return err
	}
	j, err := journal.Open(filepath.Join(w.folder, journalFile))
	if err != nil {
		return err
	}
	w.journal = j
	_, err = j.Recover()
	return err
}

// moment is when all happens.
func moment() time.Time { return time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC) }

// done counts the steps that were acknowledged; -1 before the journal was open.
func done(words [][]byte) (steps int, err error) {
	for i, word := range words {
		if want := map[bool][]byte{true: wordOpened, false: wordDid}[i == 0]; !bytes.Equal(word, want) {
			return 0, fmt.Errorf("word %d of the workload is %.20q", i, word)
		}
	}
	return len(words) - 1, nil
}

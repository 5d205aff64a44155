package powercut

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/journal"
)

// A salvage is itself work that a power cut may end. What it must come to is what
// it comes to when nothing cuts it short; and whatever that is, no code that may
// be in a hand may be taken back.

var (
	wordDamaged  = []byte("damaged\n")
	wordSalvaged = []byte("salvaged\n")
)

// WorkSalvage does what Work does, then damages a page of the journal as a bad disk
// would, and has it salvaged.
func WorkSalvage(folder string, seed uint64, steps int) error {
	if err := Work(folder, seed, steps); err != nil {
		return err
	}
	told, err := os.OpenFile(filepath.Join(folder, acknowledgedFile), os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	path := filepath.Join(folder, journalFile)
	if err := damage(path, seed); err != nil {
		return fmt.Errorf("damaging the journal: %w", err)
	}
	if _, err := told.Write(wordDamaged); err != nil {
		return err
	}
	j, _, err := journal.OpenOrSalvage(path)
	if err != nil {
		return err
	}
	_, err = told.Write(wordSalvaged)
	return errors.Join(err, j.Close(), told.Close())
}

// damage overwrites pages behind the two that say where all others are, until one
// was in use: what is free may hold anything.
func damage(path string, seed uint64) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	for _, page := range rand.New(rand.NewPCG(seed, 5)).Perm(int(info.Size()/pageSize) - 2) {
		if err := overwrite(path, int64(page+2)*pageSize); err != nil {
			return err
		}
		j, err := journal.Open(path)
		if errors.Is(err, journal.ErrCorrupt) || errors.Is(err, journal.ErrAudit) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := j.Close(); err != nil {
			return err
		}
	}
	return errors.New("no page of the journal matters")
}

func overwrite(path string, at int64) error {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	_, err = file.WriteAt(bytes.Repeat([]byte{0xa5}, pageSize), at)
	return errors.Join(err, file.Sync(), file.Close())
}

// TrySalvage tries the states of a recording of WorkSalvage from the damage on.
func (r Recording) TrySalvage(ctx context.Context, below string, random int) (Report, error) {
	_, all := Plan(r.Seed, r.Steps)
	want := &salvaged{known: all[r.Steps]}
	if err := want.inPeace(r, below); err != nil {
		return Report{}, err
	}
	report, err := r.try(ctx, below, random, r.Steps+2, func(folder string, s State) (Findings, []string, bool, error) {
		word := s.lastWord()
		over := bytes.Equal(word, wordSalvaged)
		if !over && !bytes.Equal(word, wordDamaged) {
			return Findings{}, nil, false, nil
		}
		if err := prepare(folder, s); err != nil {
			return Findings{}, nil, false, err
		}
		found, words := want.judge(folder, over)
		return found, words, true, nil
	})
	if err == nil && ctx.Err() == nil && report.States < 10 { // two where there was nothing to salvage
		err = fmt.Errorf("a salvage that has %d states was none", report.States)
	}
	return report, err
}

func (s State) lastWord() []byte {
	if len(s.Acknowledged) == 0 {
		return nil
	}
	return s.Acknowledged[len(s.Acknowledged)-1]
}

// salvaged is what a salvage comes to that nothing cuts short.
type salvaged struct {
	known   Knowledge // before the damage
	records map[protocol.ID]Fact
}

// inPeace salvages the first state after the damage: all of that is on the disk,
// and nothing was done about it yet.
func (w *salvaged) inPeace(r Recording, below string) (err error) {
	w.records = map[protocol.ID]Fact{}
	folder := filepath.Join(below, "peace")
	enumerate(r.Ops, r.Seed, 0, r.Steps+2, func(s State) bool {
		if !bytes.Equal(s.lastWord(), wordDamaged) {
			return true
		}
		err = prepare(folder, s)
		return false
	})
	if err != nil {
		return err
	}
	j, _, err := journal.OpenOrSalvage(filepath.Join(folder, journalFile))
	if err != nil {
		return fmt.Errorf("salvaging in peace: %w", err)
	}
	records, err := j.Records()
	for _, one := range records {
		w.records[one.ID] = fact(one)
	}
	return errors.Join(err, j.Close())
}

func (w *salvaged) judge(folder string, over bool) (Findings, []string) {
	c := &court{}
	j, err := w.open(filepath.Join(folder, journalFile), over)
	if err != nil {
		c.lost("the journal cannot be salvaged: %v", err)
		return c.found, c.words
	}
	records, err := j.Records()
	if err != nil {
		c.lost("%v", err)
	}
	w.compare(c, records)
	c.outbox(j, records)
	if err := errors.Join(j.Check(), j.VerifyAudit(), j.Close()); err != nil {
		c.lost("after the salvage: %v", err)
	}
	return c.found, c.words
}

// open salvages what is there. What was salvaged must be whole.
func (w *salvaged) open(path string, over bool) (*journal.Journal, error) {
	if over {
		return journal.Open(path)
	}
	j, _, err := journal.OpenOrSalvage(path)
	return j, err
}

func (w *salvaged) compare(c *court, records []journal.Record) {
	found := map[protocol.ID]bool{}
	for _, r := range records {
		found[r.ID] = true
		got, was := fact(r), w.known.Facts[r.ID]
		if want, ok := w.records[r.ID]; !ok || got.words() != want.words() {
			c.lost("%s is %s, should be %s as after a salvage in peace", r.ID, got.words(), want.words())
		}
		if got.withdrawable() && was.offered() {
			c.unoffered("%s may be in a hand (%s), and would be withdrawn unasked", r.ID, was.words())
		}
		if _, ok := w.known.Facts[r.ID]; !ok {
			c.doubled("%s was never committed", r.ID)
		}
	}
	for id := range w.records {
		if !found[id] {
			c.lost("%s is gone, though it can be salvaged", id)
		}
	}
}

// prepare puts a state into a folder that holds nothing else.
func prepare(folder string, s State) error {
	if err := errors.Join(os.RemoveAll(folder), os.Mkdir(folder, 0o700)); err != nil {
		return err
	}
	return s.Write(folder)
}

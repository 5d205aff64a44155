package powercut

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
)

// A Recording is a workload as it was seen from outside.
type Recording struct {
	Seed  uint64
	Steps int
	Ops   []Op
}

// Report is what came of the states of some recordings.
type Report struct {
	States   int
	Findings Findings
	Words    []string // of the first findings
}

// Try enumerates the states of a recording and judges each, in folders of its own
// below one that should not be on a real disk. When the context ends it stops
// early, with what it has.
func (r Recording) Try(ctx context.Context, below string, random int) (Report, error) {
	t := &trial{known: r.known(), states: make(chan State, 2*runtime.GOMAXPROCS(0))}
	var workers sync.WaitGroup
	for i := range runtime.GOMAXPROCS(0) {
		workers.Go(func() { t.work(filepath.Join(below, fmt.Sprint("state", i))) })
	}
	Enumerate(r.Ops, r.Seed, random, func(s State) bool {
		t.states <- s
		return ctx.Err() == nil
	})
	close(t.states)
	workers.Wait()
	return t.report, t.err
}

// known is what must be known after so many words of the workload.
func (r Recording) known() func(words [][]byte) (before, after Knowledge, err error) {
	_, all := Plan(r.Seed, r.Steps)
	return func(words [][]byte) (before, after Knowledge, err error) {
		steps, err := done(words)
		if err != nil {
			return Knowledge{}, Knowledge{}, err
		}
		before = all[max(0, steps)]
		after = before
		if steps >= 0 && steps < r.Steps {
			after = all[steps+1]
		}
		return before, after, nil
	}
}

type trial struct {
	known  func(words [][]byte) (before, after Knowledge, err error)
	states chan State

	mu     sync.Mutex
	report Report
	err    error
}

func (t *trial) work(folder string) {
	for s := range t.states { // to the end, or Enumerate would wait for ever
		found, words, err := t.one(folder, s)
		t.mu.Lock()
		t.report.States++
		t.report.Findings = t.report.Findings.Add(found)
		for _, word := range words[:min(len(words), max(0, 20-len(t.report.Words)))] {
			t.report.Words = append(t.report.Words, fmt.Sprintf("after %d operations, %d words: %s", s.Operations, len(s.Acknowledged), word))
		}
		t.err = errors.Join(t.err, err)
		t.mu.Unlock()
	}
}

func (t *trial) one(folder string, s State) (Findings, []string, error) {
	before, after, err := t.known(s.Acknowledged)
	if err != nil {
		return Findings{}, nil, err
	}
	if err := errors.Join(os.RemoveAll(folder), os.Mkdir(folder, 0o700)); err != nil {
		return Findings{}, nil, err
	}
	if err := s.Write(folder); err != nil {
		return Findings{}, nil, err
	}
	found, words := Judge(folder, before, after)
	return found, words, nil
}

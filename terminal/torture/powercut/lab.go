package powercut

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"sync"
)

// A Recording is a workload as it was seen from outside.
type Recording struct {
	Seed  uint64
	Steps int
	Ops   []Op

	// For who only wants to see that something is found: states before so many words
	// are left out, and the first finding ends it.
	From  int
	First bool
}

// Report is what came of the states of some recordings.
type Report struct {
	States   int
	Findings Findings
	Words    []string // of the first findings
}

// Try enumerates the states of a recording of Work and judges each, in folders of
// its own below one that should not be on a real disk. When the context ends it
// stops early, with what it has.
func (r Recording) Try(ctx context.Context, below string, random int) (Report, error) {
	_, all := Plan(r.Seed, r.Steps)
	return r.try(ctx, below, random, 0, against(all, Judge))
}

// against judges each state by what must be known at that time.
func against(all []Knowledge, judge func(folder string, before, after Knowledge) (Findings, []string)) judge {
	return func(folder string, s State) (Findings, []string, bool, error) {
		steps, err := done(s.Acknowledged)
		if err != nil {
			return Findings{}, nil, false, err
		}
		before := all[max(0, steps)]
		after := before
		if steps >= 0 && steps < len(all)-1 {
			after = all[steps+1]
		}
		if err := prepare(folder, s); err != nil {
			return Findings{}, nil, false, err
		}
		found, words := judge(folder, before, after)
		return found, words, true, nil
	}
}

// judge looks at one state in a folder; tried is false where there is nothing to
// look at.
type judge func(folder string, s State) (found Findings, words []string, tried bool, err error)

// try judges the states after so many words of the workload.
func (r Recording) try(ctx context.Context, below string, random, words int, look judge) (Report, error) {
	t := &trial{judge: look, states: make(chan State, 2*runtime.GOMAXPROCS(0))}
	var workers sync.WaitGroup
	for i := range runtime.GOMAXPROCS(0) {
		workers.Go(func() { t.work(filepath.Join(below, fmt.Sprint("state", i))) })
	}
	enumerate(r.Ops, r.Seed, random, max(words, r.From), func(s State) bool {
		t.states <- s
		return ctx.Err() == nil && !(r.First && t.found())
	})
	close(t.states)
	workers.Wait()
	return t.report, t.err
}

type trial struct {
	judge  judge
	states chan State

	mu     sync.Mutex
	report Report
	err    error
}

func (t *trial) found() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.report.Findings.Any()
}

func (t *trial) work(folder string) {
	for s := range t.states { // to the end, or Enumerate would wait for ever
		found, words, tried, err := t.judge(folder, s)
		t.mu.Lock()
		t.err = errors.Join(t.err, err)
		if tried {
			t.report.add(s, found, words)
		}
		t.mu.Unlock()
	}
}

// mostWords is how many findings are told in words.
const mostWords = 20

func (r *Report) add(s State, found Findings, words []string) {
	r.States++
	r.Findings = r.Findings.Add(found)
	for _, word := range words[:min(len(words), max(0, mostWords-len(r.Words)))] {
		r.Words = append(r.Words, fmt.Sprintf("after %d operations, %d words: %s", s.Operations, len(s.Acknowledged), word))
	}
}

package powercut

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"reflect"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/journal"
)

// A journal that was big and is nearly empty is written anew under another name,
// which then takes the place of the old one. What may go wrong there is the order:
// the new name before the new contents, or the work that goes on in a file whose
// name is not durable yet.

// crowd is how many big envelopes make the file worth compacting.
const crowd = 12

// PlanCompaction makes the steps of a workload that fills the journal, has most of
// it answered, compacts it over the remains of an earlier compaction that was cut
// off, and goes on for so many steps. It tells also which step the compaction is.
func PlanCompaction(seed uint64, steps int) (all []Step, known []Knowledge, compaction int) {
	p := planner{rand.New(rand.NewPCG(seed, 11)), Knowledge{Facts: map[protocol.ID]Fact{}}}
	known = append(known, p.now.clone())
	do := func(s Step) {
		p.now.apply(s)
		all, known = append(all, s), append(known, p.now.clone())
	}
	for n := range crowd {
		do(Step{Call: callCommit, ID: protocol.ID{0xff, byte(n), 1}, Body: p.photo()})
	}
	verdicts := []string{"accepted", "refused", "received"}
	for n := range crowd - 2 {
		id := protocol.ID{0xff, byte(n), 1}
		do(Step{Call: callAnswer + verdicts[p.r.IntN(len(verdicts))], ID: id, Body: p.now.Facts[id].body})
	}
	do(Step{Call: callLeave, Body: []byte("half a journal")})
	compaction = len(all)
	do(Step{Call: callCompact})
	for range steps {
		do(p.step())
	}
	return all, known, compaction
}

// photo is an envelope as big as one with a photo of the largest kind.
func (p *planner) photo() []byte {
	return compact(`{"alg":"ECDH-ES","enc":"A256GCM"}`, "", "iv", p.content(100_000+p.r.IntN(50_000)), "tag")
}

// WorkCompaction drives the journal in a folder through a compaction.
func WorkCompaction(folder string, seed uint64, steps int) error {
	plan, _, _ := PlanCompaction(seed, steps)
	return work(folder, plan)
}

// TryCompaction tries the states of a recording of WorkCompaction, from the step
// before the compaction on. Each is opened and judged as in Try, and then
// compacted again.
func (r Recording) TryCompaction(ctx context.Context, below string, random int) (Report, error) {
	_, known, compaction := PlanCompaction(r.Seed, r.Steps)
	if renames := r.Renames(); renames < 2 { // when it was made, and when it was compacted
		return Report{}, fmt.Errorf("the journal of seed %d was renamed %d times: nothing was compacted", r.Seed, renames)
	}
	return r.try(ctx, below, random, compaction, against(known, judgeCompaction))
}

// Renames counts the files that took the journal's name.
func (r Recording) Renames() (n int) {
	for _, op := range r.Ops {
		if op.Kind == Rename && op.To == journalFile {
			n++
		}
	}
	return n
}

func judgeCompaction(folder string, before, after Knowledge) (Findings, []string) {
	found, words := Judge(folder, before, after)
	if err := compactAgain(filepath.Join(folder, journalFile)); err != nil {
		found.Lost++
		words = append(words, fmt.Sprintf("compacted after the power cut: %v", err))
	}
	return found, words
}

func compactAgain(path string) error {
	j, err := journal.Open(path)
	if err != nil {
		return err
	}
	was, err := j.Records()
	err = errors.Join(err, j.Compact(context.Background()))
	is, err2 := j.Records()
	if err2 == nil && !reflect.DeepEqual(was, is) {
		err2 = fmt.Errorf("%d records became %d others", len(was), len(is))
	}
	return errors.Join(err, err2, j.Check(), j.Close())
}

//go:build e2e

package torture_test

import (
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/terminal/torture/powercut"
)

// compacting in the environment makes the workload one that compacts.
const compacting = workFolder + "_COMPACTION=1"

func TestE2EPowerCutsInACompactionLoseNothing(t *testing.T) {
	powerCuts(t, 0.05, 8*time.Second, powercut.Recording.TryCompaction, 15, compacting)
}

// The laboratory is not blind to a compaction that syncs too little. Again the
// trace is changed, as nothing in the journal can be switched off.
func TestE2ECompactionLaboratoryCanFail(t *testing.T) {
	below := inMemory(t)
	const steps = 6
	recording := record(t, below, 1, steps, compacting)
	_, _, compaction := powercut.PlanCompaction(1, steps)
	recording.From, recording.First = compaction+2, true // words: it was opened, and each step was done
	for name, ops := range map[string][]powercut.Op{
		"the syncs of the new file dropped":           dropped(recording.Ops, beforeRename),
		"the sync of the folder after it was dropped": dropped(recording.Ops, afterRename),
	} {
		broken := recording
		broken.Ops = ops
		report, err := broken.TryCompaction(t.Context(), below, random)
		if err != nil {
			t.Fatal(err)
		}
		if report.Findings.Lost == 0 || len(ops) == len(recording.Ops) {
			t.Errorf("%s: nothing lost in %d states, with %d operations of %d", name, report.States, len(ops), len(recording.Ops))
		}
		t.Logf("%s: %+v in %d states", name, report.Findings, report.States)
	}
}

// beforeRename are the syncs of the file that takes the journal's name, before it
// does so.
func beforeRename(op powercut.Op, at, rename int, file int) bool {
	return op.Kind == powercut.Sync && op.File == file && at < rename
}

// afterRename are the syncs of the folder from then on.
func afterRename(op powercut.Op, at, rename int, _ int) bool {
	return op.Kind == powercut.SyncNames && at > rename
}

// dropped leaves out some syncs about the last file that took the journal's name.
func dropped(ops []powercut.Op, which func(op powercut.Op, at, rename, file int) bool) (rest []powercut.Op) {
	rename, file := 0, 0
	for i, op := range ops {
		if op.Kind == powercut.Rename {
			rename, file = i, op.File
		}
	}
	for i, op := range ops {
		if !which(op, i, rename, file) {
			rest = append(rest, op)
		}
	}
	return rest
}

//go:build e2e

package torture_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/terminal/torture/powercut"
)

// random is how many random subsets are tried after each operation.
const random = 4

// inMemory is a folder that no disk slows down, where the machine has one.
func inMemory(t *testing.T) string {
	t.Helper()
	parent := "/dev/shm"
	if _, err := os.Stat(parent); err != nil {
		parent = ""
	}
	dir, err := os.MkdirTemp(parent, "torture")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// record runs one workload under strace.
func record(t *testing.T, below string, seed uint64, steps int, more ...string) powercut.Recording {
	t.Helper()
	folder := filepath.Join(below, fmt.Sprint("work", seed))
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(folder)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(self)
	command.Env = append(os.Environ(), workFolder+"="+folder, fmt.Sprintf("%s_SEED=%d", workFolder, seed), fmt.Sprintf("%s_STEPS=%d", workFolder, steps))
	command.Env = append(command.Env, more...)
	recording, err := powercut.Record(t.Context(), command, folder, seed, steps)
	if err != nil {
		t.Fatal(err)
	}
	return recording
}

func TestE2EPowerCutsLoseNothing(t *testing.T) {
	powerCuts(t, 0.15, 8*time.Second, powercut.Recording.Try, 60)
}

// powerCuts records one workload after another, and tries all states of each.
func powerCuts(t *testing.T, part float64, short time.Duration, try func(powercut.Recording, context.Context, string, int) (powercut.Report, error), steps int, more ...string) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), share(t, part, short))
	defer stop()
	below := inMemory(t)
	for seed := uint64(1); ctx.Err() == nil; seed++ {
		recording := record(t, below, seed, steps, more...)
		report, err := try(recording, ctx, below, random)
		if err != nil {
			t.Fatal(err)
		}
		count(t, tally{States: report.States, Lost: report.Findings.Lost, Doubled: report.Findings.Doubled, Unoffered: report.Findings.Unoffered})
		if report.Findings.Any() {
			t.Fatalf("seed %d: %+v in %d states\n%s", seed, report.Findings, report.States, strings.Join(report.Words, "\n"))
		}
		if os.Getenv("TORTURE") == "" {
			t.Logf("seed %d: %d operations, %d states", seed, len(recording.Ops), report.States)
		}
	}
}

// The laboratory is not blind: a workload that syncs too little, or speaks too
// soon, is found out. Nothing in the journal can be switched off, so the trace is
// changed.
func TestE2EPowerCutLaboratoryCanFail(t *testing.T) {
	below := inMemory(t)
	recording := record(t, below, 1, 30)
	for name, ops := range map[string][]powercut.Op{
		"the first sync of a commit dropped": without(recording.Ops, powercut.Sync, 20),
		"the last sync of a commit dropped":  without(recording.Ops, powercut.Sync, 21),
		"the sync of the folder dropped":     without(recording.Ops, powercut.SyncNames, 0),
		"acknowledged before it was done":    early(recording.Ops, 20),
	} {
		broken := recording
		broken.Ops = ops
		report, err := broken.Try(t.Context(), below, random)
		if err != nil {
			t.Fatal(err)
		}
		if report.Findings.Lost == 0 {
			t.Errorf("%s: nothing lost in %d states", name, report.States)
		}
		t.Logf("%s: %+v in %d states", name, report.Findings, report.States)
	}
}

// without drops the n-th operation of a kind.
func without(ops []powercut.Op, kind powercut.Kind, n int) []powercut.Op {
	for i, op := range ops {
		if op.Kind != kind {
			continue
		}
		if n == 0 {
			return slices.Delete(slices.Clone(ops), i, i+1)
		}
		n--
	}
	return nil
}

// early has the n-th word spoken before the call that it is about.
func early(ops []powercut.Op, n int) []powercut.Op {
	ops = slices.Clone(ops)
	last := 0
	for i, op := range ops {
		if op.Kind != powercut.Acknowledge {
			continue
		}
		if n == 0 {
			copy(ops[last+2:i+1], ops[last+1:i])
			ops[last+1] = op
			return ops
		}
		last, n = i, n-1
	}
	return nil
}

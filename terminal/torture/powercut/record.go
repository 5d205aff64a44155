package powercut

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Record runs a command that calls [Work] or [WorkSalvage] for an empty folder, under
// strace, and reads back what it did to the disk. strace is a Debian package.
func Record(ctx context.Context, command *exec.Cmd, folder string, seed uint64, steps int) (Recording, error) {
	path := filepath.Clean(folder) + ".trace"
	defer os.Remove(path)
	args := append([]string{"-f", "-xx", "-s", "1048576", "-o", path, "-e", "trace=" + Calls, "--"}, command.Args...)
	traced := exec.CommandContext(ctx, "strace", args...)
	traced.Env = command.Env
	var complaints bytes.Buffer
	traced.Stderr = &complaints
	if err := traced.Run(); err != nil {
		return Recording{}, fmt.Errorf("recording the workload of seed %d: %w: %s", seed, err, complaints.Bytes())
	}
	file, err := os.Open(path)
	if err != nil {
		return Recording{}, err
	}
	defer file.Close()
	ops, err := Parse(file, folder, acknowledgedFile)
	if err != nil {
		return Recording{}, err
	}
	r := Recording{Seed: seed, Steps: steps, Ops: ops}
	return r, r.complete()
}

// complete makes sure that the trace holds what it must: a laboratory that sees
// nothing finds nothing.
func (r Recording) complete() error {
	count := map[Kind]int{}
	for _, op := range r.Ops {
		count[op.Kind]++
	}
	if got, least := count[Acknowledge], r.Steps+1; got < least {
		return fmt.Errorf("the trace of seed %d holds %d words of the workload, want %d", r.Seed, got, least)
	}
	if count[Write] < r.Steps || count[Sync] < r.Steps || // a few steps write nothing, the others twice
		count[Rename] == 0 || count[SyncNames] == 0 {
		return fmt.Errorf("the trace of seed %d misses something: %d writes, %d syncs, %d renames and %d syncs of the folder for %d steps",
			r.Seed, count[Write], count[Sync], count[Rename], count[SyncNames], r.Steps)
	}
	return nil
}

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// successor is a new machine before the same platform.
func (b *bench) successor() *bench {
	return &bench{t: b.t, dir: b.t.TempDir(), world: newLab(b.t).World, server: b.server, Platform: b.Platform}
}

func TestAMachineTakesOverASite(t *testing.T) {
	old := newBench(t)
	old.want(old.run(old.token(), "init", "--environment", "test"), exitDone)
	kept := filepath.Join(t.TempDir(), "kept")
	old.check(os.CopyFS(kept, os.DirFS(old.dir)))
	old.want(old.run("", "retire", "--successor", "T-0001", "--json"), exitDone, `"platform_told":true`)
	record, err := old.Terminal(t.Context(), "T-0001")
	old.check(err)
	if record.Retired.IsZero() || record.Successor != "T-0001" {
		t.Errorf("the platform keeps %+v", record)
	}
	b := old.successor()
	b.want(b.run(b.token(), "replace", "--environment", "test", "--old-unsent", "0"), exitDone, "nothing waits on it", "ready")
	b.want(b.run("", "check"), exitDone, "in order")
	for _, key := range []string{"terminald/device.key", "uplinkd/tls.key"} {
		old.check(os.Chmod(filepath.Join(kept, key), 0o600))
	}
	old.dir = kept // somebody puts the old disk back
	old.want(old.run("", "check"), exitStopped, "terminal-retired")
}

func TestReplaceAsksWhatWaitsOnTheOldMachine(t *testing.T) {
	old := newBench(t)
	old.want(old.run(old.token(), "init", "--environment", "test"), exitDone)
	old.waiting()
	config := filepath.Join(old.dir, "terminald.json")
	old.check(os.WriteFile(config, []byte(`{"state_dir":`+quoted(filepath.Join(old.dir, "terminald"))+`,"status_socket":"/nobody"}`), 0o600))
	export := filepath.Join(old.dir, "queue.jsonl")
	var out, said strings.Builder
	if code := runOn(t.Context(), old.world, []string{"queue", "export", "--out", export, "--config", config}, nil, &out, &said); code != exitDone {
		t.Fatalf("exit %d: %s%s", code, out.String(), said.String())
	}
	b := old.successor()
	for args, text := range map[string]string{
		"":                "--old-unsent N",
		"--old-unsent 3":  "3 envelopes on the old machine",
		"--old-unsent -1": "neither a number",
	} {
		b.want(b.run(b.token(), append([]string{"replace", "--environment", "test", "--yes"}, strings.Fields(args)...)...), exitUnsent, text)
	}
	b.want(b.run(b.token(), "replace", "--environment", "test", "--old-export", filepath.Join(old.dir, "none")), exitFiles)
	e := b.run(b.token(), "replace", "--environment", "test", "--old-export", export, "--json")
	b.want(e, exitDone, `"old_machine":{"unsent":1`)
	b.check(judgeBySchema("init", e.out))

	other, err := b.IssueToken("T-0002")
	b.check(err)
	c := old.successor()
	c.want(c.run(other.String(), "replace", "--environment", "test", "--old-export", export), exitOtherSite, "T-0001", "T-0002")
	c = old.successor()
	c.want(c.run(old.token(), "replace", "--environment", "test", "--old-unsent", "unknown"), exitDone, "nobody knows what it kept")
}

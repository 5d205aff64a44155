package main

import (
	"encoding/base64"
	"path/filepath"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/journal"
)

// waiting leaves an envelope in the machine's journal.
func (b *bench) waiting() {
	b.t.Helper()
	j, err := journal.Open(filepath.Join(b.dir, "terminald", journalFile))
	b.check(err)
	header := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"ECDH-ES","enc":"A256GCM"}`))
	b.check(j.Commit(protocol.NewID(), []byte(header+"..aXY.c2VhbGVk.dGFn"), time.Now()))
	b.check(j.Close())
}

func TestRetireRefusesWhileAnythingIsUnsent(t *testing.T) {
	b := newBench(t)
	b.want(b.run("", "retire"), exitUnprovisioned)
	b.want(b.run(b.token(), "init", "--environment", "test"), exitDone)
	b.waiting()
	b.want(b.run("", "retire"), exitUnsent, "1 envelope", "queue export", "--force")
	b.want(b.run("", "status"), exitDone, "may serve")
	e := b.run("", "retire", "--force", "--offline")
	b.want(e, exitDone, "destroyed", "1 envelope", "watashi-platformd -config FILE retire T-0001")
	b.want(b.run("", "status"), exitUnprovisioned)
	b.want(b.run("", "retire"), exitUnprovisioned)
}

func TestRetireNeedsStoppedServices(t *testing.T) {
	b := newBench(t)
	b.want(b.run(b.token(), "init", "--environment", "test"), exitDone)
	j, err := journal.Open(filepath.Join(b.dir, "terminald", journalFile))
	b.check(err)
	b.want(b.run("", "retire", "--force"), exitRunning, "systemctl stop")
	b.check(j.Close())
	b.server.Close()
	b.want(b.run("", "retire"), exitUntold, "does not answer", "--offline")
	b.want(b.run("", "status"), exitDone, "may serve")
}

func TestRetireIsJSONForPrograms(t *testing.T) {
	b := newBench(t)
	b.want(b.run(b.token(), "init", "--environment", "test"), exitDone)
	e := b.run("", "retire", "--offline", "--json")
	b.want(e, exitDone, `"keys_destroyed":true`)
	b.check(judgeBySchema("retire", e.out))
}

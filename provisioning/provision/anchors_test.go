package main

import (
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
)

func TestCAFilesMustHoldCAs(t *testing.T) {
	l := newLab(t)
	l.want(l.run("", "card", "read", "--ca", filepath.Join(l.dir, "missing")), exitFiles)
	bad := filepath.Join(l.dir, "bad")
	if err := os.WriteFile(bad, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	l.want(l.run("", "card", "read", "--ca", bad), exitConfig, "reading the CA")
}

func TestWithoutCAFilesOnlyProductionIsTrusted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.insert(midori())
		l.want(l.run("MIDORI123\n", "card", "read", "--pin-stdin"), exitUntrusted, "unknown issuer", "compiled-in", "signature       valid")
	})
}

// A terminal believes what its bundle says, so on a terminal this command does too.
func TestTheBundlesCAsAreTrustedOnATerminal(t *testing.T) {
	b, l := newBench(t), newLab(t)
	b.want(b.run(b.token(), "init", "--environment", "test"), exitDone)
	l.insert(midori())
	e := l.run("MIDORI123\n", "card", "read", "--pin-stdin", "--json", "--config", l.config(`{"state_dir":`+quoted(filepath.Join(b.dir, "terminald"))+`}`))
	l.want(e, exitDone, `"verdict":"trusted"`, `"anchors":"compiled-in and bundle"`)
	l.valid("device-card-read", e.out)
}

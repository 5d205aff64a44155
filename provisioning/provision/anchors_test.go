package main

import (
	"crypto/x509"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
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

func TestCompiledInCAsAreThoseOfProduction(t *testing.T) {
	cas, err := productionCAs()
	if err != nil || len(cas) == 0 {
		t.Fatal(cas, err)
	}
	d := &call{Desk: &desk.Desk{World: desk.ThisMachine(), Machine: desk.Machine{StateDir: t.TempDir()}}}
	a, err := anchorsFor(d.Desk, nil)
	if err != nil || len(a.Generations) != len(cas) || a.source != fromProgram {
		t.Errorf("%d anchors from %s, %v", len(a.Generations), a.source, err)
	}
	if err := a.CheckProduction(); err != nil {
		t.Error(err)
	}
	entries, err := os.ReadDir("jpki")
	if err != nil || len(entries) != len(cas) {
		t.Errorf("%d files give %d CAs, %v", len(entries), len(cas), err)
	}
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

// Of one production CA only the fingerprint is compiled in.
func TestACertificateOfTheMissingCAIsToldApart(t *testing.T) {
	d := &call{Desk: &desk.Desk{World: desk.ThisMachine(), Machine: desk.Machine{StateDir: t.TempDir()}}}
	a, err := anchorsFor(d.Desk, nil)
	if err != nil {
		t.Fatal(err)
	}
	for issued, told := range map[string]bool{"2019-09-13": false, "2019-09-14": true, "2021-05-05": true, "2023-07-15": true, "2023-07-17": false, "2026-01-01": false} {
		day, err := time.Parse(time.DateOnly, issued)
		if err != nil {
			t.Fatal(err)
		}
		if hint := a.missingGeneration(&x509.Certificate{NotBefore: day}); strings.Contains(hint, "signca02.cer") != told {
			t.Errorf("issued %s: %q", issued, hint)
		}
	}
	a.source = fromFiles
	if hint := a.missingGeneration(&x509.Certificate{NotBefore: time.Date(2021, 5, 5, 0, 0, 0, 0, time.UTC)}); hint != "" {
		t.Errorf("with files: %q", hint)
	}
}

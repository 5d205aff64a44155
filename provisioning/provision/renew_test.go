package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRenewGetsTheNextCertificates(t *testing.T) {
	b := newBench(t)
	b.want(b.run("", "renew"), exitUnprovisioned)
	b.want(b.run(b.token(), "init", "--environment", "test", "--protection", "file"), exitDone)
	b.want(b.run("", "renew"), exitDone, "nothing to renew yet")
	before, err := os.ReadFile(filepath.Join(b.dir, "terminald", "device.crt"))
	b.check(err)
	b.want(b.run("", "renew", "--always"), exitDone, "TLS certificate until", "device certificate until")
	after, err := os.ReadFile(filepath.Join(b.dir, "terminald", "device.crt"))
	b.check(err)
	if string(before) == string(after) {
		t.Error("the same certificate")
	}
	b.want(b.run("", "status"), exitDone, "may serve")
	if json := b.run("", "renew", "--json"); strings.TrimSpace(json.out) != `{"result":"done"}` {
		t.Errorf("printed %s", json.out)
	}
}

func TestInitWithoutItsTPMSaysWhatToDo(t *testing.T) {
	b := newBench(t)
	b.want(b.run(b.token(), "init", "--environment", "test", "--protection", "tpm", "--tpm", filepath.Join(b.dir, "tpm")), exitChip, "no TPM 2.0 answers", "--tpm")
	b.want(b.run(b.token(), "init", "--protection", "tpm", "--tpm", filepath.Join(b.dir, "tpm")), exitChip)
	b.want(b.run(b.token(), "init", "--environment", "test", "--tpm", filepath.Join(b.dir, "tpm")), exitDone, "on this machine only")
}

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
}

// A program that looks after many machines reads what renew prints, however it ends.
func TestRenewTellsProgramsByItsSchema(t *testing.T) {
	b := newBench(t)
	tells := func(code int, want string, args ...string) {
		t.Helper()
		e := b.run("", append([]string{"renew", "--json"}, args...)...)
		b.want(e, code)
		b.check(judgeBySchema("renew", e.out))
		if !strings.Contains(e.out, want) {
			t.Errorf("printed %s, want %s in it", e.out, want)
		}
	}
	tells(exitUnprovisioned, `"result":"unprovisioned","error":`)
	b.want(b.run(b.token(), "init", "--environment", "test", "--protection", "file"), exitDone)
	tells(exitDone, `{"result":"done","renewed":false,"device_until":"`)
	tells(exitDone, `{"result":"done","renewed":true,"device_until":"`, "--always")
	b.check(os.Remove(filepath.Join(b.dir, "terminald", "device.key")))
	tells(exitUnprovisioned, `"renewed":false,"tls_until":"`, "--always")
}

func TestInitWithoutItsTPMSaysWhatToDo(t *testing.T) {
	b := newBench(t)
	b.want(b.run(b.token(), "init", "--environment", "test", "--protection", "tpm", "--tpm", filepath.Join(b.dir, "tpm")), exitChip, "no TPM 2.0 answers", "--tpm")
	b.want(b.run(b.token(), "init", "--protection", "tpm", "--tpm", filepath.Join(b.dir, "tpm")), exitChip)
	b.want(b.run(b.token(), "init", "--environment", "test", "--tpm", filepath.Join(b.dir, "tpm")), exitDone, "on this machine only")
}

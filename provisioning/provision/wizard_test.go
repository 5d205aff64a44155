package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning/provision/trial"
	"github.com/digital-watashi/kiosk/terminal/devices"
)

// bare leaves the bench's machine without a card reader.
func (b *bench) bare() (plug func()) {
	had := b.world.ListReaders
	b.world.ListReaders = func(context.Context) ([]devices.ReaderInfo, error) { return nil, nil }
	return func() { b.world.ListReaders = had }
}

func TestADeviceThatFailsUndoesNothing(t *testing.T) {
	b := newBench(t)
	plug := b.bare()
	token := b.token()
	b.want(b.run(token, "init", "--environment", "test"), exitNotReady, "4/6  bundle        ok", "5/6  devices       fault", "6/6  report", "provisioned, not ready")
	b.want(b.run("", "status"), exitDone, "may serve")
	b.want(b.run(b.token(), "init", "--environment", "test"), exitProvisioned, "which another token gave")
	plug()
	b.want(b.run(token, "init", "--environment", "test"), exitDone, "done before", "ready")
	b.want(b.run("", "init", "--environment", "test"), exitProvisioned)
}

func TestInitGoesOnWithoutAToken(t *testing.T) {
	b := newBench(t)
	plug := b.bare()
	b.want(b.run(b.token(), "init", "--environment", "test"), exitNotReady)
	plug()
	b.want(b.run("", "init"), exitDone, "ready")
}

func TestEachStepCanBeDoneAlone(t *testing.T) {
	b := newBench(t)
	token := b.token()
	b.want(b.run(token, "init", "--environment", "test", "--only", "certificates"), exitStepOrder, "keys")
	for _, step := range initSteps() {
		e := b.run(token, "init", "--environment", "test", "--only", step, "--json")
		b.want(e, exitDone)
		b.check(judgeBySchema("init", e.out))
		var r readiness
		b.check(json.Unmarshal([]byte(e.out), &r))
		if len(r.Steps) != 1 || r.Steps[0].Step != step || r.Steps[0].Word != trial.OK {
			t.Errorf("%s: %+v", step, r.Steps)
		}
	}
	b.want(b.run("", "status"), exitDone, "may serve")
	b.want(b.run(token, "init", "--only", "what"), exitUsage)
}

func TestReadinessReportHoldsNoSecret(t *testing.T) {
	b := newBench(t)
	token, file := b.token(), filepath.Join(b.dir, "report.json")
	e := b.run(token, "init", "--environment", "test", "--report", file)
	b.want(e, exitDone)
	saved, err := os.ReadFile(file)
	b.check(err)
	b.check(judgeBySchema("init", string(saved)))
	parsed, err := protocol.ParseToken(token)
	b.check(err)
	for _, secret := range []string{token, token[10:60], parsed.Password()} {
		if strings.Contains(e.out+e.said+string(saved), secret) {
			t.Error("the token is in what was told")
		}
	}
}

func TestTokenComesFromAStickOrTheScanner(t *testing.T) {
	b := newBench(t)
	stick := filepath.Join(b.dir, "watashi-token.txt")
	b.check(os.WriteFile(stick, []byte(b.token()+"\n"), 0o600))
	found := []string{}
	b.world.Find = func(pattern string) []string {
		if pattern == "/media/*/watashi-token*" {
			return found
		}
		return nil
	}
	b.want(b.run("", "init", "--environment", "test", "--usb"), exitToken, "USB")
	found = []string{stick, stick + "2"}
	b.want(b.run("", "init", "--environment", "test", "--usb"), exitToken, "more than one", stick)
	b.want(b.run("", "init", "--environment", "test", "--usb", "--scan"), exitToken)
	found = found[:1]
	b.want(b.run("", "init", "--environment", "test", "--usb"), exitDone, "ready")

	b.world.OpenScanner = func(_ devices.Config, o devices.ScannerOptions) (hal.Scanner, error) {
		if o.OnState != nil {
			o.OnState(hal.Online)
		}
		return scans{[]string{"watashi:key:1234", b.token()}}, nil
	}
	b.want(b.run("", "init", "--environment", "test", "--scan", "--replace"), exitDone, "That was not a provisioning token", "ready")
}

// scans is a scanner before which these are held.
type scans struct{ codes []string }

func (s scans) Serve(ctx context.Context, attend func([]byte)) error {
	for _, code := range s.codes {
		attend([]byte(code))
	}
	<-ctx.Done()
	return context.Cause(ctx)
}

func TestStepsAreAtMostSix(t *testing.T) {
	if steps := initSteps(); len(steps) > 6 || !slices.Contains(steps, stepSlip) {
		t.Errorf("%v", steps)
	}
}

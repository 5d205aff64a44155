package main

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/bolt"
	"github.com/digital-watashi/kiosk/platform/jpki"
	"github.com/digital-watashi/kiosk/platform/keyring"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning/provision/checkup"
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
)

// bench is a machine on a technician's bench, and a reference platform.
type bench struct {
	t      *testing.T
	dir    string
	world  desk.World   // its devices, virtual ones
	ahead  atomic.Int64 // of the platform's clock, in nanoseconds
	server *http.Server
	*platform.Platform
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{t: t, dir: t.TempDir(), world: newLab(t).World}
	home := filepath.Join(b.dir, "platform")
	b.check(os.Mkdir(home, 0o700))
	b.check(keyring.Init(home, keyring.Founding{PlatformID: "watashi-test", Environment: protocol.Test}))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	b.check(err)
	store, err := bolt.Open(filepath.Join(home, "platform.db"))
	b.check(err)
	b.Platform, err = platform.New(platform.Config{
		Dir: home, Store: store, Hosts: []string{listener.Addr().String()}, JPKI: haltest.NewCA().Certificates(),
		CRLs: &jpki.CRLMemory{}, Log: slog.New(slog.DiscardHandler), Now: b.now,
	})
	b.check(err)
	b.server = &http.Server{Handler: b.dated(b.Handler()), ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
	done := make(chan struct{})
	go func() { defer close(done); b.server.Serve(tls.NewListener(listener, b.TLSConfig())) }()
	t.Cleanup(func() { b.server.Close(); <-done; b.check(b.Close()) })
	return b
}

// now is the platform's clock.
func (b *bench) now() time.Time { return time.Now().Add(time.Duration(b.ahead.Load())) }

// dated answers by that clock.
func (b *bench) dated(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", b.now().UTC().Format(http.TimeFormat))
		next.ServeHTTP(w, r)
	})
}

func (b *bench) check(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) token() string {
	b.t.Helper()
	token, err := b.IssueToken("T-0001")
	b.check(err)
	return token.String()
}

type ended struct {
	code               int
	out, said, command string
}

// run runs the command with the machine's folders.
func (b *bench) run(in string, args ...string) ended {
	b.t.Helper()
	folders := []string{"--state-dir", filepath.Join(b.dir, "terminald"), "--uplink-dir", filepath.Join(b.dir, "uplinkd")}
	args = append(append([]string{args[0]}, folders...), args[1:]...)
	var out, said bytes.Buffer
	code := runOn(b.t.Context(), b.world, args, strings.NewReader(in), &out, &said)
	return ended{code, out.String(), said.String(), strings.Join(args, " ")}
}

func (b *bench) want(e ended, code int, texts ...string) {
	b.t.Helper()
	if e.code != code {
		b.t.Errorf("%s: exit %d, want %d\n%s%s", e.command, e.code, code, e.out, e.said)
	}
	for _, text := range texts {
		if !strings.Contains(e.out+e.said, text) {
			b.t.Errorf("%s: says nothing of %q\n%s%s", e.command, text, e.out, e.said)
		}
	}
}

func TestMachineIsProvisionedByTheReferencePlatform(t *testing.T) {
	b := newBench(t)
	b.want(b.run("", "status"), exitUnprovisioned, "must not serve", "device.key", "watashi-provision init")
	b.want(b.run(b.token()+"\n", "init", "--environment", "test"), exitDone,
		"1/6  keys", "device certificate for terminal T-0001", "4/6  bundle", "terminal T-0001 is provisioned for test", "5/6  devices", "6/6  report", "ready", "6 steps,")
	b.want(b.run("", "status"), exitDone, "T-0001", "in a file", "watashi-test at 127.0.0.1:", "may serve", "version 1")
}

func TestStatusIsJSONForPrograms(t *testing.T) {
	b := newBench(t)
	made := b.run(b.token(), "init", "--environment", "test", "--json")
	b.want(made, exitDone)
	var r readiness
	b.check(json.Unmarshal([]byte(made.out), &r))
	if !r.Ready || r.Result != "done" || len(r.Steps) != 6 || !r.Slip || !strings.Contains(made.said, "6/6") {
		t.Errorf("%+v, said %s", r, made.said)
	}
	b.check(judgeBySchema("init", made.out))
	var s checkup.Standing
	b.check(json.Unmarshal([]byte(b.run("", "status", "--json").out), &s))
	if !s.MayServe || s.Terminal != "T-0001" || s.Environment != "test" || s.Protection != "file" || s.DeviceUntil == nil || s.TLSUntil == nil || len(s.Refusals) != 0 {
		t.Errorf("%+v", s)
	}
	b.check(os.Chmod(filepath.Join(b.dir, "terminald", "device.key"), 0o644))
	bad := b.run("", "status", "--json")
	b.want(bad, exitFiles, `"may_serve":false`, "0600")
}

func TestTokenComesByFlagFileOrInput(t *testing.T) {
	for name, give := range map[string]func(*bench) ended{
		"input": func(b *bench) ended { return b.run("  "+b.token()+"\r\n", "init", "--environment", "test") },
		"flag":  func(b *bench) ended { return b.run("", "init", "--environment", "test", "--token", b.token()) },
		"file": func(b *bench) ended {
			path := filepath.Join(b.dir, "token")
			b.check(os.WriteFile(path, []byte(b.token()), 0o600))
			return b.run("", "init", "--environment", "test", "--token-file", path)
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.want(give(b), exitDone)
		})
	}
}

func TestEachFaultHasItsExitAndItsRemedy(t *testing.T) {
	b := newBench(t)
	used := b.token()
	b.want(b.run(used, "init", "--environment", "test"), exitDone)
	b.want(b.run(used, "init", "--environment", "test"), exitProvisioned, "--replace")
	b.want(b.run(used, "init", "--environment", "test", "--replace"), exitTokenUsed, "401", "token-used", "new token")
	b.want(b.run(used[:40], "init", "--environment", "test", "--replace"), exitToken, "Copy the whole token")
	b.want(b.run("", "init", "--environment", "test", "--replace"), exitToken)
	b.want(b.run(b.token(), "init", "--replace"), exitRefused, "hardware", "--environment test")
	b.want(b.run(b.token(), "init", "--environment", "staging", "--replace"), exitOther)
	b.want(b.run("", "init", "--replace", "--token-file", filepath.Join(b.dir, "none")), exitFiles)

	token, err := protocol.ParseToken(b.token())
	b.check(err)
	token.Pin = protocol.SHA256([]byte("another CA"))
	b.want(b.run(token.String(), "init", "--environment", "test", "--replace"), exitPin, "Do not go on")
	b.server.Close()
	b.want(b.run(used, "init", "--environment", "test", "--replace"), exitUnreachable, "cable")
	b.want(b.run("", "status"), exitDone, "may serve") // all the while the old identity stood
}

func TestWrongCommandLinesAreUsage(t *testing.T) {
	for _, args := range [][]string{{}, {"what"}, {"init", "--what"}, {"init", "extra"}, {"status", "--replace"}} {
		var out, said bytes.Buffer
		if code := run(t.Context(), args, strings.NewReader(""), &out, &said); code != exitUsage || said.Len() == 0 || out.Len() > 0 {
			t.Errorf("%v: exit %d, said %q", args, code, said.String())
		}
	}
}

func TestHelpNamesEveryExitAndFlag(t *testing.T) {
	var out, said bytes.Buffer
	if code := run(t.Context(), []string{"help"}, nil, &out, &said); code != exitDone {
		t.Errorf("exit %d", code)
	}
	for _, e := range exits() {
		if !strings.Contains(out.String(), e.meaning) {
			t.Errorf("exit %d is not in the help", e.code)
		}
	}
	for _, e := range entries() {
		if !strings.Contains(out.String(), e.Words) || !strings.Contains(out.String(), e.About) {
			t.Errorf("%s is not in the help", e.Words)
		}
	}
}

func TestExitsAreDifferentAndEachErrorHasARemedy(t *testing.T) {
	seen := map[int]bool{}
	for i, e := range exits() {
		if seen[e.code] || (len(e.causes) > 0 && e.remedy == "") {
			t.Errorf("exit %d twice, or without a remedy", e.code)
		}
		seen[e.code] = true
		if i <= exitUsage && e.code != i {
			t.Errorf("exit %d stands at %d", e.code, i)
		}
	}
}

package provisioning_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning"
)

// machine is a new terminal: two folders and a token.
type machine struct {
	provisioning.InitConfig
	report *bytes.Buffer
}

func newMachine(t testing.TB, c *central) *machine {
	t.Helper()
	report, dir := &bytes.Buffer{}, t.TempDir()
	return &machine{provisioning.InitConfig{
		Token: c.token(), Environment: protocol.Test, Report: telling(report),
		StateDir: filepath.Join(dir, "terminald"), UplinkDir: filepath.Join(dir, "uplinkd"),
	}, report}
}

// telling writes a line when a step begins, and what came of it when it is done.
func telling(w io.Writer) func(provisioning.Progress) {
	return func(p provisioning.Progress) {
		if !p.Done {
			fmt.Fprintf(w, "%s …\n", p.Step)
			return
		}
		fmt.Fprintf(w, "%s done: %s\n", p.Step, strings.Join(p.Words, "; "))
	}
}

// told fails the test unless each step was begun and done, and these things said.
func told(t testing.TB, m *machine, words ...string) {
	t.Helper()
	var steps []string
	for line := range strings.Lines(m.report.String()) {
		steps = append(steps, strings.Fields(line)[0])
	}
	var want []string
	for _, step := range provisioning.Steps() {
		want = append(want, step, step)
	}
	if !slices.Equal(steps, want) {
		t.Errorf("steps %v, want %v", steps, want)
	}
	for _, word := range words {
		if !strings.Contains(m.report.String(), word) {
			t.Errorf("says nothing of %q:\n%s", word, m.report)
		}
	}
}

func (m *machine) init(t testing.TB) error {
	t.Helper()
	return provisioning.Init(t.Context(), m.InitConfig)
}

// whole fails the test unless the machine could start to serve.
func (m *machine) whole(t testing.TB) *provisioning.Identity {
	t.Helper()
	id, err := provisioning.LoadDevice(m.StateDir)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := provisioning.LoadTLS(m.UplinkDir); err != nil {
		t.Fatal(err)
	}
	b, _, err := provisioning.LoadBundle(m.StateDir)
	if err != nil {
		t.Fatal(err)
	}
	if r := provisioning.Refusals(id, b); len(r) > 0 {
		t.Fatal(r)
	}
	return id
}

// names lists the files under both folders, with their modes.
func (m *machine) names(t testing.TB) map[string]fs.FileMode {
	t.Helper()
	found := map[string]fs.FileMode{}
	for _, dir := range []string{m.StateDir, m.UplinkDir} {
		err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
			if err != nil || path == dir {
				return nil
			}
			info, err := e.Info()
			found[strings.TrimPrefix(path, filepath.Dir(dir)+"/")] = info.Mode()
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}

func TestInitGivesAMachineItsIdentity(t *testing.T) {
	c := newCentral(t)
	m := newMachine(t, c)
	if err := m.init(t); err != nil {
		t.Fatal(err)
	}
	id := m.whole(t)
	if id.TerminalID != "T-0001" || id.Environment != protocol.Test || id.Protection != protocol.ProtectionFile {
		t.Errorf("identity %+v", id)
	}
	if err := id.Valid(time.Now()); err != nil {
		t.Error(err)
	}
	if err := id.Valid(time.Now().Add(2 * time.Hour)); !errors.Is(err, provisioning.ErrExpired) {
		t.Errorf("after its end: %v", err)
	}
	want := map[string]fs.FileMode{
		"terminald/pending": 0o600, "terminald/protection.json": 0o600, "uplinkd/protection.json": 0o600,
		"terminald/device.key": 0o600, "terminald/device.crt": 0o600, "terminald/bundle.jws": 0o600, "terminald/roots.pem": 0o600,
		"uplinkd/tls.key": 0o600, "uplinkd/tls.crt": 0o600, "uplinkd/roots.pem": 0o600, "uplinkd/platform.json": 0o600,
	}
	got := m.names(t)
	for name, mode := range want {
		if got[name] != mode {
			t.Errorf("%s: mode %v, want %v", name, got[name], mode)
		}
		delete(got, name)
	}
	if len(got) > 0 {
		t.Errorf("left over: %v", got)
	}
	told(t, m, "two private keys", "is the platform", "device certificate for terminal T-0001", "terminal T-0001 is provisioned for test")
}

func TestInitAsksForOneCertificateOfEachKind(t *testing.T) {
	c := newCentral(t)
	m := newMachine(t, c)
	if err := m.init(t); err != nil {
		t.Fatal(err)
	}
	requests := c.requests()
	if len(requests) != 2 {
		t.Fatalf("%d requests", len(requests))
	}
	for _, r := range requests {
		if said, err := protocol.ProtectionClaimed(r); err != nil || said != protocol.ProtectionFile {
			t.Errorf("says the key is kept in %q, %v", said, err)
		}
	}
	if len(requests[0].Extensions) != 1 || len(requests[1].Extensions) != 2 {
		t.Error("the device request asks for a usage, or the TLS one does not")
	}
	if bytes.Equal(requests[0].RawSubjectPublicKeyInfo, requests[1].RawSubjectPublicKeyInfo) {
		t.Error("one key for both")
	}
}

func TestLoadedTLSIdentityReachesThePlatform(t *testing.T) {
	c := newCentral(t)
	m := newMachine(t, c)
	if err := m.init(t); err != nil {
		t.Fatal(err)
	}
	cert, roots, host, err := provisioning.LoadTLS(m.UplinkDir)
	if err != nil || host != m.Token.Host {
		t.Fatalf("%s, %v", host, err)
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{cert}}}}
	defer client.CloseIdleConnections()
	r, err := client.Get("https://" + host + protocol.PathBundle)
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if r.StatusCode != http.StatusOK {
		t.Errorf("status %d", r.StatusCode)
	}
}

func TestInitComesAgainWhenThePlatformSays(t *testing.T) {
	c := newCentral(t)
	m := newMachine(t, c)
	c.answer(protocol.PathESTEnroll, func(w http.ResponseWriter, _ *http.Request) {
		delete(c.answers, protocol.PathESTEnroll)
		busy := protocol.NewProblem(http.StatusTooManyRequests, "", "")
		busy.RetryAfter = time.Second
		busy.Write(w)
	})
	if err := provisioning.Init(t.Context(), m.InitConfig); err != nil {
		t.Error(err)
	}
}

func TestInitTellsWhatIsWrong(t *testing.T) {
	problem := func(status int, code string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { protocol.NewProblem(status, code, "").Write(w) }
	}
	text := func(s string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(s)) }
	}
	for name, test := range map[string]struct {
		breakIt func(*central, *machine)
		want    error
	}{
		"nobody there": {func(c *central, _ *machine) { c.Close() }, provisioning.ErrUnreachable},
		"wrong pin":    {func(_ *central, m *machine) { m.Token.Pin = protocol.SHA256([]byte("other")) }, provisioning.ErrPin},
		"wrong secret": {func(_ *central, m *machine) { m.Token.Secret = []byte("another secret . . . .") }, provisioning.ErrSecret},
		"secret used":  {func(c *central, _ *machine) { c.answer(protocol.PathESTEnroll, problem(401, protocol.CodeTokenUsed)) }, provisioning.ErrTokenUsed},
		"secret expired": {func(c *central, _ *machine) {
			c.answer(protocol.PathESTEnroll, problem(401, protocol.CodeTokenExpired))
		}, provisioning.ErrTokenExpired},
		"overloaded":        {func(c *central, _ *machine) { c.answer(protocol.PathESTEnroll, problem(503, "")) }, provisioning.ErrUnreachable},
		"broken":            {func(c *central, _ *machine) { c.answer(protocol.PathESTCAs, problem(500, "")) }, provisioning.ErrPlatform},
		"not base64":        {func(c *central, _ *machine) { c.answer(protocol.PathESTCAs, text("???")) }, provisioning.ErrPlatform},
		"not certificates":  {func(c *central, _ *machine) { c.answer(protocol.PathESTCAs, text("MAA=")) }, provisioning.ErrPlatform},
		"too large":         {func(c *central, _ *machine) { c.answer(protocol.PathBundle, text(strings.Repeat("x", 300<<10))) }, provisioning.ErrPlatform},
		"no bundle":         {func(c *central, _ *machine) { c.answer(protocol.PathBundle, text("a.b.c")) }, provisioning.ErrPlatform},
		"redirected":        {func(c *central, _ *machine) { c.answer(protocol.PathESTCAs, redirect) }, provisioning.ErrPlatform},
		"another CA's list": {func(c *central, _ *machine) { c.answer(protocol.PathESTCAs, otherCA) }, provisioning.ErrPin},
		"another's key":     {func(c *central, _ *machine) { c.answer(protocol.PathESTEnroll, otherCA) }, provisioning.ErrPlatform},
		"clock behind":      {func(_ *central, m *machine) { m.Now = func() time.Time { return time.Now().Add(-10 * time.Minute) } }, provisioning.ErrClock},
		"clock far behind":  {func(_ *central, m *machine) { m.Now = func() time.Time { return time.Now().AddDate(-1, 0, 0) } }, provisioning.ErrClock},
		"other environment": {func(c *central, _ *machine) { c.terminal.Environment = protocol.Production }, provisioning.ErrEnvironment},
		"bundle for people": {func(c *central, _ *machine) { c.bundle.Environment = protocol.Production }, provisioning.ErrEnvironment},
		"claims a TPM":      {func(c *central, _ *machine) { c.terminal.Protection = protocol.ProtectionTPM }, provisioning.ErrPlatform},
		"production and file": {func(_ *central, m *machine) {
			m.Environment, m.Protection = protocol.Production, protocol.ProtectionFile
		}, provisioning.ErrSoftwareKey},
		"production, no chip": {func(_ *central, m *machine) {
			m.Environment, m.Device = protocol.Production, "/nowhere/tpm"
		}, provisioning.ErrSoftwareKey},
		"production, auto, no chip": {func(_ *central, m *machine) {
			m.Environment, m.Protection, m.Device = protocol.Production, provisioning.ProtectionAuto, "/nowhere/tpm"
		}, provisioning.ErrChipNone},
		"a chip, none there": {func(_ *central, m *machine) {
			m.Protection, m.Device = protocol.ProtectionTPM, "/nowhere/tpm"
		}, provisioning.ErrChipNone},
		"kept in a drawer": {func(_ *central, m *machine) { m.Protection = "drawer" }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCentral(t)
			m := newMachine(t, c)
			test.breakIt(c, m)
			if err := m.init(t); err == nil || (test.want != nil && !errors.Is(err, test.want)) {
				t.Fatalf("error %v, want %v", err, test.want)
			} else if strings.Contains(err.Error(), string(m.Token.Secret)) || strings.Contains(err.Error(), m.Token.Password()) {
				t.Error("the error shows the secret")
			}
			if _, err := provisioning.LoadDevice(m.StateDir); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("half an identity: %v", err)
			}
		})
	}
}

func redirect(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, "https://x.example/", http.StatusFound)
}

func otherCA(w http.ResponseWriter, _ *http.Request) {
	key := protocol.NewPrivateKey()
	c := &central{caKey: key.ECDSA()}
	certificates(w, c.issue(&x509.Certificate{IsCA: true}, key.Public()))
}

func TestPinnedCAMustHaveIssuedTheServersCertificate(t *testing.T) {
	good, impostor := newCentral(t), newCentral(t)
	shown := impostor.TLS.Certificates[0]
	shown.Certificate = [][]byte{shown.Certificate[0], good.ca.Raw} // the right CA in the chain, but it signed nothing
	impostor.TLS.Certificates[0] = shown
	m := newMachine(t, impostor)
	m.Token.Pin = good.token().Pin
	if err := m.init(t); !errors.Is(err, provisioning.ErrPin) {
		t.Errorf("error %v", err)
	}
}

func TestSecretIsNotSpentWhileTheClockIsWrong(t *testing.T) {
	c := newCentral(t)
	m := newMachine(t, c)
	m.Now = func() time.Time { return time.Now().Add(6 * time.Minute) }
	if err := m.init(t); !errors.Is(err, provisioning.ErrClock) || len(c.requests()) != 0 {
		t.Errorf("%d requests, %v", len(c.requests()), err)
	}
}

func TestInitGoesOnWhereItStopped(t *testing.T) {
	c := newCentral(t)
	m := newMachine(t, c)
	unavailable := func(w http.ResponseWriter, _ *http.Request) {
		protocol.NewProblem(http.StatusServiceUnavailable, "", "").Write(w)
	}
	for _, path := range []string{protocol.PathESTCAs, protocol.PathESTEnroll, protocol.PathBundle} {
		c.answer(path, unavailable)
		if err := m.init(t); !errors.Is(err, provisioning.ErrUnreachable) {
			t.Fatalf("%s: %v", path, err)
		}
		c.answer(path, nil)
	}
	if err := m.init(t); err != nil {
		t.Fatal(err)
	}
	m.whole(t)
	if n := len(c.requests()); n != 2 {
		t.Errorf("the secret was used %d times, want 2", n)
	}
}

func TestInterruptedMoveIsFinishedByTheNextRun(t *testing.T) {
	c := newCentral(t)
	made := newMachine(t, c)
	if err := made.init(t); err != nil {
		t.Fatal(err)
	}
	files := [][2]string{
		{"uplinkd", "protection.json"}, {"uplinkd", "tls.key"}, {"uplinkd", "tls.crt"}, {"uplinkd", "roots.pem"}, {"uplinkd", "platform.json"},
		{"terminald", "protection.json"}, {"terminald", "device.key"}, {"terminald", "device.crt"}, {"terminald", "roots.pem"}, {"terminald", "bundle.jws"},
	}
	for moved := range len(files) + 1 { // the power went after that many moves
		m := newMachine(t, c)
		c.answer(protocol.PathESTCAs, func(http.ResponseWriter, *http.Request) { t.Error("the platform was asked again") })
		for i, f := range files {
			room := filepath.Join(filepath.Dir(m.StateDir), f[0])
			to := filepath.Join(room, ".provisioning", f[1])
			if i < moved {
				to = filepath.Join(room, f[1])
			}
			copyFile(t, filepath.Join(filepath.Dir(made.StateDir), f[0], f[1]), to)
		}
		copyFile(t, filepath.Join(made.UplinkDir, "platform.json"), filepath.Join(m.StateDir, ".provisioning", "complete"))
		if err := m.init(t); err != nil {
			t.Fatalf("after %d moves: %v", moved, err)
		}
		if m.whole(t); len(m.names(t)) != len(files) {
			t.Errorf("after %d moves: left over %v", moved, m.names(t))
		}
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	if err == nil {
		err = errors.Join(os.MkdirAll(filepath.Dir(to), 0o700), os.WriteFile(to, b, 0o600))
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestInitKeepsAnIdentityUnlessTold(t *testing.T) {
	c := newCentral(t)
	m := newMachine(t, c)
	if err := m.init(t); err != nil {
		t.Fatal(err)
	}
	before := m.whole(t)
	if err := m.init(t); !errors.Is(err, provisioning.ErrProvisioned) {
		t.Fatalf("again: %v", err)
	}
	if !m.whole(t).Certificate.Equal(before.Certificate) {
		t.Error("the identity changed")
	}
	m.Replace = true
	c.terminal.ID = "T-0002"
	if err := m.init(t); err != nil {
		t.Fatal(err)
	}
	if after := m.whole(t); after.TerminalID != "T-0002" || after.Certificate.Equal(before.Certificate) {
		t.Errorf("told to replace: still %s", after.TerminalID)
	}
}

func TestFailedReplacementLeavesTheOldIdentity(t *testing.T) {
	c := newCentral(t)
	m := newMachine(t, c)
	if err := m.init(t); err != nil {
		t.Fatal(err)
	}
	before := m.whole(t)
	m.Replace = true
	c.answer(protocol.PathBundle, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) })
	if err := m.init(t); !errors.Is(err, provisioning.ErrUnreachable) {
		t.Fatal(err)
	}
	if !m.whole(t).Certificate.Equal(before.Certificate) {
		t.Error("the old identity is gone")
	}
}

func TestAnotherTokenBeginsAnew(t *testing.T) {
	c := newCentral(t)
	m := newMachine(t, c)
	c.answer(protocol.PathBundle, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) })
	if err := m.init(t); err == nil {
		t.Fatal("no error")
	}
	c.answer(protocol.PathBundle, nil)
	c.terminal.ID = "T-0002"
	c.secret = []byte("the secret of another token")
	m.Token = c.token()
	if err := m.init(t); err != nil {
		t.Fatal(err)
	}
	if id := m.whole(t); id.TerminalID != "T-0002" {
		t.Errorf("terminal %s", id.TerminalID)
	}
}

func TestInitStopsWhenCancelled(t *testing.T) {
	c := newCentral(t)
	m := newMachine(t, c)
	ctx, cancel := context.WithCancel(t.Context())
	c.answer(protocol.PathESTCAs, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	if err := provisioning.Init(ctx, m.InitConfig); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

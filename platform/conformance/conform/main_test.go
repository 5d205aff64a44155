package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/bolt"
	"github.com/digital-watashi/kiosk/platform/conformance"
	"github.com/digital-watashi/kiosk/platform/jpki"
	"github.com/digital-watashi/kiosk/platform/keyring"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// world is the reference platform with the files that the command is given.
type world struct {
	t        *testing.T
	platform *platform.Platform
	citizen  []string // flags
	dir      string
}

// newWorld serves a platform.
func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, dir: t.TempDir()}
	ca, state := haltest.NewCA(), filepath.Join(w.dir, "platform")
	must(t, keyring.Init(state, keyring.Founding{PlatformID: "platform-test", Environment: protocol.Test}))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	store, err := bolt.Open(filepath.Join(state, "platform.db"))
	must(t, err)
	w.platform, err = platform.New(platform.Config{
		Dir: state, Store: store, Hosts: []string{listener.Addr().String()}, JPKI: ca.Certificates(), CRLs: lists(t, ca), Log: slog.New(slog.DiscardHandler),
	})
	must(t, err)
	t.Cleanup(func() { must(t, w.platform.Close()) })
	server := &http.Server{Handler: w.platform.Handler(), ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
	done := make(chan struct{})
	go func() { defer close(done); server.Serve(tls.NewListener(listener, w.platform.TLSConfig())) }()
	t.Cleanup(func() { server.Close(); <-done })
	w.writeCitizen(ca)
	return w
}

func lists(t *testing.T, ca *haltest.CA) *jpki.CRLMemory {
	t.Helper()
	list, err := ca.CRL(3, nil, time.Now().Add(-time.Minute))
	must(t, err)
	memory := &jpki.CRLMemory{}
	memory.Set(list)
	return memory
}

func (w *world) writeCitizen(ca *haltest.CA) {
	cert, key := ca.Issue(haltest.Citizens()[0], haltest.IssueOptions{})
	der, err := x509.MarshalPKCS8PrivateKey(key)
	must(w.t, err)
	crtPath, keyPath := w.write("citizen.crt", haltest.PEM(cert)), w.write("citizen.key", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	w.citizen = []string{"-citizen-cert", crtPath, "-citizen-key", keyPath}
}

func (w *world) write(name string, content []byte) string {
	path := filepath.Join(w.dir, name)
	must(w.t, os.WriteFile(path, content, 0o600))
	return path
}

// tokens is a text with one token a line.
func (w *world) tokens(ids ...string) string {
	var text strings.Builder
	for _, id := range ids {
		token, err := w.platform.IssueToken(id)
		must(w.t, err)
		text.WriteString(token.String() + "\n")
	}
	return text.String()
}

// conform runs the command.
func (w *world) conform(stdin string, args ...string) (code int, out, complaints string) {
	w.t.Helper()
	var said, complained bytes.Buffer
	code = run(w.t.Context(), slices.Concat(w.citizen, args), strings.NewReader(stdin), &said, &complained)
	return code, said.String(), complained.String()
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestTwoTokensAndACitizenAreEnoughForAllButWhatIsUnfit(t *testing.T) {
	w := newWorld(t)
	code, out, complaints := w.conform(w.tokens("atm-0001", "atm-0002"), "-tokens", "-")
	if code != exitHeld || !strings.Contains(out, " held, 0 broken, 3 not asked\n") {
		t.Errorf("got %d %s%s", code, out, complaints)
	}
}

func TestKeptTerminalServesAgain(t *testing.T) {
	w := newWorld(t)
	keep := filepath.Join(w.dir, "kept")
	code, _, complaints := w.conform("", "-tokens", w.write("tokens", []byte(w.tokens("atm-0001"))), "-keep", keep, "-only", "health")
	if code != exitHeld {
		t.Fatalf("got %d %s", code, complaints)
	}
	info, err := os.Stat(filepath.Join(keep, "terminal-1", "device.key"))
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the kept key has mode %v, want 0600", info.Mode().Perm())
	}
	url := "https://" + w.host()
	code, out, complaints := w.conform("", "-url", url, "-terminal", filepath.Join(keep, "terminal-1"))
	if code != exitHeld || !strings.Contains(out, "not-asked  carried-by-another") || !strings.Contains(out, "second terminal") {
		t.Errorf("got %d %s%s, want what takes two terminals not asked", code, out, complaints)
	}
}

// host is where the platform says it is.
func (w *world) host() string {
	token, err := w.platform.IssueToken("atm-9999")
	must(w.t, err)
	return token.Host
}

func TestReportForProgramsIsAsItsSchemaSays(t *testing.T) {
	w := newWorld(t)
	schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(conformance.Schema))
	must(t, err)
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	must(t, compiler.AddResource("https://kiosk.example/report.json", schema))
	compiled, err := compiler.Compile("https://kiosk.example/report.json")
	must(t, err)

	_, out, _ := w.conform(w.tokens("atm-0001"), "-tokens", "-", "-json", "-only", "health,carried-by-another", "-only", "too-large")
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(out))
	must(t, err)
	must(t, compiled.Validate(value))
	var report conformance.Report
	must(t, json.Unmarshal([]byte(out), &report))
	if report.Held != 2 || report.NotAsked != 1 || report.Platform != "platform-test" {
		t.Errorf("got %s", out)
	}
	if compiled.Validate(map[string]any{"url": "x"}) == nil {
		t.Error("the schema takes half a report")
	}
}

func TestBrokenPromiseIsOneAndSaysWhereItIsWritten(t *testing.T) {
	w := newWorld(t)
	w.admitted("atm-0001")
	must(t, w.platform.Suspend(t.Context(), "atm-0001", false)) // such a terminal may not ask any more
	code, out, _ := w.conform("", "-url", "https://"+w.host(), "-terminal", filepath.Join(w.dir, "kept", "terminal-1"), "-only", "query-tells-open-and-unknown")
	if code != exitBroken || !strings.Contains(out, "see queryKey") || !strings.Contains(out, "terminal-suspended") {
		t.Errorf("got %d %s, want %d and the clause", code, out, exitBroken)
	}
}

// admitted keeps a terminal in the folder kept.
func (w *world) admitted(id string) string {
	code, _, complaints := w.conform(w.tokens(id), "-tokens", "-", "-keep", filepath.Join(w.dir, "kept"), "-only", "health")
	if code != exitHeld {
		w.t.Fatalf("got %d %s", code, complaints)
	}
	return id
}

func TestWhatCannotBeAskedIsTwo(t *testing.T) {
	w := newWorld(t)
	empty := t.TempDir()
	used := w.tokens("atm-0001")
	w.conform(used, "-tokens", "-", "-only", "health")
	tests := []struct {
		name, stdin, want string
		args              []string
	}{
		{"no terminal", "", "not one or two terminals", []string{"-url", "https://" + w.host()}},
		{"no URL", "", "base URL", []string{"-terminal", empty}},
		{"three terminals", w.tokens("a", "b", "c"), "not one or two terminals", []string{"-tokens", "-"}},
		{"one terminal twice", w.tokens("a", "a"), "one id", []string{"-tokens", "-"}},
		{"half a token", "watashi1.abc\n", "line 1", []string{"-tokens", "-"}},
		{"a used token", used, "401", []string{"-tokens", "-"}},
		{"no folder", "", "device.key", []string{"-terminal", empty, "-url", "https://" + w.host()}},
		{"no such promise", w.tokens("a"), "no such promise", []string{"-tokens", "-", "-only", "perpetual-motion"}},
		{"roots that are none", "", "no certificate", []string{"-roots", filepath.Join(w.dir, "citizen.key")}},
		{"half a consent", "", "consent", []string{"-consent", "consent-1:ja"}},
		{"a stray argument", "", "is no flag", []string{"now"}},
		{"an unknown flag", "", "nonsense", []string{"-nonsense"}},
		{"a citizen's key of another kind", "", "loading citizen", []string{"-citizen-key", filepath.Join(w.dir, "citizen.crt")}},
		{"nobody there", "", "refused", []string{"-url", "https://127.0.0.1:1", "-terminal", w.folder("atm-0003")}},
	}
	for _, test := range tests {
		if test.name == "no URL" {
			test.args[1] = w.folder("atm-0003")
		}
		code, out, complaints := w.conform(test.stdin, test.args...)
		if code != exitNot || out != "" || !strings.Contains(complaints, test.want) {
			t.Errorf("%s: got %d %q %q, want %d and %q", test.name, code, out, complaints, exitNot, test.want)
		}
	}
}

// folder is a kept terminal.
func (w *world) folder(id string) string {
	w.admitted(id)
	return filepath.Join(w.dir, "kept", "terminal-1")
}

func TestListNamesEveryPromiseWithItsClause(t *testing.T) {
	var out bytes.Buffer
	if code := run(t.Context(), []string{"-list"}, strings.NewReader(""), &out, io.Discard); code != exitHeld {
		t.Fatalf("got %d", code)
	}
	for _, p := range conformance.Promises() {
		if !strings.Contains(out.String(), p.Name) || !strings.Contains(out.String(), p.Clause) {
			t.Errorf("%s is not listed with %q", p.Name, p.Clause)
		}
	}
}

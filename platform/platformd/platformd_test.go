package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"crypto/tls"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// founded is the configuration of a new platform with the test authority's CAs
// and lists, listening on a port of its own.
func founded(t *testing.T) (path string) {
	t.Helper()
	dir := t.TempDir()
	path = filepath.Join(dir, "platformd.json")
	do(t, "init", "-dir", dir, "-id", "platform-1", "-host", "127.0.0.1")
	rewrite(t, path, `"listen": ":8443"`, `"listen": "127.0.0.1:0"`)
	ca := haltest.NewCA()
	write(t, filepath.Join(dir, "ca.pem"), haltest.PEM(ca.Certificates()...))
	do(t, "-config", path, "ca", "add", filepath.Join(dir, "ca.pem"))
	list, err := ca.CRL(3, nil, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "list.der"), list)
	do(t, "-config", path, "crl", "import", filepath.Join(dir, "list.der"))
	return path
}

// do runs a command that has to succeed.
func do(t *testing.T, args ...string) string {
	t.Helper()
	var out, log bytes.Buffer
	if err := run(t.Context(), args, &out, &log); err != nil {
		t.Fatalf("%v: %v", args, err)
	}
	return out.String()
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func rewrite(t *testing.T, path, before, after string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), before) {
		t.Fatalf("%s has no %s", path, before)
	}
	write(t, path, []byte(strings.Replace(string(text), before, after, 1)))
}

// running starts the service and returns where it listens, once it does.
func running(t *testing.T, path string) (address string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	done := make(chan error, 1) // so that the service can end after a failed test
	go func() { done <- run(ctx, []string{"-config", path, "run"}, io.Discard, writer); writer.Close() }()
	t.Cleanup(func() {
		cancel()
		go io.Copy(io.Discard, reader)
		if err := <-done; err != nil {
			t.Error("the service ended with ", err)
		}
	})
	for lines := bufio.NewScanner(reader); lines.Scan(); {
		var line struct{ Msg, Address string }
		if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "platform serves" {
			go io.Copy(io.Discard, reader)
			return line.Address
		}
	}
	t.Fatal("the service did not begin to serve")
	return ""
}

func TestNewPlatformChecksServesAndGivesTokens(t *testing.T) {
	path := founded(t)
	if said := do(t, "-config", path, "check"); !strings.Contains(said, "in order") {
		t.Errorf("check: got %q", said)
	}
	before := do(t, "-config", path, "token", "atm-0001") // the service rests

	address := running(t, path)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	response, err := client.Get("https://" + address + "/healthz")
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("healthz: %v %v", response, err)
	}
	response.Body.Close()
	client.CloseIdleConnections()

	during := do(t, "-config", path, "token", "atm-0001") // the service runs
	for _, text := range []string{before, during} {
		token, err := protocol.ParseToken(strings.TrimSpace(text))
		if err != nil || token.Host != "127.0.0.1" {
			t.Errorf("token: got %v %v, want one for 127.0.0.1", token.Host, err)
		}
	}
}

func TestCommandsThatFailSayWhy(t *testing.T) {
	path := founded(t)
	tests := []struct {
		args []string
		want string
	}{
		{nil, "usage"},
		{[]string{"-config", path}, "usage"},
		{[]string{"-config", path, "dance"}, "usage"},
		{[]string{"-config", path, "token"}, "usage"},
		{[]string{"-config", path, "token", "no spaces"}, "terminal id"},
		{[]string{"-config", path, "token", "atm-0001", "soon"}, "duration"},
		{[]string{"-config", path, "token", "atm-0001", "240h"}, "a week"},
		{[]string{"-config", path, "token", "atm-0001", "1h", "elsewhere.example"}, "elsewhere.example"},
		{[]string{"-config", path, "terminal", "atm-9999"}, "not found"},
		{[]string{"-config", path, "issuance", "nobody"}, "not found"},
		{[]string{"-config", path, "ek"}, "usage"},
		{[]string{"-config", path, "ek", "allow", "nonsense"}, "64 hexadecimal digits"},
		{[]string{"-config", path, "ek", "add", path}, "reading"},
		{[]string{"-config", path, "ca", "retire"}, "one only"},
		{[]string{"-config", path, "ca", "retire", "perhaps"}, "usage"},
		{[]string{"-config", path, "ca", "dance"}, "usage"},
		{[]string{"-config", path, "terminals", "xml"}, "usage"},
		{[]string{"-config", path, "suspend", "atm-9999"}, "not found"},
		{[]string{"-config", path, "suspend", "atm-9999", "perhaps"}, "usage"},
		{[]string{"-config", path, "registration", "abc"}, "id"},
		{[]string{"-config", path, "decide", strings.Repeat("0a", 16), "maybe"}, "no decision"},
		{[]string{"-config", path, "contest"}, "usage: contest"},
		{[]string{"-config", path, "contest", "0a1b2c3d", "forget"}, "usage: contest"},
		{[]string{"-config", path, "contest", "0a1b2c3d", "--for", "nothing"}, "usage: contest"},
		{[]string{"-config", path, "contest", "0a1b2c3"}, "8 characters, not 7"},
		{[]string{"-config", path, "contest", "0a1b2c3O"}, "was it 0?"},
		{[]string{"-config", path, "contest", "0a1b2c3d"}, "nothing has arrived"},
		{[]string{"-config", path, "contest", "0a1b2c3d", "restore", "--reason", "why"}, "nothing has arrived"},
		{[]string{"-config", path, "contest", "0a1b2c3d", "uphold"}, "--reason TEXT"},
		{[]string{"-config", path, "contest", "0a1b2c3d", "--ahead", "--reason", "two\nlines"}, "one line"},
		{[]string{"-config", path, "contest-item", "forget", strings.Repeat("0a", 16), "me", ""}, "usage"},
		{[]string{"-config", path, "keys", "roll", "everything"}, "no key"},
		{[]string{"-config", path, "keys", "roll", "receipt", "soon"}, "usage"},
		{[]string{"-config", path, "keys", "dance"}, "usage"},
		{[]string{"-config", path, "ca", "drop", path}, "reading"},
		{[]string{"-config", path, "ca", "add", path}, "reading"},
		{[]string{"-config", path, "crl", "import", path}, "reading list"},
		{[]string{"-config", path + ".none", "check"}, "no such file"},
		{[]string{"init", "-dir", filepath.Dir(path), "-id", "platform-2", "-host", "h"}, "platform-1"},
		{[]string{"init", "-dir", t.TempDir(), "-id", "p", "-host", "h", "-environment", "staging"}, "staging"},
	}
	for _, test := range tests {
		var out, log bytes.Buffer
		err := run(t.Context(), test.args, &out, &log)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v: got %v, want an error with %q", test.args, err, test.want)
		}
	}
}

func TestConfigurationRefusesWhatItDoesNotKnow(t *testing.T) {
	path := founded(t)
	rewrite(t, path, `"photo": "off"`, `"photo": "off", "debug": true`)
	if _, err := readConfig(path); err == nil || !strings.Contains(err.Error(), "debug") {
		t.Errorf("got %v, want an error that names the unknown field", err)
	}
}

func TestKeysAreListedAndRolledOver(t *testing.T) {
	path := founded(t)
	if said := do(t, "-config", path, "keys", "list"); strings.Count(said, " current\n") != 3 {
		t.Errorf("keys list: got %q, want three", said)
	}
	if said := do(t, "-config", path, "keys", "roll", "bundle"); !strings.Contains(said, "0 terminals") {
		t.Errorf("keys roll: got %q", said)
	}
	do(t, "-config", path, "keys", "roll", "encryption", "--now")
	said := do(t, "-config", path, "keys", "list")
	if strings.Count(said, " announced\n") != 1 || strings.Count(said, " old, kept until 20") != 1 {
		t.Errorf("keys list: got %q, want one announced and one old", said)
	}
	if said := do(t, "-config", path, "keys", "left"); said != "" {
		t.Errorf("keys left: got %q, want nobody", said)
	}
	if said := do(t, "-config", path, "check"); !strings.Contains(said, "in order") {
		t.Errorf("check after rolling over: got %q", said)
	}
}

func TestCAOfCardsIsDropped(t *testing.T) {
	path := founded(t)
	folder := filepath.Join(filepath.Dir(path), "jpki")
	there, err := filepath.Glob(filepath.Join(folder, "*.crt"))
	if err != nil || len(there) < 2 {
		t.Fatalf("CAs: %v %v, want several", there, err)
	}
	if said := do(t, "-config", path, "ca", "drop", there[0]); !strings.Contains(said, "is dropped") {
		t.Errorf("ca drop: got %q", said)
	}
	now, _ := filepath.Glob(filepath.Join(folder, "*.crt"))
	old, _ := filepath.Glob(filepath.Join(folder, "old", "*.crt"))
	if len(now) != len(there)-1 || len(old) != 1 {
		t.Errorf("got %d and %d old, want one moved", len(now), len(old))
	}
	if said := do(t, "-config", path, "check"); !strings.Contains(said, "in order") {
		t.Errorf("check: got %q", said)
	}
}

func TestChipIsAllowedByItsDigest(t *testing.T) {
	path := founded(t)
	said := do(t, "-config", path, "ek", "allow", strings.Repeat("ab", 32), "bench", "3")
	text, err := os.ReadFile(filepath.Join(filepath.Dir(path), "endorsements", "allowed.txt"))
	if err != nil || !strings.HasSuffix(string(text), " bench 3\n") || !strings.Contains(said, strings.Fields(string(text))[0]) {
		t.Errorf("got %q %v, said %q", text, err, said)
	}
	rewrite(t, path, `"protection": ""`, `"protection": "tpm-attested"`)
	if said := do(t, "-config", path, "check"); !strings.Contains(said, "in order") || strings.Contains(said, "no TPM") {
		t.Errorf("check: got %q", said)
	}
	if err := os.Remove(filepath.Join(filepath.Dir(path), "endorsements", "allowed.txt")); err != nil {
		t.Fatal(err)
	}
	if said := do(t, "-config", path, "check"); !strings.Contains(said, "no TPM is known") {
		t.Errorf("check without any: got %q", said)
	}
}

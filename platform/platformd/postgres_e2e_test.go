//go:build e2e

package main

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/postgres/postgrestest"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Two services with the same keys, each in its own folder, work on one database:
// an app that one of them knows, the other knows too.
func TestE2ETwoServicesOnOnePostgresAreOnePlatform(t *testing.T) {
	dsn := postgrestest.Start(t, "fsync=off").Database()
	path := founded(t)
	rewrite(t, path, `"postgres": ""`, `"postgres": "`+dsn+`"`)
	if said := do(t, "-config", path, "check"); !strings.Contains(said, "in order") {
		t.Errorf("check: got %q", said)
	}
	other := copied(t, path)
	first, second := &reached{t, running(t, path)}, &reached{t, running(t, other)}

	app := protocol.NewPrivateKey()
	request := protocol.KeyRequest{Nonce: first.nonce(), Time: time.Now()}
	var issued protocol.IssuedKey
	first.post("/v1/registration-keys", signed(protocol.SignKeyRequest(request, app))(t), &issued)

	asked := protocol.ActivationRequest{Nonce: second.nonce(), Key: issued.RegistrationKey, Code: protocol.NewCode(protocol.Digits6)}
	var answer protocol.Activation
	second.post("/v1/activations", signed(protocol.SignActivation(asked, app))(t), &answer)
	if answer.Status != protocol.Pending {
		t.Errorf("activation before any visit, at the other one: got %s, want pending", answer.Status)
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(path), "platform.db")); err == nil {
		t.Error("there is an embedded store as well")
	}
}

// copied is the configuration of another service with the same keys.
func copied(t *testing.T, path string) string {
	t.Helper()
	dir, before := t.TempDir(), filepath.Dir(path)
	if err := os.CopyFS(dir, os.DirFS(before)); err != nil {
		t.Fatal(err)
	}
	again := filepath.Join(dir, filepath.Base(path))
	rewrite(t, again, before, dir)
	return again
}

// reached is a service that runs, seen by an app.
type reached struct {
	t       *testing.T
	address string
}

func (s *reached) nonce() string {
	s.t.Helper()
	var n protocol.Nonce
	s.do(http.MethodGet, "/v1/nonce", nil, &n)
	return n.Nonce
}

func (s *reached) post(path string, jws []byte, answer any) {
	s.t.Helper()
	s.do(http.MethodPost, path, jws, answer)
}

func (s *reached) do(method, path string, body []byte, answer any) {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), method, "https://"+s.address+path, bytes.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Content-Type", protocol.MediaJOSE)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	response, err := client.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	said, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		s.t.Fatalf("%s %s: %d %s %v", method, path, response.StatusCode, said, err)
	}
	if err := json.Unmarshal(said, answer); err != nil {
		s.t.Fatal(err)
	}
}

func signed(jws []byte, err error) func(*testing.T) []byte {
	return func(t *testing.T) []byte {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return jws
	}
}

package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/bolt"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// visited puts registrations with these ids into the store of a platform that rests.
func visited(t *testing.T, path string, ids ...string) {
	t.Helper()
	s, err := bolt.Open(filepath.Join(filepath.Dir(path), "platform.db"))
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 24, 1, 30, 0, 0, time.UTC)
	for _, text := range ids {
		id, err := protocol.ParseID(text)
		if err != nil {
			t.Fatal(err)
		}
		r := platform.Registration{
			ID: id, Body: protocol.SHA256(id[:]), TerminalID: "shop-7", Verdict: protocol.Accepted,
			Sealed: at, Arrived: at, Judged: at, Activate: time.Now().Add(time.Hour),
			Person: &platform.Person{Attributes: protocol.Attributes{Name: "架空緑", Address: "東京都架空市"}},
		}
		err = s.Update(t.Context(), func(w platform.Writing) error { return w.AddRegistration(r, platform.Evidence{}) })
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// called has somebody at the desk type a command, and then an answer.
func called(t *testing.T, path, answer string, args ...string) (string, error) {
	t.Helper()
	c, err := readConfig(path)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	err = contest(t.Context(), c, args, strings.NewReader(answer), &out)
	for _, personal := range []string{"架空緑", "東京都架空市"} {
		if strings.Contains(out.String(), personal) {
			t.Errorf("%v tells %s", args, personal)
		}
	}
	return out.String(), err
}

const slip, whole = "0a1b2c3d", "0a1b2c3d000000000000000000000001"

func TestDeskSeesTheVisitAndNobodyAndIsAsked(t *testing.T) {
	path := founded(t)
	visited(t, path, whole, "ffffffff000000000000000000000001")
	running(t, path)
	for _, answer := range []string{"", "no\n", "y\n"} {
		said, err := called(t, path, answer, slip)
		if !errors.Is(err, errUnasked) {
			t.Errorf("answer %q: got %v, want that nothing was done", answer, err)
		}
		for _, want := range []string{"2026-11-24 10:30 JST", "shop-7", "not activated", whole, "Type yes"} {
			if !strings.Contains(said, want) {
				t.Errorf("answer %q: it does not tell %s:\n%s", answer, want, said)
			}
		}
	}
	steps := []struct {
		answer string
		args   []string
		want   string
	}{
		{"yes\n", []string{"0A1B-2C3D", "--reason", "was not there", "--by", "yamada"}, "contested; its code is dead"},
		{"", []string{slip, "--yes"}, "contested already"},
		{"", []string{whole}, "contested already"},
		{"yes\n", []string{slip, "restore", "--reason", "remembers it now", "--by", "sato"}, "restored; not activated"},
		{"", []string{"--yes", slip}, "contested; its code is dead"},
		{"yes\n", []string{slip, "uphold", "--reason", "police report"}, "upheld, for good"},
	}
	for _, step := range steps {
		waits := strings.Contains(do(t, "-config", path, "contests"), slip)
		if want := strings.Contains(step.want, "already") || strings.Contains(step.want, "restored") || strings.Contains(step.want, "upheld"); waits != want {
			t.Errorf("before %v it waits for a ruling: %v", step.args, waits)
		}
		if said, err := called(t, path, step.answer, step.args...); err != nil || !strings.Contains(said, step.want) {
			t.Errorf("%v: got %v\n%swant %s", step.args, err, said, step.want)
		}
	}
	if _, err := called(t, path, "", slip, "--yes"); err == nil || !strings.Contains(err.Error(), "for good") {
		t.Errorf("after it was upheld: got %v", err)
	}
	said := do(t, "-config", path, "evidence", whole)
	for _, want := range []string{"by yamada (", "was not there", "by sato (", "remembers it now", "police report"} {
		if !strings.Contains(said, want) {
			t.Errorf("the evidence does not tell %s", want)
		}
	}
	if said := do(t, "-config", path, "registration", whole); !strings.Contains(said, "contested 20") {
		t.Errorf("registration: got %q", said)
	}
}

func TestDeskIsToldOfSeveralUnderOneNumber(t *testing.T) {
	path := founded(t)
	other := "0a1b2c3d000000000000000000000002"
	visited(t, path, whole, other)
	said, err := called(t, path, "yes\n", slip)
	if err == nil || !strings.Contains(err.Error(), "2 registrations begin") || strings.Count(said, "shop-7") != 2 {
		t.Errorf("got %v\n%swant both, and nothing done", err, said)
	}
	if said, err := called(t, path, "", other, "--yes"); err != nil || !strings.Contains(said, "its code is dead") {
		t.Errorf("by the whole id: got %v\n%s", err, said)
	}
	if said := do(t, "-config", path, "registration", whole); !strings.Contains(said, "contested never") {
		t.Errorf("the other one: got %q", said)
	}
}

func TestDeskNotesWhatHasNotArrived(t *testing.T) {
	path := founded(t)
	for _, step := range []struct {
		args []string
		want string
	}{
		{[]string{slip, "--ahead", "--reason", "calls from the street"}, "noted"},
		{[]string{slip}, ": calls from the street"},
		{[]string{slip, "restore", "--reason", "was them"}, "taken back"},
		{[]string{slip, "--ahead"}, "noted"},
	} {
		if said, err := called(t, path, "", step.args...); err != nil || !strings.Contains(said, step.want) {
			t.Errorf("%v: got %v %q, want %s", step.args, err, said, step.want)
		}
	}
	if said := do(t, "-config", path, "contests"); !strings.Contains(said, slip+" has not arrived") {
		t.Errorf("contests: got %q", said)
	}
	visited(t, path, whole)
	if said, err := called(t, path, "", slip); err != nil || !strings.Contains(said, "contested already") {
		t.Errorf("once it has arrived: got %v\n%s", err, said)
	}
}

func TestSecondServiceOnOneFolderIsToldWhatToDo(t *testing.T) {
	path := founded(t)
	running(t, path)
	var out, log bytes.Buffer
	err := run(t.Context(), []string{"-config", path, "run"}, &out, &log)
	for _, want := range []string{"another watashi-platformd", filepath.Join(filepath.Dir(path), "admin.sock"), "stop that one", `"admin": "admin-2.sock"`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want an error with %s", err, want)
		}
	}
	do(t, "-config", path, "terminals") // the first one has its socket still
	rewrite(t, path, `"postgres": ""`, `"admin": "platformd.json", "postgres": ""`)
	if _, err := readConfig(path); err == nil || !strings.Contains(err.Error(), ".sock") {
		t.Errorf("a socket in place of the configuration: got %v", err)
	}
}

func TestServiceStartsAgainWhereOneDied(t *testing.T) {
	path := founded(t)
	for _, name := range []string{"admin.sock", "admin.sock.lock"} {
		write(t, filepath.Join(filepath.Dir(path), name), nil) // nobody holds them
	}
	running(t, path)
	if about, err := os.Stat(filepath.Join(filepath.Dir(path), "admin.sock")); err != nil || about.Mode().Perm() != 0o600 {
		t.Errorf("the socket: got %v %v", about, err)
	}
}

// beside is the configuration of another service on the same folder.
func beside(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	second := filepath.Join(filepath.Dir(path), "platformd-2.json")
	write(t, second, text)
	rewrite(t, second, `"postgres": `, `"admin": "admin-2.sock", "postgres": `)
	return second
}

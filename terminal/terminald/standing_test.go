package main

import (
	"crypto/x509"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
	"github.com/digital-watashi/kiosk/terminal/status"
	"github.com/digital-watashi/kiosk/terminal/uplink"
)

// commander is a platform that answers heartbeats, as its operator wants.
type commander struct {
	m *machine

	mu        sync.Mutex
	suspended bool
	liar      bool // signs by a key that nobody knows
	beats     []protocol.Heartbeat
}

func (c *commander) set(suspended, liar bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.suspended, c.liar = suspended, liar
}

// heard are the heartbeats so far.
func (c *commander) heard() []protocol.Heartbeat {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.beats)
}

func (c *commander) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != protocol.PathHeartbeats {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body, err := io.ReadAll(r.Body)
	beat, _, bad := protocol.VerifyHeartbeat(body, func(string) (*x509.Certificate, error) { return c.m.cert, nil })
	if err != nil || bad != nil {
		http.Error(w, "no heartbeat", http.StatusForbidden)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.beats = append(c.beats, beat)
	if !c.suspended && !slices.Contains(beat.Conditions, protocol.ConditionSuspended) {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	w.Header().Set("Content-Type", protocol.MediaJOSE)
	w.Write(c.order(body))
}

func (c *commander) order(heartbeat []byte) []byte {
	now, key := time.Now().UTC().Truncate(time.Second), c.m.keys.receipt
	o := protocol.Order{TerminalID: "t-0001", Heartbeat: protocol.SHA256(heartbeat), Suspended: c.suspended, Time: now}
	if c.suspended {
		o.Since = now
	}
	if c.liar {
		key = c.m.keys.seal
	}
	jws, err := protocol.SignOrder(o, key)
	if err != nil {
		panic(err)
	}
	return jws
}

func TestSuspendedTerminalClosesAndOpensByOrderOfThePlatform(t *testing.T) {
	m, b := attended(t)
	c := &commander{m: m, suspended: true}
	platform := httptest.NewServer(c)
	defer platform.Close()
	stop := m.startWith(b.assemble)
	m.until("service but for the screen", func(s status.Terminal) bool { return s.OutOfService == "SCR-NONE" })
	m.carry(platform)
	suspended := func(s status.Terminal) bool { return s.OutOfService == string(catalogue.TerminalSuspended) }
	m.until("the suspension", suspended)
	stop()

	stop = m.startWith(newBench().assemble) // restarted, the carrier lives
	m.until("the suspension after a restart", suspended)
	stop()

	c.set(false, true)
	before := len(c.heard())
	stop = m.startWith(newBench().assemble)
	m.until("the answer of a liar", func(status.Terminal) bool { return len(c.heard()) > before })
	m.until("the suspension all the same", suspended)
	stop()
	if last := c.heard()[len(c.heard())-1]; !slices.Contains(last.Conditions, protocol.ConditionSuspended) || last.CertificateDays == nil || *last.CertificateDays != 0 || last.Maintenance {
		t.Errorf("the heartbeat says %+v", last)
	}

	c.set(false, false)
	m.startWith(newBench().assemble)
	m.until("service again", func(s status.Terminal) bool { return s.OutOfService == "SCR-NONE" })
	if _, err := os.Stat(filepath.Join(m.config.StateDir, "suspended.json")); !os.IsNotExist(err) {
		t.Errorf("the suspension is still on the disk: %v", err)
	}
}

func TestStandingOutlivesRestartsAndDamage(t *testing.T) {
	quiet, dir := slog.New(slog.DiscardHandler), t.TempDir()
	up := func(cause string) uplink.Link { return uplink.Link{Reachable: true, Cause: cause} }
	s := openStanding(dir, quiet)
	for cause, closed := range map[string]bool{"": false, protocol.CodeSuspended: true, protocol.CodeRetired: true, protocol.CodeNotAuthorised: false, uplink.CauseTimeout: false} {
		if got := s.fault(up(cause)) != nil; got != closed {
			t.Errorf("%q: closed %v, want %v", cause, got, closed)
		}
	}
	if s.fault(uplink.Link{Cause: protocol.CodeSuspended}) != nil {
		t.Error("closed by what was said before the line went")
	}
	since := time.Now().UTC().Truncate(time.Second)
	for _, order := range []protocol.Order{{Suspended: true, Since: since}, {Suspended: true, Since: since.Add(time.Hour)}} {
		if err := s.obey(order); err != nil {
			t.Fatal(err)
		}
	}
	if s = openStanding(dir, quiet); !s.suspended() || !s.since.Equal(since) {
		t.Errorf("reopened: since %v, want %v", s.since, since)
	}
	for _, damage := range []string{"", "{}", `{"since":"0001-01-01T00:00:00Z"}`, "\x00\x00"} {
		if err := os.WriteFile(s.path, []byte(damage), 0o600); err != nil {
			t.Fatal(err)
		}
		if !openStanding(dir, quiet).suspended() {
			t.Errorf("%q is no suspension", damage)
		}
	}
	for range 2 {
		if err := s.obey(protocol.Order{}); err != nil || s.suspended() {
			t.Errorf("let serve: %v", err)
		}
	}
	if openStanding(dir, quiet).suspended() {
		t.Error("suspended again after a restart")
	}
}

func TestOrderThatCannotBeKeptIsNotObeyed(t *testing.T) {
	s := openStanding(filepath.Join(t.TempDir(), "no such folder"), slog.New(slog.DiscardHandler))
	if err := s.obey(protocol.Order{Suspended: true, Since: time.Now()}); err == nil || s.suspended() {
		t.Error("obeyed, and forgotten by the next restart")
	}
}

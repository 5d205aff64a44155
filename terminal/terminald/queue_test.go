//go:build cgo || windows

package main

import (
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/journal"
	"github.com/digital-watashi/kiosk/terminal/status"
)

// envelope has the outer form of a sealed one; nothing is in it.
func envelope(n string) []byte {
	part := base64.RawURLEncoding.EncodeToString
	return []byte(part([]byte(`{"alg":"ECDH-ES","enc":"A256GCM"}`)) + ".." + part([]byte("iv")) + "." + part([]byte(n)) + "." + part([]byte("tag")))
}

// store leaves registrations in the journal that were handed over, and holds back
// those that are named so.
func (m *machine) store(aside map[byte]string, ids ...byte) {
	m.t.Helper()
	j, err := journal.Open(filepath.Join(m.config.StateDir, "journal.db"))
	m.must(err)
	for _, n := range ids {
		id := protocol.ID{n}
		m.must(j.Commit(id, envelope(id.String()), time.Now()))
		m.must(j.BeginHandOver(id))
		m.must(j.EndHandOver(id, journal.Done))
		if reason, is := aside[n]; is {
			m.must(j.Quarantine(id, reason, time.Now()))
		}
	}
	m.must(j.Close())
}

// accepting is a platform that takes every registration.
type accepting struct {
	*httptest.Server
	mu    sync.Mutex
	taken []string
}

func (m *machine) accepting() *accepting {
	a := &accepting{}
	a.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, is := strings.CutPrefix(r.URL.Path, protocol.PathRegistrations)
		if !is {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		body, _ := io.ReadAll(r.Body)
		id, _ := protocol.ParseID(name)
		receipt, err := protocol.SignReceipt(protocol.Receipt{
			ID: id, BodySHA256: protocol.SHA256(body), Verdict: protocol.Accepted, Time: time.Now().UTC().Truncate(time.Second),
		}, m.keys.receipt)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		a.mu.Lock()
		a.taken = append(a.taken, name)
		a.mu.Unlock()
		w.Header().Set("Content-Type", protocol.MediaJOSE)
		w.Write(receipt)
	}))
	m.t.Cleanup(a.Close)
	return a
}

func (a *accepting) took(id protocol.ID) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Contains(a.taken, id.String())
}

func TestQueueIsShownAndReleased(t *testing.T) {
	m := newMachine(t)
	m.provision(protocol.Test)
	waits, aside := protocol.ID{1}, protocol.ID{2}
	m.store(map[byte]string{2: "bad-envelope"}, 1, 2)
	m.start()
	s := m.until("the terminal", func(s status.Terminal) bool { return s.Journal != nil })
	if s.Journal.Unsent != 1 || s.Journal.Quarantined != 1 || m.metric("watashi_queue_quarantined") != "1" {
		t.Errorf("status is %+v", s.Journal)
	}
	var q status.Queue
	if code := m.ask("GET", "/queue", &q); code != 200 || q.Terminal != "t-0001" || q.Waiting != 1 || q.Quarantined != 1 || len(q.Items) != 2 ||
		q.Items[0].ID != waits || q.Items[0].State != "waiting" || q.Items[0].Cause != "no-contact" || q.Items[0].Words == "" ||
		q.Items[1].ID != aside || q.Items[1].State != "quarantined" || q.Items[1].Reason != "bad-envelope" {
		t.Errorf("%d, the queue is %+v", code, q)
	}
	platform := m.accepting()
	m.carry(platform.Server)
	m.until("the first to be taken", func(s status.Terminal) bool { return s.Journal.Unsent == 0 })
	if platform.took(aside) {
		t.Error("the platform was asked to take what stands in quarantine")
	}
	var item status.Item
	if code := m.ask("POST", "/queue/"+aside.String()+"/retry", &item); code != 200 || item.ID != aside || item.State == "quarantined" {
		t.Errorf("retry: %d, %+v", code, item)
	}
	m.until("the second to be taken", func(s status.Terminal) bool { return s.Journal.Unsent+s.Journal.Quarantined == 0 })
	if code := m.ask("GET", "/queue/"+aside.String(), &item); code != 200 || item.State != "answered" || item.Facts == nil || item.Facts.Delivery != string(journal.Accepted) || item.Facts.HandOver != string(journal.Done) {
		t.Errorf("show: %d, %+v", code, item)
	}
	if code := m.ask("POST", "/queue/"+aside.String()+"/retry", &item); code != 200 || item.State != "answered" {
		t.Errorf("retry of what is answered: %d, %+v", code, item)
	}
	for _, unknown := range []string{protocol.ID{9}.String(), "nonsense", strings.Repeat("0", 32)} {
		if code := m.ask("GET", "/queue/"+unknown, &item); code != 404 {
			t.Errorf("%s: %d", unknown, code)
		}
		if code := m.ask("POST", "/queue/"+unknown+"/retry", &item); code != 404 {
			t.Errorf("retry of %s: %d", unknown, code)
		}
	}
}

func TestQueueTellsWhatThePlatformAnswered(t *testing.T) {
	m := newMachine(t)
	m.provision(protocol.Test)
	m.store(nil, 1)
	refusing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, protocol.PathRegistrations) {
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(http.StatusBadRequest)
			io.WriteString(w, `{"status":400,"code":"malformed"}`)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(refusing.Close)
	m.start()
	m.until("the uplink", func(s status.Terminal) bool { return s.Platform != nil && s.Platform.Cause == "no-contact" })
	m.carry(refusing)
	s := m.until("the refusal", func(s status.Terminal) bool { return len(s.Platform.Refused) > 0 })
	if r := s.Platform.Refused[0]; r.Status != 400 || r.Code != "malformed" || !r.Permanent {
		t.Errorf("status tells %+v", r)
	}
	var item status.Item
	if code := m.ask("GET", "/queue/"+protocol.ID{1}.String(), &item); code != 200 || item.Tries == 0 || item.Status != 400 || item.Cause != "malformed" || !strings.Contains(item.Words, "quarantine") {
		t.Errorf("%d, %+v", code, item)
	}
}

func TestBeforeThereIsATerminalThereIsNoQueue(t *testing.T) {
	m := newMachine(t)
	m.start()
	m.until("the reason", func(s status.Terminal) bool { return s.Missing != "" })
	for path, method := range map[string]string{"/queue": "GET", "/queue/" + protocol.ID{1}.String(): "GET", "/queue/" + protocol.ID{1}.String() + "/retry": "POST", "/audit": "GET"} {
		if code := m.ask(method, path, nil); code != http.StatusConflict {
			t.Errorf("%s: %d", path, code)
		}
	}
}

func TestAuditTrailIsTheOneOfTheHeartbeat(t *testing.T) {
	m := newMachine(t)
	m.provision(protocol.Test)
	m.store(nil, 1, 2, 3)
	m.start()
	s := m.until("the terminal", func(s status.Terminal) bool { return s.Journal != nil && s.Journal.AuditEntries > 0 })
	response, err := unixClient(m.config.StatusSocket).Get("http://terminal/audit")
	m.must(err)
	defer response.Body.Close()
	head, err := journal.VerifyAudit(response.Body, journal.Head{Entries: s.Journal.AuditEntries, SHA256: s.Journal.AuditHead})
	if err != nil || head.Entries < s.Journal.AuditEntries || s.Journal.AuditEntries < 9 {
		t.Errorf("head %+v, %v; the status says %d", head, err, s.Journal.AuditEntries)
	}
	if !strings.Contains(m.log.String(), "audit trail exported") {
		t.Error("nobody was told that the trail was taken")
	}
}

func TestWhatADamagedJournalLostIsNotAnswered(t *testing.T) {
	for want, r := range map[string]journal.Record{
		status.Lost:     {Delivery: journal.Lost, Withdrawal: journal.Standing},
		status.Waiting:  {Delivery: journal.Lost, Withdrawal: journal.Unasked, Place: 1},
		status.Answered: {Delivery: journal.Lost, Withdrawal: journal.Unasked, Answer: protocol.Withdrawn},
	} {
		if got := stateOf(r); got != want {
			t.Errorf("%+v: got %s, want %s", r, got, want)
		}
	}
}

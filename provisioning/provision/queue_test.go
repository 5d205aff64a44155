package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning/provision/console"
	"github.com/digital-watashi/kiosk/terminal/status"
)

// clerk is a terminald as its status socket shows it, with a queue of two items and
// an audit trail of three entries.
type clerk struct {
	*lab
	config  string
	queue   status.Queue
	accepts bool   // the platform takes what is retried
	trail   []byte // what /audit answers
	retried []string
}

func newClerk(t *testing.T) *clerk {
	c := &clerk{lab: newLab(t), trail: trailOf(3)}
	queued := time.Date(2026, 11, 20, 1, 0, 0, 0, time.UTC)
	since := queued.Add(time.Hour)
	c.queue = status.Queue{
		Terminal: "T-0001", Cause: "tls-expired", Words: "By this machine's clock the platform's certificate has expired.", Waiting: 1, Quarantined: 1,
		Items: []status.Item{
			{
				ID: protocol.ID{1}, Kind: "registration", State: status.Waiting, Queued: queued, AgeSeconds: 93784, Size: 4096, Tries: 3,
				Cause: "tls-expired", Words: "By this machine's clock the platform's certificate has expired.",
			},
			{
				ID: protocol.ID{2}, Kind: "withdrawal", State: status.Quarantined, Queued: queued, AgeSeconds: 90, Size: 512,
				QuarantinedSince: since, Reason: "http-400", Words: "The platform has refused it again and again.",
			},
		},
	}
	mux := http.NewServeMux()
	answer := func(w http.ResponseWriter, v any) { json.NewEncoder(w).Encode(v) }
	mux.HandleFunc("GET /queue", func(w http.ResponseWriter, _ *http.Request) { answer(w, c.queue) })
	mux.HandleFunc("GET /queue/{id}", func(w http.ResponseWriter, r *http.Request) {
		item := c.find(r.PathValue("id"))
		if item == nil {
			http.Error(w, "no item of this id", http.StatusNotFound)
			return
		}
		item.Facts = &status.Facts{Committed: item.Queued, Delivery: "sealed", HandOver: "done", Withdrawal: "standing"}
		answer(w, item)
	})
	mux.HandleFunc("POST /queue/{id}/retry", func(w http.ResponseWriter, r *http.Request) {
		item := c.find(r.PathValue("id"))
		c.retried = append(c.retried, r.PathValue("id"))
		*item = status.Item{ID: item.ID, Kind: item.Kind, State: status.Waiting, Queued: item.Queued, Size: item.Size, Tries: item.Tries, Words: "It will be sent in its turn."}
		answer(w, item)
		if c.accepts {
			item.State, item.Words = status.Answered, ""
		} else {
			item.Tries, item.Status, item.Cause = item.Tries+1, 400, "http-400"
		}
	})
	mux.HandleFunc("GET /audit", func(w http.ResponseWriter, _ *http.Request) { w.Write(c.trail) })
	socket := filepath.Join(c.dir, "status")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: mux}
	done := make(chan struct{})
	go func() { defer close(done); server.Serve(listener) }()
	t.Cleanup(func() { server.Close(); <-done })
	c.config = c.rawConfig(`{"status_socket":` + quoted(socket) + `}`)
	return c
}

func (c *clerk) find(id string) *status.Item {
	for n := range c.queue.Items {
		if c.queue.Items[n].ID.String() == id {
			return &c.queue.Items[n]
		}
	}
	return nil
}

// do runs a command of a group against it.
func (c *clerk) do(words ...string) ended {
	return c.group(c.config, words...)
}

// trailOf is an audit trail, chained as terminald chains it.
func trailOf(entries int) (trail []byte) {
	var last protocol.Digest
	for n := range entries {
		line := fmt.Appendf(nil, `{"sequence":%d,"time":"2026-11-20T01:00:0%dZ","event":"committed","previous":%q}`, n+1, n, last.String())
		last = sha256.Sum256(line)
		trail = append(append(trail, line...), '\n')
	}
	return trail
}

func (c *clerk) id(n byte) string { return protocol.ID{n}.String() }

func TestQueueListSaysWhatWaitsAndWhy(t *testing.T) {
	c := newClerk(t)
	e := c.do("queue", "list")
	c.want(e, exitDone)
	c.equal(e.out, `
terminal        T-0001
platform        not reachable  tls-expired
                By this machine's clock the platform's certificate has expired.
waiting         1
quarantined     1

ID                                KIND          STATE            AGE  TRIES  WHY
01000000000000000000000000000000  registration  waiting        1d02h      3  tls-expired
02000000000000000000000000000000  withdrawal    quarantined    1m30s      0  http-400
`)
	e = c.do("queue", "list", "--json")
	c.want(e, exitDone)
	c.valid("queue-list", e.out)
	c.queue = status.Queue{Terminal: "T-0001", Reachable: true, Items: []status.Item{}}
	e = c.do("queue", "list")
	c.want(e, exitDone, "reachable", "waiting         0")
	c.valid("queue-list", c.do("queue", "list", "--json").out)
}

func TestQueueListTellsOfADamagedJournal(t *testing.T) {
	c := newClerk(t)
	c.queue = status.Queue{Terminal: "T-0001", Reachable: true, Items: []status.Item{}, Salvaged: []status.Salvage{
		{
			At: time.Date(2026, 11, 20, 1, 0, 0, 0, time.UTC), Aside: "/var/lib/watashi/terminald/journal.db.damaged-1", Carried: 7, Lost: 2,
			LostIDs: []protocol.ID{{1}, {2}}, Doubtful: []protocol.ID{{3}}, Uncertain: true, Cause: "journal corrupt",
		},
		{Aside: "/var/lib/watashi/terminald/journal.db.damaged-2", Cause: "the power was cut before a report was written"},
	}}
	e := c.do("queue", "list")
	c.want(e, exitDone)
	c.equal(e.out, `
terminal        T-0001
platform        reachable
waiting         0
damaged         /var/lib/watashi/terminald/journal.db.damaged-1
  why           journal corrupt
  since         2026-11-20T01:00:00Z
  carried       7 registrations
  lost          2 registrations, maybe more
                01000000000000000000000000000000
                02000000000000000000000000000000
  in doubt      03000000000000000000000000000000
                Service goes on. Check the disk, tell the platform's operator the ids, then take this file and its report away.
damaged         /var/lib/watashi/terminald/journal.db.damaged-2
  why           the power was cut before a report was written
                Service goes on. Check the disk, tell the platform's operator the ids, then take this file and its report away.
`)
	c.valid("queue-list", c.do("queue", "list", "--json").out)
}

func TestQueueIsToldInTheTechniciansLanguage(t *testing.T) {
	c := newClerk(t)
	c.World.Environ = func(name string) string { return map[string]string{"LC_ALL": "", "LANG": "ja_JP.UTF-8"}[name] }
	c.queue.Salvaged = []status.Salvage{{At: c.queue.Items[0].Queued, Aside: "/j.damaged-1", Carried: 7, Lost: 1, Uncertain: true}}
	c.queue.Items[1].State = status.Lost
	e := c.do("queue", "list")
	c.want(e, exitDone)
	c.equal(e.out, `
terminal        T-0001
platform        not reachable  tls-expired
                By this machine's clock the platform's certificate has expired.
waiting         1
quarantined     1
破損            /j.damaged-1
  時刻          2026-11-20T01:00:00Z
  救出          7
  消失          1, ほかにもある可能性
                サービスは続いています。ディスクを点検し、上の番号をプラットフォームの運用者に伝えてから、このファイルと報告を取り除いてください。

ID                                KIND          STATE            AGE  TRIES  WHY
01000000000000000000000000000000  登録          送信待ち       1d02h      3  tls-expired
02000000000000000000000000000000  取り下げ      消失           1m30s      0  http-400
`)
	c.valid("queue-list", c.do("queue", "list", "--json").out)
	c.want(c.do("queue", "show", c.id(2)), exitDone, "消失", "封緘済み・未送信", "番号は手渡し済み", "取り下げなし")
}

func TestLanguageIsThatOfTheEnvironment(t *testing.T) {
	for _, test := range []struct{ all, messages, lang, want string }{
		{"", "", "ja_JP.UTF-8", "ja"}, {"", "", "", "en"}, {"C.UTF-8", "", "ja_JP.UTF-8", "en"}, {"", "ja_JP.UTF-8", "C", "ja"}, {"", "", "fr_FR", "en"},
	} {
		said := map[string]string{"LC_ALL": test.all, "LC_MESSAGES": test.messages, "LANG": test.lang}
		if got := console.Language(func(name string) string { return said[name] }); got != test.want {
			t.Errorf("%+v: got %s", test, got)
		}
	}
}

func TestQueueShowTellsOneItem(t *testing.T) {
	c := newClerk(t)
	e := c.do("queue", "show", c.id(2))
	c.want(e, exitDone)
	c.equal(e.out, `
id              02000000000000000000000000000000
kind            withdrawal
state           quarantined  http-400
                The platform has refused it again and again.
age             1m30s, since 2026-11-20T01:00:00Z; 512 bytes
tries           0
quarantined     since 2026-11-20T02:00:00Z
committed       2026-11-20T01:00:00Z
delivery        sealed, not delivered yet
hand-over       the code is in a hand
withdrawal      not taken back
`)
	for _, words := range [][]string{{"queue", "show", "--json", c.id(1)}, {"queue", "show", c.id(1), "--json"}} {
		e = c.do(words...)
		c.want(e, exitDone, `"facts"`)
		c.valid("queue-show", e.out)
	}
	for _, unknown := range []string{c.id(9), "nonsense", strings.Repeat("0", 31)} {
		e = c.do("queue", "show", unknown, "--json")
		c.want(e, exitNoItem, `"result":"no-item"`)
		c.valid("queue-show", e.out)
	}
	c.want(c.do("queue", "show"), exitUsage, "queue show ID")
	c.want(c.do("queue", "show", c.id(1), c.id(2)), exitUsage, "unexpected argument")
}

func TestQueueRetryFollowsAnItemToItsReceipt(t *testing.T) {
	c := newClerk(t)
	c.accepts = true
	e := c.do("queue", "retry", c.id(2))
	c.want(e, exitDone, "released        1 item by", "state           answered")
	c.want(c.do("queue", "retry", c.id(2)), exitDone, "answered")
	if len(c.retried) != 1 {
		t.Errorf("retried %v, want what is answered left alone", c.retried)
	}
	c = newClerk(t)
	c.accepts = true
	e = c.do("queue", "retry", "--all", "--json")
	c.want(e, exitDone, `"released":1`, c.id(2))
	c.valid("queue-retry", e.out)
	c.want(c.do("queue", "retry", "--all"), exitDone, "is empty")
}

func TestQueueRetrySaysWhatStillWaits(t *testing.T) {
	c := newClerk(t)
	for n, want := range map[byte]string{1: `"tries":4`, 2: `"tries":1`} {
		e := c.do("queue", "retry", c.id(n), "--json")
		c.want(e, exitWaits, want, `"cause":"http-400"`, `"result":"waits"`)
		c.valid("queue-retry", e.out)
	}
	c.want(c.do("queue", "retry", c.id(1)), exitWaits, "Nothing is lost")
	c.want(c.do("queue", "retry", c.id(9)), exitNoItem)
	c.want(c.do("queue", "retry"), exitUsage)
	c.want(c.do("queue", "retry", c.id(1), "--all"), exitUsage)
}

func TestQueueAndAuditNeedATerminald(t *testing.T) {
	c := newClerk(t)
	c.config = c.lab.config("{}")
	for schema, words := range map[string][]string{
		"queue-list": {"queue", "list"}, "queue-show": {"queue", "show", c.id(1)}, "queue-retry": {"queue", "retry", "--all"},
		"audit-export": {"audit", "export", "--out", filepath.Join(c.dir, "trail")},
	} {
		e := c.do(append(words, "--json")...)
		c.want(e, exitNoTerminal, "systemctl status watashi-terminald")
		c.valid(schema, e.out)
	}
	if _, err := os.Stat(filepath.Join(c.dir, "trail")); err == nil {
		t.Error("left an empty trail")
	}
}

func TestAuditIsExportedAndVerified(t *testing.T) {
	c := newClerk(t)
	head := protocol.SHA256(bytes.Split(c.trail, []byte("\n"))[2]).String()
	e := c.do("audit", "export")
	c.want(e, exitDone, "to entry 3", head)
	if e.out != string(c.trail) {
		t.Errorf("standard output is not the trail: %q", e.out)
	}
	file := filepath.Join(c.dir, "trail.jsonl")
	e = c.do("audit", "export", "--json", "--out", file)
	c.want(e, exitDone, `"entries":3`, head)
	c.valid("audit-export", e.out)
	c.want(c.do("audit", "export", "--out", file), exitFiles, "exist") // another trail is not written over
	c.want(c.do("audit", "export", "--json"), exitUsage, "--out")
	e = c.do("audit", "verify", file)
	if want := "of these              3  registrations sealed and stored"; !strings.Contains(e.out, want) {
		t.Errorf("got %q, want what happened in words: %q", e.out, want)
	}
	c.want(e, exitDone, "whole, to entry 3", head)
	second := protocol.SHA256(bytes.Split(c.trail, []byte("\n"))[1]).String()
	for known, entry := range map[string]string{head: `"known_entry":3`, second: `"known_entry":2`} {
		e = c.do("audit", "verify", file, "--head", known, "--json")
		c.want(e, exitDone, entry)
		c.valid("audit-verify", e.out)
	}
	for _, other := range []string{protocol.SHA256(nil).String(), "short"} {
		c.want(c.do("audit", "verify", "--head", other, file), exitHead, "heartbeat")
	}
	c.want(c.do("audit", "verify", filepath.Join(c.dir, "none")), exitFiles)
	c.want(c.do("audit", "verify"), exitUsage, "audit verify FILE")
}

func TestChangedAuditIsToldAndKept(t *testing.T) {
	c := newClerk(t)
	whole := string(c.trail)
	lines := strings.SplitAfter(whole, "\n")
	for name, changed := range map[string]string{
		"another word":    strings.Replace(whole, "committed", "forgotten", 1),
		"one is missing":  lines[0] + lines[2],
		"another order":   lines[1] + lines[0] + lines[2],
		"cut in the last": whole[:len(whole)-10],
		"no trail at all": "<html>\n",
	} {
		c.trail = []byte(changed)
		file := filepath.Join(c.dir, name)
		e := c.do("audit", "export", "--out", file, "--json")
		c.want(e, exitAudit, `"result":"audit"`)
		c.valid("audit-export", e.out)
		if kept, err := os.ReadFile(file); err != nil || string(kept) != changed {
			t.Errorf("%s: kept %q, %v", name, kept, err)
		}
		c.want(c.do("audit", "verify", file), exitAudit, "somebody changed it")
	}
}

func TestGroupHelpNamesEveryCommandAndExit(t *testing.T) {
	c := newClerk(t)
	for _, g := range []group{queueGroup(), auditGroup()} {
		c.want(c.do(g.name, "help"), exitDone, "schema/"+g.name+"-", "43  watashi-terminald does not answer")
		c.want(c.do(g.name, "what"), exitUsage, "usage:")
		for _, cmd := range g.commands {
			e := c.do(g.name, cmd.name, "--help")
			c.want(e, exitDone, "usage: watashi-provision "+g.name+" "+cmd.title(), "--config FILE", "--json", cmd.help)
			c.want(c.do(g.name, cmd.name, "--what"), exitUsage, "usage: watashi-provision "+g.name)
		}
	}
}

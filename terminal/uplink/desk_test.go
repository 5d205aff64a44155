package uplink_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/uplink"
)

func TestLongPollAnswersAtOnceWhenSomethingChanges(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		_, empty, etag := w.call("GET", "/outbox?platform=reachable", "")
		if empty != `{"items":[]}`+"\n" {
			t.Errorf("an empty outbox is %q", empty)
		}
		start := time.Now()
		if status, _, _ := w.call("GET", "/outbox?platform=reachable", "", "If-None-Match", etag); status != http.StatusNotModified || time.Since(start) != 2*time.Second {
			t.Errorf("nothing new: %d after %v, want 304 after 2 s", status, time.Since(start))
		}
		start = time.Now()
		time.AfterFunc(700*time.Millisecond, func() { w.shelf.put(protocol.ID{1}, "registration", "e") })
		status, body, _ := w.call("GET", "/outbox?platform=reachable", "", "If-None-Match", etag)
		if status != http.StatusOK || time.Since(start) != 700*time.Millisecond || !strings.Contains(body, `"kind":"registration"`) {
			t.Errorf("a new item: %d %s after %v", status, body, time.Since(start))
		}
	})
}

func TestNobodyButThePlatformSettlesAnything(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		id, other, liar := protocol.NewID(), protocol.NewID(), newPlatform()
		w.shelf.put(id, "registration", "envelope")
		good := w.platform.receipt(id, []byte("envelope"), protocol.Accepted)
		lies := map[string]struct {
			receipt, kind string
			id            protocol.ID
			want          int
		}{
			"nothing":             {"", "registration", id, 422},
			"no JWS":              {"accepted", "registration", id, 422},
			"another key":         {string(liar.receipt(id, []byte("envelope"), protocol.Accepted)), "registration", id, 422},
			"for another body":    {string(w.platform.receipt(id, []byte("other"), protocol.Accepted)), "registration", id, 422},
			"for another id":      {string(w.platform.receipt(other, []byte("envelope"), protocol.Accepted)), "registration", id, 422},
			"of another kind":     {string(good), "withdrawal", id, 410},
			"of a living kind":    {string(good), "key-query", id, 410},
			"for nothing waiting": {string(w.platform.receipt(other, []byte("envelope"), protocol.Accepted)), "registration", other, 410},
			"a key answer":        {string(w.platform.keyAnswer([]byte("envelope"))), "registration", id, 422},
		}
		for name, lie := range lies {
			if status := w.postReceipt(lie.id, lie.kind, lie.receipt); status != lie.want {
				t.Errorf("%s: %d, want %d", name, status, lie.want)
			}
		}
		if got := w.shelf.verdicts(); len(got) != 0 {
			t.Fatalf("a lie settled: %v", got)
		}
		if status := w.postReceipt(id, "registration", string(good)); status != http.StatusNoContent || len(w.shelf.verdicts()) != 1 {
			t.Errorf("the true receipt: %d, %v", status, w.shelf.verdicts())
		}
	})
}

func (w *world) postReceipt(id protocol.ID, kind, receipt string) int {
	raw, _ := json.Marshal(map[string]any{"id": id, "kind": kind, "receipt": receipt})
	status, _, _ := w.call("POST", "/receipts", string(raw))
	return status
}

func TestSessionLearnsItsReceiptEarlyOrLate(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		id := protocol.NewID()
		w.shelf.put(id, "registration", "envelope")
		w.call("GET", "/outbox?platform=reachable", "")
		time.AfterFunc(time.Second, func() {
			w.postReceipt(id, "registration", string(w.platform.receipt(id, []byte("envelope"), protocol.Received)))
		})
		for _, when := range []string{"early", "late"} {
			if r, err := w.desk.Await(t.Context(), id); err != nil || r.Verdict != protocol.Received {
				t.Errorf("%s: got %v, %v", when, r.Verdict, err)
			}
		}
		short, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		if _, err := w.desk.Await(short, protocol.NewID()); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a receipt that never comes: %v", err)
		}
	})
}

func TestSilenceOfThreeSecondsMeansNotReachable(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		if w.desk.Reachable() {
			t.Error("reachable before any contact")
		}
		w.call("GET", "/outbox?platform=reachable", "")
		w.wait(3*time.Second - time.Nanosecond)
		if !w.desk.Reachable() {
			t.Error("not reachable within 3 s")
		}
		w.wait(time.Nanosecond)
		if link, _ := w.desk.Status(); w.desk.Reachable() || link.Cause != "no-contact" {
			t.Errorf("after 3 s of silence: %+v", link)
		}
		w.call("GET", "/outbox?platform=unreachable&cause=dns", "")
		if link, _ := w.desk.Status(); w.desk.Reachable() || link.Cause != "dns" {
			t.Errorf("platform said to be unreachable: %+v", link)
		}
	})
}

func TestKeyQueryNeverHangsWithoutALine(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		start := time.Now()
		if _, err := w.desk.QueryKey(t.Context(), []byte("q")); !errors.Is(err, uplink.ErrUnreachable) || time.Since(start) != 0 {
			t.Errorf("without contact: %v after %v", err, time.Since(start))
		}
		w.call("GET", "/outbox?platform=reachable", "")
		time.AfterFunc(time.Second, func() { w.call("GET", "/outbox?platform=unreachable&cause=timeout", "") })
		if _, err := w.desk.QueryKey(t.Context(), []byte("q")); !errors.Is(err, uplink.ErrUnreachable) || time.Since(start) != time.Second {
			t.Errorf("line lost while waiting: %v after %v", err, time.Since(start))
		}
		w.call("GET", "/outbox?platform=reachable", "")
		start = time.Now()
		if _, err := w.desk.QueryKey(t.Context(), []byte("q")); !errors.Is(err, uplink.ErrUnreachable) || time.Since(start) != 3*time.Second {
			t.Errorf("uplinkd gone while waiting: %v after %v", err, time.Since(start))
		}
	})
}

func TestKeyAnswerBelongsToItsQuery(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.call("GET", "/outbox?platform=reachable", "")
		answers := make(chan string)
		go func() {
			jws, err := w.desk.QueryKey(t.Context(), []byte("query"))
			answers <- string(jws) + errorText(err)
		}()
		synctest.Wait()
		var l struct {
			Items []struct{ ID, Kind string }
		}
		_, body, _ := w.call("GET", "/outbox?platform=reachable", "")
		if err := json.Unmarshal([]byte(body), &l); err != nil || len(l.Items) != 1 || l.Items[0].Kind != "key-query" {
			t.Fatalf("outbox is %s", body)
		}
		id, good := l.Items[0].ID, string(w.platform.keyAnswer([]byte("query")))
		if status, body, _ := w.call("GET", "/outbox/key-query/"+id, ""); status != 200 || body != "query" {
			t.Errorf("body is %d %q", status, body)
		}
		lies := []struct{ id, kind, answer string }{
			{id, "key-query", "open"},
			{id, "key-query", string(w.platform.keyAnswer([]byte("another query")))},
			{id, "key-query", string(newPlatform().keyAnswer([]byte("query")))},
			{id, "heartbeat", good},
			{protocol.NewID().String(), "key-query", good},
		}
		for _, lie := range lies {
			if status := w.postAnswer(lie.id, lie.kind, lie.answer); status == http.StatusNoContent {
				t.Errorf("taken: %+v", lie)
			}
		}
		if status := w.postAnswer(id, "key-query", good); status != http.StatusNoContent {
			t.Errorf("the true answer: %d", status)
		}
		if got := <-answers; got != good {
			t.Errorf("got %q, want the true answer", got)
		}
	})
}

func (w *world) postAnswer(id, kind, answer string) int {
	raw, _ := json.Marshal(map[string]any{"id": id, "kind": kind, "answer": answer})
	status, _, _ := w.call("POST", "/answers", string(raw))
	return status
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestRefusedItemsAreListedLast(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		bad, good := protocol.ID{1}, protocol.ID{2}
		w.shelf.put(bad, "registration", "bad")
		w.shelf.put(good, "registration", "good")
		refusal := `{"id":"` + bad.String() + `","kind":"registration","status":413,"code":"too-large","permanent":true}`
		w.call("POST", "/refusals", refusal)
		w.call("POST", "/refusals", refusal)
		_, body, _ := w.call("GET", "/outbox?platform=reachable", "")
		if strings.Index(body, bad.String()) < strings.Index(body, good.String()) {
			t.Errorf("refused item stands first: %s", body)
		}
		_, refused := w.desk.Status()
		if len(refused) != 1 || refused[0].Status != 413 || refused[0].Times != 2 || !refused[0].Permanent {
			t.Errorf("refused are %+v", refused)
		}
		w.shelf.put(bad, "withdrawal", "w")
		w.call("GET", "/outbox?platform=reachable", "")
		if _, refused := w.desk.Status(); len(refused) != 0 {
			t.Errorf("what waits no longer is remembered as refused: %+v", refused)
		}
	})
}

func TestMessagesOutOfShapeAreRefused(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		tests := map[string]struct {
			path, body string
			want       int
		}{
			"unknown field":     {"/receipts", `{"id":"00000000000000000000000000000001","kind":"registration","receipt":"x","settle":true}`, 400},
			"something behind":  {"/clock", `{"date":"2026-04-01T09:00:00Z"}{}`, 400},
			"no JSON":           {"/answers", "hello", 400},
			"one byte too much": {"/answers", strings.Repeat(" ", 260<<10) + "{}", 400},
			"bundle too large":  {"/bundles", strings.Repeat("A", 256<<10+1), 422},
			"unknown path":      {"/journal", "{}", 404},
			"another method":    {"/outbox", "", 405},
		}
		for name, test := range tests {
			if status, _, _ := w.call("POST", test.path, test.body); status != test.want {
				t.Errorf("%s: %d, want %d", name, status, test.want)
			}
		}
		if status, _, _ := w.call("GET", "/outbox/registration/..", ""); status == 200 {
			t.Errorf("a path for an id: %d", status)
		}
	})
}

func FuzzMessageFromUplinkd(f *testing.F) {
	f.Add([]byte(`{"id":"00000000000000000000000000000001","kind":"key-query","answer":"a.b.c"}`))
	f.Add([]byte(`{"id":"00000000000000000000000000000001","kind":"key-query","unreachable":true}`))
	f.Add([]byte(`{"id":"00000000000000000000000000000001","kind":"heartbeat","refusal":{"status":503,"code":"","permanent":false}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		message, err := uplink.DecodeAnswer(raw)
		if err != nil {
			return
		}
		again, err := json.Marshal(message)
		if err != nil {
			t.Fatal(err)
		}
		if second, err := uplink.DecodeAnswer(again); err != nil {
			t.Errorf("%s re-encoded is %s: %v %v", raw, again, second, err)
		}
	})
}

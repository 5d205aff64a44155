package uplink

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Run serves the socket until ctx ends, and waits for everything it started.
// The listener is closed by then.
func (d *Desk) Run(ctx context.Context, l net.Listener) error {
	server := &http.Server{
		Handler:           d.handler(),
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      10 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    8 << 10,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ReadHeaderTimeout: 5 * time.Second,
	}
	var started sync.WaitGroup
	defer started.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if d.config.Heartbeat != nil {
		started.Go(func() { d.beat(ctx) })
	}
	stop := context.AfterFunc(ctx, func() { server.Close() })
	defer stop()
	err := server.Serve(&fewListener{Listener: l, places: make(chan struct{}, connections)})
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return fmt.Errorf("serving uplinkd: %w", err)
}

func (d *Desk) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /outbox", d.serveList)
	mux.HandleFunc("GET /outbox/{kind}/{id}", d.serveBody)
	mux.HandleFunc("POST /receipts", post(d.takeReceipt))
	mux.HandleFunc("POST /answers", post(d.takeAnswer))
	mux.HandleFunc("POST /refusals", post(d.takeRefusal))
	mux.HandleFunc("POST /clock", post(d.takeClock))
	mux.HandleFunc("POST /bundles", d.takeBundle)
	mux.HandleFunc("GET "+pathRenewal, d.serveRenewal)
	mux.HandleFunc("POST "+pathCertificates, d.takeCertificate)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d.touch()
		defer d.touch()
		mux.ServeHTTP(w, r)
	})
}

// touch notes a sign of life. It wakes nobody: it can only make a wait longer.
func (d *Desk) touch() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.link.Contact = time.Now()
}

// serveList answers with what waits, as soon as that is not what the caller
// knows already, and with 304 when it stays so. While a backlog melts away each
// receipt changes the list: then it is told now and again, unless somebody waits.
func (d *Desk) serveList(w http.ResponseWriter, r *http.Request) {
	d.hearLink(r.URL.Query().Get("platform"), r.URL.Query().Get("cause"))
	timeout := time.NewTimer(pollWait)
	defer timeout.Stop()
	for {
		journal, mine, pressing := d.config.Journal.Changed(), d.changes(), d.presses()
		now, err := d.list()
		if err != nil {
			d.config.Log.Error("outbox not read", "error", err)
			http.Error(w, "outbox not read", http.StatusInternalServerError)
			return
		}
		if now.etag() != r.Header.Get("If-None-Match") {
			d.show()
			w.Header().Set("ETag", now.etag())
			w.Header().Set("Content-Type", "application/json")
			json.NewEncoder(w).Encode(now) // a reader that is gone asks again
			return
		}
		select {
		case <-journal:
		case <-mine:
		case <-timeout.C:
			w.WriteHeader(http.StatusNotModified)
			return
		case <-r.Context().Done():
			return
		}
		stay(r.Context(), d.calm(), pressing, nil, nil)
	}
}

// show notes that a list is told now, and calm is for how long none has to be.
func (d *Desk) show() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.shown = time.Now()
}

func (d *Desk) calm() time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	return listEvery - time.Since(d.shown)
}

func (d *Desk) presses() <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.pressing
}

func (d *Desk) changes() <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.changed
}

// hearLink takes what uplinkd says of the platform, and wakes those who wait
// only when it is news.
func (d *Desk) hearLink(platform, cause string) {
	reachable := platform == "reachable"
	switch {
	case word(cause):
	case reachable:
		cause = ""
	default:
		cause = "unknown"
	}
	d.mu.Lock()
	same := d.link.Reachable == reachable && d.link.Cause == cause
	d.mu.Unlock()
	if same {
		return
	}
	d.update(func() { d.link.Reachable, d.link.Cause = reachable, cause })
	d.config.Log.Info("platform link changed", "reachable", reachable, "cause", cause)
}

// serveBody hands out one body, or 410 when something else has taken its place.
func (d *Desk) serveBody(w http.ResponseWriter, r *http.Request) {
	id, err := protocol.ParseID(r.PathValue("id"))
	if err != nil {
		http.Error(w, "no such id", http.StatusNotFound)
		return
	}
	body := d.body(item{id, kind(r.PathValue("kind"))})
	if body == nil {
		http.Error(w, "nothing waits under this id", http.StatusGone)
		return
	}
	w.Header().Set("Content-Type", protocol.MediaJOSE)
	w.Write(body)
}

func (d *Desk) body(i item) []byte {
	if i.Kind.live() {
		d.mu.Lock()
		defer d.mu.Unlock()
		if e := d.live[i.ID]; e != nil && e.kind == i.Kind {
			return e.body
		}
		return nil
	}
	k, body, err := d.config.Journal.Body(i.ID)
	if err != nil || kind(k) != i.Kind {
		return nil
	}
	return body
}

// takeReceipt settles a registration or a withdrawal, against the body that
// waits now and with a receipt signed by the platform. Anything else leaves the
// journal as it is.
func (d *Desk) takeReceipt(p receiptPost) error {
	body := d.body(p.item)
	if body == nil || p.Kind.live() {
		return errGone
	}
	receipt, err := protocol.VerifyReceipt([]byte(p.Receipt), d.config.Keys(), p.ID, protocol.SHA256(body))
	if err != nil {
		d.remember(p.item, refusal{Code: CauseReceipt})
		return err
	}
	if err := d.gathered.settle(d.config.Journal, receipt); err != nil {
		return err
	}
	d.update(func() {
		d.proven = time.Now()
		delete(d.troubled, p.item)
		d.receipts = append(d.receipts, receipt)
		d.receipts = d.receipts[max(0, len(d.receipts)-remembered):]
	})
	d.config.Log.Info("receipt taken", "id", p.ID, "kind", p.Kind, "verdict", receipt.Verdict, "reason", receipt.Reason)
	return nil
}

// takeAnswer ends something alive. A key answer that does not verify ends
// nothing: whoever waits goes on waiting for a true one.
func (d *Desk) takeAnswer(p answerPost) error {
	d.mu.Lock()
	e := d.live[p.ID]
	d.mu.Unlock()
	if e == nil || e.kind != p.Kind {
		return errGone
	}
	if p.Kind == keyQuery && !p.Unreachable && p.Refusal == nil {
		if err := d.proof(p, e); err != nil {
			return err
		}
	}
	if p.Refusal != nil && !word(p.Refusal.Code) {
		p.Refusal.Code = ""
	}
	d.update(func() {
		select {
		case e.done <- p:
		default: // answered already
		}
		delete(d.live, p.ID)
	})
	return nil
}

// proof verifies a key answer. It was signed after the question was asked, so it
// also shows that the platform is there, and what time it is.
func (d *Desk) proof(p answerPost, e *errand) error {
	answer, err := protocol.VerifyKeyAnswer([]byte(p.Answer), d.config.Keys(), protocol.SHA256(e.body))
	if err != nil {
		return err
	}
	d.update(func() { d.proven = time.Now() })
	if d.config.SignedClock != nil {
		d.config.SignedClock(answer.Time)
	}
	return nil
}

func (d *Desk) takeClock(p clockPost) error {
	if d.config.Clock != nil {
		d.config.Clock(p.Date)
	}
	return nil
}

func (d *Desk) takeBundle(w http.ResponseWriter, r *http.Request) {
	jws, err := readBounded(r.Body, protocol.MaxBody)
	if err == nil {
		err = d.config.Bundle(jws)
	}
	if err != nil {
		d.config.Log.Warn("bundle not taken", "error", err)
		http.Error(w, "bundle not taken", http.StatusUnprocessableEntity)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// errGone: what the post is about no longer waits.
var errGone = errors.New("nothing waits under this id")

// post reads a bounded JSON message. What is wrong with it goes back as a status
// only; the caller can read none of it anyway.
func post[T any](take func(T) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var message T
		raw, err := readBounded(r.Body, maxMessage)
		if err == nil {
			err = decode(raw, &message)
		}
		if err != nil {
			http.Error(w, "message out of shape", http.StatusBadRequest)
			return
		}
		switch err := take(message); {
		case errors.Is(err, errGone):
			http.Error(w, errGone.Error(), http.StatusGone)
		case err != nil:
			http.Error(w, err.Error(), http.StatusUnprocessableEntity)
		default:
			w.WriteHeader(http.StatusNoContent)
		}
	}
}

// word lets through only what looks like one of the codes we define.
func word(s string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	for _, c := range []byte(s) {
		if c != '-' && (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

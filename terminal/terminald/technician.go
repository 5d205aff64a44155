package main

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// technician answers on the status socket.
type technician struct {
	gauge *gauge
	log   *slog.Logger
}

// newTechnician answers on what the package doc lists.
func newTechnician(g *gauge, log *slog.Logger) http.Handler {
	t := technician{g, log}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /status", t.status)
	mux.Handle("GET /metrics", metrics(g.status, g.counts))
	mux.HandleFunc("POST /tamper/clear", t.clearTamper)
	mux.HandleFunc("POST /maintenance", t.maintenance)
	mux.HandleFunc("GET /queue", t.queue)
	mux.HandleFunc("GET /queue/{id}", t.item)
	mux.HandleFunc("POST /queue/{id}/retry", t.retry)
	mux.HandleFunc("GET /audit", t.audit)
	t.byHand(mux)
	return mux
}

func (t technician) status(w http.ResponseWriter, r *http.Request) {
	tell(w, t.gauge.status(r.Context()))
}

// tell answers with one JSON value. A reader that is gone asks again.
func tell(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.Encode(value)
}

func (t technician) queue(w http.ResponseWriter, _ *http.Request) {
	q, err := t.gauge.queue()
	if err != nil {
		t.refuse(w, "reading the queue", err)
		return
	}
	tell(w, q)
}

func (t technician) item(w http.ResponseWriter, r *http.Request) {
	id, err := protocol.ParseID(r.PathValue("id"))
	if err != nil {
		t.refuse(w, "reading an item", errNoItem)
		return
	}
	item, err := t.gauge.item(id)
	if err != nil {
		t.refuse(w, "reading an item", err)
		return
	}
	tell(w, item)
}

// retry answers with the item as it is now; how the try ends is seen by asking for
// it again.
func (t technician) retry(w http.ResponseWriter, r *http.Request) {
	id, err := protocol.ParseID(r.PathValue("id"))
	if err != nil {
		t.refuse(w, "trying an item again", errNoItem)
		return
	}
	item, err := t.gauge.retry(id)
	if err != nil {
		t.refuse(w, "trying an item again", err)
		return
	}
	t.log.Warn("item tried again for the technician", "id", id, "state", item.State, "user", visitor(r.Context()))
	tell(w, item)
}

// auditPatience bounds how long a slow reader may keep the journal's pages.
const auditPatience = time.Minute

// audit streams the trail. One that cannot be read to its end breaks off, so that
// nobody takes it for whole.
func (t technician) audit(w http.ResponseWriter, r *http.Request) {
	if err := http.NewResponseController(w).SetWriteDeadline(time.Now().Add(auditPatience)); err != nil {
		t.log.Debug("no deadline for the audit trail", "error", err)
	}
	t.log.Info("audit trail exported", "user", visitor(r.Context()))
	w.Header().Set("Content-Type", "application/jsonl")
	out := &watched{Writer: w}
	err := t.gauge.audit(out)
	switch {
	case err != nil && out.begun:
		t.log.Error("exporting the audit trail", "error", err)
		panic(http.ErrAbortHandler)
	case err != nil:
		t.refuse(w, "exporting the audit trail", err)
	}
}

// refuse answers with an error: 404 for what nobody knows, 409 before there is a
// terminal.
func (t technician) refuse(w http.ResponseWriter, doing string, err error) {
	switch {
	case errors.Is(err, errNoItem):
		http.Error(w, err.Error(), http.StatusNotFound)
	case errors.Is(err, errNoTerminal):
		http.Error(w, err.Error(), http.StatusConflict)
	default:
		t.log.Error(doing, "error", err)
		http.Error(w, doing+": "+err.Error(), http.StatusInternalServerError)
	}
}

// clearTamper ends that the machine counts as opened by force, if it is whole now.
// It says nothing when there is nothing to clear.
func (t technician) clearTamper(w http.ResponseWriter, r *http.Request) {
	who := visitor(r.Context())
	err := t.gauge.clearTamper()
	switch {
	case errors.Is(err, errStillTampered), errors.Is(err, errNotReadable), errors.Is(err, errNoTerminal):
		t.log.Warn("tamper not cleared", "user", who, "error", err)
		http.Error(w, err.Error(), http.StatusConflict)
	case err != nil:
		t.log.Error("clearing tamper", "user", who, "error", err)
		http.Error(w, err.Error(), http.StatusInternalServerError)
	default:
		t.log.Warn("tamper cleared", "user", who)
		w.WriteHeader(http.StatusNoContent)
	}
}

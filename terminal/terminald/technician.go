package main

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
)

// technician answers on the status socket.
type technician struct {
	gauge *gauge
	log   *slog.Logger
}

// newTechnician answers GET /status, GET /metrics and POST /tamper/clear.
func newTechnician(g *gauge, log *slog.Logger) http.Handler {
	t := technician{g, log}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /status", t.status)
	mux.Handle("GET /metrics", metrics(g.status, g.counts))
	mux.HandleFunc("POST /tamper/clear", t.clearTamper)
	return mux
}

func (t technician) status(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.Encode(t.gauge.status(r.Context())) // a reader that is gone asks again
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

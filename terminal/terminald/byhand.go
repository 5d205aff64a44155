package main

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/journal"
)

// What a technician carries between a machine without a network and its platform.
// Only the users of the status socket can: bodies are sealed, and receipts and bundles
// are judged as those that come over the network.

// byHandPatience bounds how long a slow reader or writer may take.
const byHandPatience = 10 * time.Minute

// byHand adds the routes for it.
func (t technician) byHand(mux *http.ServeMux) {
	mux.HandleFunc("GET /queue/bodies", t.bodies)
	mux.HandleFunc("POST /queue/receipts", t.receipt)
	mux.HandleFunc("POST /bundle", t.bundle)
}

// bodies streams all that waits, as a file to be carried. One that cannot be written
// to its end breaks off, and has no end then.
func (t technician) bodies(w http.ResponseWriter, r *http.Request) {
	g := t.gauge.fitted()
	if g.base == nil {
		t.refuse(w, "exporting what waits", errNoTerminal)
		return
	}
	if err := http.NewResponseController(w).SetWriteDeadline(time.Now().Add(byHandPatience)); err != nil {
		t.log.Debug("no deadline for the export", "error", err)
	}
	t.log.Warn("sealed bodies exported", "user", visitor(r.Context()))
	w.Header().Set("Content-Type", "application/jsonl")
	out := &watched{Writer: w}
	err := g.base.journal.ExportBodies(out, g.base.identity.TerminalID, time.Now(), userOf(r.Context()))
	switch {
	case err != nil && out.begun:
		t.log.Error("exporting what waits", "error", err)
		panic(http.ErrAbortHandler)
	case err != nil:
		t.refuse(w, "exporting what waits", err)
	}
}

// receipt takes one receipt and answers with its item: 404 when nothing is known of
// it, 409 when it was settled before, 422 when the receipt does not verify.
func (t technician) receipt(w http.ResponseWriter, r *http.Request) {
	var carried protocol.CarriedReceipt
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, protocol.MaxBody))
	if err == nil {
		err = json.Unmarshal(raw, &carried)
	}
	if err != nil {
		http.Error(w, "message out of shape", http.StatusBadRequest)
		return
	}
	err = t.gauge.settle(carried, userOf(r.Context()))
	switch {
	case errors.Is(err, journal.ErrReceipt), errors.Is(err, journal.ErrOtherBody), errors.Is(err, journal.ErrIllegal):
		t.log.Warn("receipt not taken by hand", "id", carried.ID, "user", visitor(r.Context()), "error", err)
		http.Error(w, err.Error(), http.StatusUnprocessableEntity)
		return
	case errors.Is(err, journal.ErrNoRecord):
		t.gone(w, carried.ID)
		return
	case err != nil:
		t.refuse(w, "taking a receipt", err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// gone tells what was settled before from what nobody knows.
func (t technician) gone(w http.ResponseWriter, id protocol.ID) {
	if _, err := t.gauge.item(id); err != nil {
		t.refuse(w, "taking a receipt", err)
		return
	}
	w.WriteHeader(http.StatusConflict)
}

// settle takes a receipt that came by hand.
func (g *gauge) settle(c protocol.CarriedReceipt, user *uint32) error {
	g = g.fitted()
	if g.base == nil {
		return errNoTerminal
	}
	receipt, err := g.base.journal.SettleWith(g.base.receiptKeys(), c.ID, []byte(c.Receipt))
	g.base.imports.count(user, err == nil)
	if err == nil && g.desk != nil {
		g.desk.Settled(receipt)
	}
	return err
}

// bundle puts a bundle in force that came by hand, by the rules of one that came over
// the network: 422 when it is refused.
func (t technician) bundle(w http.ResponseWriter, r *http.Request) {
	g := t.gauge.fitted()
	if g.base == nil {
		t.refuse(w, "taking a bundle", errNoTerminal)
		return
	}
	jws, err := io.ReadAll(http.MaxBytesReader(w, r.Body, protocol.MaxBody))
	if err != nil {
		http.Error(w, "bundle too large", http.StatusRequestEntityTooLarge)
		return
	}
	if err := g.base.take(jws); err != nil {
		t.log.Warn("bundle not taken by hand", "user", visitor(r.Context()), "error", err)
		http.Error(w, err.Error(), http.StatusUnprocessableEntity)
		return
	}
	t.log.Warn("bundle taken by hand", "version", g.base.current().Version, "user", visitor(r.Context()))
	w.WriteHeader(http.StatusNoContent)
}

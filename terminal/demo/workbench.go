package main

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"image/png"
	"io/fs"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
)

//go:embed workbench
var workbenchPage embed.FS

// workbench is the citizen's hands, the power supply and the weather.
type workbench struct {
	house *house
	phone *phone
	mux   *http.ServeMux

	mu      sync.Mutex // guards what follows
	inside  string     // what the reader holds, in words; "" is nothing
	second  string     // what stays when one of two cards is taken out, in words
	faults  haltest.PrinterFaults
	cabinet hal.Auxiliaries
	reader  hal.State
	pockets map[string]*haltest.Card // cards keep their tries while they are out
}

func newWorkbench(h *house, p *phone) http.Handler {
	w := &workbench{
		house: h, phone: p, mux: http.NewServeMux(), pockets: make(map[string]*haltest.Card), reader: hal.Online,
		cabinet: hal.Auxiliaries{Device: hal.Online, Door: hal.DoorClosed, Switch: hal.SwitchRun, Headset: hal.HeadsetNotPresent},
	}
	h.sensors.Set(w.cabinet) // an empty jack, which NewSensors has none of
	page, err := fs.Sub(workbenchPage, "workbench")
	if err != nil {
		panic(err) // embedded under this very name
	}
	w.mux.Handle("GET /", http.FileServerFS(page))
	w.mux.HandleFunc("GET /events", w.events)
	w.mux.HandleFunc("GET /slips/{name}", w.slip)
	w.mux.HandleFunc("POST /insert", deed(w.insert))
	w.mux.HandleFunc("POST /remove", deed(w.remove))
	w.mux.HandleFunc("POST /switch", deed(w.flip))
	w.mux.HandleFunc("POST /line", deed(w.line))
	w.mux.HandleFunc("POST /scan", deed(w.scan))
	w.mux.HandleFunc("POST /tamper/clear", deed(w.clearTamper))
	return loopbackOnly(w.mux)
}

// deed decodes one small request and answers with what went wrong, in words.
func deed[T any](do func(T) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var request T
		decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4096))
		decoder.DisallowUnknownFields()
		// A page of another origin cannot send this type without asking first.
		if r.Header.Get("Content-Type") != "application/json" {
			http.Error(w, "application/json wanted", http.StatusUnsupportedMediaType)
			return
		}
		if err := decoder.Decode(&request); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		if err := do(request); err != nil {
			http.Error(w, err.Error(), http.StatusConflict)
		}
	}
}

type insertion struct {
	Citizen, Condition string
	Two                bool // with another card on top of it
}

func (w *workbench) insert(i insertion) error {
	citizen, ok := haltest.FindCitizen(i.Citizen)
	if !ok {
		return fmt.Errorf("nobody is called %q", i.Citizen)
	}
	situation, ok := haltest.FindSituation(i.Condition)
	if !ok {
		return fmt.Errorf("no card is %q", i.Condition)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.inside != "" {
		return errors.New("a card is in already: pull it first")
	}
	card, words := w.card(citizen, situation), citizen.Description+" · "+situation.Description
	if i.Two {
		w.house.reader.InsertTwo(card)
		w.inside, w.second = "two cards at once", words
		return nil
	}
	w.house.reader.Insert(card)
	w.inside = words
	return nil
}

// card is the same card each time, so that a wrong password is remembered.
func (w *workbench) card(citizen haltest.Citizen, situation haltest.Situation) *haltest.Card {
	name := citizen.ID + "/" + situation.ID
	if w.pockets[name] == nil {
		w.pockets[name] = haltest.NewCard(citizen, w.house.authority, situation.Options...)
	}
	return w.pockets[name]
}

func (w *workbench) remove(struct{}) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.house.reader.Remove()
	w.inside, w.second = w.second, ""
	return nil
}

type flipping struct {
	Name string
	On   bool
}

func (w *workbench) flip(f flipping) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.turn(f.Name, f.On) {
		return nil
	}
	switch f.Name {
	case "paper":
		w.faults.PaperOut = f.On
	case "cover":
		w.faults.CoverOpen = f.On
	case "cutter":
		w.faults.Jammed = f.On
	case "unsure":
		w.faults.Unconfirmed = f.On
	case "network":
		w.house.network.setCut(f.On)
		return nil
	default:
		return fmt.Errorf("there is no switch %q", f.Name)
	}
	w.house.printer.Break(w.faults)
	return nil
}

// slip serves one slip as it came out, the oldest is 0.png.
func (w *workbench) slip(rw http.ResponseWriter, r *http.Request) {
	slips := w.house.printer.Slips()
	n, err := strconv.Atoi(strings.TrimSuffix(r.PathValue("name"), ".png"))
	if err != nil || n < 0 || n >= len(slips) {
		http.NotFound(rw, r)
		return
	}
	rw.Header().Set("Content-Type", "image/png")
	rw.Header().Set("Cache-Control", "no-store")
	_ = png.Encode(rw, slips[n]) // a reader that left early needs no answer
}

// events sends the state whenever it has changed.
func (w *workbench) events(rw http.ResponseWriter, r *http.Request) {
	rw.Header().Set("Content-Type", "text/event-stream")
	rw.Header().Set("Cache-Control", "no-store")
	flush := http.NewResponseController(rw)
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	for last := []byte(nil); ; {
		state, err := json.Marshal(w.state())
		if err != nil {
			return
		}
		if !bytes.Equal(state, last) {
			if _, err := fmt.Fprintf(rw, "data: %s\n\n", state); err != nil || flush.Flush() != nil {
				return
			}
			last = state
		}
		select {
		case <-r.Context().Done():
			return
		case <-tick.C:
		}
	}
}

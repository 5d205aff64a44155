package main

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal"
	"github.com/digital-watashi/kiosk/terminal/journal"
	"github.com/digital-watashi/kiosk/ui"
)

// tally counts what passes between the terminal and its neighbours since the
// start. It learns that something happened, never to whom.
type tally struct {
	cards         prometheus.Counter
	registrations prometheus.Counter
	handovers     *prometheus.CounterVec
	sessions      *prometheus.CounterVec
	photos        *prometheus.CounterVec
	forged        atomic.Int64 // of them, for the heartbeat

	proofing *proofing // its steps are guarded by mu

	mu    sync.Mutex // guards what follows
	under bool       // a session is under way, as far as the screen tells
	fault string     // what ended it
	out   string     // why no card is taken in
}

func newTally() *tally {
	t := &tally{
		cards:         prometheus.NewCounter(prometheus.CounterOpts{Name: "watashi_cards_total", Help: "Cards attended."}),
		registrations: prometheus.NewCounter(prometheus.CounterOpts{Name: "watashi_registrations_total", Help: "Registrations committed to the journal."}),
		handovers: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "watashi_handovers_total", Help: "Hand-overs of an enrollment code that ended, by their outcome.",
		}, []string{"outcome"}),
		sessions: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "watashi_sessions_total", Help: "Sessions that ended, by the fault that ended them; an empty one is none.",
		}, []string{"fault"}),
		photos: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "watashi_photos_total", Help: "Readings of a card's photo, by how they ended; forged is a hint of fraud.",
		}, []string{"end"}),
		proofing: newProofing(),
	}
	for _, end := range terminal.PhotoEnds() { // an alert needs the zero as well
		t.photos.WithLabelValues(string(end))
	}
	return t
}

func (t *tally) all() []prometheus.Collector {
	return append(t.proofing.all(), t.cards, t.registrations, t.handovers, t.sessions, t.photos)
}

// photo counts how the reading of one ended.
func (t *tally) photo(end terminal.PhotoEnd) {
	t.photos.WithLabelValues(string(end)).Inc()
	if end == terminal.PhotoWasForged {
		t.forged.Add(1)
	}
}

// reader counts cards on their way in.
func (t *tally) reader(r hal.Reader) hal.Reader { return countedReader{r, t} }

type countedReader struct {
	hal.Reader
	tally *tally
}

func (r countedReader) Serve(ctx context.Context, attend func(context.Context, hal.Card)) error {
	return r.Reader.Serve(ctx, func(ctx context.Context, c hal.Card) {
		r.tally.cards.Inc()
		attend(ctx, c)
	})
}

// journal counts what became durable.
func (t *tally) journal(j terminal.Journal) terminal.Journal { return countedJournal{j, t} }

type countedJournal struct {
	terminal.Journal
	tally *tally
}

func (j countedJournal) Commit(id protocol.ID, envelope []byte, at time.Time) error {
	err := j.Journal.Commit(id, envelope, at)
	if err == nil {
		j.tally.registrations.Inc()
	}
	return err
}

func (j countedJournal) EndHandOver(id protocol.ID, h journal.HandOver) error {
	err := j.Journal.EndHandOver(id, h)
	if err == nil {
		j.tally.handovers.WithLabelValues(string(h)).Inc()
		j.tally.hand(h)
	}
	return err
}

// screen counts sessions by how they ended.
func (t *tally) screen(s terminal.Screen) terminal.Screen { return countedScreen{s, t} }

type countedScreen struct {
	terminal.Screen
	tally *tally
}

func (s countedScreen) Show(v ui.View) {
	s.tally.seen(v)
	s.Screen.Show(v)
}

// seen follows a session from the first screen after welcome to the next welcome.
// A fault that it could go on after, as a wrong password, has not ended it.
func (t *tally) seen(v ui.View) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch v.Screen {
	case "welcome", "out-of-service":
		if fault := code(v); v.Screen == "welcome" && fault != "" { // as of a card that was taken out
			t.fault = fault
		}
		t.end()
	case "fault", "goodbye":
		t.under, t.fault = true, code(v)
		t.proofing.at(v)
	case "maintenance", "maintenance-faults", "maintenance-machine", "maintenance-tests", "maintenance-status", "cleaning":
		t.serviced(v)
		return
	default:
		t.under = true
		t.proofing.at(v)
	}
	t.out = ""
	if v.Screen == "out-of-service" {
		t.out = code(v)
	}
}

// end counts the session that was under way, if one was. It needs the lock.
func (t *tally) end() {
	if t.under {
		t.sessions.WithLabelValues(t.fault).Inc()
		t.proofing.end(t.fault)
	}
	t.under, t.fault = false, ""
}

// hand notes how a hand-over ended.
func (t *tally) hand(h journal.HandOver) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if h == journal.Done {
		t.proofing.handed = true
	}
}

// serviced is while a technician has the terminal. Nobody is served then; why no
// card would be taken in stands on the first of their screens. It needs the lock.
func (t *tally) serviced(v ui.View) {
	t.end()
	if v.Screen != "maintenance" || v.Busy {
		return
	}
	t.out = ""
	if len(v.Findings) > 0 {
		t.out = v.Findings[0].Code
	}
}

// outOfService is the fault that the screen shows instead of a welcome.
func (t *tally) outOfService() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.out
}

// idle reports whether no session is under way.
func (t *tally) idle() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return !t.under
}

// code is that of the fault on a screen.
func code(v ui.View) string {
	if v.Notice == nil {
		return ""
	}
	return v.Notice.Code
}

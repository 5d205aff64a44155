package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/digital-watashi/kiosk/terminal"
)

// bay is where a technician brings the terminal in, once there is one.
type bay struct {
	mu       sync.Mutex
	terminal *terminal.Terminal // nil before
}

func (b *bay) admit(t *terminal.Terminal) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.terminal = t
}

func (b *bay) admitted() *terminal.Terminal {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.terminal
}

// mode is whether a technician has the terminal; empty while there is none.
func (b *bay) mode() string {
	if t := b.admitted(); t != nil {
		return string(t.Mode())
	}
	return ""
}

// mostWish bounds the body of a wish.
const mostWish = 1 << 10

var errWish = errors.New(`the body is not {"on": true} or {"on": false}`)

func readWish(r io.Reader) (on bool, err error) {
	var asked struct {
		On *bool `json:"on"`
	}
	d := json.NewDecoder(io.LimitReader(r, mostWish))
	d.DisallowUnknownFields()
	if err := d.Decode(&asked); err != nil || asked.On == nil {
		return false, errWish
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return false, errWish
	}
	return *asked.On, nil
}

// maintenance begins or ends maintenance: 204 when it is so, 202 when it begins as
// soon as the citizen who is served has gone.
func (t technician) maintenance(w http.ResponseWriter, r *http.Request) {
	on, err := readWish(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	attended := t.gauge.bay.admitted()
	if attended == nil {
		t.refuse(w, "maintenance", errNoTerminal)
		return
	}
	already, err := attended.Maintain(r.Context(), on)
	if err != nil {
		t.refuse(w, "maintenance", err)
		return
	}
	t.log.Warn("maintenance asked for", "on", on, "already", already, "user", visitor(r.Context()))
	if !already {
		w.WriteHeader(http.StatusAccepted)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// recount is how long the counts that need the whole journal are believed: the
// screen of a technician asks for them every second.
const recount = 10 * time.Second

// machinist tells the terminal what it cannot know of the machine.
type machinist struct {
	gauge *gauge

	mu            sync.Mutex
	counted       time.Time
	unknown, lost int
}

func (m *machinist) machine(context.Context) terminal.Machine {
	g := m.gauge.fitted()
	link := g.askLink()
	told := terminal.Machine{Version: version, Cause: link.Cause, Scanner: g.rig.scannerState()}
	told.Unknown, told.Lost = m.counts(g)
	return told
}

// counts keeps the last good ones where the journal does not answer: that it does
// not is a condition of its own.
func (m *machinist) counts(g *gauge) (unknown, lost int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if time.Since(m.counted) < recount {
		return m.unknown, m.lost
	}
	unknown, err := g.base.journal.Unknown()
	salvaged, err2 := damaged(g.base.path)
	if errors.Join(err, err2) != nil {
		return m.unknown, m.lost
	}
	m.counted, m.unknown, m.lost = time.Now(), unknown, 0
	for _, s := range salvaged {
		m.lost += s.Lost
	}
	return m.unknown, m.lost
}

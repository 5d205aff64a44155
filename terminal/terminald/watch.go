package main

import (
	"log/slog"
	"sync"

	"github.com/digital-watashi/kiosk/hal"
)

// watch knows how a card reader or a scanner is, from what its driver says.
type watch struct {
	mu       sync.Mutex
	said     hal.State // "" before the first word
	software bool
	listener func(hal.State)
}

func (w *watch) state(s hal.State) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.said = s
	if s == hal.Online {
		w.software = false // a true one has taken its place
	}
	if w.listener != nil {
		w.listener(s)
	}
}

// refused notes a reader that is software, where none may be.
func (w *watch) refused(log *slog.Logger, name string, err error) {
	log.Error("card reader refused", "reader", name, "error", err)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.software = true
}

func (w *watch) virtual() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.software
}

// tell has each change told, and what is known already.
func (w *watch) tell(listener func(hal.State)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.listener = listener
	if w.said != "" {
		listener(w.said)
	}
}

// last is what was said last; before the first word nothing is there.
func (w *watch) last() hal.State {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.said == "" {
		return hal.NoDevice
	}
	return w.said
}

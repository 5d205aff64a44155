package acme_test

import (
	"context"
	"encoding/binary"
	"sync"
	"time"

	acme "example.com/acme/kiosk-devices"
	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
)

// A wire is a line in memory. What the device says goes into said.
type wire struct {
	heard func(frame []byte) // what the device does with a frame
	said  chan []byte
	cut   chan struct{}

	unread []byte // the reader's
}

func newWire(heard func([]byte)) *wire {
	return &wire{heard: heard, said: make(chan []byte, 64), cut: make(chan struct{})}
}

func (w *wire) Read(b []byte) (int, error) {
	if len(w.unread) == 0 {
		select {
		case w.unread = <-w.said:
		case <-w.cut:
			return 0, hal.ErrGone
		case <-time.After(10 * time.Millisecond):
			return 0, hal.ErrTimeout
		}
	}
	n := copy(b, w.unread)
	w.unread = w.unread[n:]
	return n, nil
}

// Write takes a whole frame at once, which is how the driver sends it.
func (w *wire) Write(frame []byte) (int, error) {
	select {
	case <-w.cut:
		return 0, hal.ErrGone
	default:
		w.heard(frame)
		return len(frame), nil
	}
}

func (w *wire) Close() error { return nil }

// frame is built by hand, and not by the driver's code, which may be wrong.
func frame(kind byte, payload []byte) []byte {
	b := append([]byte{kind, byte(len(payload) >> 8), byte(len(payload))}, payload...)
	var sum byte
	for _, c := range b {
		sum ^= c
	}
	return append(b, sum)
}

// A socket is where the line of a device ends, and where it can be unplugged.
type socket struct {
	mu    sync.Mutex
	wire  *wire // nil: unplugged
	heard func(frame []byte)
}

func (s *socket) dial(context.Context) (acme.Line, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.wire == nil {
		return nil, hal.ErrGone
	}
	return s.wire, nil
}

func (s *socket) plug() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wire = newWire(s.heard)
}

func (s *socket) unplug() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.wire.cut)
	s.wire = nil
}

func (s *socket) say(b []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.wire != nil {
		s.wire.said <- b
	}
}

// A unit is the card reader as its manual tells it, with one My Number card to put
// in.
type unit struct {
	socket
	card *haltest.Card

	slot      sync.Mutex
	insertion byte // 0: empty
	last      byte
	powered   bool
	retained  int
}

func newUnit(card *haltest.Card) *unit {
	u := &unit{card: card}
	u.heard = func(b []byte) {
		kind, payload := b[0], b[3:3+binary.BigEndian.Uint16(b[1:])]
		u.say(u.answer(kind, payload))
	}
	u.plug()
	return u
}

func (u *unit) insert() {
	u.slot.Lock()
	defer u.slot.Unlock()
	u.card.Insert()
	u.last++
	u.insertion = u.last
}

func (u *unit) remove() {
	u.slot.Lock()
	defer u.slot.Unlock()
	u.empty()
}

func (u *unit) empty() {
	u.card.Remove()
	u.insertion, u.powered = 0, false
}

func (u *unit) inBin() int {
	u.slot.Lock()
	defer u.slot.Unlock()
	return u.retained
}

func (u *unit) answer(kind byte, payload []byte) []byte {
	u.slot.Lock()
	defer u.slot.Unlock()
	switch {
	case kind == 'Q':
		return frame('Q', []byte{u.insertion})
	case u.insertion == 0:
		return frame('E', []byte{1})
	case kind == 'P':
		u.card.PowerOn()
		u.powered = true
		return frame('P', u.card.ATR())
	case kind == 'D':
		u.card.PowerOff()
		u.powered = false
	case kind == 'J':
		u.empty()
	case kind == 'R':
		u.empty()
		u.retained++
	case kind == 'X':
		return u.transmit(payload)
	}
	return frame(kind, nil)
}

func (u *unit) transmit(command []byte) []byte {
	if !u.powered {
		return frame('E', []byte{1})
	}
	response, err := u.card.Transmit(context.Background(), command)
	if err != nil {
		return frame('E', []byte{1})
	}
	return frame('X', response)
}

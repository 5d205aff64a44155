package scanner

import (
	"context"

	"github.com/digital-watashi/kiosk/hal"
)

// Line is a port that whoever opened it closes.
type Line interface {
	hal.Port
	Close() error
}

// New makes a scanner on a line. Serve dials it, again and again while there is
// none, and closes it. An error of dial that is hal.ErrGone, hal.ErrBusy or
// hal.ErrUnavailable is told as such; any other is a hardware error.
func New(dial func(context.Context) (Line, error), c Config) *Scanner {
	return &Scanner{config: c, open: func(ctx context.Context) (source, error) {
		line, err := dial(ctx)
		if err != nil {
			return nil, err
		}
		return &wire{Line: line}, nil
	}}
}

// wire is a line with what came over it.
type wire struct {
	Line
	lineCode
	in [64]byte
	n  int
}

func (w *wire) read() (int, error) {
	n, err := w.Line.Read(w.in[:])
	w.n = n
	return n, err
}

func (w *wire) decode(pass func([]byte)) {
	came := w.in[:w.n]
	defer clear(came)
	for _, b := range came {
		w.take(b, pass)
	}
}

// lineCode reads codes that are bytes, each ended by CR, LF or both.
type lineCode struct{ code }

func (c *lineCode) take(b byte, pass func([]byte)) {
	if b == '\r' || b == '\n' {
		c.end(pass)
		return
	}
	c.add(b)
}

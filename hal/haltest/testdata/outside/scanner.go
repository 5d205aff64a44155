package acme

import (
	"context"
	"errors"
	"slices"

	"github.com/digital-watashi/kiosk/hal"
)

// Scanner is the scanner of bar codes.
type Scanner struct{ dial Dial }

var _ hal.Scanner = (*Scanner)(nil)

// NewScanner makes a scanner. Serve dials its line and closes it.
func NewScanner(dial Dial) *Scanner { return &Scanner{dial} }

// Serve passes on each code. A scanner that goes away is dialled again.
func (s *Scanner) Serve(ctx context.Context, scanned func(text []byte)) error {
	for ctx.Err() == nil {
		if line, err := s.dial(ctx); err == nil {
			read(ctx, line, scanned)
			_ = line.Close() // it is gone, or nobody wants it any more
		}
		pause(ctx, again)
	}
	return context.Cause(ctx)
}

// read passes on codes until the scanner is gone or ctx ends.
func read(ctx context.Context, line Line, scanned func(text []byte)) {
	var text [hal.MaxScan]byte
	defer clear(text[:])
	for ctx.Err() == nil {
		kind, n, err := receive(line, text[:])
		switch {
		case err == nil && kind == 'B' && harmless(text[:n]) && ctx.Err() == nil:
			scanned(text[:n:n])
		case err == nil, errors.Is(err, hal.ErrTimeout), err == errTooLong:
		default:
			return
		}
		clear(text[:])
	}
}

// harmless refuses what hal.Scanner does not pass on.
func harmless(text []byte) bool {
	control := func(b byte) bool { return b < ' ' || b == 0x7F }
	return len(text) > 0 && !slices.ContainsFunc(text, control)
}

package haltest

import (
	"context"
	"strings"
	"sync"

	"github.com/digital-watashi/kiosk/hal"
)

// Scanner is a bar code scanner that somebody holds a phone to. It runs on
// channels alone, so it works inside the testing/synctest bubble in which it was
// made. It may be shown codes from any goroutine; one Serve, or one
// ServeScannerPTY, reads them.
type Scanner struct {
	shown chan showing

	mu   sync.Mutex
	line chan struct{} // closed while the scanner is unplugged
}

var _ hal.Scanner = (*Scanner)(nil)

// NewScanner is a scanner that is plugged in.
func NewScanner() *Scanner {
	return &Scanner{shown: make(chan showing), line: make(chan struct{})}
}

// A showing is one code before the scanner.
type showing struct {
	text string
	over chan struct{} // closed when it was taken or dropped
}

// Scan holds a code to the scanner, whatever is in it, and waits until it was
// taken or dropped. While nobody serves the scanner it waits for that; while the
// scanner is unplugged the code is dropped at once.
func (s *Scanner) Scan(text string) {
	code, unplugged := showing{text, make(chan struct{})}, s.unplugged()
	select {
	case <-unplugged:
		return
	default:
	}
	select {
	case s.shown <- code:
		<-code.over
	case <-unplugged:
	}
}

// Serve passes on each code that may be, until ctx ends.
func (s *Scanner) Serve(ctx context.Context, scanned func(text []byte)) error {
	for ctx.Err() == nil {
		select {
		case code := <-s.shown:
			pass(code, scanned)
		case <-ctx.Done():
		}
	}
	return context.Cause(ctx)
}

// pass hands over a copy that is worthless afterwards, as a driver's buffer is.
func pass(code showing, scanned func([]byte)) {
	defer close(code.over)
	if !passable(code.text) {
		return
	}
	text := []byte(code.text)
	defer clear(text)
	scanned(text)
}

// passable is what hal.Scanner lets through.
func passable(text string) bool {
	control := func(r rune) bool { return r < ' ' || r == 0x7F }
	return text != "" && len(text) <= hal.MaxScan && strings.IndexFunc(text, control) < 0
}

// Unplug takes the scanner away. What is shown to it is dropped. Serve goes on; a
// pseudo-terminal hangs up for good.
func (s *Scanner) Unplug() {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.line:
	default:
		close(s.line)
	}
}

// Plug brings the scanner back.
func (s *Scanner) Plug() {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.line:
		s.line = make(chan struct{})
	default:
	}
}

// unplugged is closed as soon as the scanner is away.
func (s *Scanner) unplugged() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.line
}

package scanner_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/scanner"
)

// The keys that the tests name; the others are found in the layout.
const (
	leftCtrl, rightCtrl, leftAlt, leftMeta = 29, 97, 56, 125
	leftShift, rightShift                  = 42, 54
	enter, kpEnter, tab                    = 28, 96, 15
	f1, capsLock                           = 59, 58
)

// layout is a US keyboard as its keys lie, from the key with the number 2 on. A
// space is a key that types nothing here.
const (
	plain   = "1234567890-=  qwertyuiop[]  asdfghjkl;'` \\zxcvbnm,./"
	shifted = "!@#$%^&*()_+  QWERTYUIOP{}  ASDFGHJKL:\"~ |ZXCVBNM<>?"
)

// tap presses a key and lets it go.
func tap(code uint16) []scanner.Event {
	return []scanner.Event{scanner.Key(code, 1), {}, scanner.Key(code, 0), {}}
}

// with holds a key while others are pressed.
func with(code uint16, events ...[]scanner.Event) []scanner.Event {
	return slices.Concat([]scanner.Event{scanner.Key(code, 1)}, slices.Concat(events...), []scanner.Event{scanner.Key(code, 0)})
}

// typing is what a scanner types for a text: control characters with Ctrl, as it
// does where that is switched on.
func typing(text string) (events []scanner.Event) {
	for _, b := range []byte(text) {
		switch at := string(b); {
		case b == ' ':
			events = append(events, tap(57)...)
		case strings.Contains(plain, at):
			events = append(events, tap(uint16(strings.Index(plain, at)+2))...)
		case strings.Contains(shifted, at):
			events = append(events, with(leftShift, tap(uint16(strings.Index(shifted, at)+2)))...)
		case b < ' ':
			events = append(events, with(leftCtrl, typing(string(b|0x60)))...)
		default:
			events = append(events, tap(111)...) // Delete, or what else there is
		}
	}
	return events
}

func TestKeysAreReadInTheUSLayout(t *testing.T) {
	var all []byte
	for b := byte(' '); b < 0x7F; b++ {
		all = append(all, b)
	}
	if got := scanner.Keys(append(typing(string(all)), tap(enter)...)); !slices.Equal(got, []string{string(all)}) {
		t.Errorf("got %q, want %q", got, all)
	}
	var keypad []scanner.Event
	for _, code := range []uint16{82, 79, 80, 81, 75, 76, 77, 71, 72, 73, 83, 74, 78, 55, 98} {
		keypad = append(keypad, tap(code)...)
	}
	if got := scanner.Keys(append(keypad, tap(kpEnter)...)); !slices.Equal(got, []string{"0123456789.-+*/"}) {
		t.Errorf("the keypad types %q", got)
	}
}

func TestKeysThatAreNoCodeSpoilIt(t *testing.T) {
	ok := append(typing("ok"), tap(enter)...)
	for name, c := range map[string]struct {
		in   [][]scanner.Event
		want []string
	}{
		"enter":                {[][]scanner.Event{typing(key), tap(enter)}, []string{key}},
		"enter of the keypad":  {[][]scanner.Event{typing(key), tap(kpEnter)}, []string{key}},
		"tab":                  {[][]scanner.Event{typing(key), tap(tab)}, []string{key}},
		"no end":               {[][]scanner.Event{typing(key)}, nil},
		"enter alone":          {[][]scanner.Event{tap(enter), tap(enter)}, nil},
		"right shift":          {[][]scanner.Event{with(rightShift, tap(30)), tap(enter)}, []string{"A"}},
		"both shifts, one up":  {[][]scanner.Event{with(rightShift, with(leftShift, tap(30)), tap(30)), tap(enter)}, []string{"AA"}},
		"a key held":           {[][]scanner.Event{{scanner.Key(30, 1), scanner.Key(30, 2), scanner.Key(30, 2), scanner.Key(30, 0)}, tap(enter)}, []string{"a"}},
		"a function key":       {[][]scanner.Event{typing("a"), tap(f1), typing("b"), tap(enter), ok}, []string{"ok"}},
		"caps lock":            {[][]scanner.Event{tap(capsLock), typing("b"), tap(enter), ok}, []string{"ok"}},
		"ctrl":                 {[][]scanner.Event{typing("a"), with(leftCtrl, typing("c")), tap(enter), ok}, []string{"ok"}},
		"ctrl by itself":       {[][]scanner.Event{typing("a"), tap(rightCtrl), tap(enter), ok}, []string{"ok"}},
		"alt and tab":          {[][]scanner.Event{typing("a"), with(leftAlt, tap(tab)), ok}, []string{"ok"}},
		"meta":                 {[][]scanner.Event{with(leftMeta, typing("r")), typing("cmd"), tap(enter), ok}, []string{"ok"}},
		"ctrl and alt, one up": {[][]scanner.Event{with(leftCtrl, tap(leftAlt), typing("x"), tap(enter), typing("y"), tap(enter)), ok}, []string{"ok"}},
		"keys missing":         {[][]scanner.Event{typing("a"), {scanner.Dropped()}, typing("b"), tap(enter), ok}, []string{"ok"}},
		"a shift up missing":   {[][]scanner.Event{{scanner.Key(leftShift, 1), scanner.Dropped()}, tap(enter), ok}, []string{"ok"}},
		"too long":             {[][]scanner.Event{typing(strings.Repeat("1", hal.MaxScan+1)), tap(enter), ok}, []string{"ok"}},
		"no key at all":        {[][]scanner.Event{{scanner.Event{}}, ok}, []string{"ok"}},
	} {
		if got := scanner.Keys(slices.Concat(c.in...)); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// A desk is where a keyboard may lie. It is a keyboard itself.
type desk struct {
	mu      sync.Mutex
	away    chan struct{} // closed when the keyboard is taken away
	open    error         // of opening
	grab    error
	grabbed int

	events chan []scanner.Event
	closed chan struct{}
}

func newDesk() *desk { return &desk{away: make(chan struct{}), events: make(chan []scanner.Event)} }

func (d *desk) Open(string) (scanner.Keyboard, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed = make(chan struct{})
	return &lying{d, d.away, d.closed}, d.open
}

// set changes what opening and grabbing give.
func (d *desk) set(open, grab error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.open, d.grab = open, grab
}

func (d *desk) unplug() {
	d.set(fs.ErrNotExist, nil)
	close(d.away)
}

func (d *desk) plug() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.open, d.away = nil, make(chan struct{})
}

// lying is a keyboard that is open.
type lying struct {
	desk         *desk
	away, closed chan struct{}
}

func (l *lying) Grab() error {
	l.desk.mu.Lock()
	defer l.desk.mu.Unlock()
	l.desk.grabbed++
	return l.desk.grab
}

func (l *lying) Read() ([]scanner.Event, error) {
	select {
	case events := <-l.desk.events:
		return events, nil
	case <-l.away:
		return nil, hal.ErrGone
	case <-l.closed:
		return nil, fs.ErrClosed
	}
}

func (l *lying) Close() error {
	close(l.closed)
	return nil
}

func TestAKeyboardIsAScanner(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk()
		haltest.TestScanner(t, haltest.ScannerFixture{
			Scanner: scanner.NewKeyboardOver(d.Open, scanner.Config{Path: "/dev/input/by-id/usb-phone-scanner-event-kbd"}),
			Scan:    func(text string) { d.events <- append(typing(text), tap(enter)...) },
			Unplug:  d.unplug,
			Plug:    d.plug,
		})
	})
}

func TestAKeyboardThatCannotBeGrabbedIsNotRead(t *testing.T) {
	for _, c := range []struct {
		grab error
		want hal.State
	}{
		{fmt.Errorf("%w: device or resource busy", hal.ErrBusy), hal.DeviceBusy},
		{errors.New("inappropriate ioctl for device"), hal.HardwareError},
	} {
		synctest.Test(t, func(t *testing.T) {
			d := newDesk()
			d.set(nil, c.grab)
			var states []hal.State
			s := scanner.NewKeyboardOver(d.Open, scanner.Config{Path: "kbd", OnState: func(s hal.State) { states = append(states, s) }})
			ctx, stop := context.WithCancelCause(t.Context())
			done := make(chan error)
			go func() { done <- s.Serve(ctx, func([]byte) { t.Error("a code was read") }) }()
			read := false
			select {
			case d.events <- append(typing(key), tap(enter)...):
				read = true
			case <-time.After(time.Minute):
			}
			stop(errStop)
			<-done
			if read || !slices.Equal(states, []hal.State{c.want}) || d.grabbed < 50 {
				t.Errorf("%v: read %t, told %q, tried %d times, want %q", c.grab, read, states, d.grabbed, c.want)
			}
			<-d.closed
		})
	}
}

func TestAKeyboardNeedsAPath(t *testing.T) {
	if s, err := scanner.NewKeyboard(scanner.Config{}); s != nil || err == nil {
		t.Errorf("NewKeyboard = %v, %v, want an error", s, err)
	}
}

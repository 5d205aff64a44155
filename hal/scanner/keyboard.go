package scanner

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/confined"
)

// NewKeyboard makes a scanner that types on the keyboard at c.Path. Serve opens and
// grabs it, again and again while it is not there or another program has grabbed
// it. It is an error to name none, and everywhere but on Linux.
func NewKeyboard(c Config) (*Scanner, error) {
	if c.Path == "" {
		return nil, errors.New("opening a keyboard: no path")
	}
	if !keyboards {
		return nil, fmt.Errorf("opening keyboard %s: %w", c.Path, errors.ErrUnsupported)
	}
	return newKeyboard(openKeyboard, c), nil
}

func newKeyboard(open func(path string) (keyboard, error), c Config) *Scanner {
	return &Scanner{config: c, open: func(context.Context) (source, error) {
		device, err := grabbed(open, c.Path)
		if err != nil {
			return nil, fmt.Errorf("opening keyboard %s: %w", c.Path, err)
		}
		return newTypist(device), nil
	}}
}

// A keyboard is an input device.
type keyboard interface {
	// Grab takes the device away from everybody else. Another program that did so
	// is hal.ErrBusy.
	Grab() error
	// Read waits for events. It is hal.ErrGone once the device is.
	Read() ([]event, error)
	// Close lets the device go and ends a Read.
	Close() error
}

// grabbed opens a keyboard and grabs it. One that cannot be grabbed is closed: its
// keys would go to a window as well.
func grabbed(open func(string) (keyboard, error), path string) (keyboard, error) {
	device, err := open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %w", hal.ErrGone, err)
	}
	if err != nil {
		return nil, err
	}
	if err := device.Grab(); err != nil {
		return nil, errors.Join(fmt.Errorf("grabbing it: %w", err), device.Close())
	}
	return device, nil
}

// typist is a keyboard with what was typed on it. Its Read cannot be bounded, so a
// goroutine waits in it, which Close ends and waits for.
type typist struct {
	keyCode
	device keyboard
	came   chan typing
	closed chan struct{}
	over   chan struct{}
	in     []event
}

// typing is what one Read of a keyboard gave.
type typing struct {
	events []event
	err    error
}

func newTypist(device keyboard) *typist {
	t := &typist{device: device, came: make(chan typing), closed: make(chan struct{}), over: make(chan struct{})}
	go t.watch()
	return t
}

func (t *typist) watch() {
	defer close(t.over)
	for {
		events, err := t.wait()
		select {
		case t.came <- typing{events, err}:
		case <-t.closed:
			clear(events)
			return
		}
		if err != nil {
			return
		}
	}
}

// wait reads the device, confined: who reads it for us copies the keys twice.
func (t *typist) wait() (events []event, err error) {
	confined.Do(func() { events, err = t.device.Read() })
	return events, err
}

// patience bounds a read.
const patience = 100 * time.Millisecond

func (t *typist) read() (int, error) {
	silence := time.NewTimer(patience)
	defer silence.Stop()
	select {
	case came := <-t.came:
		t.in = came.events
		return len(came.events), came.err
	case <-t.over: // it has given its error before
		return 0, hal.ErrGone
	case <-silence.C:
		return 0, hal.ErrTimeout
	}
}

func (t *typist) decode(pass func([]byte)) {
	defer clear(t.in)
	for _, e := range t.in {
		t.take(e, pass)
	}
}

func (t *typist) Close() error {
	close(t.closed)
	defer func() { <-t.over }()
	return t.device.Close()
}

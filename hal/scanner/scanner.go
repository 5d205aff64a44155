package scanner

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"github.com/digital-watashi/kiosk/hal"
)

// Config is whom a Scanner tells, and where a keyboard is. Every field may be zero
// for a scanner on a line.
type Config struct {
	// Path is the event device of a keyboard, as a link in /dev/input/by-id. A line
	// has its own in the function that dials it.
	Path string
	// OnState is told each change of the device's state, one call at a time.
	OnState func(hal.State)
	// OnTrouble is told why the device is not online, each time the reason changes,
	// and before the state.
	OnTrouble func(error)
}

// Scanner is a hal.Scanner over a line or a keyboard. One Serve at a time.
type Scanner struct {
	config  Config
	open    func(context.Context) (source, error)
	state   hal.State
	trouble string
}

var _ hal.Scanner = (*Scanner)(nil)

// The delays of this package.
const (
	// quiet is the longest pause inside of one code. A code of 128 bytes takes
	// 133 ms at 9600 baud; a slow keyboard waits some 50 ms between keys.
	quiet = 500 * time.Millisecond
	// Back-off while there is no scanner.
	backOffFirst = 100 * time.Millisecond
	backOffMost  = time.Second
	// breath is the least time that a read of nothing takes. A port that is gone and
	// does not say so would make this package spin.
	breath = 10 * time.Millisecond
)

// A source is an open device with what it sent so far of a code. It is read and
// decoded by one goroutine.
type source interface {
	// read waits in bounded time for something to come, and keeps it. Silence is
	// hal.ErrTimeout.
	read() (n int, err error)
	// decode takes what was read and calls pass for each code that ends in it.
	decode(pass func(text []byte))
	// forget wipes the half of a code that there may be.
	forget()
	Close() error
}

// Serve opens the device and passes on each code, until ctx ends. It returns as
// soon as a read that is under way does.
func (s *Scanner) Serve(ctx context.Context, scanned func(text []byte)) error {
	pass := func(text []byte) {
		if ctx.Err() == nil {
			scanned(text)
		}
	}
	for wait := backOffFirst; ctx.Err() == nil; wait = min(2*wait, backOffMost) {
		start := time.Now()
		err := s.attend(ctx, pass)
		if ctx.Err() != nil {
			break
		}
		s.tell(stateOf(err), err)
		if time.Since(start) > backOffMost { // it was there for a while
			wait = backOffFirst
		}
		pause(ctx, wait)
	}
	return context.Cause(ctx)
}

// attend reads one opened device until it is gone or ctx ends.
func (s *Scanner) attend(ctx context.Context, pass func([]byte)) error {
	device, err := s.open(ctx)
	if err != nil {
		return err
	}
	defer device.Close()
	defer device.forget()
	s.tell(hal.Online, nil)
	for last := time.Now(); ctx.Err() == nil; {
		start := time.Now()
		n, err := device.read()
		if time.Since(last) >= quiet {
			device.forget()
		}
		if n > 0 {
			last = time.Now()
			device.decode(pass)
		}
		if err != nil && !errors.Is(err, hal.ErrTimeout) {
			return err
		}
		if n == 0 && time.Since(start) < breath {
			pause(ctx, breath)
		}
	}
	return context.Cause(ctx)
}

// tell tells what has changed.
func (s *Scanner) tell(state hal.State, trouble error) {
	why := ""
	if trouble != nil {
		why = trouble.Error()
	}
	if why != s.trouble && trouble != nil && s.config.OnTrouble != nil {
		s.config.OnTrouble(trouble)
	}
	s.trouble = why
	if state != s.state && s.config.OnState != nil {
		s.config.OnState(state)
	}
	s.state = state
}

// stateOf is the state of a device that gave err.
func stateOf(err error) hal.State {
	switch {
	case errors.Is(err, hal.ErrBusy):
		return hal.DeviceBusy
	case errors.Is(err, hal.ErrUnavailable), errors.Is(err, hal.ErrTimeout):
		return hal.Offline
	case errors.Is(err, hal.ErrGone), errors.Is(err, fs.ErrNotExist):
		return hal.NoDevice
	}
	return hal.HardwareError
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

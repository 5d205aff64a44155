// Package serialport is a hal.Port over a serial line. It wraps tarm/serial once,
// with the rules that module needs:
//
//   - A read always has a time-out. Without one Close would wait for a byte.
//   - Silence and a line that is gone both read as the end of a file. Silence
//     takes the time-out; an end that comes at once, twice in a row, is a line
//     that is gone.
//   - A write has no time-out of its own. It goes out in small pieces, each in a
//     goroutine that is left behind when the far end takes nothing any more.
//   - Close may wait for what the far end does not take, half a minute in Linux.
//     It goes into a goroutine too, and the lock with it.
//   - The module does not open exclusively. A lock on the device keeps a second
//     program out, as long as it asks for that lock too.
//
// The line has no flow control. Whoever sends more than the device's buffer
// holds waits for its answers. Nothing is ever sent unasked, so that a device
// that only talks, as a scanner, is served as well.
package serialport

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/tarm/serial"

	"github.com/digital-watashi/kiosk/hal"
)

// Config names a line. It is eight data bits, no parity, one stop bit.
type Config struct {
	// Device is a path, as /dev/ttyUSB0 or a link in /dev/serial/by-id, or COM3.
	Device string
	// Baud is the speed; USB devices ignore it. 115200 if zero.
	Baud int
}

const (
	defaultBaud = 115200
	// readTimeout is what one Read of silence takes, in whole tenths of a second.
	readTimeout = 200 * time.Millisecond
	// piece is what is written at once: 64 bytes are 67 ms at 9600 baud.
	piece = 64
	// giveUp is how long a piece may take.
	giveUp = 5 * time.Second
	// closeBound is how long Close waits.
	closeBound = 2 * time.Second
)

// Port is an open line. One goroutine reads and one writes; they may be two.
type Port struct {
	line    *serial.Port
	lock    io.Closer
	dead    atomic.Bool // the line is gone, or bytes were lost on it
	writing atomic.Bool // a piece is on its way, perhaps for good
	ends    int         // ends of file that came at once, in a row; the reader's
	closed  chan struct{}
	close   sync.Once
	done    chan error // of closing; has room for it when nobody waits any more
}

// Open opens a line. It gives hal.ErrGone if there is no such device, and
// hal.ErrBusy if another program holds it. Whoever opened it closes it.
func Open(c Config) (*Port, error) {
	lock, err := lockDevice(c.Device)
	if err != nil {
		return nil, fmt.Errorf("locking serial line %s: %w", c.Device, err)
	}
	if c.Baud == 0 {
		c.Baud = defaultBaud
	}
	line, err := serial.OpenPort(&serial.Config{Name: c.Device, Baud: c.Baud, ReadTimeout: readTimeout})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("opening serial line %s at %d baud: %w", c.Device, c.Baud, sorted(err)), lock.Close())
	}
	return &Port{line: line, lock: lock, closed: make(chan struct{}), done: make(chan error, 1)}, nil
}

// Read gives what has come, or hal.ErrTimeout after a fifth of a second of
// silence, or hal.ErrGone.
func (p *Port) Read(b []byte) (int, error) {
	if p.dead.Load() {
		return 0, hal.ErrGone
	}
	start := time.Now()
	n, err := p.line.Read(b)
	switch {
	case n > 0:
		p.ends = 0
		return n, nil
	case err == nil || errors.Is(err, io.EOF):
		return 0, p.silence(time.Since(start), err)
	}
	return 0, p.gone(err)
}

// silence judges an empty read by the time it took.
func (p *Port) silence(took time.Duration, err error) error {
	if err == nil || took >= readTimeout/2 {
		p.ends = 0
		return hal.ErrTimeout
	}
	if p.ends++; p.ends < 2 {
		return hal.ErrTimeout
	}
	return p.gone(err)
}

// Write sends b. When the far end takes nothing for five seconds it gives
// hal.ErrTimeout and the line up: what became of the last piece is not known, so
// that nothing sensible can follow on it.
func (p *Port) Write(b []byte) (int, error) {
	sent := 0
	for sent < len(b) {
		if p.dead.Load() {
			return sent, hal.ErrGone
		}
		n, err := p.writePiece(b[sent:min(sent+piece, len(b))])
		sent += n
		if err != nil {
			return sent, err
		}
	}
	return sent, nil
}

// written is how a piece went.
type written struct {
	n   int
	err error
}

func (p *Port) writePiece(b []byte) (int, error) {
	own := bytes.Clone(b)         // the caller may clear b while a lost write still holds it
	done := make(chan written, 1) // room for the result of a write nobody waits for
	p.writing.Store(true)
	go func() {
		defer clear(own)
		defer p.writing.Store(false)
		n, err := p.line.Write(own)
		done <- written{n, err}
	}()
	late := time.NewTimer(giveUp)
	defer late.Stop()
	select {
	case w := <-done:
		if w.err != nil {
			return w.n, p.gone(w.err)
		}
		return w.n, nil
	case <-late.C:
		p.dead.Store(true)
		p.letGo()
		return 0, hal.ErrTimeout
	case <-p.closed:
		return 0, hal.ErrGone
	}
}

// letGo empties the line, which ends a write that waits where the driver wakes it
// for that. Elsewhere it ends when the device is unplugged.
func (p *Port) letGo() { _ = p.line.Flush() }

// Close closes the line, and lets others have it. Whoever reads or writes comes
// back. A line that is not closed in two seconds gives hal.ErrTimeout, and is
// closed and let go when it can be, at the latest when it is unplugged; a second
// Close waits for that anew.
func (p *Port) Close() error {
	p.close.Do(func() {
		p.dead.Store(true)
		close(p.closed)
		if p.writing.Load() {
			p.letGo()
		}
		go func() {
			p.done <- errors.Join(p.line.Close(), p.lock.Close())
			close(p.done)
		}()
	})
	late := time.NewTimer(closeBound)
	defer late.Stop()
	select {
	case err := <-p.done:
		return err
	case <-late.C:
		return fmt.Errorf("closing serial line: %w", hal.ErrTimeout)
	}
}

func (p *Port) gone(err error) error {
	p.dead.Store(true)
	return fmt.Errorf("%w: %w", hal.ErrGone, err)
}

// sorted puts an error of opening in hal's words. A missing permission, a wrong
// speed and a device that is no serial line are for the technician.
func sorted(err error) error {
	var errno syscall.Errno
	switch {
	case !errors.As(err, &errno), errors.Is(err, fs.ErrPermission), errno == syscall.ENOTTY:
		return err
	case errno == syscall.EBUSY:
		return fmt.Errorf("%w: %w", hal.ErrBusy, err)
	}
	return fmt.Errorf("%w: %w", hal.ErrGone, err)
}

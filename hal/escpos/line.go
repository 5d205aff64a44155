package escpos

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"syscall"
	"time"

	"github.com/digital-watashi/kiosk/hal"
)

// Line is a port that whoever opened it closes.
type Line interface {
	hal.Port
	Close() error
}

// The bounds of a line. Silence is noticed soon; a printer that prints takes
// bytes as it goes, and a strip takes far less than the bound of a write.
const (
	readBound  = 100 * time.Millisecond
	writeBound = 5 * time.Second
	dialBound  = 3 * time.Second
)

// OpenDevice opens a printer class device, as /dev/usb/lp0. One that is not
// there is hal.ErrGone, one that another program has is hal.ErrBusy.
func OpenDevice(path string) (Line, error) {
	file, err := os.OpenFile(path, os.O_RDWR|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("opening printer: %w", sorted(err))
	}
	if err := file.SetReadDeadline(time.Time{}); err != nil {
		return nil, errors.Join(fmt.Errorf("opening printer %s: not a device that can be waited for", path), file.Close())
	}
	// A printer with nothing to say may answer a read with no bytes.
	return &line{file: file, endIsSilence: true}, nil
}

// DialTCP opens a network printer, as 192.0.2.7:9100. One that does not accept
// is hal.ErrGone.
func DialTCP(ctx context.Context, address string) (Line, error) {
	dialer := net.Dialer{Timeout: dialBound}
	conn, err := dialer.DialContext(ctx, "tcp", address)
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case err != nil:
		return nil, fmt.Errorf("opening printer: %w: %w", hal.ErrGone, err)
	}
	return &line{file: conn}, nil
}

// deadlined is what a file and a connection have in common.
type deadlined interface {
	io.ReadWriteCloser
	SetReadDeadline(time.Time) error
	SetWriteDeadline(time.Time) error
}

// line bounds reads and writes, and sorts the system's errors into hal's.
type line struct {
	file         deadlined
	endIsSilence bool
}

func (l *line) Read(b []byte) (int, error) {
	deadline := time.Now().Add(readBound)
	if err := l.file.SetReadDeadline(deadline); err != nil {
		return 0, sorted(err)
	}
	n, err := l.file.Read(b)
	if n == 0 && errors.Is(err, io.EOF) && l.endIsSilence {
		<-time.After(time.Until(deadline)) // or the caller would spin
		return 0, hal.ErrTimeout
	}
	return n, sorted(err)
}

func (l *line) Write(b []byte) (int, error) {
	if err := l.file.SetWriteDeadline(time.Now().Add(writeBound)); err != nil {
		return 0, sorted(err)
	}
	n, err := l.file.Write(b)
	return n, sorted(err)
}

func (l *line) Close() error { return l.file.Close() }

// sorted puts an error of the system in hal's words. What is left, as a missing
// permission, is for the technician.
func sorted(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, os.ErrDeadlineExceeded):
		return hal.ErrTimeout
	case errors.Is(err, syscall.EBUSY):
		return fmt.Errorf("%w: %w", hal.ErrBusy, err)
	case errors.Is(err, syscall.ENOSPC):
		return ErrPaperOut // so says Linux's usblp
	case errors.Is(err, fs.ErrPermission):
		return err
	}
	return fmt.Errorf("%w: %w", hal.ErrGone, err)
}

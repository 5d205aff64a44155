package acme

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/digital-watashi/kiosk/hal"
)

// Line is a port that whoever opened it closes.
type Line interface {
	hal.Port
	io.Closer
}

// Dial opens the line to a device. One that is not there is hal.ErrGone.
type Dial func(context.Context) (Line, error)

const (
	header = 3
	// patience is how long the rest of a frame may take: a card may think for seconds.
	patience = 5 * time.Second
	// again is how soon a device that is not there is looked for again.
	again = 100 * time.Millisecond
)

var (
	errGarbled = errors.New("frame garbled")
	errTooLong = errors.New("frame too long")
)

func check(b []byte) (sum byte) {
	for _, c := range b {
		sum ^= c
	}
	return sum
}

// send writes a frame. What stood in it may have been a password.
func send(line Line, kind byte, payload []byte) error {
	frame := make([]byte, 0, header+len(payload)+1)
	frame = binary.BigEndian.AppendUint16(append(frame, kind), uint16(len(payload)))
	frame = append(frame, payload...)
	frame = append(frame, check(frame))
	defer clear(frame)
	_, err := line.Write(frame)
	return err
}

// receive reads a frame with a payload of at most len(b) bytes. A longer one is
// read to its end and is errTooLong, so that the next one is found.
func receive(line Line, b []byte) (kind byte, n int, err error) {
	var head [header]byte
	if _, err := line.Read(head[:1]); err != nil {
		return 0, 0, err // silence before a frame is hal.ErrTimeout
	}
	late := time.Now().Add(patience)
	if err := fill(line, head[1:], late); err != nil {
		return 0, 0, err
	}
	n = int(binary.BigEndian.Uint16(head[1:]))
	if n > len(b) {
		return 0, 0, errors.Join(errTooLong, skip(line, n+1, late))
	}
	var sum [1]byte
	if err := errors.Join(fill(line, b[:n], late), fill(line, sum[:], late)); err != nil {
		return 0, 0, err
	}
	if sum[0] != check(head[:])^check(b[:n]) {
		return 0, 0, errGarbled
	}
	return head[0], n, nil
}

// fill reads all of b. Silence in the middle of a frame is a broken frame.
func fill(line Line, b []byte, late time.Time) error {
	for len(b) > 0 {
		n, err := line.Read(b)
		b = b[n:]
		switch {
		case errors.Is(err, hal.ErrTimeout) && time.Now().Before(late):
		case errors.Is(err, hal.ErrTimeout):
			return fmt.Errorf("%w: it ends early", errGarbled)
		case err != nil:
			return err
		}
	}
	return nil
}

func skip(line Line, n int, late time.Time) error {
	var b [64]byte
	for n > 0 {
		part := b[:min(n, len(b))]
		if err := fill(line, part, late); err != nil {
			return err
		}
		n -= len(part)
	}
	return nil
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

package haltest

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/digital-watashi/kiosk/hal"
)

// The control bytes of vpcd (vsmartcard, vpcd.h). Each is the whole payload of a
// frame; any other payload is a command APDU.
const (
	vpcdOff   = 0
	vpcdOn    = 1
	vpcdReset = 2
	vpcdATR   = 4
)

// ServeVPCD puts a card into the virtual reader that listens at addr: the vpcd
// driver of pcscd, on port 35963. It takes the card out and returns when ctx ends,
// with its cause; when the card is removed, with hal.ErrCardRemoved; or when the
// reader goes away, with hal.ErrGone. Power comes from the reader.
//
// Frames both ways are two bytes of length, the higher first, and the payload.
func ServeVPCD(ctx context.Context, addr string, card *Card) error {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
	if err != nil {
		return fmt.Errorf("reaching the virtual reader: %w: %v", hal.ErrUnavailable, err)
	}
	defer conn.Close()
	card.Insert()
	defer card.PowerOff()
	card.tell(func() { conn.Close() })
	defer card.tell(nil)
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	err = serveVPCD(ctx, conn, card)
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case card.isOut():
		return hal.ErrCardRemoved
	case errors.Is(err, io.EOF):
		return fmt.Errorf("serving the virtual reader: %w", hal.ErrGone)
	}
	return fmt.Errorf("serving the virtual reader: %w: %v", hal.ErrGone, err)
}

func serveVPCD(ctx context.Context, conn net.Conn, card *Card) error {
	for {
		payload, err := readFrame(conn)
		if err != nil {
			return err
		}
		answer, err := card.vpcd(ctx, payload)
		if err != nil {
			return err
		}
		if answer == nil {
			continue
		}
		if err := writeFrame(conn, answer); err != nil {
			return err
		}
	}
}

// vpcd carries out one payload; the control bytes for power have no answer.
func (c *Card) vpcd(ctx context.Context, payload []byte) ([]byte, error) {
	if len(payload) != 1 {
		return c.Transmit(ctx, payload)
	}
	switch payload[0] {
	case vpcdOff:
		c.PowerOff()
	case vpcdOn:
		c.PowerOn()
	case vpcdReset:
		c.Reset()
	case vpcdATR:
		return c.ATR(), nil
	}
	return nil, nil
}

// readFrame asks for quick acknowledgement first: the driver writes length and
// payload apart, which otherwise costs 40 ms of delayed ACK for each command.
func readFrame(conn net.Conn) ([]byte, error) {
	quickAck(conn)
	var size [2]byte
	if _, err := io.ReadFull(conn, size[:]); err != nil {
		return nil, err
	}
	quickAck(conn)
	payload := make([]byte, binary.BigEndian.Uint16(size[:]))
	_, err := io.ReadFull(conn, payload)
	return payload, err
}

// writeFrame sends length and payload in one.
func writeFrame(conn net.Conn, payload []byte) error {
	if len(payload) > 0xFFFF {
		return fmt.Errorf("an answer of %d bytes does not fit a frame", len(payload))
	}
	frame := binary.BigEndian.AppendUint16(nil, uint16(len(payload)))
	_, err := conn.Write(append(frame, payload...))
	return err
}

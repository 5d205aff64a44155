package apdu

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Response is one response APDU.
type Response struct {
	Data []byte
	SW   SW
}

// ErrResponse is wrapped when a card answers with something that is no response.
var ErrResponse = errors.New("malformed response APDU")

// Err is nil after 9000 and otherwise the status word.
func (r Response) Err() error {
	if r.SW == OK {
		return nil
	}
	return r.SW
}

// Append encodes the response at the end of b.
func (r Response) Append(b []byte) []byte {
	return binary.BigEndian.AppendUint16(append(b, r.Data...), uint16(r.SW))
}

// String shows the length and the status word, never the data.
func (r Response) String() string { return fmt.Sprintf("%d bytes, %v", len(r.Data), r.SW) }

// GoString is String, so that %#v does not print the data either.
func (r Response) GoString() string { return r.String() }

// ParseResponse reads one response APDU. Data is a part of b, not a copy.
func ParseResponse(b []byte) (Response, error) {
	n := len(b) - 2
	if n < 0 || n > MaxExtended {
		return Response{}, fmt.Errorf("%w: %d bytes", ErrResponse, len(b))
	}
	sw := SW(binary.BigEndian.Uint16(b[n:]))
	if sw1 := sw >> 8; sw1>>4 != 6 && sw1>>4 != 9 || sw1 == 0x60 {
		return Response{}, fmt.Errorf("%w: status bytes %04X", ErrResponse, uint16(sw))
	}
	return Response{Data: b[:n], SW: sw}, nil
}

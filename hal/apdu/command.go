package apdu

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Lengths of ISO/IEC 7816-4, 5.1.
const (
	MaxShortData = 255   // the most data that a short command carries
	MaxShort     = 256   // the most that a short Le asks for, coded 00
	MaxExtended  = 65536 // the most that an extended Le asks for, coded 00 00
)

const headerLen = 4

// Command is one command APDU.
type Command struct {
	CLA, INS, P1, P2 byte
	// Data is the command data field; empty means no Lc.
	Data []byte
	// Le is how many bytes the response may bring; 0 means no Le.
	Le int
	// Extended asks for extended lengths where short ones would do. It is
	// implied by more than 255 bytes of data or an Le above 256.
	Extended bool
}

// ErrCommand is wrapped by every complaint about the form of a command.
var ErrCommand = errors.New("malformed command APDU")

// Append encodes the command at the end of b.
func (c Command) Append(b []byte) ([]byte, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	b = append(b, c.CLA, c.INS, c.P1, c.P2)
	if c.extended() {
		return c.appendExtended(b), nil
	}
	return c.appendShort(b), nil
}

// Case is the ISO case of the command: 1 nothing, 2 Le, 3 data, 4 both.
func (c Command) Case() int {
	n := 1
	if c.Le > 0 {
		n++
	}
	if len(c.Data) > 0 {
		n += 2
	}
	return n
}

// String shows the header and the lengths, never the data: it may be a PIN.
func (c Command) String() string {
	return fmt.Sprintf("%02X %02X %02X %02X (Lc %d, Le %d)", c.CLA, c.INS, c.P1, c.P2, len(c.Data), c.Le)
}

// GoString is String, so that %#v does not print the data either.
func (c Command) GoString() string { return c.String() }

func (c Command) check() error {
	switch {
	case len(c.Data) > MaxExtended-1:
		return fmt.Errorf("%w: %d bytes of data", ErrCommand, len(c.Data))
	case c.Le < 0 || c.Le > MaxExtended:
		return fmt.Errorf("%w: Le %d", ErrCommand, c.Le)
	case c.Extended && c.Case() == 1:
		return fmt.Errorf("%w: extended without a length", ErrCommand)
	}
	return nil
}

func (c Command) extended() bool {
	return c.Extended || len(c.Data) > MaxShortData || c.Le > MaxShort
}

func (c Command) appendShort(b []byte) []byte {
	if len(c.Data) > 0 {
		b = append(append(b, byte(len(c.Data))), c.Data...)
	}
	if c.Le > 0 {
		b = append(b, byte(c.Le)) // 256 becomes 00
	}
	return b
}

func (c Command) appendExtended(b []byte) []byte {
	b = append(b, 0)
	if len(c.Data) > 0 {
		b = binary.BigEndian.AppendUint16(b, uint16(len(c.Data)))
		b = append(b, c.Data...)
	}
	if c.Le > 0 {
		b = binary.BigEndian.AppendUint16(b, uint16(c.Le)) // 65536 becomes 00 00
	}
	return b
}

// ParseCommand reads one command APDU. Data is a part of b, not a copy.
//
//	case 1        header
//	case 2 short  header Le            extended  header 00 Le Le
//	case 3 short  header Lc data       extended  header 00 Lc Lc data
//	case 4 short  header Lc data Le    extended  header 00 Lc Lc data Le Le
func ParseCommand(b []byte) (Command, error) {
	if len(b) < headerLen {
		return Command{}, fmt.Errorf("%w: %d bytes", ErrCommand, len(b))
	}
	c := Command{CLA: b[0], INS: b[1], P1: b[2], P2: b[3]}
	body := b[headerLen:]
	switch {
	case len(body) == 0:
		return c, nil
	case len(body) == 1:
		c.Le = shortLe(body[0])
		return c, nil
	case body[0] == 0:
		return c.parseExtended(body[1:])
	}
	return c.parseShort(int(body[0]), body[1:])
}

func (c Command) parseShort(lc int, rest []byte) (Command, error) {
	switch len(rest) {
	case lc:
		c.Data = rest
	case lc + 1:
		c.Data, c.Le = rest[:lc], shortLe(rest[lc])
	default:
		return Command{}, fmt.Errorf("%w: Lc %d before %d bytes", ErrCommand, lc, len(rest))
	}
	return c, nil
}

func (c Command) parseExtended(rest []byte) (Command, error) {
	c.Extended = true
	if len(rest) < 2 {
		return Command{}, fmt.Errorf("%w: extended length cut", ErrCommand)
	}
	n, rest := int(binary.BigEndian.Uint16(rest)), rest[2:]
	switch {
	case len(rest) == 0:
		c.Le = extendedLe(n)
	case n > 0 && len(rest) == n:
		c.Data = rest
	case n > 0 && len(rest) == n+2:
		c.Data, c.Le = rest[:n], extendedLe(int(binary.BigEndian.Uint16(rest[n:])))
	default:
		return Command{}, fmt.Errorf("%w: extended Lc %d before %d bytes", ErrCommand, n, len(rest))
	}
	return c, nil
}

func shortLe(b byte) int {
	if b == 0 {
		return MaxShort
	}
	return int(b)
}

func extendedLe(n int) int {
	if n == 0 {
		return MaxExtended
	}
	return n
}

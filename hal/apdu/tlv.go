package apdu

import (
	"errors"
	"fmt"
)

// Tag is a BER tag of one or two bytes, as it stands on the card: 0x90, 0xDF22.
type Tag uint16

// TLV is one BER-TLV data object, ISO/IEC 7816-4, 5.2.2.
type TLV struct {
	Tag   Tag
	Value []byte
	// form is how many bytes the length took: BER leaves that to the writer, and
	// what is signed on a card are the bytes as they stand.
	form int
}

// ErrTLV is wrapped by every complaint about a data object.
var ErrTLV = errors.New("malformed BER-TLV")

// Header is the tag and length before a value.
type Header struct {
	Tag    Tag
	Len    int // bytes of the header itself
	Length int // bytes of the value that follows
}

// ParseHeader reads the tag and length at the start of b. It does not need the
// value to be there, so that a reader of files can ask for the rest.
func ParseHeader(b []byte) (Header, error) {
	tag, n, err := parseTag(b)
	if err != nil {
		return Header{}, err
	}
	length, m, err := parseLength(b[n:])
	if err != nil {
		return Header{}, err
	}
	return Header{Tag: tag, Len: n + m, Length: length}, nil
}

// ParseTLV reads one data object and returns what follows it. Value is a part
// of b, not a copy.
func ParseTLV(b []byte) (t TLV, rest []byte, err error) {
	h, err := ParseHeader(b)
	if err != nil {
		return TLV{}, nil, err
	}
	if len(b)-h.Len < h.Length {
		return TLV{}, nil, fmt.Errorf("%w: tag %X wants %d bytes, %d are there", ErrTLV, uint16(h.Tag), h.Length, len(b)-h.Len)
	}
	end := h.Len + h.Length
	return TLV{Tag: h.Tag, Value: b[h.Len:end:end], form: h.Len - h.Tag.size()}, b[end:], nil
}

// ParseTLVs reads data objects up to the last byte of b.
func ParseTLVs(b []byte) ([]TLV, error) {
	var all []TLV
	for len(b) > 0 {
		t, rest, err := ParseTLV(b)
		if err != nil {
			return nil, err
		}
		all, b = append(all, t), rest
	}
	return all, nil
}

// Append encodes the object at the end of b, with its length in the form in
// which it was read, or in the shortest one.
func (t TLV) Append(b []byte) ([]byte, error) {
	n := len(t.Value)
	form := max(t.form, shortestForm(n))
	if form > 3 || !t.Tag.valid() {
		return nil, fmt.Errorf("%w: tag %X with %d bytes", ErrTLV, uint16(t.Tag), n)
	}
	if t.Tag.size() == 2 {
		b = append(b, byte(t.Tag>>8))
	}
	b = append(b, byte(t.Tag))
	switch form {
	case 1:
		b = append(b, byte(n))
	case 2:
		b = append(b, 0x81, byte(n))
	case 3:
		b = append(b, 0x82, byte(n>>8), byte(n))
	}
	return append(b, t.Value...), nil
}

// parseTag reads a tag of one byte, or of two when the low five bits of the
// first are all set. Longer tags are not used by any card here.
func parseTag(b []byte) (Tag, int, error) {
	if len(b) == 0 {
		return 0, 0, fmt.Errorf("%w: no tag", ErrTLV)
	}
	if b[0]&0x1F != 0x1F {
		t := Tag(b[0])
		if !t.valid() {
			return 0, 0, fmt.Errorf("%w: tag %02X", ErrTLV, b[0])
		}
		return t, 1, nil
	}
	if len(b) < 2 {
		return 0, 0, fmt.Errorf("%w: tag cut", ErrTLV)
	}
	t := Tag(b[0])<<8 | Tag(b[1])
	if !t.valid() {
		return 0, 0, fmt.Errorf("%w: tag %02X %02X", ErrTLV, b[0], b[1])
	}
	return t, 2, nil
}

// parseLength reads 00-7F, 81 xx or 82 xx xx.
func parseLength(b []byte) (length, size int, err error) {
	switch {
	case len(b) >= 1 && b[0] < 0x80:
		return int(b[0]), 1, nil
	case len(b) >= 2 && b[0] == 0x81:
		return int(b[1]), 2, nil
	case len(b) >= 3 && b[0] == 0x82:
		return int(b[1])<<8 | int(b[2]), 3, nil
	case len(b) == 0 || b[0] == 0x81 || b[0] == 0x82:
		return 0, 0, fmt.Errorf("%w: length cut", ErrTLV)
	}
	return 0, 0, fmt.Errorf("%w: length byte %02X", ErrTLV, b[0])
}

func (t Tag) size() int {
	if t > 0xFF {
		return 2
	}
	return 1
}

// valid refuses 00, which is no tag, and tags of three bytes. The second byte
// may be under 1F: these cards number their objects from FF10 on.
func (t Tag) valid() bool {
	if t > 0xFF {
		return t>>8&0x1F == 0x1F && t&0x80 == 0
	}
	return t != 0 && t&0x1F != 0x1F
}

func shortestForm(n int) int {
	switch {
	case n < 0x80:
		return 1
	case n <= 0xFF:
		return 2
	case n <= 0xFFFF:
		return 3
	}
	return 4
}

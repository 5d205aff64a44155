package mynumber

import (
	"context"
	"errors"
	"fmt"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/apdu"
)

// How the driver reads, in one place. Each exchange costs the citizen time, so
// it takes the shortest form that the card and the reader allow:
//
//	short EF identifiers instead of SELECT EF   until the card refuses one
//	one READ of the whole file, extended Le     where the reader passes it
//	READs of 256 bytes, the last one exact      otherwise
//
// The first READ brings the header and with it the length, so none is spent on
// it alone. Files may be longer than their content: only the content is read.

// maxOffset is how far the 15-bit offset of READ BINARY reaches.
const maxOffset = 1<<15 - 1

// Extender is what a hal.Card can say besides: whether its reader passes
// extended APDUs. Optional; without it only short ones are sent.
type Extender interface {
	// MaxData is the most data that one response can bring through the reader;
	// above 256 it takes commands with extended lengths.
	MaxData() int
}

// line is the guarded card with what is known of its habits.
type line struct {
	card hal.Card
	// app is the current application, by AID; empty where it is not known.
	app string
	// selectEF: the card does not take short EF identifiers.
	selectEF bool
	// le is the most that one READ asks for.
	le int
}

func newLine(card hal.Card) *line {
	l := &line{card: &guard{card: card}, le: apdu.MaxShort}
	if x, ok := card.(Extender); ok {
		l.le = min(max(x.MaxData(), apdu.MaxShort), apdu.MaxExtended)
	}
	return l
}

// send is one exchange. An error of the line says that the card left, where it
// did: drivers may see the broken exchange first.
func (l *line) send(ctx context.Context, c apdu.Command) (apdu.Response, error) {
	r, err := apdu.Transmit(ctx, l.card, c)
	if err == nil {
		return r, nil
	}
	l.app = ""
	if cause := context.Cause(ctx); cause != nil && !errors.Is(err, cause) {
		return apdu.Response{}, fmt.Errorf("%w: %w", cause, err)
	}
	return apdu.Response{}, err
}

// enter makes an application the current one, if it is not already.
func (l *line) enter(ctx context.Context, app application) error {
	if l.app == string(app.aid) {
		return nil
	}
	l.app = ""
	c := apdu.Command{INS: 0xA4, P1: 0x04, P2: 0x0C, Data: app.aid}
	r, err := l.send(ctx, c)
	if err == nil && r.SW == apdu.NoDiagnosis {
		// One card in the field answers 6F00 to its first command after power-up.
		r, err = l.send(ctx, c)
	}
	if err == nil {
		err = r.Err()
	}
	if err != nil {
		return fmt.Errorf("selecting application %q: %w", app.name, err)
	}
	l.app = string(app.aid)
	return nil
}

// at runs a command that names a file of the current application by reference:
// 80|n is its short identifier, 80 the current EF after a SELECT. A card that
// does not know the former is asked in the latter way from then on. A refused
// reference was not carried out, so nothing happens twice.
func (l *line) at(ctx context.Context, f ef, command func(reference byte) apdu.Command) (apdu.Response, error) {
	if !l.selectEF {
		r, err := l.send(ctx, command(0x80|f.id))
		if err != nil || !noShortIdentifier(r.SW) {
			return r, err
		}
	}
	r, err := l.selectFile(ctx, f)
	if err != nil || r.SW != apdu.OK {
		return r, err
	}
	l.selectEF = true
	return l.send(ctx, command(0x80))
}

// noShortIdentifier lists what a card says that has the file but not under its
// short identifier.
func noShortIdentifier(sw apdu.SW) bool {
	switch sw {
	case apdu.FuncNotSupported, apdu.FileNotFound, apdu.WrongP1P2, apdu.RefNotFound, apdu.NoCurrentFile, apdu.WrongOffset:
		return true
	}
	return false
}

func (l *line) selectFile(ctx context.Context, f ef) (apdu.Response, error) {
	return l.send(ctx, apdu.Command{INS: 0xA4, P1: 0x02, P2: 0x0C, Data: []byte{0, f.id}})
}

// read returns the first bytes of a file, as many as size finds out from the
// bytes of the first READ. It asks for no more than want in that READ.
func (l *line) read(ctx context.Context, f ef, want int, size func(head []byte) (int, error)) ([]byte, error) {
	data, err := l.readAll(ctx, f, want, size)
	if err != nil {
		return nil, fmt.Errorf("reading EF %04X (%s): %w", f.id, f.name, err)
	}
	return data, nil
}

func (l *line) readAll(ctx context.Context, f ef, want int, size func([]byte) (int, error)) ([]byte, error) {
	data, err := l.readHead(ctx, f, want)
	if err != nil {
		return nil, err
	}
	n, err := size(data)
	if err != nil {
		return nil, err
	}
	if n > maxOffset {
		return nil, fmt.Errorf("%w: %d bytes", ErrMalformed, n)
	}
	for len(data) < n {
		rest, err := l.readOn(ctx, len(data), min(l.le, n-len(data)))
		if err != nil {
			return nil, err
		}
		data = append(data, rest...)
	}
	return data[:n], nil
}

// readHead is the first READ of a file. A card that refuses the extended form is
// asked in the short one from then on.
func (l *line) readHead(ctx context.Context, f ef, want int) ([]byte, error) {
	le := min(l.le, want)
	r, err := l.at(ctx, f, func(reference byte) apdu.Command {
		if reference == 0x80 {
			return apdu.Command{INS: 0xB0, Le: le}
		}
		return apdu.Command{INS: 0xB0, P1: reference, Le: le}
	})
	if err == nil && l.le > apdu.MaxShort && (r.SW == apdu.WrongLength || r.SW == apdu.Conditions) {
		l.le = apdu.MaxShort
		return l.readHead(ctx, f, want)
	}
	return content(r, err, le)
}

// readOn is a READ of the current EF.
func (l *line) readOn(ctx context.Context, offset, le int) ([]byte, error) {
	r, err := l.send(ctx, apdu.Command{INS: 0xB0, P1: byte(offset >> 8), P2: byte(offset), Le: le})
	return content(r, err, le)
}

// content is the data of a READ. No data is an error: a loop would not end.
func content(r apdu.Response, err error, le int) ([]byte, error) {
	switch {
	case err != nil:
		return nil, err
	case r.SW != apdu.OK && r.SW != apdu.EndOfFile:
		return nil, r.SW
	case len(r.Data) == 0 || len(r.Data) > le:
		return nil, fmt.Errorf("%w: %d bytes where %d were asked for", ErrMalformed, len(r.Data), le)
	}
	return r.Data, nil
}

// exactly is a size that is known beforehand.
func exactly(n int) func([]byte) (int, error) {
	return func([]byte) (int, error) { return n, nil }
}

// object is the size of a file that holds one data object with this tag, of at
// most so many bytes.
func object(tag apdu.Tag, most int) func([]byte) (int, error) {
	return func(head []byte) (int, error) {
		h, err := apdu.ParseHeader(head)
		if err != nil {
			return 0, fmt.Errorf("%w: %w", ErrMalformed, err)
		}
		n := h.Len + h.Length
		if h.Tag != tag || n > most {
			return 0, fmt.Errorf("%w: tag %X with %d bytes", ErrMalformed, uint16(h.Tag), h.Length)
		}
		return n, nil
	}
}

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
	// above 256 it takes commands with extended lengths. It is asked before each
	// READ, since a reader may learn.
	MaxData() int
}

// line is the guarded card with what is known of its habits.
type line struct {
	card hal.Card
	// extender is nil where the reader does not say what it passes.
	extender Extender
	// app is the current application, by AID; empty where it is not known.
	app string
	// selectEF: the card does not take short EF identifiers.
	selectEF bool
	// ef is the file that was selected last in the current application; 0 where none
	// was. It stays the current one, as no command then names another.
	ef byte
	// short: an extended READ was refused, by the card or on the way to it.
	short bool
	// queryLe: the card wants a Le in the empty VERIFY.
	queryLe bool
}

func newLine(card hal.Card) *line {
	x, _ := card.(Extender)
	return &line{card: &guard{card: card}, extender: x}
}

// most is the most that one READ asks for now.
func (l *line) most() int {
	if l.short || l.extender == nil {
		return apdu.MaxShort
	}
	return min(max(l.extender.MaxData(), apdu.MaxShort), apdu.MaxExtended)
}

// send is one exchange. An error of the line says that the card left, where it
// did: drivers may see the broken exchange first.
func (l *line) send(ctx context.Context, c apdu.Command) (apdu.Response, error) {
	r, err := apdu.Transmit(ctx, l.card, c)
	if err == nil {
		return r, nil
	}
	if !errors.Is(err, hal.ErrLength) {
		l.app, l.ef = "", 0
	}
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
	l.app, l.ef = "", 0
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

// query is the empty VERIFY. Some readers and cards take it in case 1, as the
// standard has it, some want a Le; neither form brings a secret, so neither can
// cost a try. A card that shows no counter is asked in the other form, once.
func (l *line) query(ctx context.Context, f ef) (apdu.SW, error) {
	sw, err := l.ask(ctx, f, l.queryLe)
	if err != nil || l.queryLe || !noCounter(sw) {
		return sw, err
	}
	again, err := l.ask(ctx, f, true)
	if _, counted := again.Retries(); err == nil && counted {
		l.queryLe = true
	}
	if _, said := triesOf(again); err == nil && !said {
		return sw, nil // the first answer says more
	}
	return again, err
}

func (l *line) ask(ctx context.Context, f ef, withLe bool) (apdu.SW, error) {
	r, err := l.at(ctx, f, func(reference byte) apdu.Command {
		c := apdu.Command{INS: 0x20, P2: reference}
		if withLe {
			c.Le = apdu.MaxShort
		}
		return c
	})
	return r.SW, err
}

// noCounter is what cards say to a form of the empty VERIFY that they do not know.
func noCounter(sw apdu.SW) bool {
	switch sw {
	case apdu.OK, apdu.Refused, apdu.WrongLength, apdu.WrongData, apdu.Conditions:
		return true
	}
	return false
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

// selectFile makes a file the current one, if it is not already.
func (l *line) selectFile(ctx context.Context, f ef) (apdu.Response, error) {
	if l.ef == f.id {
		return apdu.Response{SW: apdu.OK}, nil
	}
	l.ef = 0
	r, err := l.send(ctx, apdu.Command{INS: 0xA4, P1: 0x02, P2: 0x0C, Data: []byte{0, f.id}})
	if err == nil && r.SW == apdu.OK {
		l.ef = f.id
	}
	return r, err
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
		rest, err := l.readOn(ctx, len(data), n-len(data))
		if err != nil {
			clear(data)
			return nil, err
		}
		data = apdu.Join(data, rest)
	}
	return data[:n], nil
}

// readHead is the first READ of a file.
func (l *line) readHead(ctx context.Context, f ef, want int) ([]byte, error) {
	return l.readBinary(want, func(le int) (apdu.Response, error) {
		return l.at(ctx, f, func(reference byte) apdu.Command {
			if reference == 0x80 {
				return apdu.Command{INS: 0xB0, Le: le}
			}
			return apdu.Command{INS: 0xB0, P1: reference, Le: le}
		})
	})
}

// readOn is a READ of the current EF.
func (l *line) readOn(ctx context.Context, offset, want int) ([]byte, error) {
	return l.readBinary(want, func(le int) (apdu.Response, error) {
		return l.send(ctx, apdu.Command{INS: 0xB0, P1: byte(offset >> 8), P2: byte(offset), Le: le})
	})
}

// readBinary asks for as much as is wanted and passes. A card or reader that
// refuses the extended form is asked in the short one, now and from then on: one
// command is lost to find out.
func (l *line) readBinary(want int, read func(le int) (apdu.Response, error)) ([]byte, error) {
	le := min(l.most(), want)
	r, err := read(le)
	if le > apdu.MaxShort && refusedForLength(r, err) {
		l.short = true
		le = apdu.MaxShort
		r, err = read(le)
	}
	return content(r, err, le)
}

// refusedForLength reports that an extended command was not carried out.
func refusedForLength(r apdu.Response, err error) bool {
	if err != nil {
		return errors.Is(err, hal.ErrLength)
	}
	return r.SW == apdu.WrongLength || r.SW == apdu.Conditions
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

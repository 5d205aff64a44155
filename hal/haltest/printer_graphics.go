package haltest

import "bytes"

// Commands that say their own length:
//
//	GS ( fn  1D 28 fn pL pH …        p bytes follow
//	FS ( fn  1C 28 fn pL pH …        p bytes follow
//	GS 8 L   1D 38 4C p1 p2 p3 p4 …  p bytes follow; otherwise as GS ( L
//
// Of these the printer carries out the graphics: store a picture (fn 112) and
// print what is stored (fn 50). The others are taken in and have no effect.

// printerLargest bounds what such a command may bring.
const printerLargest = 1 << 20

// printerGraphics is a picture in store.
type printerGraphics struct {
	across int // bytes of a row
	data   []byte
}

// selfMeasured gives the body of a command that says its own length, once it is
// whole. mine is whether the pending bytes are such a command, or may be.
func (e *printerEngine) selfMeasured() (fn byte, body []byte, mine bool) {
	b := e.pending
	short := bytes.HasPrefix(b, []byte("\x1d(")) || bytes.HasPrefix(b, []byte("\x1c("))
	head, length := 0, 0
	switch {
	case short && len(b) < 5, bytes.HasPrefix(b, []byte("\x1d8")) && len(b) < 7:
		return 0, nil, true
	case short:
		fn, head, length = b[2], 5, int(b[3])|int(b[4])<<8
	case bytes.HasPrefix(b, []byte("\x1d8L")):
		fn, head, length = b[2], 7, int(b[3])|int(b[4])<<8|int(b[5])<<16|int(b[6])<<24
	default:
		return 0, nil, false
	}
	if length == 0 || length > printerLargest {
		return 0, nil, false
	}
	if len(b) == head+length {
		body = b[head:]
	}
	return fn, body, true
}

// carryOutMeasured does what such a command says.
func (e *printerEngine) carryOutMeasured(fn byte, body []byte) {
	switch {
	case fn != 'L' || len(body) < 2:
	case body[1] == 112 && len(body) >= 10:
		dots := int(body[6]) | int(body[7])<<8
		e.graphics = printerGraphics{across: (dots + 7) / 8, data: bytes.Clone(body[10:])}
	case body[1] == 50 || body[1] == 2:
		e.printGraphics()
	}
}

func (e *printerEngine) printGraphics() {
	e.endLine()
	g := e.graphics
	e.graphics = printerGraphics{}
	for g.across > 0 && len(g.data) >= g.across {
		e.paper.printRow(g.data[:g.across], 1, e.style.align)
		g.data = g.data[g.across:]
	}
}

package haltest

import (
	"bytes"
	"fmt"
)

// printerEngine carries out ESC/POS, one byte after the other.
type printerEngine struct {
	paper    printerPaper
	pending  []byte // of a command
	raster   printerRaster
	graphics printerGraphics
	style    printerStyle
	macro    printerMacro
	plain    bool // as PlainPrinter says
	asb      byte
	strange  []string
}

// printerRaster is a picture that is being received.
type printerRaster struct {
	across, rows int // bytes of a row; rows still to come
	stretchX     int
	stretchY     int
	row          []byte
}

// printerStyle is how the printer sets its own letters.
type printerStyle struct {
	align      byte
	wide, high int // additional widths and heights
	line       []byte
}

// printerCommand is a command of fixed length: prefix, then params bytes.
type printerCommand struct {
	prefix string
	params int
	run    func(e *printerEngine, param []byte)
}

// printerCommands are the ones that the printer knows. A nil run has no effect
// on what this printer prints.
var printerCommands = []printerCommand{
	{"\x1b@", 0, func(e *printerEngine, _ []byte) { e.style, e.asb = printerStyle{}, 0 }},
	{"\x1ba", 1, func(e *printerEngine, b []byte) { e.style.align = b[0] & 3 }},
	{"\x1bd", 1, func(e *printerEngine, b []byte) { e.endLine(); e.paper.feed(printerLinePitch * int(b[0])) }},
	{"\x1bJ", 1, func(e *printerEngine, b []byte) { e.endLine(); e.paper.feed(int(b[0])) }},
	{"\x1d!", 1, func(e *printerEngine, b []byte) { e.style.wide, e.style.high = int(b[0]>>4&7), int(b[0]&7) }},
	{"\x1da", 1, func(e *printerEngine, b []byte) { e.asb = b[0] }},
	{"\x1d:", 0, func(e *printerEngine, _ []byte) { e.macro.startOrEnd() }},
	{"\x1d^", 3, func(e *printerEngine, b []byte) { e.macro.execute(int(b[0])) }},
	{"\x1dv0", 5, (*printerEngine).beginRaster},
	{"\x1dVA", 1, func(e *printerEngine, b []byte) { e.cut(int(b[0])) }},
	{"\x1dVB", 1, func(e *printerEngine, b []byte) { e.cut(int(b[0])) }},
	{"\x1dV\x00", 0, func(e *printerEngine, _ []byte) { e.cut(0) }},
	{"\x1dV\x01", 0, func(e *printerEngine, _ []byte) { e.cut(0) }},
	{"\x1dV0", 0, func(e *printerEngine, _ []byte) { e.cut(0) }},
	{"\x1dV1", 0, func(e *printerEngine, _ []byte) { e.cut(0) }},
	{"\n", 0, func(e *printerEngine, _ []byte) { e.lineFeed() }},
	{"\x1dr", 1, nil}, {"\x1dI", 1, nil},
	{"\x1bE", 1, nil}, {"\x1b!", 1, nil}, {"\x1bt", 1, nil}, {"\x1bR", 1, nil}, {"\x1b2", 0, nil}, {"\x1b3", 1, nil},
	{"\x1b-", 1, nil}, {"\x1b{", 1, nil}, {"\x1b ", 1, nil}, {"\x1bM", 1, nil}, {"\x1bG", 1, nil}, {"\x1b$", 2, nil}, {"\x1b\\", 2, nil},
	{"\x1dB", 1, nil}, {"\x1dL", 2, nil}, {"\x1dW", 2, nil}, {"\x1dP", 2, nil},
	{"\x1c.", 0, nil}, {"\x1c&", 0, nil}, {"\x1cC", 1, nil}, {"\x1c-", 1, nil}, {"\x1cS", 2, nil},
	{"\x10\x04", 1, nil}, {"\x10\x05", 1, nil}, {"\x10\x14\x01", 2, nil}, {"\x10\x14\x08", 7, nil},
	{"\x00", 0, nil}, {"\r", 0, nil},
}

// carryOut takes one byte, and gives the command back that it completes.
func (e *printerEngine) carryOut(c byte) []byte {
	e.macro.record(c)
	if e.raster.rows > 0 {
		e.rasterByte(c)
		return nil
	}
	e.pending = append(e.pending, c)
	if fn, body, mine := e.selfMeasured(); mine {
		if body != nil {
			e.pending = nil
			e.carryOutMeasured(fn, body)
		}
		return nil
	}
	command, known := e.find()
	switch {
	case !known:
		e.letterOrNoise()
		return nil
	case command == nil || len(e.pending) < len(command.prefix)+command.params:
		return nil
	}
	done := e.pending
	e.pending = nil
	if command.run != nil {
		command.run(e, done[len(command.prefix):])
	}
	return done
}

// find gives the command that has begun. Without one it tells whether one may
// still come of it.
func (e *printerEngine) find() (*printerCommand, bool) {
	possible := false
	for _, c := range printerCommands {
		if e.plain && c.advanced() {
			continue
		}
		if bytes.HasPrefix(e.pending, []byte(c.prefix)) {
			return &c, true
		}
		possible = possible || bytes.HasPrefix([]byte(c.prefix), e.pending)
	}
	return nil, possible
}

// letterOrNoise prints a letter; anything else is set down as not understood.
func (e *printerEngine) letterOrNoise() {
	if len(e.pending) == 1 && e.pending[0] >= ' ' {
		e.style.line = append(e.style.line, e.pending[0])
	} else {
		e.strange = append(e.strange, fmt.Sprintf("% X", e.pending))
	}
	e.pending = nil
}

// forget drops what is half received.
func (e *printerEngine) forget() {
	e.pending, e.raster, e.style.line = nil, printerRaster{}, nil
	e.macro.replay, e.macro.recording = nil, false
}

// beginRaster reads m xL xH yL yH of GS v 0.
func (e *printerEngine) beginRaster(b []byte) {
	e.endLine()
	e.raster = printerRaster{
		across:   int(b[1]) | int(b[2])<<8,
		rows:     int(b[3]) | int(b[4])<<8,
		stretchX: 1 + int(b[0]&1),
		stretchY: 1 + int(b[0]>>1&1),
	}
	if e.raster.across == 0 {
		e.raster.rows = 0
	}
}

func (e *printerEngine) rasterByte(c byte) {
	r := &e.raster
	r.row = append(r.row, c)
	if len(r.row) < r.across {
		return
	}
	for range r.stretchY {
		e.paper.printRow(r.row, r.stretchX, e.style.align)
	}
	r.row, r.rows = nil, r.rows-1
}

func (e *printerEngine) lineFeed() {
	if len(e.style.line) == 0 {
		e.paper.feed(printerLinePitch)
		return
	}
	e.endLine()
}

// endLine prints the line of letters that has been gathered.
func (e *printerEngine) endLine() {
	if len(e.style.line) > 0 {
		e.paper.printLetters(e.style)
		e.style.line = nil
	}
}

func (e *printerEngine) cut(feed int) {
	e.endLine()
	e.paper.feed(feed)
	e.paper.cut()
}

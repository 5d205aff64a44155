package escpos

import (
	"net"

	"github.com/digital-watashi/kiosk/hal"
)

// ErrBabble is what a line ends in that sends without end.
var ErrBabble = errBabble

// OverConn is what DialTCP makes of a connection.
func OverConn(c net.Conn) Line { return &line{file: c} }

// Defuse is what keeps real-time commands out of raster data.
var Defuse = defuse

// BreakLines sets a text in lines of characters that are all one wide.
func BreakLines(text string, width int) []string {
	var lines []string
	for _, line := range breakLines(text, width, func(r []rune) int { return len(r) }) {
		lines = append(lines, string(line))
	}
	return lines
}

// ParagraphLines sets a text in type of 32 dots with the bitmap font, in lines of so
// many full-width characters.
func ParagraphLines(text string, em int) (lines []string) {
	s := newSheet(LoadFaces(), "ja", Paper80mm)
	for _, line := range s.paragraph(text, setting{size: s.text}, em*s.measure(setting{size: s.text})([]rune("字"))) {
		lines = append(lines, string(line))
	}
	return lines
}

// Replies decodes a stream of answers: how many of each kind, and what they say
// of the printer when it answered DLE EOT 1 to 4 in order.
func Replies(stream []byte) (asked, unasked, inOrders int, status hal.PrinterStatus) {
	var d decoder
	var c condition
	for _, b := range stream {
		r, whole := d.feed(b)
		switch {
		case !whole:
		case r.kind == realTime:
			c.realTimeStatus(byte(asked%4+1), r.bytes[0])
			asked++
		case r.kind == automatic:
			unasked++
			c = automaticStatus(r.bytes)
		case r.kind == inOrder:
			inOrders++
		}
	}
	return asked, unasked, inOrders, c.status()
}

// HasGlyph reports whether the faces of both weights can draw a character other
// than as a geta.
func HasGlyph(f *Faces, language string, r rune) bool {
	for _, bold := range []bool{false, true} {
		if faceFor(f.typeset(language, 24, bold), []rune{r}) == nil {
			return false
		}
	}
	return true
}

// Joined are the advances of a joined run's glyphs, in the order in which they stand.
func Joined(f *Faces, language, run string, size int) (advances []float64) {
	for _, g := range f.joined.joiner().shape([]rune(run), language, setting{size: size}) {
		advances = append(advances, float64(g.advance)/64)
	}
	return advances
}

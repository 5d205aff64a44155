package escpos

import (
	"image"

	"golang.org/x/image/font"
	"golang.org/x/image/math/fixed"
)

// geta is what Japanese printers set for a character they do not have.
const geta = '〓'

// glyph is a character with the face that has it, or one that was drawn already.
type glyph struct {
	face    font.Face
	char    rune
	advance fixed.Int26_6
	outline *outline
}

// shape chooses a face for each character: the first that has the whole word,
// so that a word is of one face, else the first that has the character.
func (s *sheet) shape(text []rune, as setting) []glyph {
	faces := s.typeset(as)
	set := make([]glyph, 0, len(text))
	for _, word := range words(text) {
		for _, run := range part(word, func(a, b rune) bool { return joined(a) == joined(b) }) {
			set = append(set, s.shapeRun(faces, run, as)...)
		}
	}
	return set
}

func (s *sheet) shapeRun(faces []font.Face, run []rune, as setting) (set []glyph) {
	if joined(run[0]) && s.joiner.can() {
		return s.joiner.shape(run, s.language, as)
	}
	whole := faceFor(faces, run)
	for _, r := range run {
		set = append(set, glyphOf(faces, whole, r))
	}
	return set
}

// faceFor gives the first face that has every character; nil if none has.
func faceFor(faces []font.Face, word []rune) font.Face {
	for _, f := range faces {
		if hasAll(f, word) {
			return f
		}
	}
	return nil
}

func hasAll(f font.Face, word []rune) bool {
	for _, r := range word {
		if !has(f, r) {
			return false
		}
	}
	return true
}

func glyphOf(faces []font.Face, whole font.Face, r rune) glyph {
	face := whole
	if face == nil {
		face = faceFor(faces, []rune{r})
	}
	if face == nil {
		// The bitmap font, last of the faces, always has the geta mark.
		face, r = faces[len(faces)-1], geta
	}
	advance, _ := face.GlyphAdvance(r)
	return glyph{face: face, char: r, advance: advance}
}

// measure is how many dots wide a text is.
func (s *sheet) measure(as setting) func([]rune) int {
	return func(text []rune) int { return widthOf(s.shape(text, as)) }
}

func widthOf(set []glyph) int {
	var width fixed.Int26_6
	for _, g := range set {
		width += g.advance
	}
	return width.Ceil()
}

// write draws glyphs from x on, standing on the baseline.
func (c canvas) write(set []glyph, x, baseline int, ink uint8) {
	dot := fixed.P(x, baseline)
	for _, g := range set {
		// Upright on whole dots: half a dot makes one stem thick and the next thin.
		c.put(g, image.Pt(dot.X.Round(), baseline), ink)
		dot.X += g.advance
	}
}

func (c canvas) put(g glyph, dot image.Point, ink uint8) {
	if g.outline != nil {
		c.stamp(g.outline.mask.Rect.Add(dot).Add(g.outline.at), g.outline.mask, image.Point{}, ink)
	}
	if g.face == nil {
		return
	}
	if at, mask, from, _, ok := g.face.Glyph(fixed.P(dot.X, dot.Y), g.char); ok && mask != nil {
		c.stamp(at, mask, from, ink)
	}
}

// align says where the lines of a text stand.
type align int

const (
	left align = iota
	centred
)

// textPiece sets a text in lines of the given width, from x on.
func (s *sheet) textPiece(text string, as setting, x, width int, where align, ink uint8) piece {
	return s.linesPiece(s.paragraph(text, as, width), as, x, width, where, ink)
}

// paragraph breaks a text so that its last line is not a few characters alone, if a
// little less width helps.
func (s *sheet) paragraph(text string, as setting, width int) [][]rune {
	measure := s.measure(as)
	lines := breakLines(text, width, measure)
	forlorn := func(lines [][]rune) bool {
		return len(lines) > 1 && measure(lines[len(lines)-1]) < min(forlornEm*as.size, width/4)
	}
	for narrower := width - as.size; forlorn(lines) && narrower > width*2/3; narrower -= as.size {
		if again := breakLines(text, narrower, measure); len(again) == len(lines) && !forlorn(again) {
			return again
		}
	}
	return lines
}

// forlornEm is how wide a last line should be; a quarter does in a narrow column.
const forlornEm = 4

// phrasePiece sets a short text that is read at a glance: on one line if a size
// down to four fifths allows it, else broken at its spaces.
func (s *sheet) phrasePiece(text string, size int, where align, ink uint8) piece {
	for as := (setting{size, true}); as.size >= size*4/5; as.size-- {
		if lines := phraseLines(text); s.fit(lines, as) {
			return s.linesPiece(lines, as, s.x, s.inner, where, ink)
		}
	}
	as := setting{size, true}
	lines := breakPhrase(text, s.inner, s.measure(as))
	return s.linesPiece(lines, as, s.x, s.inner, where, ink)
}

func (s *sheet) fit(lines [][]rune, as setting) bool {
	for _, line := range lines {
		if widthOf(s.shape(line, as)) > s.inner {
			return false
		}
	}
	return true
}

func (s *sheet) linesPiece(texts [][]rune, as setting, x, width int, where align, ink uint8) piece {
	var lines [][]glyph
	for _, line := range texts {
		lines = append(lines, s.shape(line, as))
	}
	pitch := s.leading(as.size)
	return piece{height: pitch*(len(lines)-1) + as.size, draw: func(c canvas, top int) {
		for i, line := range lines {
			at := x
			if where == centred {
				at += (width - widthOf(line)) / 2
			}
			c.write(line, at, top+i*pitch+ascent(as.size), ink)
		}
	}}
}

// leading is the distance of two baselines: 1.4 em, open enough for kanji; in small
// print 1.3.
func (s *sheet) leading(size int) int {
	if size <= s.small {
		return size * 130 / 100
	}
	return size * 140 / 100
}

// ascent is how far the baseline lies under the top of the em square of a
// Japanese face.
func ascent(size int) int { return size * 88 / 100 }

package escpos

import (
	"image"
	"image/color"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// has reports whether a face can draw a character. An outline font draws a box
// for what it does not have, and says nothing; its character map knows.
func has(f font.Face, r rune) bool {
	if outline, ok := f.(outlineFace); ok {
		index, err := outline.font.GlyphIndex(nil, r)
		return err == nil && index != 0
	}
	_, _, ok := f.GlyphBounds(r)
	return ok
}

// outlineFace is a scaled font that still knows its character map.
type outlineFace struct {
	font.Face
	font *sfnt.Font
}

// bitmapEm is the height of a full-width character of the bitmap font, in dots.
const bitmapEm = 12

// bitmapFace is the bitmap font, each dot drawn as a square of scale dots.
type bitmapFace struct {
	font.Face
	scale int
}

// Glyph gives the magnified character.
func (b bitmapFace) Glyph(dot fixed.Point26_6, r rune) (image.Rectangle, image.Image, image.Point, fixed.Int26_6, bool) {
	at, mask, from, advance, ok := b.Face.Glyph(fixed.Point26_6{}, r)
	if !ok {
		return image.Rectangle{}, nil, image.Point{}, 0, false
	}
	large := image.Rectangle{Min: at.Min.Mul(b.scale), Max: at.Max.Mul(b.scale)}
	x, y := dot.X.Round(), dot.Y.Round()
	return large.Add(image.Pt(x, y)), magnified{mask, from, b.scale}, image.Point{}, advance * fixed.Int26_6(b.scale), true
}

// GlyphAdvance gives the width of the magnified character.
func (b bitmapFace) GlyphAdvance(r rune) (fixed.Int26_6, bool) {
	advance, ok := b.Face.GlyphAdvance(r)
	return advance * fixed.Int26_6(b.scale), ok
}

// magnified is a mask seen through a magnifying glass.
type magnified struct {
	mask  image.Image
	from  image.Point
	scale int
}

func (m magnified) ColorModel() color.Model { return color.AlphaModel }

func (m magnified) Bounds() image.Rectangle {
	b := m.mask.Bounds().Sub(m.from)
	return image.Rectangle{Min: b.Min.Mul(m.scale), Max: b.Max.Mul(m.scale)}
}

func (m magnified) At(x, y int) color.Color {
	return m.mask.At(m.from.X+x/m.scale, m.from.Y+y/m.scale)
}

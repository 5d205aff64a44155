package escpos

import (
	"image"
	"image/color"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// has reports whether a face can draw a character. An outline font draws a box
// for what it does not have, and says nothing; its character map knows. The bitmap
// font draws nothing.
func has(f font.Face, r rune) bool {
	if outline, ok := f.(outlineFace); ok {
		index, err := outline.font.GlyphIndex(nil, r)
		return err == nil && index != 0
	}
	if magnified, ok := f.(bitmapFace); ok {
		f = magnified.Face
	}
	_, mask, from, _, ok := f.Glyph(fixed.Point26_6{}, r)
	return ok && (unicode.IsSpace(r) || inked(mask, from))
}

// inked reports whether a mask has any ink. The bitmap font has an empty place for
// every character that it does not have.
func inked(mask image.Image, from image.Point) bool {
	within := mask.Bounds().Intersect(image.Rectangle{Min: from, Max: mask.Bounds().Max})
	for y := within.Min.Y; y < within.Max.Y; y++ {
		for x := within.Min.X; x < within.Max.X; x++ {
			if alpha(mask.At(x, y)) != 0 {
				return true
			}
		}
	}
	return false
}

// outlineFace is a scaled font that still knows its character map.
type outlineFace struct {
	font.Face
	font *sfnt.Font
}

// bitmapEm is the height of a full-width character of the bitmap font, in dots.
const bitmapEm = 12

// bitmapFace is the bitmap font, each dot drawn as a square of scale dots. Bold
// is the same, printed twice a little apart.
type bitmapFace struct {
	font.Face
	scale int
	bold  bool
}

// Glyph gives the magnified character.
func (b bitmapFace) Glyph(dot fixed.Point26_6, r rune) (image.Rectangle, image.Image, image.Point, fixed.Int26_6, bool) {
	at, mask, from, advance, ok := b.Face.Glyph(fixed.Point26_6{}, r)
	if !ok {
		return image.Rectangle{}, nil, image.Point{}, 0, false
	}
	large := image.Rectangle{Min: at.Min.Mul(b.scale), Max: at.Max.Mul(b.scale).Add(image.Pt(b.smear(), 0))}
	x, y := dot.X.Round(), dot.Y.Round()
	return large.Add(image.Pt(x, y)), magnified{mask, from, b.scale, b.smear()}, image.Point{}, advance * fixed.Int26_6(b.scale), true
}

// GlyphBounds gives the outline of the magnified character.
func (b bitmapFace) GlyphBounds(r rune) (fixed.Rectangle26_6, fixed.Int26_6, bool) {
	at, advance, ok := b.Face.GlyphBounds(r)
	scale := fixed.I(b.scale)
	return fixed.Rectangle26_6{
		Min: fixed.Point26_6{X: at.Min.X.Mul(scale), Y: at.Min.Y.Mul(scale)},
		Max: fixed.Point26_6{X: at.Max.X.Mul(scale), Y: at.Max.Y.Mul(scale)},
	}, advance.Mul(scale), ok
}

// GlyphAdvance gives the width of the magnified character.
func (b bitmapFace) GlyphAdvance(r rune) (fixed.Int26_6, bool) {
	advance, ok := b.Face.GlyphAdvance(r)
	return advance * fixed.Int26_6(b.scale), ok
}

// smear is how far apart the two prints of bold stand.
func (b bitmapFace) smear() int {
	if !b.bold {
		return 0
	}
	return max(1, b.scale/2)
}

// magnified is a mask seen through a magnifying glass.
type magnified struct {
	mask         image.Image
	from         image.Point
	scale, smear int
}

func (m magnified) ColorModel() color.Model { return color.AlphaModel }

func (m magnified) Bounds() image.Rectangle {
	b := m.mask.Bounds().Sub(m.from)
	return image.Rectangle{Min: b.Min.Mul(m.scale), Max: b.Max.Mul(m.scale).Add(image.Pt(m.smear, 0))}
}

func (m magnified) At(x, y int) color.Color {
	if m.has(x/m.scale, y/m.scale) || x >= m.smear && m.has((x-m.smear)/m.scale, y/m.scale) {
		return color.Opaque
	}
	return color.Transparent
}

// stamp inks a square for each dot under the glass.
func (m magnified) stamp(c canvas, at image.Rectangle, ink uint8) {
	under := m.mask.Bounds().Sub(m.from)
	for y := under.Min.Y; y < under.Max.Y; y++ {
		for x := under.Min.X; x < under.Max.X; x++ {
			if m.has(x, y) {
				corner := at.Min.Add(image.Pt(x, y).Mul(m.scale))
				c.fill(image.Rectangle{Min: corner, Max: corner.Add(image.Pt(m.scale+m.smear, m.scale))}, ink)
			}
		}
	}
}

// has reports whether there is ink under the glass.
func (m magnified) has(x, y int) bool { return alpha(m.mask.At(m.from.X+x, m.from.Y+y)) != 0 }

func alpha(c color.Color) uint8 { return color.AlphaModel.Convert(c).(color.Alpha).A }

package escpos

import (
	"bytes"
	"fmt"
	"image"
	"os"
	"unicode"

	"github.com/go-text/typesetting/di"
	joinedfont "github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// Letters of a joined script merge, change their order and stand above and below
// each other: drawn one by one, Nepali is misspelt. Such a run is shaped as a whole.
// The only joined script so far is Devanagari.

// devanagari is the family by the name that is told when it is missing.
const devanagari = "Noto Sans Devanagari"

// joinedFiles are regular and bold: Debian's and Windows'.
func joinedFiles() (regular, bold []string) {
	return []string{"NotoSansDevanagari-Regular.ttf", "Nirmala.ttf"}, []string{"NotoSansDevanagari-Bold.ttf", "NirmalaB.ttf"}
}

// joined reports whether a character belongs to a joined script, with the marks
// that stand in its words.
func joined(r rune) bool {
	const danda, doubleDanda, nonJoiner, joiner = '।', '॥', '\u200C', '\u200D'
	return unicode.Is(unicode.Devanagari, r) || r == danda || r == doubleDanda || r == nonJoiner || r == joiner
}

// joinedFamily is a joined script's design in two weights; nil where it is not
// installed.
type joinedFamily struct{ regular, bold *joinedfont.Font }

// load takes in a font file, small enough to be held.
func (j *joinedFamily) load(path string, bold bool) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("reading font: %w", err)
	}
	face, err := joinedfont.ParseTTF(bytes.NewReader(content))
	if err != nil {
		return fmt.Errorf("parsing font %s: %w", path, err)
	}
	if bold || j.bold == nil {
		j.bold = face.Font
	}
	if !bold || j.regular == nil {
		j.regular = face.Font
	}
	return nil
}

// joiner shapes the runs of one slip. What it learns of a font with the first run it
// need not learn with the next, which would take a second for each slip in Nepali.
type joiner struct {
	regular, bold *joinedfont.Face // nil where the family is not installed
	shaper        shaping.HarfbuzzShaper
}

func (j joinedFamily) joiner() *joiner {
	if j.regular == nil {
		return &joiner{}
	}
	return &joiner{regular: joinedfont.NewFace(j.regular), bold: joinedfont.NewFace(j.bold)}
}

func (j *joiner) can() bool { return j.regular != nil }

// shape gives the glyphs of a run in the order in which they stand.
func (j *joiner) shape(run []rune, tag string, as setting) []glyph {
	face := j.regular
	if as.bold {
		face = j.bold
	}
	out := j.shaper.Shape(shaping.Input{
		Text: run, RunEnd: len(run), Direction: di.DirectionLTR, Face: face, Size: fixed.I(as.size),
		Script: language.Devanagari, Language: language.NewLanguage(tag),
	})
	set := make([]glyph, len(out.Glyphs))
	for i, g := range out.Glyphs {
		set[i] = glyph{advance: g.Advance, outline: outlineOf(face, g, as.size)}
	}
	return set
}

// outline is a glyph that is drawn already, at its place beside the dot.
type outline struct {
	mask *image.Alpha
	at   image.Point
}

func outlineOf(face *joinedfont.Face, g shaping.Glyph, size int) *outline {
	shape, _ := face.GlyphDataOutline(g.GlyphID)
	// The glyph's box, a dot wider on every side: extents are rounded.
	at := image.Pt((g.XOffset+g.XBearing).Floor()-1, -(g.YOffset+g.YBearing).Ceil()-1)
	width, height := g.Width.Ceil()+3, (-g.Height).Ceil()+3
	if len(shape.Segments) == 0 || width <= 0 || height <= 0 {
		return nil
	}
	pen := pen{vector.NewRasterizer(width, height), float32(size) / float32(face.Upem()), float32(g.XOffset)/64 - float32(at.X), -float32(g.YOffset)/64 - float32(at.Y)}
	for _, s := range shape.Segments {
		pen.draw(s)
	}
	mask := image.NewAlpha(image.Rect(0, 0, width, height))
	pen.Draw(mask, mask.Bounds(), image.Opaque, image.Point{})
	return &outline{mask, at}
}

// pen draws in the units of a font, whose y grows upwards.
type pen struct {
	*vector.Rasterizer
	scale, x, y float32
}

func (p pen) to(point opentype.SegmentPoint) (x, y float32) {
	return p.x + point.X*p.scale, p.y - point.Y*p.scale
}

func (p pen) draw(s opentype.Segment) {
	ax, ay := p.to(s.Args[0])
	bx, by := p.to(s.Args[1])
	cx, cy := p.to(s.Args[2])
	switch s.Op {
	case opentype.SegmentOpMoveTo:
		p.ClosePath()
		p.MoveTo(ax, ay)
	case opentype.SegmentOpLineTo:
		p.LineTo(ax, ay)
	case opentype.SegmentOpQuadTo:
		p.QuadTo(ax, ay, bx, by)
	case opentype.SegmentOpCubeTo:
		p.CubeTo(ax, ay, bx, by, cx, cy)
	}
}

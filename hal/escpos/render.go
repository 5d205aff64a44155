package escpos

import (
	"image"

	"golang.org/x/image/font"
)

// The widths of the two papers, in dots of 1/8 mm.
const (
	Paper80mm = 576
	Paper58mm = 384
)

// sizes are the measures of a slip, in dots. One dot is an eighth of a
// millimetre; running text of 32 dots is 4 mm high, about 11 points.
type sizes struct {
	margin, gap             int
	banner, heading         int
	text, small, value      int
	codeLargest, codeModest int
	module                  int
}

func sizesFor(width int) sizes {
	if width < 480 {
		return sizes{margin: 6, gap: 14, banner: 34, heading: 36, text: 28, small: 24, value: 32,
			codeLargest: 104, codeModest: 56, module: 7}
	}
	return sizes{margin: 12, gap: 18, banner: 44, heading: 42, text: 32, small: 27, value: 40,
		codeLargest: 148, codeModest: 64, module: 8}
}

// Render draws a slip as it will lie in the hand: black and white only, width
// dots wide. Where the faces cannot draw it, it is the slip's Spare. The picture
// holds the code; its owner clears it.
func Render(s Slip, faces *Faces, width int) *image.Gray {
	s = s.drawable(faces)
	paper := newSheet(faces, s.Language, width)
	pieces := make([]piece, len(s.Blocks))
	height := paper.gap
	for i, block := range s.Blocks {
		pieces[i] = block.lay(paper)
		height += pieces[i].height + paper.under(s.Blocks[i:])
	}
	// Drawn at once at its full height: a picture that grows would leave copies.
	c := blank(width, height)
	top := paper.gap
	for i, p := range pieces {
		p.draw(c, top)
		top += p.height + paper.under(s.Blocks[i:])
	}
	return c.Gray
}

// under is the white under the first of the blocks: less between two of small print,
// which are read as one.
func (s *sheet) under(blocks []Block) int {
	if len(blocks) > 1 && small(blocks[0]) && small(blocks[1]) {
		return s.gap * 2 / 3
	}
	return s.gap
}

func small(b Block) bool {
	switch b.(type) {
	case Small, Facts:
		return true
	}
	return false
}

// piece is a block that has been laid out: how high it is, and how to draw it.
type piece struct {
	height int
	draw   func(c canvas, top int)
}

// sheet is the paper that a slip is laid out for, or a column of it.
type sheet struct {
	sizes
	faces    *Faces
	language string
	width    int // of the paper
	x, inner int // where lines begin, and how long they may be
	sets     map[setting][]font.Face
	joiner   *joiner
}

func newSheet(faces *Faces, language string, width int) *sheet {
	s := &sheet{sizes: sizesFor(width), faces: faces, language: language, width: width, sets: map[setting][]font.Face{}, joiner: faces.joined.joiner()}
	s.x, s.inner = s.margin, width-2*s.margin
	return s
}

// column is what lies right of x.
func (s *sheet) column(x int) *sheet {
	c := *s
	c.x, c.inner = x, s.width-s.margin-x
	return &c
}

// setting is a size and a weight of type.
type setting struct {
	size int
	bold bool
}

func (s *sheet) typeset(as setting) []font.Face {
	if s.sets[as] == nil {
		s.sets[as] = s.faces.typeset(s.language, as.size, as.bold)
	}
	return s.sets[as]
}

// canvas is paper to draw on. Only its own two colours get on it: a thermal
// printer has no grey.
type canvas struct{ *image.Gray }

func blank(width, height int) canvas {
	c := canvas{image.NewGray(image.Rect(0, 0, width, height))}
	c.fill(c.Rect, white)
	return c
}

const (
	black uint8 = 0
	white uint8 = 255
)

func (c canvas) fill(r image.Rectangle, ink uint8) {
	for y := max(r.Min.Y, 0); y < min(r.Max.Y, c.Rect.Max.Y); y++ {
		for x := max(r.Min.X, 0); x < min(r.Max.X, c.Rect.Max.X); x++ {
			c.Pix[c.PixOffset(x, y)] = ink
		}
	}
}

// frame draws the border of r, thick dots wide, inside r.
func (c canvas) frame(r image.Rectangle, thick int) {
	c.fill(r, black)
	c.fill(r.Inset(thick), white)
}

// stamp inks the dots of a glyph that are covered by half or more.
func (c canvas) stamp(at image.Rectangle, mask image.Image, from image.Point, ink uint8) {
	if m, ok := mask.(magnified); ok {
		m.stamp(c, at, ink)
		return
	}
	visible := at.Intersect(c.Rect)
	for y := visible.Min.Y; y < visible.Max.Y; y++ {
		for x := visible.Min.X; x < visible.Max.X; x++ {
			if alpha(mask.At(from.X+x-at.Min.X, from.Y+y-at.Min.Y)) >= 0x80 {
				c.Pix[c.PixOffset(x, y)] = ink
			}
		}
	}
}

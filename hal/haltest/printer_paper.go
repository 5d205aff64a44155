package haltest

import (
	"image"
	"image/color"

	"golang.org/x/image/font/inconsolata"
	"golang.org/x/image/math/fixed"
)

// printerPaper is the roll: rows of dots since the last cut.
type printerPaper struct {
	width int
	dots  []byte // one byte a dot, white 255, as in image.Gray
	total int    // rows since the printer was made
	off   image.Image
}

func (p *printerPaper) rows() int { return len(p.dots) / p.width }

// feed moves the paper on.
func (p *printerPaper) feed(rows int) {
	for range rows {
		p.newRow()
	}
}

func (p *printerPaper) newRow() []byte {
	for range p.width {
		p.dots = append(p.dots, 255)
	}
	p.total++
	return p.dots[len(p.dots)-p.width:]
}

// printRow burns a row of packed dots. What is wider than the paper is lost.
func (p *printerPaper) printRow(packed []byte, stretch int, align byte) {
	row := p.newRow()
	start := p.start(8*len(packed)*stretch, align)
	for i := range 8 * len(packed) * stretch {
		dot := i / stretch
		if x := start + i; packed[dot/8]&(0x80>>(dot%8)) != 0 && x >= 0 && x < p.width {
			row[x] = 0
		}
	}
}

// start is where something of a width begins: left, centred or right.
func (p *printerPaper) start(width int, align byte) int {
	return max(p.width-width, 0) * int(align) / 2
}

// A letter of the printer's own is 12 dots wide and 24 high, in a line of 30.
const (
	printerLetterWidth  = 12
	printerLetterHeight = 24
	printerLinePitch    = 30
)

// printLetters sets a line in the printer's own letters.
func (p *printerPaper) printLetters(s printerStyle) {
	wide, high := s.wide+1, s.high+1
	top := p.rows()
	p.feed(printerLinePitch * high)
	x := p.start(len(s.line)*printerLetterWidth*wide, s.align)
	for _, c := range s.line {
		p.letter(c, image.Rect(x, top, x+printerLetterWidth*wide, top+printerLetterHeight*high))
		x += printerLetterWidth * wide
	}
}

// letter draws one letter, stretched over a box.
func (p *printerPaper) letter(c byte, box image.Rectangle) {
	face := inconsolata.Bold8x16
	at, mask, from, _, ok := face.Glyph(fixed.P(0, face.Ascent), rune(c))
	if !ok {
		return
	}
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < min(box.Max.X, p.width); x++ {
			dot := image.Pt((x-box.Min.X)*8/box.Dx(), (y-box.Min.Y)*16/box.Dy())
			if dot.In(at) && inked(mask, from.Add(dot).Sub(at.Min)) {
				p.dots[y*p.width+x] = 0
			}
		}
	}
}

func inked(mask image.Image, at image.Point) bool {
	return color.AlphaModel.Convert(mask.At(at.X, at.Y)).(color.Alpha).A >= 0x80
}

// cut parts the paper. Without any there is no slip.
func (p *printerPaper) cut() {
	if len(p.dots) > 0 {
		p.off = &image.Gray{Pix: p.dots, Stride: p.width, Rect: image.Rect(0, 0, p.width, p.rows())}
		p.dots = nil
	}
}

// takeCut gives the slip that was just cut off; nil if none was.
func (p *printerPaper) takeCut() image.Image {
	slip := p.off
	p.off = nil
	return slip
}

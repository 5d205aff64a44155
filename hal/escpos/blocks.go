package escpos

import (
	"bytes"
	"image"
	"slices"
	"strconv"
	"strings"
)

func (b Banner) lay(s *sheet) piece {
	pad := s.gap * 3 / 4
	text := s.phrasePiece(b.Text, s.banner, centred, white)
	return piece{height: text.height + 2*pad, draw: func(c canvas, top int) {
		c.fill(image.Rect(0, top, c.Rect.Dx(), top+text.height+2*pad), black)
		text.draw(c, top+pad)
	}}
}

func (b Heading) lay(s *sheet) piece {
	return s.phrasePiece(b.Text, s.heading, centred, black)
}

func (b Paragraph) lay(s *sheet) piece {
	return s.textPiece(b.Text, setting{s.text, false}, s.x, s.inner, left, black)
}

func (b Small) lay(s *sheet) piece {
	return s.textPiece(b.Text, setting{s.small, false}, s.x, s.inner, left, black)
}

func (b Field) lay(s *sheet) piece {
	label := s.textPiece(b.Label, setting{s.small, false}, s.x, s.inner, left, black)
	value := s.phrasePiece(b.Value, s.value, left, black)
	return stack(s.gap/2, label, value)
}

// lay sets each fact whole, beside the one before it where that has left room. One
// that is too long for a line has its value under its label.
func (b Facts) lay(s *sheet) piece {
	as := setting{s.small, false}
	var lines [][]rune
	for _, f := range b {
		fact := []rune(strings.TrimPrefix(f.Label+" "+f.Value, " "))
		if last := len(lines) - 1; last >= 0 {
			if beside := slices.Concat(lines[last], []rune("  "), fact); s.measure(as)(beside) <= s.inner {
				lines[last] = beside
				continue
			}
		}
		if s.measure(as)(fact) <= s.inner {
			lines = append(lines, fact)
			continue
		}
		if f.Label != "" {
			lines = append(lines, s.paragraph(f.Label, as, s.inner)...)
		}
		lines = append(lines, s.paragraph(f.Value, as, s.inner)...)
	}
	return s.linesPiece(lines, as, s.x, s.inner, left, black)
}

func (b Steps) lay(s *sheet) piece {
	steps := make([]piece, len(b.Texts))
	for i, text := range b.Texts {
		steps[i] = s.step(strconv.Itoa(i+1), text)
	}
	return stack(s.gap*3/5, steps...)
}

// step is a text beside its number in a black square.
func (s *sheet) step(number, text string) piece {
	box := s.leading(s.text)
	body := s.textPiece(text, setting{s.text, false}, s.margin+box+s.margin, s.inner-box-s.margin, left, black)
	digit := s.textPiece(number, setting{s.text, true}, s.margin, box, centred, white)
	inset := (box - s.text) / 2
	return piece{height: max(box, body.height+2*inset), draw: func(c canvas, top int) {
		c.fill(image.Rect(s.margin, top, s.margin+box, top+box), black)
		digit.draw(c, top+inset)
		body.draw(c, top+inset)
	}}
}

func (Rule) lay(s *sheet) piece {
	return piece{height: 3, draw: func(c canvas, top int) {
		c.fill(image.Rect(s.margin, top, s.width-s.margin, top+3), black)
	}}
}

// lay sets the code in the largest size in which it stands on one line; a long
// one that would come out small is parted between two groups.
func (b Code) lay(s *sheet) piece {
	lines := [][]byte{b.Text}
	size := s.codeSize(lines)
	if size < s.codeModest {
		if halves := halved(b.Text); halves != nil {
			lines, size = halves, s.codeSize(halves)
		}
	}
	return s.framed(s.codeLines(lines, setting{size, true}))
}

const frameThick = 5

func (s *sheet) codeSize(lines [][]byte) int {
	size := s.codeLargest
	for _, line := range lines {
		for size > s.small && s.codeWidth(line, setting{size, true}) > s.inner-4*frameThick {
			size -= 4
		}
	}
	return size
}

// cell is the width every character of a code gets, so that groups line up.
func (s *sheet) cell(as setting) int { return s.measure(as)([]rune{'0'}) + as.size/16 }

func (s *sheet) codeWidth(line []byte, as setting) int {
	spaces := bytes.Count(line, []byte{' '})
	return (len(line)-spaces)*s.cell(as) + spaces*as.size/2
}

// halved parts a code at the space nearest to its middle; nil if it has none.
func halved(text []byte) [][]byte {
	best := -1
	for i, c := range text {
		if c == ' ' && (best < 0 || abs(2*i-len(text)) < abs(2*best-len(text))) {
			best = i
		}
	}
	if best < 0 {
		return nil
	}
	return [][]byte{text[:best], text[best+1:]}
}

func abs(n int) int { return max(n, -n) }

// codeLines sets the lines of a code. Its characters have no descenders, so the
// height of a digit is the height of a line.
func (s *sheet) codeLines(lines [][]byte, as setting) piece {
	digit, _, _ := s.shape([]rune{'0'}, as)[0].face.GlyphBounds('0')
	high := (digit.Max.Y - digit.Min.Y).Ceil()
	pitch := high * 3 / 2
	return piece{height: pitch*(len(lines)-1) + high, draw: func(c canvas, top int) {
		for i, line := range lines {
			s.drawCode(c, line, as, top+i*pitch+high)
		}
	}}
}

func (s *sheet) drawCode(c canvas, line []byte, as setting, baseline int) {
	x := (s.width - s.codeWidth(line, as)) / 2
	cell := s.cell(as)
	for _, char := range line {
		if char == ' ' {
			x += as.size / 2
			continue
		}
		set := s.shape([]rune{rune(char)}, as)
		c.write(set, x+(cell-widthOf(set))/2, baseline, black)
		x += cell
	}
}

// framed puts a piece in a box as wide as the slip.
func (s *sheet) framed(p piece) piece {
	pad := s.gap + frameThick
	return piece{height: p.height + 2*pad, draw: func(c canvas, top int) {
		c.frame(image.Rect(0, top, c.Rect.Dx(), top+p.height+2*pad), frameThick)
		p.draw(c, top+pad)
	}}
}

// stack sets pieces under one another, gap dots apart.
func stack(gap int, pieces ...piece) piece {
	height := gap * (len(pieces) - 1)
	for _, p := range pieces {
		height += p.height
	}
	return piece{height: max(height, 0), draw: func(c canvas, top int) {
		for _, p := range pieces {
			p.draw(c, top)
			top += p.height + gap
		}
	}}
}

// beside sets two pieces next to each other, the lower one in the middle of the
// higher.
func beside(a, b piece) piece {
	height := max(a.height, b.height)
	return piece{height: height, draw: func(c canvas, top int) {
		a.draw(c, top+(height-a.height)/2)
		b.draw(c, top+(height-b.height)/2)
	}}
}

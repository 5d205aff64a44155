package escpos

import (
	"image"

	"rsc.io/qr/coding"
)

// quiet is the white border that ISO/IEC 18004 asks for, in modules.
const quiet = 4

// lay draws a QR code with its quiet zone, and what is said of it. Content that no
// QR code can hold leaves the words alone: the slip still prints.
func (b QR) lay(s *sheet) piece {
	code, err := EncodeQR(b.Content)
	if err != nil {
		return b.said(s, left)
	}
	module := min(s.module, s.width/(code.Size+2*quiet))
	side := module * (code.Size + 2*quiet)
	// The white between two blocks is a part of the quiet zone.
	border := max(quiet*module-s.gap, 0)
	at := func(x int) piece {
		return piece{height: module*code.Size + 2*border, draw: func(c canvas, top int) {
			defer clear(code.Bitmap)
			c.modules(code, image.Pt(x+quiet*module, top+border), module)
		}}
	}
	if column := s.column(side); column.inner >= narrowestEm*s.text {
		return beside(at(0), b.said(column, left))
	}
	return stack(quiet*module-border, at((s.width-side)/2), b.said(s, centred))
}

// narrowestEm is how wide a column must be for whole words.
const narrowestEm = 8

// said is the text and the caption.
func (b QR) said(s *sheet, where align) piece {
	var said []piece
	if b.Text != "" {
		said = append(said, Paragraph{b.Text}.lay(s))
	}
	if b.Caption != "" {
		said = append(said, s.textPiece(b.Caption, setting{s.small, false}, s.x, s.inner, where, black))
	}
	return stack(s.gap, said...)
}

func (c canvas) modules(code *coding.Code, at image.Point, module int) {
	for y := range code.Size {
		for x := range code.Size {
			if code.Black(x, y) {
				corner := at.Add(image.Pt(x*module, y*module))
				c.fill(image.Rectangle{Min: corner, Max: corner.Add(image.Pt(module, module))}, black)
			}
		}
	}
}

// EncodeQR makes the smallest symbol of level M for the content, and keeps nothing of
// it: a QR code's library puts it into its errors on the way. The caller clears the
// symbol.
func EncodeQR(content []byte) (*coding.Code, error) {
	segment := &byteSegment{content: content}
	defer segment.wipe()
	version := coding.Version(coding.MinVersion)
	for version < coding.MaxVersion && segment.Bits(version) > 8*version.DataBytes(coding.M) {
		version++
	}
	plan, err := coding.NewPlan(version, coding.M, 0)
	if err != nil {
		return nil, err
	}
	return plan.Encode(segment)
}

// byteSegment is content in byte mode (ISO/IEC 18004, 7.4.5). The encoder's own
// kind wants a string, which nobody can clear; this one also remembers the
// encoder's buffer, so that it can be cleared.
type byteSegment struct {
	content []byte
	scratch *coding.Bits
}

// Check finds nothing wrong: every byte is legal.
func (*byteSegment) Check() error { return nil }

// Bits is the length of the segment.
func (s *byteSegment) Bits(v coding.Version) int { return 4 + countBits(v) + 8*len(s.content) }

// Encode writes mode, count and content.
func (s *byteSegment) Encode(b *coding.Bits, v coding.Version) {
	s.scratch = b
	b.Write(4, 4)
	b.Write(uint(len(s.content)), countBits(v))
	for _, c := range s.content {
		b.Write(uint(c), 8)
	}
}

func (s *byteSegment) wipe() {
	if s.scratch == nil {
		return
	}
	s.scratch.Write(0, -s.scratch.Bits()&7) // only whole bytes are given out
	clear(s.scratch.Bytes())
}

func countBits(v coding.Version) int {
	if v <= 9 {
		return 8
	}
	return 16
}

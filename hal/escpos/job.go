package escpos

import (
	"image"
	"iter"
)

// Cut says how a slip is parted from the roll.
type Cut int

// The cuts. A partial one leaves a bridge of paper, so that the slip does not fall.
const (
	PartialCut Cut = iota
	FullCut
	NoCut
)

// The commands of a job, and those around it.
//
//	ESC @      1B 40              back to the defaults
//	GS a n     1D 61 n            Automatic Status Back: on/offline, error, paper;
//	                              answers once in order
//	GS :       1D 3A              begin to record a macro, and end it
//	GS ^ r t m 1D 5E r t m        carry the macro out r times; clear one being recorded
//	FS .       1C 2E              one-byte characters
//	ESC a n    1B 61 n            alignment
//	GS ! n     1D 21 n            size of characters
//	GS v 0     1D 76 30 m x2 y2   raster, x in bytes, y in rows
//	GS V m n   1D 56 m n          feed to the cutter and cut
//	GS r 1     1D 72 01           say the paper status when you get here
//	DLE EOT n  10 04 n            say status n at once
//	DLE DC4 8  10 14 08 …         forget what is in the buffers, at once
const (
	digitsOn   = "\x1c.\x1ba\x01\x1d!\x11"
	digitsOff  = "\x1d!\x00\x1ba\x00"
	cutPartial = "\x1dVB\x00"
	cutFull    = "\x1dVA\x00"
	feedOut    = "\x1bd\x06"
	sayPaper   = "\x1dr\x01"
	fence      = "\x1da\x0e"
	mark       = "\x1d:" + sayPaper + "\x1d:"
	sayMark    = "\x1d^\x01\x00\x00"
	unmark     = "\x1d^\x00\x00\x00"
	hush       = "\x1da\x00"
	forget     = "\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
	reset      = "\x1b@"
)

// stripRows is the height of a strip. Small strips suit small buffers, and a
// printer that stops in mid-job stops between two of them.
const stripRows = 24

// stripHead is the length of a raster command before its data.
const stripHead = 8

// job is a slip on its way to the printer.
type job struct {
	picture *image.Gray
	codes   [][]byte // the slip's own; sent as text after the picture
	cut     Cut
}

func newJob(s Slip, faces *Faces, dots int, cut Cut) *job {
	s = s.drawable(faces)
	j := &job{picture: Render(s, faces, dots), cut: cut}
	for _, b := range s.Blocks {
		if code, ok := b.(Code); ok {
			j.codes = append(j.codes, code.Text)
		}
	}
	return j
}

func (j *job) wipe() { clear(j.picture.Pix) }

// commands gives the job one whole command, or a few short ones, at a time, so
// that whoever stops between two stops where the printer expects a command. The
// slice is good until the next, and cleared at the end.
func (j *job) commands() iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		buffer := make([]byte, 0, stripHead+stripRows*(j.picture.Rect.Dx()+7)/8)
		defer func() { clear(buffer[:cap(buffer)]) }()
		for top := 0; top < j.picture.Rect.Dy(); top += stripRows {
			if !yield(appendStrip(buffer, j.picture, top)) {
				return
			}
		}
		if yield(j.appendCodes(buffer)) {
			yield(append(buffer, j.ending()...))
		}
	}
}

// appendCodes sends the codes in the printer's own letters, double size: if
// its raster fails, the citizen still holds the code.
func (j *job) appendCodes(b []byte) []byte {
	if len(j.codes) == 0 {
		return b
	}
	b = append(b, digitsOn...)
	for _, code := range j.codes {
		for _, c := range code {
			if ' ' <= c && c <= '~' {
				b = append(b, c)
			}
		}
		b = append(b, '\n')
	}
	return append(b, digitsOff...)
}

func (j *job) ending() string {
	switch j.cut {
	case FullCut:
		return cutFull
	case NoCut:
		return feedOut
	}
	return cutPartial
}

// appendStrip writes rows of the picture as one raster command, no wider than
// they are black: the white beside a short line is most of a slip.
func appendStrip(b []byte, picture *image.Gray, top int) []byte {
	rows := min(stripRows, picture.Rect.Dy()-top)
	across := inkedBytes(picture, top, rows)
	b = append(b, 0x1D, 'v', '0', 0, byte(across), byte(across>>8), byte(rows), 0)
	start := len(b)
	for y := top; y < top+rows; y++ {
		for x := range across {
			b = append(b, eightDots(picture, 8*x, y))
		}
	}
	defuse(b[start:])
	return b
}

// inkedBytes is how many bytes of a row reach over all the black, at least one.
func inkedBytes(picture *image.Gray, top, rows int) int {
	across := 1
	for y := top; y < top+rows; y++ {
		row := picture.Pix[y*picture.Stride : y*picture.Stride+picture.Rect.Dx()]
		for x := 8 * across; x < len(row); x++ {
			if row[x] == black {
				across = x/8 + 1
			}
		}
	}
	return across
}

// eightDots packs the dots from x on, the leftmost in the highest bit.
func eightDots(picture *image.Gray, x, y int) byte {
	var dots byte
	for i := range 8 {
		if x+i < picture.Rect.Dx() && picture.Pix[y*picture.Stride+x+i] == black {
			dots |= 0x80 >> i
		}
	}
	return dots
}

// defuse blackens one dot wherever raster data would read as a command that
// answers or acts. An eighth of a millimetre of black harms nobody.
//
// Real-time commands are obeyed before the printer knows that they are dots: DLE
// EOT would answer unasked, DLE ENQ drop the job, DLE DC4 open a drawer or switch
// the printer off. The others are obeyed by a printer that was switched on in the
// middle of a strip and takes the rest of it for commands: their answers must not
// be taken for the one that says the slip is printed.
//
//	10 04   DLE EOT   10 05   DLE ENQ   10 14   DLE DC4
//	1D 72   GS r      1D 49   GS I      1B 75   ESC u     1B 76   ESC v
func defuse(data []byte) {
	for i := range len(data) - 1 {
		if live(data[i], data[i+1]) {
			data[i] |= 0x20
		}
	}
}

func live(a, b byte) bool {
	switch a {
	case 0x10:
		return b == 0x04 || b == 0x05 || b == 0x14
	case 0x1D:
		return b == 'r' || b == 'I'
	case 0x1B:
		return b == 'u' || b == 'v'
	}
	return false
}

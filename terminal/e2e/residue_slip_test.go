//go:build e2e && linux

package e2e_test

import (
	"image"
	"image/color"

	"github.com/digital-watashi/kiosk/terminal/residue"
)

// drawn are the pieces of all slips, each of those where it is another than the one
// before or behind it.
func (l *laboratory) drawn() (all []residue.Secret) {
	for i := range len(l.slips) - 1 {
		all = append(all, pieces(l.slips[i], l.slips[i+1])...)
		all = append(all, pieces(l.slips[i+1], l.slips[i])...)
	}
	return all
}

// What of a slip is looked for: a piece of a row, in dots, as the driver draws them and
// as a printer is sent them, eight to a byte.
const (
	pieceDots = 192
	everyRow  = 8

	leastTurns = 10 // from black to white or back
)

// unlike leaves out what is all the same at the beginning, as most of a memory is.
func unlike(text []byte) []byte {
	for i := range len(text) - 1 {
		if text[i] != text[i+1] {
			return text[i:]
		}
	}
	return text
}

// pieces are those of a slip where another slip is not the same, each with enough in it
// not to stand anywhere else.
func pieces(slip, other image.Image) (all []residue.Secret) {
	for y := 0; y < min(slip.Bounds().Dy(), other.Bounds().Dy()); y += everyRow {
		dots := row(slip, y)
		at := differs(dots, row(other, y))
		if at < 0 || at+pieceDots > len(dots) || turns(dots[at:at+pieceDots]) < leastTurns {
			continue
		}
		all = append(all, residue.Secret{Kind: residue.Slip, Text: string(unlike(dots[at : at+pieceDots]))},
			residue.Secret{Kind: residue.Slip, Text: string(unlike(packed(dots[at : at+pieceDots])))})
	}
	return all
}

// row is one of the dots, as image.Gray has them.
func row(slip image.Image, y int) []byte {
	dots := make([]byte, slip.Bounds().Dx())
	for x := range dots {
		dots[x] = color.GrayModel.Convert(slip.At(x, y)).(color.Gray).Y
	}
	return dots
}

// differs is the byte of eight dots in which two rows begin to differ; -1 where they
// do not.
func differs(a, b []byte) int {
	for x := range min(len(a), len(b)) {
		if a[x] != b[x] {
			return x &^ 7
		}
	}
	return -1
}

func turns(dots []byte) (n int) {
	for i := range len(dots) - 1 {
		if dots[i] != dots[i+1] {
			n++
		}
	}
	return n
}

func packed(dots []byte) []byte {
	out := make([]byte, len(dots)/8)
	for x, dot := range dots {
		if dot == 0 {
			out[x/8] |= 0x80 >> (x % 8)
		}
	}
	return out
}

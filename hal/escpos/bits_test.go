package escpos_test

import (
	"slices"
	"testing"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/escpos"
)

// A statusBit is one fact that a printer can tell: the bits mean it, alone or
// together, in one byte of an answer.
type statusBit struct {
	at    int // the byte: the n-th answer, or the n-th byte of an ASB, from 0
	bits  byte
	means meaning
}

// A meaning is what a terminal makes of it; several add up.
type meaning int

const (
	nothing meaning = 1 << iota
	offline
	coverOpen
	nearEnd
	paperEnd
	cutter
	broken
)

// As the guides of Epson have them, answers to DLE EOT 1 to 4.
var askedBits = []statusBit{
	{0, 0x04, nothing}, // drawer pin
	{0, 0x08, offline},
	{1, 0x04, coverOpen}, {1, 0x08, offline} /* feed button */, {1, 0x20, paperEnd} /* stopped */, {1, 0x40, offline}, // a fault
	{2, 0x04, broken} /* recoverable */, {2, 0x08, cutter}, {2, 0x20, broken}, {2, 0x40, offline}, // recovers by itself
	{3, 0x04, nearEnd}, {3, 0x08, nearEnd}, {3, 0x20, paperEnd}, {3, 0x40, paperEnd},
}

// And Automatic Status Back.
var toldBits = []statusBit{
	{0, 0x04, nothing}, {0, 0x08, offline}, {0, 0x20, coverOpen}, {0, 0x40, offline}, // feed button
	{1, 0x01, offline} /* waits to be put online */, {1, 0x02, offline}, // button
	{1, 0x04, broken}, {1, 0x08, cutter}, {1, 0x20, broken}, {1, 0x40, offline},
	{2, 0x01, nearEnd}, {2, 0x02, nearEnd}, {2, 0x04, paperEnd}, {2, 0x08, paperEnd},
	{3, 0x0F, nothing}, // reserved
}

func TestEveryCombinationOfStatusBitsIsUnderstood(t *testing.T) {
	tests := map[string]struct {
		bits []statusBit
		well [4]byte
	}{
		"DLE EOT 1 to 4":        {askedBits, [4]byte{0x12, 0x12, 0x12, 0x12}},
		"Automatic Status Back": {toldBits, [4]byte{0x10, 0, 0, 0}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for set := range 1 << len(test.bits) {
				answer, means := test.well, nothing
				for i, b := range test.bits {
					if set>>i&1 != 0 {
						answer[b.at] |= b.bits
						means |= b.means
					}
				}
				if _, _, _, got := escpos.Replies(answer[:]); got != means.status() {
					t.Fatalf("% X: %+v, want %+v", answer, got, means.status())
				}
			}
			t.Logf("%d combinations", 1<<len(test.bits))
		})
	}
}

func (m meaning) status() hal.PrinterStatus {
	s := hal.PrinterStatus{Device: hal.Online, Paper: hal.PaperFull, CoverOpen: m&coverOpen != 0, CutterFault: m&cutter != 0}
	if m&offline != 0 {
		s.Device = hal.Offline
	}
	if m&(cutter|broken) != 0 {
		s.Device = hal.HardwareError
	}
	if m&nearEnd != 0 {
		s.Paper = hal.PaperLow
	}
	if m&paperEnd != 0 {
		s.Paper = hal.PaperOut
	}
	return s
}

func TestRepliesAreFoundWhereverTheyAreInterrupted(t *testing.T) {
	parts := [][]byte{{0x12}, {0x18, 0x08, 0x03, 0x0F}, {0x37, 0x25, 0x00}, {0x03}}
	for order := range permutations(len(parts)) {
		var stream []byte
		for _, i := range order {
			stream = append(stream, parts[i]...)
		}
		for at := range len(stream) + 1 {
			for _, flow := range [][]byte{{0x11}, {0x13}, {0x13, 0x11}, {0xFF}, {0x80, 0x9C}} {
				broken := slices.Insert(slices.Clone(stream), at, flow...)
				asked, unasked, inOrder, _ := escpos.Replies(broken)
				if asked != 1 || unasked != 1 || inOrder != 1 {
					t.Errorf("% X: %d asked, %d unasked, %d in order; want one of each", broken, asked, unasked, inOrder)
				}
			}
		}
	}
}

// permutations gives each order of n things.
func permutations(n int) func(yield func([]int) bool) {
	return func(yield func([]int) bool) { permute(nil, n, yield) }
}

func permute(order []int, n int, yield func([]int) bool) bool {
	if len(order) == n {
		return yield(order)
	}
	for i := range n {
		if !slices.Contains(order, i) && !permute(append(slices.Clone(order), i), n, yield) {
			return false
		}
	}
	return true
}

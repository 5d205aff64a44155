package escpos_test

import (
	"slices"
	"testing"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/escpos"
)

func TestRepliesAreToldApartByTheirFixedBits(t *testing.T) {
	online := hal.PrinterStatus{Device: hal.Online, Paper: hal.PaperFull}
	tests := map[string]struct {
		stream                  []byte
		asked, unasked, inOrder int
		status                  hal.PrinterStatus
	}{
		"silence":                  {nil, 0, 0, 0, online},
		"DLE EOT, all well":        {[]byte{0x12, 0x12, 0x12, 0x12}, 4, 0, 0, online},
		"DLE EOT 1, drawer pin":    {[]byte{0x16}, 1, 0, 0, online},
		"DLE EOT 1, offline":       {[]byte{0x1A}, 1, 0, 0, hal.PrinterStatus{Device: hal.Offline, Paper: hal.PaperFull}},
		"DLE EOT 2, cover":         {[]byte{0x12, 0x16}, 2, 0, 0, hal.PrinterStatus{Device: hal.Online, Paper: hal.PaperFull, CoverOpen: true}},
		"DLE EOT 2, feed button":   {[]byte{0x12, 0x1A}, 2, 0, 0, hal.PrinterStatus{Device: hal.Offline, Paper: hal.PaperFull}},
		"DLE EOT 2, stopped":       {[]byte{0x12, 0x32}, 2, 0, 0, hal.PrinterStatus{Device: hal.Online, Paper: hal.PaperOut}},
		"DLE EOT 3, recoverable":   {[]byte{0x12, 0x12, 0x16}, 3, 0, 0, hal.PrinterStatus{Device: hal.HardwareError, Paper: hal.PaperFull}},
		"DLE EOT 3, cutter":        {[]byte{0x12, 0x12, 0x1A}, 3, 0, 0, hal.PrinterStatus{Device: hal.HardwareError, Paper: hal.PaperFull, CutterFault: true}},
		"DLE EOT 3, unrecoverable": {[]byte{0x12, 0x12, 0x32}, 3, 0, 0, hal.PrinterStatus{Device: hal.HardwareError, Paper: hal.PaperFull}},
		"DLE EOT 3, hot":           {[]byte{0x12, 0x12, 0x52}, 3, 0, 0, hal.PrinterStatus{Device: hal.Offline, Paper: hal.PaperFull}},
		"DLE EOT 4, near end":      {[]byte{0x12, 0x12, 0x12, 0x1E}, 4, 0, 0, hal.PrinterStatus{Device: hal.Online, Paper: hal.PaperLow}},
		"DLE EOT 4, end":           {[]byte{0x12, 0x12, 0x12, 0x7E}, 4, 0, 0, hal.PrinterStatus{Device: hal.Online, Paper: hal.PaperOut}},

		"ASB, all well":             {[]byte{0x10, 0, 0, 0x0F}, 0, 1, 0, online},
		"ASB, offline":              {[]byte{0x18, 0, 0, 0}, 0, 1, 0, hal.PrinterStatus{Device: hal.Offline, Paper: hal.PaperFull}},
		"ASB, cover":                {[]byte{0x38, 0, 0, 0}, 0, 1, 0, hal.PrinterStatus{Device: hal.Offline, Paper: hal.PaperFull, CoverOpen: true}},
		"ASB, cutter":               {[]byte{0x18, 0x08, 0, 0}, 0, 1, 0, hal.PrinterStatus{Device: hal.HardwareError, Paper: hal.PaperFull, CutterFault: true}},
		"ASB, near end":             {[]byte{0x10, 0, 0x03, 0}, 0, 1, 0, hal.PrinterStatus{Device: hal.Online, Paper: hal.PaperLow}},
		"ASB, end":                  {[]byte{0x18, 0, 0x0F, 0}, 0, 1, 0, hal.PrinterStatus{Device: hal.Offline, Paper: hal.PaperOut}},
		"ASB cut short":             {[]byte{0x10, 0, 0}, 0, 0, 0, online},
		"ASB begun anew":            {[]byte{0x10, 0, 0x10, 0, 0, 0}, 0, 1, 0, online},
		"ASB around a DLE EOT":      {[]byte{0x10, 0, 0x12, 0, 0}, 1, 1, 0, online},
		"ASB around XON and XOFF":   {[]byte{0x10, 0x13, 0, 0x11, 0, 0}, 0, 1, 0, online},
		"GS r":                      {[]byte{0x00}, 0, 0, 1, online},
		"GS r behind an ASB":        {[]byte{0x10, 0, 0, 0, 0x03}, 0, 1, 1, online},
		"XON and XOFF alone":        {[]byte{0x11, 0x13, 0x11}, 0, 0, 0, online},
		"answer to cleared buffers": {[]byte{0x37, 0x25, 0x00, 0x12}, 1, 0, 0, online},
		"noise like a block":        {[]byte{0x37, 0x12, 0x12, 0x12}, 1, 0, 0, online},
		"noise":                     {[]byte{0xFF, 0x80, 0x9C}, 0, 0, 0, online},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			asked, unasked, inOrder, status := escpos.Replies(test.stream)
			if asked != test.asked || unasked != test.unasked || inOrder != test.inOrder {
				t.Errorf("% X: %d asked, %d unasked, %d in order; want %d, %d, %d",
					test.stream, asked, unasked, inOrder, test.asked, test.unasked, test.inOrder)
			}
			if status != test.status {
				t.Errorf("% X: %+v, want %+v", test.stream, status, test.status)
			}
		})
	}
}

func FuzzReplies(f *testing.F) {
	for _, seed := range []string{
		"\x12\x12\x12\x12", "\x1a\x32\x12\x7e", "\x1a\x16", "\x52\x1a",
		"\x10\x00\x00\x0f", "\x18\x08\x03\x0f\x00", "\x10\x10\x10\xff\x37", "\x37\x25\x00\x12", "\x37\x37",
		"\x12\x10\x00\x13\x00\x0f\x00\x37\x25\x00", "\x11\x13\x11", "\xff\x80\x9c", "",
	} {
		f.Add([]byte(seed), 0)
		f.Add([]byte(seed), len(seed)/2)
	}
	f.Fuzz(func(t *testing.T, stream []byte, at int) {
		asked, unasked, inOrder, status := escpos.Replies(stream)
		if asked < 0 || asked+4*unasked+inOrder > len(stream) {
			t.Errorf("% X: more replies than bytes", stream)
		}
		if status.CutterFault && status.Device != hal.HardwareError || status.Paper == hal.PaperJammed {
			t.Errorf("% X: %+v", stream, status)
		}
		if at < 0 || at > len(stream) {
			return
		}
		calmed := slices.Insert(slices.Clone(stream), at, 0x13, 0x11)
		asked2, unasked2, inOrder2, status2 := escpos.Replies(calmed)
		if asked2 != asked || unasked2 != unasked || inOrder2 != inOrder || status2 != status {
			t.Errorf("% X reads otherwise with XOFF and XON at %d", stream, at)
		}
	})
}

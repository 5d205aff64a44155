package haltest_test

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"io"
	"reflect"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
)

// The bytes in these tests are written by hand, after Epson's programming guide.

func feed(t testing.TB, p *haltest.Printer, script ...string) {
	t.Helper()
	for _, part := range script {
		if n, err := p.Write([]byte(part)); n != len(part) || err != nil {
			t.Fatalf("Write(%q) = %d, %v", part, n, err)
		}
	}
}

// heard is what the printer says until it is silent.
func heard(t testing.TB, p *haltest.Printer) []byte {
	t.Helper()
	var all []byte
	for buffer := make([]byte, 16); ; {
		n, err := p.Read(buffer)
		all = append(all, buffer[:n]...)
		if errors.Is(err, hal.ErrTimeout) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestPrinterIsAPort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := haltest.NewPrinter()
		haltest.TestPort(t, haltest.PortFixture{
			Port:     p,
			Unplug:   func() { p.Break(haltest.PrinterFaults{Gone: true}) },
			Patience: 200 * time.Millisecond,
		})
	})
}

func TestPrinterPrintsRasterDotForDot(t *testing.T) {
	p := haltest.NewPrinter(haltest.PrinterWidth(32))
	// Two rows, two bytes wide, then a cut: a corner, and the dot at x=15.
	feed(t, p, "\x1b@", "\x1dv0\x00\x02\x00\x02\x00", "\xc0\x01", "\x80\x00", "\x1dV\x00")
	slip := p.Last()
	if slip == nil || slip.Bounds() != image.Rect(0, 0, 32, 2) {
		t.Fatalf("slip is %v, want 32 × 2", slip)
	}
	var black []image.Point
	for y := range 2 {
		for x := range 32 {
			if slip.At(x, y) == (color.Gray{}) {
				black = append(black, image.Pt(x, y))
			}
		}
	}
	if want := []image.Point{{0, 0}, {1, 0}, {15, 0}, {0, 1}}; !slices.Equal(black, want) {
		t.Errorf("black at %v, want %v", black, want)
	}
}

func TestPrinterPrintsStoredGraphics(t *testing.T) {
	p := haltest.NewPrinter(haltest.PrinterWidth(16))
	picture := "\x30\x70\x30\x01\x01\x31\x09\x00\x02\x00" + "\xff\x80\x00\x80" // nine dots by two rows
	print := "\x1d(L\x02\x00\x30\x32\x1dV\x00"
	feed(t, p, "\x1d(L\x0e\x00", picture, print, "\x1d8L\x0e\x00\x00\x00", picture, print)
	if got := p.Slips(); len(got) != 2 || got[0].Bounds().Dy() != 2 || !reflect.DeepEqual(got[0], got[1]) {
		t.Errorf("%v, want two equal slips of two rows", got)
	}
}

func TestPrinterPrintsLettersOfItsOwn(t *testing.T) {
	p := haltest.NewPrinter()
	feed(t, p, "\x1b@\x1c.\x1ba\x01\x1d!\x11", "124 578\n", "\x1bd\x02", "\x1dVA\x00")
	if got, want := p.Last().Bounds().Dy(), 60+2*30; got != want {
		t.Errorf("slip is %d rows high, want %d", got, want)
	}
	if strange := p.Misunderstood(); strange != nil {
		t.Errorf("not understood: %q", strange)
	}
}

func TestPrinterAnswersByTheBook(t *testing.T) {
	tests := map[string]struct {
		faults haltest.PrinterFaults
		script string
		want   string
	}{
		"DLE EOT in order":      {haltest.PrinterFaults{}, "\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04", "\x12\x12\x12\x12"},
		"DLE EOT, paper out":    {haltest.PrinterFaults{PaperOut: true}, "\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04", "\x1a\x32\x12\x7e"},
		"DLE EOT, paper low":    {haltest.PrinterFaults{PaperLow: true}, "\x10\x04\x01\x10\x04\x04", "\x12\x1e"},
		"DLE EOT, cover open":   {haltest.PrinterFaults{CoverOpen: true}, "\x10\x04\x01\x10\x04\x02", "\x1a\x16"},
		"DLE EOT, cutter stuck": {haltest.PrinterFaults{Jammed: true}, "\x10\x04\x02\x10\x04\x03", "\x52\x1a"},
		"DLE EOT in raster":     {haltest.PrinterFaults{}, "\x1dv0\x00\x03\x00\x01\x00\x10\x04\x01", "\x12"},
		"GS r":                  {haltest.PrinterFaults{}, "\x1dr\x01", "\x00"},
		"GS r, paper low":       {haltest.PrinterFaults{PaperLow: true}, "\x1dr\x01", "\x03"},
		"GS r, paper out":       {haltest.PrinterFaults{PaperOut: true}, "\x1dr\x01", ""},
		"GS r, unconfirmed":     {haltest.PrinterFaults{Unconfirmed: true}, "\x1dr\x01\x10\x04\x01", "\x12"},
		"macro, recorded":       {haltest.PrinterFaults{}, "\x1d:\x1dr\x01\x1d:", "\x00"},
		"macro, executed":       {haltest.PrinterFaults{PaperLow: true}, "\x1d:\x1dr\x01\x1d:\x1b@\x1d^\x02\x00\x00", "\x03\x03\x03"},
		"macro, undefined":      {haltest.PrinterFaults{}, "\x1d^\x01\x00\x00", ""},
		"macro, cleared":        {haltest.PrinterFaults{}, "\x1d:\x1dr\x01\x1d^\x01\x00\x00\x1d^\x01\x00\x00", "\x00"},
		"GS a":                  {haltest.PrinterFaults{PaperLow: true}, "\x1da\x0e", "\x10\x00\x03\x0f"},
		"clear buffers":         {haltest.PrinterFaults{Offline: true}, "\x1dr\x01\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08", "\x37\x25\x00"},
		"silent":                {haltest.PrinterFaults{Silent: true}, "\x10\x04\x01\x1dr\x01", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := haltest.NewPrinter()
				p.Break(test.faults)
				feed(t, p, test.script)
				if got := heard(t, p); string(got) != test.want {
					t.Errorf("% X, want % X", got, test.want)
				}
			})
		})
	}
}

func TestPrinterTellsChangesUnaskedWhileItIsAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := haltest.NewPrinter()
		feed(t, p, "\x1da\x0e")
		heard(t, p)
		p.Break(haltest.PrinterFaults{CoverOpen: true})
		if got, want := heard(t, p), []byte{0x38, 0, 0, 0x0F}; !bytes.Equal(got, want) {
			t.Errorf("the cover opens: % X, want % X", got, want)
		}
		p.Break(haltest.PrinterFaults{})
		heard(t, p)
		feed(t, p, "\x1b@")
		p.Break(haltest.PrinterFaults{CoverOpen: true})
		if got := heard(t, p); len(got) != 0 {
			t.Errorf("after ESC @: % X, want silence", got)
		}
	})
}

func TestPrinterStopsInMidJobAndGoesOnWhenMended(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := haltest.NewPrinter(haltest.PrinterWidth(8))
		p.Break(haltest.PrinterFaults{PaperRows: 10})
		feed(t, p, "\x1dv0\x00\x01\x00\x14\x00", string(bytes.Repeat([]byte{0xFF}, 20)), "\x1dV\x00\x1dr\x01")
		if p.Uncut() != 10 || p.Last() != nil {
			t.Fatalf("%d rows are out, want 10 and no slip", p.Uncut())
		}
		n, err := p.Write(make([]byte, 10000))
		if !errors.Is(err, hal.ErrTimeout) || n == 0 || n == 10000 {
			t.Errorf("Write = %d, %v, want what has room and %v", n, err, hal.ErrTimeout)
		}
		p.Break(haltest.PrinterFaults{})
		if p.Last() == nil || p.Last().Bounds().Dy() != 20 {
			t.Error("the slip did not come out when there was paper again")
		}
		if got := heard(t, p); !bytes.Equal(got, []byte{0}) {
			t.Errorf("behind the job it says % X, want 00", got)
		}
	})
}

func TestPrinterIsGoneAfterTheByteThatWasSaid(t *testing.T) {
	p := haltest.NewPrinter()
	p.Break(haltest.PrinterFaults{After: 3, Then: haltest.PrinterGone})
	if n, err := p.Write([]byte("12345")); n != 3 || !errors.Is(err, hal.ErrGone) {
		t.Errorf("Write = %d, %v, want 3, %v", n, err, hal.ErrGone)
	}
	if _, err := p.Read(make([]byte, 1)); !errors.Is(err, hal.ErrGone) {
		t.Errorf("Read = %v, want %v", err, hal.ErrGone)
	}
}

func TestPrinterHasItsAccidentAfterTheByteThatWasSaid(t *testing.T) {
	// Letters with a cut behind each: what came out tells where it stopped.
	const script = "a\n\x1dV\x00b\n\x1dV\x00c\n\x1dV\x00"
	tests := map[haltest.PrinterAccident]struct {
		slips, mended int    // when it has happened, and when all is well again
		status        string // DLE EOT 1
	}{
		haltest.PrinterPaperOut:   {1, 3, "\x1a"},
		haltest.PrinterCoverOpen:  {1, 3, "\x1a"},
		haltest.PrinterSilent:     {3, 3, ""},
		haltest.PrinterPowerCycle: {3, 3, "\x12"}, // the second without its letter
	}
	for accident, want := range tests {
		t.Run(string(accident), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := haltest.NewPrinter()
				p.Break(haltest.PrinterFaults{After: len("a\n\x1dV\x00b"), Then: accident})
				feed(t, p, script, "\x10\x04\x01")
				if got := heard(t, p); string(got) != want.status || len(p.Slips()) != want.slips {
					t.Errorf("%d slips, says % X; want %d, % X", len(p.Slips()), got, want.slips, want.status)
				}
				if p.Break(haltest.PrinterFaults{}); len(p.Slips()) != want.mended {
					t.Errorf("mended: %d slips, want %d", len(p.Slips()), want.mended)
				}
			})
		})
	}
}

func TestPrinterForgetsItsBufferWhenSwitchedOff(t *testing.T) {
	p := haltest.NewPrinter()
	p.Break(haltest.PrinterFaults{Offline: true})
	feed(t, p, "124 578\n\x1dV\x00")
	p.PowerCycle()
	p.Break(haltest.PrinterFaults{})
	if p.Uncut() != 0 || p.Last() != nil {
		t.Error("what was in the buffer came out")
	}
}

func TestPrinterForgetsItsMacroWhenSwitchedOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := haltest.NewPrinter()
		feed(t, p, "\x1d:\x1dr\x01\x1d:")
		p.PowerCycle()
		feed(t, p, "\x1d^\x01\x00\x00")
		if got := heard(t, p); len(got) != 0 {
			t.Errorf("it says % X, want silence", got)
		}
	})
}

func TestPlainPrinterKnowsNoMoreThanItSays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := haltest.NewPrinter(haltest.PlainPrinter())
		feed(t, p, "\x1da\x0e", "\x1d:\x1dr\x01\x1d:", "\x1d^\x01\x00\x00", "\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08")
		if got := heard(t, p); !bytes.Equal(got, []byte{0}) || p.Uncut() != 0 {
			t.Errorf("it says % X and prints %d rows, want one answer", got, p.Uncut())
		}
	})
}

func TestPrinterShowsEachSlipOnce(t *testing.T) {
	var shown []image.Image
	p := haltest.NewPrinter(haltest.OnSlip(func(slip image.Image) { shown = append(shown, slip) }))
	feed(t, p, "a\n\x1dV\x00b\n\x1dV\x00", "\x1dV\x00", "c\n\x1dV\x00")
	if !slices.Equal(shown, p.Slips()) || len(shown) != 3 {
		t.Errorf("%d shown, %d printed, want 3", len(shown), len(p.Slips()))
	}
}

func TestPrinterSetsDownWhatItDoesNotUnderstand(t *testing.T) {
	p := haltest.NewPrinter()
	feed(t, p, "\x1b\x7f", "\x02", "\x1d(Z\x00\x00")
	if got, want := p.Misunderstood(), []string{"1B 7F", "02", "1D 28 5A 00 00"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func FuzzPrinterTakesAnything(f *testing.F) {
	f.Add([]byte("\x1b@\x1dv0\x00\x02\x00\x02\x00\xff\xff\xff\xff\x1dVB\x00\x1dr\x01"))
	f.Add([]byte("\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08\x10\x10\x04\x01"))
	f.Fuzz(func(t *testing.T, stream []byte) {
		p := haltest.NewPrinter(haltest.PrinterWidth(16))
		if n, err := p.Write(stream[:min(len(stream), 1000)]); err != nil && err != io.EOF {
			t.Fatalf("Write = %d, %v", n, err)
		}
		for _, slip := range p.Slips() {
			if slip.Bounds().Dx() != 16 {
				t.Errorf("a slip %d dots wide", slip.Bounds().Dx())
			}
		}
	})
}

func TestPrinterForgetsSlipsThatWereTakenAway(t *testing.T) {
	shown := 0
	p := haltest.NewPrinter(haltest.PrinterWidth(32), haltest.OnSlip(func(image.Image) { shown++ }))
	slip := []string{"\x1b@", "\x1dv0\x00\x02\x00\x02\x00", "\xc0\x01", "\x80\x00", "\x1dV\x00"}
	for range 3 {
		feed(t, p, slip...)
		feed(t, p, slip...)
		if got := len(p.TakeSlips()); got != 2 || len(p.Slips()) != 0 || p.Last() != nil {
			t.Errorf("took %d slips, want 2; %d remain", got, len(p.Slips()))
		}
	}
	if shown != 6 {
		t.Errorf("%d slips were shown, want 6", shown)
	}
}

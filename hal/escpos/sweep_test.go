package escpos_test

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"testing"
	"testing/synctest"

	"github.com/digital-watashi/kiosk/hal/escpos"
	"github.com/digital-watashi/kiosk/hal/haltest"
)

// A way of printing, in which jobs are broken.
type way struct {
	name   string
	paced  bool
	fresh  bool // the first slip of a process, before which it clears up
	device []haltest.PrinterOption
	breaks []haltest.PrinterAccident
}

func ways() []way {
	all := []haltest.PrinterAccident{haltest.PrinterPaperOut, haltest.PrinterCoverOpen, haltest.PrinterGone, haltest.PrinterSilent, haltest.PrinterPowerCycle}
	plain := []haltest.PrinterOption{haltest.PlainPrinter()}
	return []way{
		{name: "in one go", breaks: all},
		{name: "in one go, the first", fresh: true, breaks: all},
		{name: "paced", paced: true, breaks: all},
		// Such a printer does not show that it was switched off and on; its line does.
		{name: "plain", device: plain, breaks: all[:4]},
	}
}

func (w way) options() escpos.Options {
	o := options()
	o.Paced = w.paced
	return o
}

func (w way) printer() *haltest.Printer {
	return haltest.NewPrinter(append(w.device, haltest.PrinterWidth(narrow))...)
}

// A brokenJob is a slip in whose middle, at one byte, something happens.
type brokenJob struct {
	way
	accident haltest.PrinterAccident
	at       int
}

func (j brokenJob) String() string {
	return fmt.Sprintf("%s, %s after byte %d", j.name, j.accident, j.at)
}

// narrow is the paper of these tests.
const narrow = 96

// otherSlip is the one that the next citizen gets.
func otherSlip() escpos.Slip {
	return escpos.Slip{Language: "ja", Blocks: []escpos.Block{escpos.Heading{Text: "9"}, escpos.Code{Text: []byte("98 76")}}}
}

// TestPrintKnowsWhatIsOnPaperWhereverAJobBreaks is the promise of this package:
// nil means that the whole slip is out, not begun means that nothing of it is,
// and the next slip is whole and alone.
func TestPrintKnowsWhatIsOnPaperWhereverAJobBreaks(t *testing.T) {
	want := [2]image.Image{printed(t, smallSlip()), printed(t, otherSlip())}
	count, total := map[string]int{}, 0
	for _, w := range ways() {
		for _, at := range breakingPoints(t, w) {
			for _, accident := range w.breaks {
				job := brokenJob{w, accident, at}
				synctest.Test(t, func(t *testing.T) { count[job.tryOn(t, want)]++ })
				total++
			}
		}
	}
	t.Logf("%d jobs broken: %v", total, count)
	if total < 3000 || count["printed"] == 0 || count["begun"] == 0 || count["not begun"] == 0 {
		t.Errorf("the sweep is too small, or sees one end only")
	}
}

// tryOn breaks one job and says how Print saw it end.
func (j brokenJob) tryOn(t *testing.T, want [2]image.Image) string {
	device := j.printer()
	printer := escpos.New(device, j.options())
	if !j.fresh {
		if err := printer.Print(t.Context(), otherSlip()); err != nil {
			t.Fatal(err)
		}
	}
	before := len(device.Slips())
	device.Break(haltest.PrinterFaults{After: j.at, Then: j.accident})
	err := printer.Print(t.Context(), smallSlip())
	out := device.Slips()[before:]
	end := outcome(t, err)
	if n := len(out); end == "printed" && (n == 0 || n > 1 && !j.fresh || !same(out[n-1], want[0]) || device.Uncut() != 0) {
		t.Errorf("%v: Print says printed; %d pieces and %d rows are out", j, len(out), device.Uncut())
	}
	device.Break(haltest.PrinterFaults{})
	if end == "not begun" && (inked(device.Slips()[before:]) || device.Uncut() != 0) {
		t.Errorf("%v: Print says not begun, and there is ink on paper", j)
	}
	if err := printer.Print(t.Context(), otherSlip()); err != nil || !same(device.Last(), want[1]) || device.Uncut() != 0 {
		t.Errorf("%v (%s): the next slip: %v; last is it: %v, uncut %d", j, end, err, same(device.Last(), want[1]), device.Uncut())
	}
	return end
}

// outcome names the ends of Print.
func outcome(t *testing.T, err error) string {
	var failure *escpos.PrintError
	switch {
	case err == nil:
		return "printed"
	case !errors.As(err, &failure):
		t.Errorf("Print = %v, want a PrintError", err)
	case failure.Begun:
		return "begun"
	}
	return "not begun"
}

// breakingPoints are bytes of the conversation that prints smallSlip: the first
// and the last, those round the start of each write, and some between.
func breakingPoints(t *testing.T, w way) []int {
	r := &recorder{}
	synctest.Test(t, func(t *testing.T) {
		r.Printer = w.printer()
		printer := escpos.New(r, w.options())
		if !w.fresh {
			if err := printer.Print(t.Context(), otherSlip()); err != nil {
				t.Fatal(err)
			}
			r.sent.Reset()
			r.slices = nil
		}
		if err := printer.Print(t.Context(), smallSlip()); err != nil {
			t.Fatal(err)
		}
	})
	edge, next := map[int]bool{}, 0
	for _, b := range r.slices {
		for i := -1; i <= 3; i++ {
			edge[next+i] = true
		}
		next += len(b)
	}
	var points []int
	for at := 1; at <= next; at++ {
		if at <= 50 || at > next-20 || edge[at] || at%31 == 0 {
			points = append(points, at)
		}
	}
	t.Logf("%s: %d of %d bytes", w.name, len(points), next)
	if len(points) < 200 {
		t.Errorf("%s: only %d breaking points", w.name, len(points))
	}
	return points
}

// printed is what a printer in order makes of a slip.
func printed(t *testing.T, s escpos.Slip) (slip image.Image) {
	synctest.Test(t, func(t *testing.T) {
		device := haltest.NewPrinter(haltest.PrinterWidth(narrow))
		if err := escpos.New(device, options()).Print(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		slip = device.Last()
	})
	return slip
}

func same(a, b image.Image) bool {
	return a != nil && a.Bounds() == b.Bounds() && bytes.Equal(a.(*image.Gray).Pix, b.(*image.Gray).Pix)
}

func inked(slips []image.Image) bool {
	for _, slip := range slips {
		if bytes.IndexByte(slip.(*image.Gray).Pix, 0) >= 0 {
			return true
		}
	}
	return false
}

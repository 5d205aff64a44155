package haltest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal"
)

// PrinterFixture is a printer of slips to be tried, of whatever language, and
// hands beside it. For a device on a desk the hands may ask a person and wait
// for a key. A nil hand is not tried.
type PrinterFixture struct {
	// Status says how the printer is.
	Status func(context.Context) (hal.PrinterStatus, error)
	// Print prints one slip, and returns nil only when all of it is on paper.
	Print func(context.Context) error
	// Slips counts the whole slips that have come out so far.
	Slips func() int

	OpenCover, CloseCover    func()
	TakePaperOut, PutPaperIn func()
	StopCutter, FreeCutter   func()
	Unplug, Plug             func()
	SwitchOffAndOn           func()            // in one go
	InMidSlip                func(hand func()) // has a hand act when the next slip is half printed
	Patience                 time.Duration     // the longest that Status and Print may take; ten seconds if zero
}

// hand is one thing that is done to a printer, undone, and shows in between.
type printerHand struct {
	name     string
	do, undo func()
	shows    func(hal.PrinterStatus) bool
}

func (f PrinterFixture) hands() []printerHand {
	return []printerHand{
		{"cover open", f.OpenCover, f.CloseCover, func(s hal.PrinterStatus) bool { return s.CoverOpen }},
		{"paper out", f.TakePaperOut, f.PutPaperIn, func(s hal.PrinterStatus) bool { return s.Paper == hal.PaperOut }},
		{"cutter stuck", f.StopCutter, f.FreeCutter, func(s hal.PrinterStatus) bool { return s.CutterFault && s.Device == hal.HardwareError }},
		{"unplugged", f.Unplug, f.Plug, func(s hal.PrinterStatus) bool { return s.Device != hal.Online }},
		{"off and on", f.SwitchOffAndOn, func() {}, nil},
	}
}

// TestPrinter tries what a terminal wants of a printer, which is to be in order
// and is left so:
//
//   - Status tells what a hand did, and that it was undone. It is never ready when
//     no slip would come out.
//   - Print returns nil when the whole slip is out, and only then; also when
//     something happens in mid-slip.
//   - Whatever happened, the next slip comes out when all is well again.
//   - Both return in bounded time, and at once when their context is over.
func TestPrinter(t testing.TB, f PrinterFixture) {
	t.Helper()
	if f.Patience == 0 {
		f.Patience = 10 * time.Second
	}
	printerIsReadyAndPrints(t, f, "at the start")
	printerHeedsItsContext(t, f)
	for _, h := range f.hands() {
		if h.do == nil {
			continue
		}
		if h.shows != nil {
			printerShows(t, f, h)
		}
		if f.InMidSlip != nil {
			printerBreaksInMidSlip(t, f, h)
		}
	}
}

// printerIsReadyAndPrints waits until it is, since a hand may be slow to show.
func printerIsReadyAndPrints(t testing.TB, f PrinterFixture, when string) {
	t.Helper()
	if s, ok := f.becomes(t, hal.PrinterStatus.Ready); !ok {
		t.Fatalf("%s: Status = %+v, want ready", when, s)
	}
	before := f.Slips()
	if err := f.print(t, when); err != nil {
		t.Errorf("%s: Print = %v, want nil", when, err)
	}
	if got := f.Slips() - before; got != 1 {
		t.Errorf("%s: Print returned and %d whole slips are out, want 1", when, got)
	}
}

func printerHeedsItsContext(t testing.TB, f PrinterFixture) {
	t.Helper()
	why := errors.New("the session is over")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(why)
	before := f.Slips()
	if err := f.Print(ctx); !errors.Is(err, why) || f.Slips() != before {
		t.Errorf("its context over: Print = %v and %d slips, want the cause and none", err, f.Slips()-before)
	}
	if _, err := f.Status(ctx); !errors.Is(err, why) {
		t.Errorf("its context over: Status = %v, want the cause", err)
	}
}

func printerShows(t testing.TB, f PrinterFixture, h printerHand) {
	t.Helper()
	h.do()
	if s, ok := f.becomes(t, h.shows); !ok || s.Ready() {
		t.Errorf("%s: Status = %+v, ready %v", h.name, s, s.Ready())
	}
	before := f.Slips()
	if err := f.print(t, h.name); err == nil {
		t.Errorf("%s: Print = nil, want an error", h.name)
	}
	if got := f.Slips() - before; got != 0 {
		t.Errorf("%s: %d slips came out", h.name, got)
	}
	h.undo()
	printerIsReadyAndPrints(t, f, "after "+h.name)
}

func printerBreaksInMidSlip(t testing.TB, f PrinterFixture, h printerHand) {
	t.Helper()
	before := f.Slips()
	f.InMidSlip(h.do)
	if err := f.print(t, h.name+" in mid-slip"); err == nil && f.Slips() != before+1 {
		t.Errorf("%s in mid-slip: Print = nil and %d whole slips are out", h.name, f.Slips()-before)
	}
	h.undo()
	printerIsReadyAndPrints(t, f, "after "+h.name+" in mid-slip")
}

// becomes asks until the status is as wanted, for as long as it may take.
func (f PrinterFixture) becomes(t testing.TB, wanted func(hal.PrinterStatus) bool) (hal.PrinterStatus, bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), f.Patience)
	defer cancel()
	again := time.NewTicker(max(f.Patience/100, time.Millisecond))
	defer again.Stop()
	for {
		s, err := f.Status(ctx)
		if err == nil && wanted(s) {
			return s, true
		}
		select {
		case <-ctx.Done():
			return s, false
		case <-again.C:
		}
	}
}

// print prints, and sees to it that this takes no longer than it may.
func (f PrinterFixture) print(t testing.TB, when string) error {
	t.Helper()
	start := time.Now()
	err := f.Print(t.Context())
	if took := time.Since(start); took > f.Patience {
		t.Errorf("%s: Print took %v, want at most %v", when, took, f.Patience)
	}
	return err
}

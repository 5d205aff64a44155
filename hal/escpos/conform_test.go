package escpos_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/escpos"
	"github.com/digital-watashi/kiosk/hal/haltest"
)

func TestAnESCPOSPrinterIsAPrinter(t *testing.T) {
	want := printed(t, smallSlip())
	synctest.Test(t, func(t *testing.T) {
		device := haltest.NewPrinter(haltest.PrinterWidth(narrow))
		printer := escpos.New(device, options())
		breaks := func(f haltest.PrinterFaults) func() { return func() { device.Break(f) } }
		mend := breaks(haltest.PrinterFaults{})
		haltest.TestPrinter(t, haltest.PrinterFixture{
			Status: printer.Status,
			Print:  func(ctx context.Context) error { return printer.Print(ctx, smallSlip()) },
			Slips: func() (whole int) {
				for _, slip := range device.Slips() {
					if same(slip, want) {
						whole++
					}
				}
				return whole
			},
			OpenCover: breaks(haltest.PrinterFaults{CoverOpen: true}), CloseCover: mend,
			TakePaperOut: breaks(haltest.PrinterFaults{PaperOut: true}), PutPaperIn: mend,
			StopCutter: breaks(haltest.PrinterFaults{Jammed: true}), FreeCutter: mend,
			Unplug: breaks(haltest.PrinterFaults{Gone: true}), Plug: mend,
			SwitchOffAndOn: device.PowerCycle,
			InMidSlip: func(hand func()) {
				device.Break(haltest.PrinterFaults{RowTime: time.Millisecond})
				go func() {
					<-time.After(60 * time.Millisecond)
					hand()
				}()
			},
			Patience: 40 * time.Second,
		})
	})
}

func TestThePrinterSuiteNoticesAPrinterThatLies(t *testing.T) {
	ready := hal.PrinterStatus{Device: hal.Online, Paper: hal.PaperFull}
	slips := 0
	lies := map[string]haltest.PrinterFixture{
		"prints nothing": {
			Status: func(context.Context) (hal.PrinterStatus, error) { return ready, nil },
			Print:  func(context.Context) error { return nil },
			Slips:  func() int { return 0 },
		},
		"shows no open cover": {
			Status:    func(ctx context.Context) (hal.PrinterStatus, error) { return ready, context.Cause(ctx) },
			Print:     func(ctx context.Context) error { slips++; return context.Cause(ctx) },
			Slips:     func() int { return slips },
			OpenCover: func() {}, CloseCover: func() {},
		},
	}
	for name, lie := range lies {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				seen := &quiet{TB: t}
				haltest.TestPrinter(seen, lie)
				if !seen.failed {
					t.Error("the suite is content")
				}
			})
		})
	}
}

// quiet takes failures and says nothing.
type quiet struct {
	testing.TB
	failed bool
}

func (q *quiet) Errorf(string, ...any) { q.failed = true }
func (q *quiet) Fatalf(string, ...any) { q.failed = true }

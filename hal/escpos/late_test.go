package escpos_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/digital-watashi/kiosk/hal/escpos"
	"github.com/digital-watashi/kiosk/hal/haltest"
)

// A printer that cannot clear its buffers prints the rest of a broken slip when
// it is mended, slowly, and then answers the question behind it: while the next
// citizen's slip is on its way, which does not come out whole.
func TestTheAnswerBehindABrokenSlipDoesNotConfirmTheNext(t *testing.T) {
	want := printed(t, otherSlip())
	for _, kind := range []haltest.PrinterOption{haltest.PlainPrinter(), haltest.PrinterWidth(narrow)} {
		for _, row := range []time.Duration{time.Millisecond, 5 * time.Millisecond, 20 * time.Millisecond, 60 * time.Millisecond, 200 * time.Millisecond} {
			for _, spare := range []int{1, 30, 90} {
				synctest.Test(t, func(t *testing.T) {
					device := haltest.NewPrinter(haltest.PrinterWidth(narrow), kind)
					printer := escpos.New(device, options())
					device.Break(haltest.PrinterFaults{PaperRows: 30})
					checkBegun(t, printer.Print(t.Context(), smallSlip()), escpos.ErrPaperOut)
					// The paper lasts for the old slip, and not for the new one.
					rest := rowsOf(smallSlip()) + 60 - 30
					go device.Break(haltest.PrinterFaults{RowTime: row, PaperRows: rest + spare})
					synctest.Wait()
					err := printer.Print(t.Context(), otherSlip())
					if err == nil && !same(device.Last(), want) {
						t.Errorf("a row takes %v, %d rows to spare: Print says printed", row, spare)
					}
					device.Break(haltest.PrinterFaults{})
					<-time.After(time.Hour) // the printer comes to rest
				})
			}
		}
	}
}

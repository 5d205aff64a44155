package terminal_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/digital-watashi/kiosk/hal/escpos"
	"github.com/digital-watashi/kiosk/hal/haltest"
)

// The real driver over a virtual printer: what goes wrong on the paper ends in a
// code that is in a hand, or in none at all.
func TestSlipsComeOutOfAPrinterOrStandOnTheScreen(t *testing.T) {
	const upToPrint = "card-reading password password-checking reading attributes key key-checking confirm signing delivering commit delivering printing begin"
	faces := escpos.LoadFaces(escpos.SystemFontDirs()...)
	for _, test := range []struct {
		name, script, want string
		faults             haltest.PrinterFaults
		slips              int
	}{
		{"in order", "press finish", "end-done take-card welcome", haltest.PrinterFaults{}, 1},
		{"paper ends in mid-slip", "press yes; press finish", "code:PRN-UNCONFIRMED printing end-done take-card welcome", haltest.PrinterFaults{PaperRows: 300}, 0},
		{"unplugged in mid-slip", "press no; press finish", "code:PRN-UNCONFIRMED delivering withdraw-asked goodbye:SES-WITHDRAWN welcome", haltest.PrinterFaults{After: 9000, Then: haltest.PrinterGone}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				printer := haltest.NewPrinter()
				b := newBench(t, func(b *bench) { b.config.Printer = escpos.New(printer, escpos.Options{Faces: faces}) })
				defer b.stop()
				b.wait(2 * time.Second) // asking a printer takes time
				b.told()
				b.play("insert midori; wait 2s; password; press yes; key")
				printer.Break(test.faults)
				b.play("press sign; wait 10s; " + test.script)
				if got, want := strings.Fields(b.told()), strings.Fields(upToPrint+" "+test.want); strings.Join(got, " ") != strings.Join(want, " ") {
					t.Errorf("got  %s\nwant %s", got, want)
				}
				if got := len(printer.Slips()); got != test.slips {
					t.Errorf("%d slips, want %d", got, test.slips)
				}
			})
		})
	}
}

package main

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/escpos"
	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
	"github.com/digital-watashi/kiosk/terminal/devices"
)

func TestATestSlipComesOutAndIsConfirmed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.printer = haltest.NewPrinter()
		e := l.run("", "slip", "print", "--json")
		l.want(e, exitDone)
		l.valid("device-slip-print", e.out)
		if slips := l.printer.Slips(); len(slips) != 1 {
			t.Errorf("%d slips", len(slips))
		}
		l.want(l.run("", "slip", "print"), exitDone, "printed; usb /dev/usb/lp0 has confirmed it")
	})
}

func TestASlipThatDoesNotComeOutSaysWhy(t *testing.T) {
	for name, c := range map[string]struct {
		faults haltest.PrinterFaults
		says   string
	}{
		"no paper":    {haltest.PrinterFaults{PaperOut: true}, "printer out of paper"},
		"open":        {haltest.PrinterFaults{CoverOpen: true}, "printer cover open"},
		"broken":      {haltest.PrinterFaults{Broken: true}, "printer fault"},
		"unplugged":   {haltest.PrinterFaults{Gone: true}, "nothing was sent"},
		"silent":      {haltest.PrinterFaults{Silent: true}, "printer offline"},
		"unconfirmed": {haltest.PrinterFaults{Unconfirmed: true}, "something may be printed"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLab(t)
				l.printer = haltest.NewPrinter()
				l.printer.Break(c.faults)
				l.want(l.run("", "slip", "print"), exitPrinter, c.says)
				e := l.run("", "slip", "print", "--json")
				l.want(e, exitPrinter)
				l.valid("device-slip-print", e.out)
			})
		})
	}
}

func TestAnotherPrinterMayBeNamed(t *testing.T) {
	p := devices.Defaults().Printer
	for text, want := range map[string]string{
		"usb:/dev/usb/lp1":    "usb /dev/usb/lp1",
		"serial:/dev/ttyUSB0": "serial /dev/ttyUSB0 at 115200 baud",
		"tcp:127.0.0.1:9100":  "tcp 127.0.0.1:9100",
		"tcp:[::1]:9100":      "tcp [::1]:9100",
		"tcp:192.0.2.1:9100":  "",
		"usb:lp1":             "",
		"laser:/dev/usb/lp1":  "",
		"/dev/usb/lp1":        "",
		"usb:":                "",
	} {
		got, err := parsePrinter(text, p)
		if (err == nil) != (want != "") || err == nil && lineText(got) != want {
			t.Errorf("%s: %s, %v; want %q", text, lineText(got), err, want)
		}
	}
	l := newLab(t)
	l.want(l.run("", "slip", "print", "--printer", "laser:x"), exitUsage, "--printer KIND:PATH")
}

func TestASlipWaitsForAPrinterThatIsInUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		for busy, code := range map[time.Duration]int{2 * time.Second: exitDone, time.Minute: exitPrinter} {
			begin := time.Now()
			l.OpenPrinter = func(devices.Config) (desk.SlipPrinter, func() error) {
				return busyPrinter{begin.Add(busy)}, func() error { return nil }
			}
			l.want(l.run("", "slip", "print"), code)
		}
	})
}

// busyPrinter is held by another program for a while.
type busyPrinter struct{ until time.Time }

func (busyPrinter) Status(context.Context) (hal.PrinterStatus, error) {
	return hal.PrinterStatus{Device: hal.DeviceBusy}, nil
}

func (p busyPrinter) Print(context.Context, escpos.Slip) error {
	if time.Now().Before(p.until) {
		return &escpos.PrintError{Err: hal.ErrBusy}
	}
	return nil
}

// lineText is a printer in one line.
func lineText(p devices.Printer) string {
	text := p.Kind + " " + p.Path + p.Address
	if p.Kind == "serial" {
		text += fmt.Sprintf(" at %d baud", p.Baud)
	}
	return text
}

package escpos_test

import (
	"context"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal/escpos"
	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/serialport"
)

// onPTY puts a printer on a pseudo-terminal, which stands in for the device node.
func onPTY(t *testing.T, device *haltest.Printer) (path string) {
	t.Helper()
	path, err := haltest.ServePrinterPTY(t.Context(), device)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestADeviceIsAPort(t *testing.T) {
	device := haltest.NewPrinter()
	path := onPTY(t, device)
	port, err := escpos.OpenDevice(path)
	if err != nil {
		t.Fatal(err)
	}
	defer port.Close()
	unplug := func() { device.Break(haltest.PrinterFaults{Gone: true}) }
	haltest.TestPort(t, haltest.PortFixture{Port: port, Unplug: unplug, Patience: 5 * time.Second})
}

func TestPrintOverADevice(t *testing.T) {
	device := haltest.NewPrinter(haltest.PrinterWidth(96))
	path := onPTY(t, device)
	printer := escpos.NewDialing(func(context.Context) (escpos.Line, error) { return escpos.OpenDevice(path) }, options())
	printOver(t, printer, device)
}

func TestPrintOverASerialLine(t *testing.T) {
	device := haltest.NewPrinter(haltest.PrinterWidth(96))
	path := onPTY(t, device)
	paced := options()
	paced.Paced = true
	printer := escpos.NewDialing(func(context.Context) (escpos.Line, error) {
		return serialport.Open(serialport.Config{Device: path})
	}, paced)
	printOver(t, printer, device)
}

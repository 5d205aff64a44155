package escpos_test

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/escpos"
	"github.com/digital-watashi/kiosk/hal/haltest"
)

func TestPrintOverTCP(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	device := haltest.NewPrinter(haltest.PrinterWidth(96))
	serveUntilEnd(t, func(ctx context.Context) error { return haltest.ServePrinterTCP(ctx, listener, device) })
	printer := escpos.NewDialing(func(ctx context.Context) (escpos.Line, error) {
		return escpos.DialTCP(ctx, listener.Addr().String())
	}, options())
	printOver(t, printer, device)
}

func TestATCPLineIsAPort(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	port, err := escpos.DialTCP(t.Context(), listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer port.Close()
	far, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	haltest.TestPort(t, haltest.PortFixture{Port: port, Far: far, Unplug: func() { far.Close() }, Patience: 5 * time.Second})
}

// serveUntilEnd runs a server as long as the test.
func serveUntilEnd(t *testing.T, serve func(context.Context) error) {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		serve(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-done
	})
}

// printOver prints, unplugs and looks for the printer.
func printOver(t *testing.T, printer *escpos.Printer, device *haltest.Printer) {
	t.Helper()
	if status, err := printer.Status(t.Context()); err != nil || !status.Ready() {
		t.Fatalf("Status = %+v, %v, want ready", status, err)
	}
	if err := printer.Print(t.Context(), smallSlip()); err != nil {
		t.Fatal(err)
	}
	if device.Last() == nil {
		t.Fatal("no slip is out")
	}
	device.Break(haltest.PrinterFaults{Gone: true})
	// The far end of the line notices on its own time.
	for status := (hal.PrinterStatus{}); status.Device != hal.NoDevice; {
		var err error
		if status, err = printer.Status(t.Context()); err != nil {
			t.Fatalf("unplugged: Status = %v", err)
		}
	}
	if err := printer.Print(t.Context(), smallSlip()); !errors.Is(err, hal.ErrGone) {
		t.Errorf("unplugged: Print = %v, want device gone", err)
	}
}

func TestOpeningWhatIsNoPrinterFails(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := escpos.OpenDevice(file); err == nil || errors.Is(err, hal.ErrGone) {
		t.Errorf("a file: %v, want an error that is not device gone", err)
	}
	if _, err := escpos.OpenDevice(file + "-missing"); !errors.Is(err, hal.ErrGone) {
		t.Errorf("nothing there: %v, want device gone", err)
	}
	// The port is one that nobody is given by chance, and nobody serves.
	if _, err := escpos.DialTCP(t.Context(), "127.0.0.1:1"); !errors.Is(err, hal.ErrGone) {
		t.Errorf("nobody listens: %v, want device gone", err)
	}
}

func TestANetworkPrinterThatResetsInMidSlipIsGone(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	served := make(chan struct{})
	go func() {
		defer close(served)
		c, err := listener.Accept()
		if err != nil {
			return
		}
		joined(1500, func(_ context.Context, c net.Conn) {
			c.(*net.TCPConn).SetLinger(0) // closing is a reset
			c.Close()
		})(t.Context(), c)
	}()
	printer := escpos.NewDialing(func(ctx context.Context) (escpos.Line, error) {
		return escpos.DialTCP(ctx, listener.Addr().String())
	}, options())
	checkBegun(t, printer.Print(t.Context(), smallSlip()), hal.ErrGone)
	<-served
}

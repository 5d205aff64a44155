package serialport_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/serialport"
)

// plugged gives a line with a virtual printer at its end.
func plugged(t *testing.T) (*haltest.Printer, string) {
	device := haltest.NewPrinter()
	path, err := haltest.ServePrinterPTY(t.Context(), device)
	if err != nil {
		t.Fatal(err)
	}
	return device, path
}

func open(t *testing.T, path string) *serialport.Port {
	t.Helper()
	port, err := serialport.Open(serialport.Config{Device: path})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { port.Close() })
	return port
}

func TestASerialLineIsAPort(t *testing.T) {
	device, path := plugged(t)
	unplug := func() { device.Break(haltest.PrinterFaults{Gone: true}) }
	haltest.TestPort(t, haltest.PortFixture{Port: open(t, path), Unplug: unplug, Patience: 5 * time.Second})
}

func TestSilenceIsATimeOutAsOftenAsItIsAsked(t *testing.T) {
	_, path := plugged(t)
	port := open(t, path)
	for range 3 {
		if n, err := port.Read(make([]byte, 8)); n != 0 || !errors.Is(err, hal.ErrTimeout) {
			t.Fatalf("Read = %d, %v, want device silent", n, err)
		}
	}
}

func TestBytesGoThereAndBack(t *testing.T) {
	_, path := plugged(t)
	port := open(t, path)
	// More NULs than go out at once, and a question behind them.
	job := append(make([]byte, 1000), 0x10, 0x04, 0x01)
	if n, err := port.Write(job); n != len(job) || err != nil {
		t.Fatalf("Write = %d, %v", n, err)
	}
	answer := make([]byte, 8)
	n, err := port.Read(answer)
	for errors.Is(err, hal.ErrTimeout) && t.Context().Err() == nil {
		n, err = port.Read(answer)
	}
	if n != 1 || err != nil || answer[0] != 0x12 {
		t.Errorf("Read = % X, %v, want 12", answer[:n], err)
	}
}

func TestALineThatIsUnpluggedIsGone(t *testing.T) {
	device, path := plugged(t)
	port := open(t, path)
	device.Break(haltest.PrinterFaults{Gone: true})
	err := hal.ErrTimeout
	for errors.Is(err, hal.ErrTimeout) {
		_, err = port.Read(make([]byte, 8))
	}
	if !errors.Is(err, hal.ErrGone) {
		t.Errorf("Read = %v, want device gone", err)
	}
	if _, err := port.Write([]byte("x")); !errors.Is(err, hal.ErrGone) {
		t.Errorf("Write = %v, want device gone", err)
	}
}

func TestAWriteThatNobodyTakesIsGivenUp(t *testing.T) {
	device, path := plugged(t)
	device.Break(haltest.PrinterFaults{PaperOut: true})
	port := open(t, path)
	const far = 60 * time.Second // much more than it may take
	ctx, cancel := context.WithTimeout(t.Context(), far)
	defer cancel()
	context.AfterFunc(ctx, func() { device.Break(haltest.PrinterFaults{Gone: true}) })
	n, err := port.Write(make([]byte, 1<<20))
	if !errors.Is(err, hal.ErrTimeout) || n == 0 || n == 1<<20 {
		t.Errorf("Write = %d, %v, want a part and device silent", n, err)
	}
	if _, err := port.Write([]byte("x")); !errors.Is(err, hal.ErrGone) {
		t.Errorf("the next Write = %v, want device gone", err)
	}
}

func TestALineIsHeldByOne(t *testing.T) {
	_, path := plugged(t)
	port := open(t, path)
	if _, err := serialport.Open(serialport.Config{Device: path}); !errors.Is(err, hal.ErrBusy) {
		t.Errorf("a second Open = %v, want device held by another program", err)
	}
	if err := port.Close(); err != nil {
		t.Fatal(err)
	}
	open(t, path)
}

func TestOpeningSaysWhatIsWrong(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "ttyNONE")
	if _, err := serialport.Open(serialport.Config{Device: missing}); !errors.Is(err, hal.ErrGone) {
		t.Errorf("no such device: %v, want device gone", err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := serialport.Open(serialport.Config{Device: file}); err == nil || errors.Is(err, hal.ErrGone) {
		t.Errorf("a file: %v, want an error that is not device gone", err)
	}
	_, path := plugged(t)
	if _, err := serialport.Open(serialport.Config{Device: path, Baud: 31250}); err == nil || errors.Is(err, hal.ErrGone) {
		t.Errorf("no such speed: %v, want an error that is not device gone", err)
	}
	open(t, path) // the failure above let the line go
}

func TestAClosedPortIsGone(t *testing.T) {
	_, path := plugged(t)
	port := open(t, path)
	port.Close()
	if _, err := port.Read(make([]byte, 1)); !errors.Is(err, hal.ErrGone) {
		t.Errorf("Read = %v, want device gone", err)
	}
	if _, err := port.Write([]byte("x")); !errors.Is(err, hal.ErrGone) {
		t.Errorf("Write = %v, want device gone", err)
	}
}

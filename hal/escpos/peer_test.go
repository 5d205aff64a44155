package escpos_test

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/escpos"
	"github.com/digital-watashi/kiosk/hal/haltest"
)

// A peer is what is at the far end of a network line.
type peer func(ctx context.Context, c net.Conn)

// mute takes everything and says nothing.
func mute(_ context.Context, c net.Conn) { io.Copy(io.Discard, c) }

// deaf takes nothing.
func deaf(ctx context.Context, _ net.Conn) { <-ctx.Done() }

// babbling says the same without end.
func babbling(_ context.Context, c net.Conn) {
	go io.Copy(io.Discard, c)
	for {
		if _, err := c.Write([]byte{0x1A, 0xFF, 0x10, 0x37}); err != nil {
			return
		}
	}
}

// joined is a printer in order, up to a byte, where then happens.
func joined(upTo int, then peer) peer {
	return func(ctx context.Context, c net.Conn) {
		device := haltest.NewPrinter(haltest.PrinterWidth(narrow))
		go answer(ctx, c, device, 0)
		io.CopyN(device, c, int64(upTo))
		then(ctx, c)
	}
}

// late is a printer whose answers take their time.
func late(by time.Duration) peer {
	return func(ctx context.Context, c net.Conn) {
		device := haltest.NewPrinter(haltest.PrinterWidth(narrow))
		go answer(ctx, c, device, by)
		io.Copy(device, c)
	}
}

func answer(ctx context.Context, c net.Conn, device *haltest.Printer, after time.Duration) {
	for b := make([]byte, 64); ctx.Err() == nil; {
		n, err := device.Read(b)
		if err != nil && !errors.Is(err, hal.ErrTimeout) {
			return
		}
		if n == 0 {
			continue
		}
		<-time.After(after)
		if _, err := c.Write(b[:n]); err != nil {
			return
		}
	}
}

func closes(_ context.Context, c net.Conn) { c.Close() }

// trickles takes one byte each four seconds, so that no write is ever late.
func trickles(_ context.Context, c net.Conn) {
	for {
		<-time.After(4 * time.Second)
		if _, err := c.Read(make([]byte, 1)); err != nil {
			return
		}
	}
}

func TestANetworkPrinterThatMisbehavesIsBoundedInTime(t *testing.T) {
	const mid = 1500 // in the middle of the slip
	tests := map[string]struct {
		peer   peer
		status hal.State
		print  error
		begun  bool
	}{
		"accepts and says nothing":  {mute, hal.Offline, escpos.ErrOffline, false},
		"takes nothing":             {deaf, hal.Offline, escpos.ErrOffline, false},
		"babbles":                   {babbling, hal.Offline, escpos.ErrBabble, false},
		"hangs up at once":          {closes, hal.NoDevice, hal.ErrGone, false},
		"hangs up in mid-slip":      {joined(mid, closes), hal.Online, hal.ErrGone, true},
		"stalls in mid-slip":        {joined(mid, deaf), hal.Online, escpos.ErrOffline, true},
		"trickles in mid-slip":      {joined(mid, trickles), hal.Online, escpos.ErrOffline, true},
		"answers within the second": {late(500 * time.Millisecond), hal.Online, nil, false},
		"answers too late":          {late(5 * time.Second), hal.Offline, escpos.ErrOffline, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer func() {
					cancel()
					<-time.After(time.Minute) // the peers go home
				}()
				printer := escpos.NewDialing(func(context.Context) (escpos.Line, error) {
					near, far := net.Pipe()
					context.AfterFunc(ctx, func() { far.Close() })
					go test.peer(ctx, far)
					return escpos.OverConn(near), nil
				}, options())
				start := time.Now()
				status, err := printer.Status(ctx)
				if status.Device != test.status || time.Since(start) > 15*time.Second {
					t.Errorf("Status = %+v, %v after %v, want %s", status, err, time.Since(start), test.status)
				}
				start = time.Now()
				err = printer.Print(ctx, smallSlip())
				checkPrint(t, err, test.print, test.begun)
				if time.Since(start) > time.Minute {
					t.Errorf("Print took %v", time.Since(start))
				}
			})
		})
	}
}

func checkPrint(t *testing.T, err, want error, begun bool) {
	t.Helper()
	if begun {
		checkBegun(t, err, want)
	} else {
		checkRefused(t, err, want)
	}
}

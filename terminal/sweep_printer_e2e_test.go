//go:build e2e && linux && cgo

package terminal_test

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal/escpos"
	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/terminal/journal"
)

// The sweep of printer accidents once more, with the card over a real pcscd and the
// printer on a real line. At each place of the slip one accident happens, another
// than at the place before it; see sweepAll.
//
// The citizens say that they have their code, or that they have not. Where
// everything is swept, some walk away, which takes the two minutes that the terminal
// waits for them.
func TestE2ESweepOfPrinterAccidentsOverPCSC(t *testing.T) {
	sweepInWorlds(t, 200, func(t *testing.T, share *share) {
		s := shopOverPCSC(t, share.sweeper%2 == 0)
		for i, at := range s.places() {
			for j, accident := range accidents {
				if !sweepsAll() && (i+j)%len(accidents) != 0 || !share.mine() {
					continue
				}
				if struck, _ := s.serve(accident, at, answerOf(share.next/sweepers)); struck {
					share.count(string(accident) + ", " + outcome(s.last))
				}
			}
		}
	})
}

// outcome is what became of a registration.
func outcome(r journal.Record) string {
	if r.Withdrawal != journal.Standing {
		return "withdrawn"
	}
	return string(r.HandOver)
}

// answerOf is what a sweeper's i-th citizen says.
func answerOf(i int) string {
	if sweepsAll() && i%12 == 11 {
		return "walks away"
	}
	return answers[i%2]
}

// shopOverPCSC is a shop with the drivers that ship, on pcscd and TCP. A printer
// that is paced is waited for after each strip, as on a serial line; else all of a
// slip may be on its way when something happens.
func shopOverPCSC(t *testing.T, paced bool) *shop {
	t.Helper()
	faces := escpos.LoadFaces(escpos.SystemFontDirs()...)
	s := unopenedShop(t, faces, haltest.NewCAAt(epoch()), func(s *shop) *escpos.Printer {
		// A virtual printer prints at once: two seconds of silence are long.
		options := escpos.Options{Faces: faces, Dots: escpos.Paper58mm, Paced: paced, Patience: 2 * time.Second}
		return escpos.NewDialing(s.dial(onTCP(t, s.paper)), options)
	})
	s.pass, s.quiet = s.letPass, 0
	s.attend = s.comes
	s.mended = func() {
		s.awaits("the printer is mended", func() bool { return s.screen().Screen == "welcome" })
	}
	s.runOverPCSC(true)
	return s
}

// onTCP puts a printer on a port, and says where, until the test ends.
func onTCP(t *testing.T, p *haltest.Printer) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- haltest.ServePrinterTCP(ctx, l, p) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("serving the virtual printer: %v", err)
		}
	})
	return l.Addr().String()
}

// dial opens the line to the printer, counted.
func (s *shop) dial(address string) func(context.Context) (escpos.Line, error) {
	return func(ctx context.Context) (escpos.Line, error) {
		line, err := escpos.DialTCP(ctx, address)
		if err != nil {
			return nil, err
		}
		return countedLine{line, s.line}, nil
	}
}

// countedLine is a line that is closed after each conversation, on which somebody
// counts.
type countedLine struct {
	escpos.Line
	by *counting
}

func (c countedLine) Write(b []byte) (int, error) { return c.by.sends(c.Line, b) }

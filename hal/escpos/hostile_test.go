package escpos_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/escpos"
)

// script is a port at whose far end something says what it likes, a piece at a
// time, whatever it is asked.
type script struct {
	says  []byte
	piece int
}

func (s *script) Write(b []byte) (int, error) { return len(b), nil }

func (s *script) Read(b []byte) (int, error) {
	if len(s.says) == 0 {
		<-time.After(100 * time.Millisecond)
		return 0, hal.ErrTimeout
	}
	n := copy(b, s.says[:min(s.piece, len(s.says))])
	s.says = s.says[n:]
	return n, nil
}

func FuzzPrintAndStatusEndWhateverThePrinterSays(f *testing.F) {
	f.Add([]byte("\x37\x25\x00\x12\x12\x12\x12\x00\x10\x00\x00\x0f\x00\x10\x00\x00\x0f\x00"), byte(1))
	f.Add([]byte("\x12\x12\x12\x12\x12\x12\x12\x12\x00\x00\x00\x00"), byte(3))
	f.Add([]byte("\x1a\x32\x12\x7e\x11\x13\xff\x37\x37\x37"), byte(64))
	f.Fuzz(func(t *testing.T, says []byte, piece byte) {
		synctest.Test(t, func(t *testing.T) {
			printer := escpos.New(&script{says, int(piece) + 1}, options())
			start := time.Now()
			status, err := printer.Status(t.Context())
			if err != nil && status.Device != hal.Offline {
				t.Errorf("Status = %+v, %v", status, err)
			}
			var failure *escpos.PrintError
			if err := printer.Print(t.Context(), smallSlip()); err != nil && !errors.As(err, &failure) {
				t.Errorf("Print = %v, want a PrintError", err)
			}
			if took := time.Since(start); took > 5*time.Minute {
				t.Errorf("they took %v", took)
			}
		})
	})
}

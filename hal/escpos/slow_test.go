package escpos_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/digital-watashi/kiosk/hal/escpos"
	"github.com/digital-watashi/kiosk/hal/haltest"
)

// slowLine is a serial line as the kernel has it: a write fills a buffer, which
// goes out bit by bit.
type slowLine struct {
	*haltest.Printer
	queue chan []byte
	baud  int
}

func (l slowLine) Write(b []byte) (int, error) {
	for _, c := range b {
		l.queue <- []byte{c}
	}
	return len(b), nil
}

func (l slowLine) run() {
	for b := range l.queue {
		<-time.After(10 * time.Second / time.Duration(l.baud)) // eight bits, start and stop
		l.Printer.Write(b)
	}
}

func TestASlowSerialLinePrintsFromTheStart(t *testing.T) {
	for _, baud := range []int{9600, 19200, 38400, 115200} {
		synctest.Test(t, func(t *testing.T) {
			line := slowLine{haltest.NewPrinter(), make(chan []byte, 4096), baud}
			go line.run()
			defer close(line.queue)
			printer := escpos.New(line, escpos.Options{Faces: bare(), Paced: true})
			if status, err := printer.Status(t.Context()); err != nil || !status.Ready() {
				t.Errorf("%d baud: Status = %+v, %v", baud, status, err)
			}
			start := time.Now()
			if err := printer.Print(t.Context(), sampleJapanese()); err != nil {
				t.Errorf("%d baud: Print = %v", baud, err)
			}
			t.Logf("%d baud: %v", baud, time.Since(start).Round(time.Second/10))
			<-time.After(time.Minute) // the line runs dry
		})
	}
}

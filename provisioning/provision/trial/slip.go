package trial

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/escpos"
	"github.com/digital-watashi/kiosk/provisioning"
	"github.com/digital-watashi/kiosk/provisioning/provision/console"
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
	"github.com/digital-watashi/kiosk/terminal/devices"
)

// SlipReport is what slip print tells.
type SlipReport struct {
	desk.Ending
	Printer      string `json:"printer"`
	Confirmed    bool   `json:"confirmed"`
	MayBePrinted bool   `json:"may_be_printed"` // not confirmed, but begun
	Milliseconds int64  `json:"milliseconds"`
}

// PrintTestSlip prints the test slip on the printer of a configuration.
func PrintTestSlip(ctx context.Context, d *desk.Desk, c devices.Config) (*SlipReport, error) {
	r := &SlipReport{Printer: printerText(c.Printer)}
	d.Hint("Printing on %s; this ends when the printer has confirmed it.", r.Printer)
	begin := d.Now()
	var err error
	r.Confirmed, err = PrintSlip(ctx, d, c, testSlip(begin, d.Machine.StateDir))
	r.Milliseconds = d.Now().Sub(begin).Milliseconds()
	var broken *escpos.PrintError
	if errors.As(err, &broken) {
		r.MayBePrinted = broken.Begun
	}
	return r, err
}

// PrintSlip prints a slip, and reports whether the printer has confirmed it.
func PrintSlip(ctx context.Context, d *desk.Desk, c devices.Config, slip escpos.Slip) (confirmed bool, err error) {
	printer, done := d.OpenPrinter(c)
	err = printPatiently(ctx, printer, slip)
	return err == nil, errors.Join(printFault(ctx, err), done())
}

// busyPatience is how long a printer that another program holds is waited for:
// terminald asks it how it is now and then, and lets go of it again.
const busyPatience = 5 * time.Second

func printPatiently(ctx context.Context, printer desk.SlipPrinter, slip escpos.Slip) error {
	for begin := time.Now(); ; {
		err := printer.Print(ctx, slip)
		if !errors.Is(err, hal.ErrBusy) || time.Since(begin) > busyPatience || ctx.Err() != nil {
			return err
		}
		pause(ctx, pollPause/5)
	}
}

// printFault is why a slip did not come out, with what to do in words.
func printFault(ctx context.Context, err error) error {
	if err == nil || ctx.Err() != nil {
		return err
	}
	return fmt.Errorf("%w: %w", ErrPrinter, err)
}

// testSlip shows everything that a slip may hold, but no code.
func testSlip(now time.Time, stateDir string) escpos.Slip {
	terminal := "none yet まだありません"
	if id, err := provisioning.LoadDevice(stateDir); err == nil {
		terminal = id.TerminalID
	}
	return escpos.Slip{Language: "en", Blocks: []escpos.Block{
		escpos.Banner{Text: "TEST 試験用"},
		escpos.Heading{Text: "Printer test\nプリンター試験"},
		escpos.Field{Label: "Printed at 印刷日時", Value: now.Format("2006-01-02 15:04:05 MST")},
		escpos.Field{Label: "Terminal 端末", Value: terminal},
		escpos.QR{Content: []byte("watashi:test"), Caption: "watashi:test"},
		escpos.Rule{},
		escpos.Paragraph{Text: "If these lines are sharp, whole and centred, and the paper was cut below them, the printer is in order. There is no enrollment code on this slip."},
		escpos.Paragraph{Text: "文字がはっきりと中央に印刷され、用紙が下で切れていれば正常です。この用紙に端末認証番号はありません。"},
		escpos.Small{Text: "髙﨑 葛 渡邉 渡邊 齋藤 ①②③ ㈱ 0O 1lI 8B"},
	}}
}

// Print tells it to people.
func (r *SlipReport) Print(s *console.Sheet) {
	switch {
	case r.Confirmed:
		s.Fact("slip", s.In(console.Green, "printed")+fmt.Sprintf("; %s has confirmed it after %d ms", r.Printer, r.Milliseconds))
	case r.MayBePrinted:
		s.Fact("slip", s.In(console.Yellow, "not confirmed")+"; something may be printed: look at "+r.Printer)
	default:
		s.Fact("slip", s.In(console.Red, "not printed")+"; nothing was sent to "+r.Printer)
	}
}

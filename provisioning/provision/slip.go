package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strings"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/escpos"
	"github.com/digital-watashi/kiosk/provisioning"
	"github.com/digital-watashi/kiosk/provisioning/provision/console"
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
	"github.com/digital-watashi/kiosk/terminal/devices"
)

const slipHelp = `Prints a test slip on the printer that the configuration names: the time, the
terminal if there is one, and a QR code with no registration in it. It ends when
the printer has confirmed that the slip is printed and cut.
`

const slipFlags = `  --printer KIND:PATH another printer: usb:/dev/usb/lp0, serial:/dev/ttyUSB0, tcp:127.0.0.1:9100
`

// slipReport is what slip print tells.
type slipReport struct {
	desk.Ending
	Printer      string `json:"printer"`
	Confirmed    bool   `json:"confirmed"`
	MayBePrinted bool   `json:"may_be_printed"` // not confirmed, but begun
	Milliseconds int64  `json:"milliseconds"`
}

func runSlipPrint(ctx context.Context, d *call, args []string) int {
	var named string
	code, ok := d.parse("slip print", args, func(flags *flag.FlagSet) { flags.StringVar(&named, "printer", "", "") })
	if !ok {
		return code
	}
	c := d.Machine.Config
	if named != "" {
		printer, err := parsePrinter(named, c.Printer)
		if err != nil {
			return d.misuse("slip print", "")
		}
		c.Printer = printer
	}
	r := &slipReport{Printer: printerText(c.Printer)}
	return d.End(r, printSlip(ctx, d.Desk, c, r))
}

// parsePrinter reads KIND:PATH; the rest stays as configured.
func parsePrinter(text string, p devices.Printer) (devices.Printer, error) {
	kind, where, ok := strings.Cut(text, ":")
	if !ok || where == "" {
		return p, errors.New("no kind:path")
	}
	p.Kind, p.Path, p.Address = kind, where, ""
	if kind == "tcp" {
		p.Path, p.Address = "", where
	}
	c := devices.Defaults()
	c.Printer = p
	return p, c.Validate()
}

func printSlip(ctx context.Context, d *desk.Desk, c devices.Config, r *slipReport) error {
	printer, done := d.OpenPrinter(c)
	d.Hint("Printing on %s; this ends when the printer has confirmed it.", r.Printer)
	begin := d.Now()
	err := printPatiently(ctx, printer, testSlip(begin, d.Machine.StateDir))
	r.Milliseconds = d.Now().Sub(begin).Milliseconds()
	r.Confirmed = err == nil
	var broken *escpos.PrintError
	if errors.As(err, &broken) {
		r.MayBePrinted = broken.Begun
	}
	return errors.Join(printFault(ctx, err), done())
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
	return fmt.Errorf("%w: %w", errPrinter, err)
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

func (r *slipReport) Print(s *console.Sheet) {
	switch {
	case r.Confirmed:
		s.Fact("slip", s.In(console.Green, "printed")+fmt.Sprintf("; %s has confirmed it after %d ms", r.Printer, r.Milliseconds))
	case r.MayBePrinted:
		s.Fact("slip", s.In(console.Yellow, "not confirmed")+"; something may be printed: look at "+r.Printer)
	default:
		s.Fact("slip", s.In(console.Red, "not printed")+"; nothing was sent to "+r.Printer)
	}
}

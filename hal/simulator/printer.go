package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"image"
	"image/png"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/digital-watashi/kiosk/hal/haltest"
)

// printerSettings says where the virtual printer can be found; without any of
// them there is none.
type printerSettings struct {
	tcp, pty, slips string
}

func (s *printerSettings) flags(flags *flag.FlagSet) {
	flags.StringVar(&s.tcp, "printer", "", "serve the virtual printer on a TCP port, `host:port`")
	flags.StringVar(&s.pty, "printer-pty", "", "serve it on a pseudo-terminal, and link that to `path`")
	flags.StringVar(&s.slips, "slips", "", "write each slip to `dir` as a PNG file")
}

// A printer is the virtual printer and the lines that lead to it.
type printer struct {
	device *haltest.Printer
	faults haltest.PrinterFaults
	cancel context.CancelFunc
	done   sync.WaitGroup
	link   string // to the pseudo-terminal, if there is one
}

// startPrinter returns once the printer can be reached. Where, it says on out, as
// a port may have been 0.
func startPrinter(ctx context.Context, s printerSettings, out io.Writer) (*printer, error) {
	ctx, cancel := context.WithCancel(ctx)
	p := &printer{device: haltest.NewPrinter(keeping(s.slips, out)...), cancel: cancel}
	if err := p.startTCP(ctx, s.tcp, out); err != nil {
		p.stop()
		return nil, err
	}
	if err := p.startPTY(ctx, s.pty, out); err != nil {
		p.stop()
		return nil, err
	}
	return p, nil
}

func (p *printer) stop() {
	p.cancel()
	p.done.Wait()
	if p.link != "" {
		os.Remove(p.link)
	}
}

func (p *printer) startTCP(ctx context.Context, addr string, out io.Writer) error {
	if addr == "" {
		return nil
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return fmt.Errorf("serving the printer: %w", err)
	}
	fmt.Fprintln(out, "printer", listener.Addr())
	p.done.Go(func() {
		if err := haltest.ServePrinterTCP(ctx, listener, p.device); ctx.Err() == nil {
			fmt.Fprintln(out, "error: serving the printer:", err)
		}
	})
	return nil
}

// startPTY links the pseudo-terminal, whose own name nobody knows beforehand.
func (p *printer) startPTY(ctx context.Context, link string, out io.Writer) error {
	if link == "" {
		return nil
	}
	path, err := haltest.ServePrinterPTY(ctx, p.device)
	if err == nil {
		err = relink(path, link)
	}
	if err != nil {
		return fmt.Errorf("serving the printer: %w", err)
	}
	p.link = link
	fmt.Fprintln(out, "printer", link)
	return nil
}

// relink replaces a link that a simulator left which was killed, and nothing else.
func relink(path, link string) error {
	if _, err := os.Readlink(link); err == nil {
		os.Remove(link)
	}
	return os.Symlink(path, link)
}

// keeping has each slip written to a file of its own; where that fails, it says so
// and goes on.
func keeping(dir string, out io.Writer) []haltest.PrinterOption {
	if dir == "" {
		return nil
	}
	n := 0
	return []haltest.PrinterOption{haltest.OnSlip(func(slip image.Image) {
		n++
		path := filepath.Join(dir, fmt.Sprintf("slip-%03d.png", n))
		if err := writePNG(path, slip); err != nil {
			fmt.Fprintln(out, "error:", err)
			return
		}
		fmt.Fprintln(out, "slip", path)
	})}
}

func writePNG(path string, slip image.Image) error {
	file, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("keeping a slip: %w", err)
	}
	return errors.Join(png.Encode(file, slip), file.Close())
}

// A condition is something that can be the matter with the printer, or nothing.
type condition struct {
	word string
	set  func(*haltest.PrinterFaults)
}

func conditions() []condition {
	return []condition{
		{"ok", func(f *haltest.PrinterFaults) { *f = haltest.PrinterFaults{} }},
		{"paper-low", func(f *haltest.PrinterFaults) { f.PaperLow = true }},
		{"paper-out", func(f *haltest.PrinterFaults) { f.PaperOut = true }},
		{"jammed", func(f *haltest.PrinterFaults) { f.Jammed = true }},
		{"cover-open", func(f *haltest.PrinterFaults) { f.CoverOpen = true }},
		{"broken", func(f *haltest.PrinterFaults) { f.Broken = true }},
		{"overheated", func(f *haltest.PrinterFaults) { f.Overheated = true }},
		{"offline", func(f *haltest.PrinterFaults) { f.Offline = true }},
		{"silent", func(f *haltest.PrinterFaults) { f.Silent = true }},
		{"unconfirmed", func(f *haltest.PrinterFaults) { f.Unconfirmed = true }},
		{"gone", func(f *haltest.PrinterFaults) { f.Gone = true }},
	}
}

// printerUsage is how the command is given.
func printerUsage() string {
	var all []string
	for _, c := range conditions() {
		all = append(all, c.word)
	}
	return "printer " + strings.Join(all, "|")
}

// printerWord puts the printer in a condition: the conditions add up until "ok".
func (d *desk) printerWord(_ context.Context, args []string, _ io.Writer) error {
	if err := count(args, 1); err != nil {
		return err
	}
	for _, c := range conditions() {
		if c.word == args[0] {
			c.set(&d.printer.faults)
			d.printer.device.Break(d.printer.faults)
			return nil
		}
	}
	return fmt.Errorf("a printer is not %q", args[0])
}

func (d *desk) slips(_ context.Context, _ []string, out io.Writer) error {
	fmt.Fprintln(out, len(d.printer.device.Slips()))
	return nil
}

func (d *desk) slip(_ context.Context, args []string, _ io.Writer) error {
	if err := count(args, 2); err != nil {
		return err
	}
	slips := d.printer.device.Slips()
	n, err := strconv.Atoi(args[0])
	if err != nil || n < 1 || n > len(slips) {
		return fmt.Errorf("there is no slip %q among %d", args[0], len(slips))
	}
	return writePNG(args[1], slips[n-1])
}

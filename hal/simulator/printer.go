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

// printerWord puts the printer in a condition: the conditions add up until "ok".
func (d *desk) printerWord(_ context.Context, args []string, _ io.Writer) error {
	if err := count(args, 1); err != nil {
		return err
	}
	faults := d.printer.faults
	switch args[0] {
	case "ok":
		faults = haltest.PrinterFaults{}
	case "paper-low":
		faults.PaperLow = true
	case "paper-out":
		faults.PaperOut = true
	case "jammed":
		faults.Jammed = true
	case "cover-open":
		faults.CoverOpen = true
	case "broken":
		faults.Broken = true
	case "overheated":
		faults.Overheated = true
	case "offline":
		faults.Offline = true
	case "silent":
		faults.Silent = true
	case "unconfirmed":
		faults.Unconfirmed = true
	case "gone":
		faults.Gone = true
	default:
		return fmt.Errorf("a printer is not %q", args[0])
	}
	d.printer.breakDown(faults)
	return nil
}

func (p *printer) breakDown(faults haltest.PrinterFaults) {
	p.faults = faults
	p.device.Break(faults)
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

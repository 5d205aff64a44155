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

	"github.com/digital-watashi/kiosk/hal"
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
		defer context.AfterFunc(ctx, func() { listener.Close() })()
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			p.line(ctx, conn)
		}
	})
	return nil
}

func (p *printer) startPTY(ctx context.Context, link string, out io.Writer) error {
	if link == "" {
		return nil
	}
	line, path, err := openPTY()
	if err != nil {
		return fmt.Errorf("serving the printer: %w", err)
	}
	if err := os.Symlink(path, link); err != nil {
		line.Close()
		return fmt.Errorf("serving the printer: %w", err)
	}
	fmt.Fprintln(out, "printer", link)
	p.done.Go(func() {
		defer os.Remove(link)
		p.line(ctx, line)
	})
	return nil
}

// line carries bytes both ways until either end is gone. One line at a time, as a
// printer has one socket.
func (p *printer) line(ctx context.Context, conn io.ReadWriteCloser) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	var answers sync.WaitGroup
	answers.Go(func() { p.answer(ctx, conn) })
	p.take(ctx, conn)
	cancel()
	answers.Wait()
}

// take gives the printer what comes. A printer that stands still takes no more,
// and so neither does the line.
func (p *printer) take(ctx context.Context, conn io.Reader) {
	buffer := make([]byte, 4096)
	for {
		n, err := conn.Read(buffer)
		for sent := 0; sent < n && ctx.Err() == nil; {
			m, err := p.device.Write(buffer[sent:n])
			sent += m
			if err != nil && !errors.Is(err, hal.ErrTimeout) {
				return
			}
		}
		if err != nil || ctx.Err() != nil {
			return
		}
	}
}

func (p *printer) answer(ctx context.Context, conn io.WriteCloser) {
	buffer := make([]byte, 256)
	for ctx.Err() == nil {
		n, err := p.device.Read(buffer)
		if err != nil && !errors.Is(err, hal.ErrTimeout) {
			conn.Close()
			return
		}
		if n == 0 {
			continue
		}
		if _, err := conn.Write(buffer[:n]); err != nil {
			return
		}
	}
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

func (d *desk) paper(_ context.Context, args []string, _ io.Writer) error {
	if err := count(args, 1); err != nil {
		return err
	}
	faults := d.printer.faults
	faults.PaperOut, faults.PaperLow, faults.Jammed = false, false, false
	switch hal.Paper(args[0]) {
	case hal.PaperFull:
	case hal.PaperLow:
		faults.PaperLow = true
	case hal.PaperOut:
		faults.PaperOut = true
	case hal.PaperJammed:
		faults.Jammed = true
	default:
		return fmt.Errorf("there is no paper %q", args[0])
	}
	d.printer.breakDown(faults)
	return nil
}

func (d *desk) cover(_ context.Context, args []string, _ io.Writer) error {
	if err := count(args, 1); err != nil {
		return err
	}
	if args[0] != "open" && args[0] != "closed" {
		return fmt.Errorf("a cover is open or closed, not %q", args[0])
	}
	faults := d.printer.faults
	faults.CoverOpen = args[0] == "open"
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

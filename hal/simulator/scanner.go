package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/digital-watashi/kiosk/hal/haltest"
)

// A scanner is the virtual scanner and the link to its pseudo-terminal.
type scanner struct {
	device *haltest.Scanner
	link   string
	cancel context.CancelFunc
}

// startScanner returns once the scanner can be read; nil where none is wanted.
func startScanner(ctx context.Context, link string, out io.Writer) (*scanner, error) {
	if link == "" {
		return nil, nil
	}
	ctx, cancel := context.WithCancel(ctx)
	s := &scanner{device: haltest.NewScanner(), link: link, cancel: cancel}
	path, err := haltest.ServeScannerPTY(ctx, s.device)
	if err == nil {
		err = relink(path, link)
	}
	if err != nil {
		cancel()
		return nil, fmt.Errorf("serving the scanner: %w", err)
	}
	fmt.Fprintln(out, "scanner", link)
	return s, nil
}

func (s *scanner) stop() {
	if s != nil {
		s.cancel()
		os.Remove(s.link)
	}
}

// scan holds a code to the scanner, and is answered when that has read it.
func (d *desk) scan(ctx context.Context, args []string, _ io.Writer) error {
	switch {
	case d.scanner == nil:
		return errors.New("there is no scanner: -scanner-pty makes one")
	case len(args) == 0:
		return errors.New("the command takes the text of a code")
	}
	read := make(chan struct{})
	go func() {
		defer close(read)
		d.scanner.device.Scan(strings.Join(args, " "))
	}()
	select {
	case <-read:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

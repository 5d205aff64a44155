package main

import (
	"context"

	"github.com/digital-watashi/kiosk/hal/escpos"
	"github.com/digital-watashi/kiosk/hal/serialport"
)

// newPrinter makes the printer of slips. Its line is opened for each
// conversation, so that one that was unplugged is found again.
func newPrinter(p Printer, faces *escpos.Faces) *escpos.Printer {
	// A serial line has no flow control: the printer is waited for instead.
	options := escpos.Options{Faces: faces, Dots: p.WidthDots, Paced: p.Kind == "serial"}
	return escpos.NewDialing(p.dial, options)
}

func (p Printer) dial(ctx context.Context) (escpos.Line, error) {
	switch p.Kind {
	case "serial":
		return serialport.Open(serialport.Config{Device: p.Path, Baud: p.Baud})
	case "tcp":
		return escpos.DialTCP(ctx, p.Address)
	}
	return escpos.OpenDevice(p.Path)
}

// loadFaces finds the fonts for slips.
func loadFaces(dirs []string) *escpos.Faces {
	if len(dirs) == 0 {
		dirs = escpos.SystemFontDirs()
	}
	return escpos.LoadFaces(dirs...)
}

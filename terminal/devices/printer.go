package devices

import (
	"context"
	"time"

	"github.com/digital-watashi/kiosk/hal/escpos"
	"github.com/digital-watashi/kiosk/hal/serialport"
)

// LoadFaces finds the fonts for slips. Whoever loads them closes them, once the
// printer that draws with them is not used any more.
func (c Config) LoadFaces() *escpos.Faces {
	dirs := c.Fonts
	if len(dirs) == 0 {
		dirs = escpos.SystemFontDirs()
	}
	return escpos.LoadFaces(dirs...)
}

// OpenPrinter gives the printer of slips, which draws with the faces. Its line is
// opened for each conversation, so that one that was unplugged is found again, and
// nothing is left to close.
func (c Config) OpenPrinter(faces *escpos.Faces) *escpos.Printer {
	return escpos.NewDialing(c.Printer.dial, c.Printer.options(faces))
}

func (p Printer) options(faces *escpos.Faces) escpos.Options {
	return escpos.Options{
		Faces: faces, Dots: p.WidthDots,
		Patience: time.Duration(p.PatienceSeconds) * time.Second,
		Paced:    p.Kind == "serial", // a line without flow control: the printer is waited for instead
	}
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

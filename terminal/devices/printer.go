package devices

import (
	"context"

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
	p := c.Printer
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

package devices

import "github.com/digital-watashi/kiosk/hal/escpos"

// PrinterOptions are what the printer's driver is told.
func (c Config) PrinterOptions(faces *escpos.Faces) escpos.Options {
	return c.Printer.options(faces)
}

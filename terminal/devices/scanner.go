package devices

import (
	"context"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/scanner"
	"github.com/digital-watashi/kiosk/hal/serialport"
)

// ScannerOptions is who is told about a scanner.
type ScannerOptions struct {
	// OnState is told each change of its state, one call at a time; nil for nobody.
	OnState func(hal.State)
	// OnTrouble is told why it is not online, each time the reason changes; nil for
	// nobody.
	OnTrouble func(error)
}

// OpenScanner gives the scanner; nil where the configuration names none. Its device
// is opened when it is served, and opened again whenever it went away, so that
// nothing is left to close. It fails for a keyboard on a system where none can be
// kept from other programs.
func (c Config) OpenScanner(o ScannerOptions) (hal.Scanner, error) {
	s := c.Scanner
	told := scanner.Config{Path: s.Path, OnState: o.OnState, OnTrouble: o.OnTrouble}
	switch s.Kind {
	case "serial":
		return scanner.New(s.dial, told), nil
	case "keyboard":
		k, err := scanner.NewKeyboard(told)
		if err != nil { // a nil *scanner.Scanner would be a scanner
			return nil, err
		}
		return k, nil
	}
	return nil, nil
}

func (s Scanner) dial(context.Context) (scanner.Line, error) {
	return serialport.Open(serialport.Config{Device: s.Path, Baud: s.Baud})
}

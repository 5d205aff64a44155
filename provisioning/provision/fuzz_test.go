package main

import (
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/terminal/devices"
)

// A printer that is taken is one that the configuration would take, and is written
// as it was read.
func FuzzPrinterFlag(f *testing.F) {
	for _, text := range []string{"usb:/dev/usb/lp0", "serial:/dev/ttyUSB0", "tcp:127.0.0.1:9100", "tcp:[::1]:9100", ":", "usb"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := parsePrinter(text, devices.Defaults().Printer)
		if err != nil {
			return
		}
		if again := p.Kind + ":" + p.Path + p.Address; again != text {
			t.Errorf("%q is read as %q", text, again)
		}
		if p.Kind == "tcp" && !strings.Contains(p.Address, "127.") && !strings.Contains(p.Address, "::") {
			t.Errorf("%q leaves this machine", text)
		}
	})
}

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

// A CA file gives CAs or an error, and never both.
func FuzzCAFile(f *testing.F) {
	raw, err := compiledIn.ReadFile("jpki/signca03.pem")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Add(append(raw, raw...))
	f.Add([]byte("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"))
	f.Add([]byte{0x30, 0x03, 0x02, 0x01, 0x00})
	f.Fuzz(func(t *testing.T, raw []byte) {
		cas, err := parseCAs(raw)
		if (err == nil) != (len(cas) > 0) {
			t.Errorf("%d CAs, %v", len(cas), err)
		}
		for _, ca := range cas {
			if !ca.IsCA {
				t.Error("a certificate that is no CA's was taken")
			}
		}
	})
}

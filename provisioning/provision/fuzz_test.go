package main

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/terminal/devices"
)

// Whatever is piped in, a secret is one line of it, short and without its end, and
// what follows is left for the next question.
func FuzzSecretLines(f *testing.F) {
	f.Add([]byte("MIDORI123\n2285\n"))
	f.Add([]byte("MIDORI123\r\n2285"))
	f.Add([]byte("\n\n"))
	f.Add([]byte(""))
	f.Add(bytes.Repeat([]byte("A1"), 100))
	f.Fuzz(func(t *testing.T, in []byte) {
		reader := bytes.NewReader(in)
		line, err := readLine(reader)
		if err != nil {
			if !errors.Is(err, errSecretLine) || line != nil {
				t.Errorf("%q, %v", line, err)
			}
			return
		}
		if len(line) > maxSecret || cap(line) > maxSecret || bytes.IndexByte(line, '\n') >= 0 {
			t.Errorf("%q is no line", line)
		}
		rest, _ := io.ReadAll(reader) // a bytes.Reader does not fail
		if !bytes.HasPrefix(in, line) || !bytes.HasSuffix(in, rest) || len(in)-len(line)-len(rest) > 2 {
			t.Errorf("%q gives %q and leaves %q", in, line, rest)
		}
	})
}

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

// The configuration is read or refused; what is read may be opened.
func FuzzMachine(f *testing.F) {
	f.Add([]byte(`{}`))
	f.Add([]byte(`{"printer":{"kind":"tcp","address":"127.0.0.1:9100"},"status_socket":"/run/x","ui":{}}`))
	f.Add([]byte(`{"printer":{"kind":"laser"}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		m := machine{Config: devices.Defaults()}
		if err := m.parse(raw); err == nil && m.Validate() != nil {
			t.Errorf("%s is taken as %+v", raw, m)
		}
	})
}

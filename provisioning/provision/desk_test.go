package main

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/pem"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/escpos"
	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
	"github.com/digital-watashi/kiosk/terminal/devices"
)

// lab is a machine with virtual devices, and a technician before it.
type lab struct {
	t *testing.T
	desk.World
	dir     string
	reader  *haltest.Reader
	readers []devices.ReaderInfo
	service error // why readers cannot be listed
	printer *haltest.Printer
	scanner hal.Scanner
	sensors hal.Sensors
	found   map[string][]string
	env     map[string]string
	ca      *haltest.CA
}

// faces are loaded once for all slips.
var faces = sync.OnceValue(func() *escpos.Faces { return escpos.LoadFaces(escpos.SystemFontDirs()...) })

func newLab(t *testing.T) *lab {
	l := &lab{
		t: t, dir: t.TempDir(), reader: haltest.NewReader(), printer: haltest.NewPrinter(),
		readers: []devices.ReaderInfo{{Name: "Example Reader 00 00"}},
		env:     map[string]string{}, found: map[string][]string{}, ca: haltest.NewCA(),
	}
	l.World = desk.ThisMachine()
	l.ListReaders = func(context.Context) ([]devices.ReaderInfo, error) { return l.readers, l.service }
	l.OpenReader = func(string, devices.ReaderOptions) (hal.Reader, error) { return l.reader, nil }
	l.OpenPrinter = func(c devices.Config) (desk.SlipPrinter, func() error) {
		return escpos.New(l.printer, escpos.Options{Dots: c.Printer.WidthDots, Faces: faces()}), func() error { return nil }
	}
	l.OpenScanner = func(c devices.Config, o devices.ScannerOptions) (hal.Scanner, error) {
		if l.scanner != nil {
			o.OnState(hal.Online)
		}
		return l.scanner, nil
	}
	l.OpenSensors = func(devices.Config, devices.SensorOptions) (hal.Sensors, error) { return l.sensors, nil }
	l.Find = func(pattern string) []string { return l.found[pattern] }
	l.Environ = func(name string) string { return l.env[name] }
	return l
}

// config writes terminald's configuration. The status socket is one that nobody
// has, unless the text names another.
func (l *lab) config(text string) string {
	l.t.Helper()
	if !strings.Contains(text, "status_socket") {
		text = strings.Replace(text, "{", `{"status_socket":`+quoted(filepath.Join(l.dir, "nobody"))+",", 1)
		text = strings.Replace(text, ",}", "}", 1)
	}
	return l.rawConfig(text)
}

func (l *lab) rawConfig(text string) string {
	l.t.Helper()
	path := filepath.Join(l.dir, "terminald.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		l.t.Fatal(err)
	}
	return path
}

// cas writes the signing CAs of the virtual cards.
func (l *lab) cas() string {
	l.t.Helper()
	var text []byte
	for _, ca := range l.ca.Certificates() {
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca.Raw})...)
	}
	path := filepath.Join(l.dir, "ca.pem")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		l.t.Fatal(err)
	}
	return path
}

// run runs a device command to its end.
func (l *lab) run(in string, args ...string) ended {
	l.t.Helper()
	return l.runWithin(l.t.Context(), in, args...)
}

func (l *lab) runWithin(ctx context.Context, in string, args ...string) ended {
	l.t.Helper()
	if !strings.Contains(strings.Join(args, " "), "--config") {
		args = append(args, "--config", l.config("{}"))
	}
	var out, said bytes.Buffer
	code := runGroup(ctx, devicesGroup(), l.World, args, strings.NewReader(in), &out, &said)
	return ended{code, out.String(), said.String(), strings.Join(args, " ")}
}

// group runs a command of any group with a configuration.
func (l *lab) group(config string, words ...string) ended {
	l.t.Helper()
	g, ok := findGroup(words[0])
	if !ok {
		l.t.Fatalf("no group %s", words[0])
	}
	var out, said bytes.Buffer
	code := runGroup(l.t.Context(), g, l.World, append(words[1:], "--config", config), nil, &out, &said)
	return ended{code, out.String(), said.String(), strings.Join(words, " ")}
}

// want judges how a command ended, and that it said these things.
func (l *lab) want(e ended, code int, texts ...string) {
	l.t.Helper()
	if e.code != code {
		l.t.Errorf("%s: exit %d, want %d\n%s%s", e.command, e.code, code, e.out, e.said)
	}
	for _, text := range texts {
		if !strings.Contains(e.out+e.said, text) {
			l.t.Errorf("%s: says nothing of %q\n%s%s", e.command, text, e.out, e.said)
		}
	}
}

// equal compares what was printed, line by line, to the blank at a line's end.
func (l *lab) equal(got, want string) {
	l.t.Helper()
	if got != strings.TrimPrefix(want, "\n") {
		l.t.Errorf("got\n%s\nwant\n%s", got, strings.TrimPrefix(want, "\n"))
	}
}

// decode reads what a program reads.
func (l *lab) decode(text string, to any) {
	l.t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(to); err != nil {
		l.t.Errorf("%v in %s", err, text)
	}
}

// valid judges what was printed by its schema.
func (l *lab) valid(name, text string) {
	l.t.Helper()
	if err := judgeBySchema(name, text); err != nil {
		l.t.Errorf("%s: %v\n%s", name, err, text)
	}
}

// keyboard is one at which nobody types until its hand is closed.
type keyboard struct{ closed chan struct{} }

func newKeyboard() (typing, hand keyboard) {
	k := keyboard{make(chan struct{})}
	return k, k
}

func (k keyboard) Read([]byte) (int, error) {
	<-k.closed
	return 0, io.EOF
}

func (k keyboard) Close() { close(k.closed) }

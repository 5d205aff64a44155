package main

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
	"github.com/digital-watashi/kiosk/terminal/devices"
)

// terminald answers at a status socket as watashi-terminald does; clear is what it
// answers to POST /tamper/clear. It gives the configuration that names the socket.
func (l *lab) terminald(status string, clear int) (config string) {
	l.t.Helper()
	socket := filepath.Join(l.dir, "status.sock")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		l.t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /status", func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(status)) })
	mux.HandleFunc("POST /tamper/clear", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(clear) })
	server := &http.Server{Handler: mux}
	done := make(chan struct{})
	go func() { defer close(done); server.Serve(listener) }()
	l.t.Cleanup(func() { server.Close(); <-done })
	return l.config(`{"status_socket":` + quoted(socket) + `}`)
}

func quoted(text string) string {
	b, _ := json.Marshal(text) // a string has a JSON
	return string(b)
}

const statusWell = `{"version":"v1","terminal_id":"T-0001","environment":"test","reader":"online",
 "printer":{"device":"online","paper":"full","cover_open":false},"scanner":"online",
 "sensors":{"device":"online","tamper":false,"door":"closed","operator_switch":"run"},
 "bundle":{"version":3,"issued":"2026-11-01T00:00:00Z"},"journal":{"unsent":2}}`

func TestCheckAsksTheTerminalWhileItRuns(t *testing.T) {
	l := newLab(t)
	config := l.terminald(statusWell, 204)
	l.OpenPrinter = nil // nothing may be opened a second time
	e := l.run("", "check", "--config", config)
	l.want(e, exitDone)
	l.equal(e.out, `
asked           watashi-terminald
terminal        T-0001
reader          ok
printer         ok
scanner         ok
sensors         ok
voice           none
`)
	e = l.run("", "check", "--json", "--config", config)
	l.want(e, exitDone)
	l.valid("device-check", e.out)
	l.equal(e.out, `
{"result":"done","source":"terminald","terminal":"T-0001","devices":[{"device":"reader","word":"ok","state":"online"},`+
		`{"device":"printer","word":"ok","state":"online"},{"device":"scanner","word":"ok","state":"online"},{"device":"sensors","word":"ok","state":"online"},{"device":"voice","word":"none"}]}
`)
}

func TestCheckOfATerminalHasAnExitForEachKindOfFault(t *testing.T) {
	for name, c := range map[string]struct {
		well, ill string
		code      int
		says      string
	}{
		"no reader":       {`"reader":"online"`, `"reader":"noDevice"`, exitReader, "RDR-NONE"},
		"no card service": {`"reader":"online"`, `"reader":"offline"`, exitCardService, "RDR-SERVICE"},
		"reader taken":    {`"reader":"online"`, `"reader":"deviceBusy"`, exitReaderBusy, "RDR-BUSY"},
		"reader broken":   {`"reader":"online"`, `"reader":"hardwareError"`, exitReader, "RDR-FAULT"},
		"no paper":        {`"paper":"full"`, `"paper":"out"`, exitPrinter, "PRN-PAPER"},
		"paper low":       {`"paper":"full"`, `"paper":"low"`, exitDone, "attention"},
		"jam":             {`"paper":"full"`, `"paper":"jammed"`, exitPrinter, "PRN-JAM"},
		"cover":           {`"cover_open":false`, `"cover_open":true`, exitPrinter, "PRN-COVER"},
		"cutter":          {`"cover_open":false`, `"cutter_fault":true`, exitPrinter, "PRN-CUTTER"},
		"printer broken":  {`{"device":"online","paper"`, `{"device":"hardwareError","paper"`, exitPrinter, "PRN-HARDWARE"},
		"printer silent":  {`{"device":"online","paper"`, `{"device":"offline","error":"no answer","paper"`, exitPrinter, "no answer"},
		"no scanner":      {`"scanner":"online"`, `"scanner":"noDevice"`, exitScanner, "fault  it is not there"},
		"none configured": {`"scanner":"online",`, ``, exitDone, "none"},
		"tamper":          {`"tamper":false`, `"tamper":true`, exitSensors, "SNS-TAMPER"},
		"tampered before": {`"scanner":"online"`, `"scanner":"online","tampered_since":"2026-11-20T03:04:05Z"`, exitSensors, "device tamper clear"},
		"door":            {`"closed"`, `"open"`, exitSensors, "SNS-DOOR"},
		"key switch":      {`"run"`, `"maintenance"`, exitDone, "SNS-SWITCH"},
		"sensors dead":    {`{"device":"online","tamper"`, `{"device":"hardwareError","tamper"`, exitSensors, "SNS-NONE"},
		"starting":        {`"printer":{`, `"fault":"SET-UP","other":{`, exitNoTerminal, "SET-UP"},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLab(t)
			status := strings.Replace(statusWell, c.well, c.ill, 1)
			if status == statusWell {
				t.Fatalf("%s is not in the status", c.well)
			}
			config := l.terminald(status, 204)
			l.want(l.run("", "check", "--config", config), c.code, c.says)
			e := l.run("", "check", "--config", config, "--json")
			l.want(e, c.code)
			l.valid("device-check", e.out)
		})
	}
}

func TestCheckTriesTheDevicesThemselvesWithoutATerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.printer, l.scanner, l.sensors = haltest.NewPrinter(), haltest.NewScanner(), haltest.NewSensors()
		e := l.run("", "check")
		l.want(e, exitDone, "Trying the printer")
		l.equal(e.out, `
asked           the devices themselves; watashi-terminald does not run
reader          ok  Example Reader 00 00
printer         ok
scanner         ok
sensors         ok
voice           none
`)
	})
}

func TestCheckThatIsInterruptedTriesNothingMore(t *testing.T) {
	l := newLab(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	e := l.runWithin(ctx, "", "check")
	l.want(e, exitInterrupted)
	if strings.Contains(e.said, "Trying") || e.out != "" {
		t.Errorf("said %q and %q", e.out, e.said)
	}
}

func TestCheckOfTheDevicesThemselvesTellsWhatIsWrong(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(l *lab)
		code  int
		says  string
	}{
		"nothing but a reader": {func(*lab) {}, exitDone, "scanner         none"},
		"no reader":            {func(l *lab) { l.readers = nil }, exitReader, "RDR-NONE"},
		"another reader":       {func(l *lab) { l.config(`{"reader":"PaSoRi"}`) }, exitReader, `none of 1 reader has "PaSoRi"`},
		"no card service":      {func(l *lab) { l.service = hal.ErrUnavailable }, exitCardService, "RDR-SERVICE"},
		"built without PC/SC":  {func(l *lab) { l.service = devices.ErrNoPCSC }, exitCardService, "built without PC/SC"},
		"card held":            {func(l *lab) { l.readers[0].Present, l.readers[0].Busy = true, true }, exitDone, "attention  another program holds the card"},
		"card mute":            {func(l *lab) { l.readers[0].Present, l.readers[0].Mute = true, true }, exitDone, "CARD-MUTE"},
		"two cards": {func(l *lab) {
			l.readers = []devices.ReaderInfo{{Name: "a", Present: true}, {Name: "b", Present: true}}
		}, exitDone, "CARD-TWO"},
		"no printer":      {func(l *lab) { l.printer.Break(haltest.PrinterFaults{Gone: true}) }, exitPrinter, "PRN-OFFLINE"},
		"printer open":    {func(l *lab) { l.printer.Break(haltest.PrinterFaults{CoverOpen: true}) }, exitPrinter, "PRN-COVER"},
		"scanner refused": {func(l *lab) { l.OpenScanner = refuseScanner }, exitScanner, "fault  it is not there: not here"},
		"scanner silent":  {func(l *lab) { l.OpenScanner = silentScanner }, exitScanner, "fault  it does not answer"},
		"sensors refused": {func(l *lab) { l.OpenSensors = refuseSensors }, exitSensors, "not here"},
		"sensors silent":  {func(l *lab) { l.sensors = silence{} }, exitSensors, "SNS-NONE"},
		"tamper": {func(l *lab) {
			s := haltest.NewSensors()
			s.Set(hal.Auxiliaries{Device: hal.Online, Tamper: true})
			l.sensors = s
		}, exitSensors, "SNS-TAMPER"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLab(t)
				l.printer = haltest.NewPrinter()
				config := l.config("{}")
				c.spoil(l)
				l.want(l.run("", "check", "--config", config), c.code, c.says)
				e := l.run("", "check", "--config", config, "--json")
				l.want(e, c.code)
				l.valid("device-check", e.out)
			})
		})
	}
}

func refuseScanner(devices.Config, devices.ScannerOptions) (hal.Scanner, error) {
	return nil, errNotHere
}

func silentScanner(devices.Config, devices.ScannerOptions) (hal.Scanner, error) {
	return haltest.NewScanner(), nil
}

func refuseSensors(devices.Config, devices.SensorOptions) (hal.Sensors, error) {
	return nil, errNotHere
}

// A status socket that does not talk is not the same as none: the devices are held.
func TestCheckOpensNothingBehindATerminalThatDoesNotTalk(t *testing.T) {
	l := newLab(t)
	socket := filepath.Join(l.dir, "status.sock")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	go func() { // hangs up, as on whoever is not of the status_users
		for conn, err := listener.Accept(); err == nil; conn, err = listener.Accept() {
			conn.Close()
		}
	}()
	t.Cleanup(func() { listener.Close() })
	l.OpenPrinter = nil
	l.want(l.run("", "check", "--config", l.config(`{"status_socket":`+quoted(socket)+`}`)), exitNoTerminal, "status_users")
}

func TestTamperAlarmIsClearedByTheTerminal(t *testing.T) {
	alarmed := strings.Replace(statusWell, `"reader"`, `"tampered_since":"2026-11-20T03:04:05Z","reader"`, 1)
	for name, c := range map[string]struct {
		status string
		answer int
		code   int
		says   string
	}{
		"cleared":       {alarmed, 204, exitDone, "cleared by ken as root; it stood since 2026-11-20T03:04:05Z"},
		"there is none": {statusWell, 204, exitDone, "there was none"},
		"still on":      {alarmed, 409, exitTampering, "Close the machine"},
		"broken":        {alarmed, 500, exitNoTerminal, "500"},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLab(t)
			l.env["SUDO_USER"] = "ken"
			l.Operator = func() string { return "root" }
			config := l.terminald(c.status, c.answer)
			l.want(l.run("", "tamper", "clear", "--config", config), c.code, c.says)
			e := l.run("", "tamper", "clear", "--config", config, "--json")
			l.want(e, c.code)
			l.valid("device-tamper-clear", e.out)
		})
	}
	l := newLab(t)
	l.want(l.run("", "tamper", "clear"), exitNoTerminal, "systemctl status watashi-terminald")
}

func TestConfigurationThatIsNotRightIsNamed(t *testing.T) {
	l := newLab(t)
	l.want(l.run("", "list", "--config", filepath.Join(l.dir, "missing")), exitFiles)
	for _, text := range []string{`{"printer":{"kind":"laser"}}`, `{"printer":7}`, `{`, strings.Repeat(" ", desk.MaxConfig+1)} {
		l.want(l.run("", "check", "--json", "--config", l.rawConfig(text)), exitConfig)
	}
}

// silence is sensors that never say anything.
type silence struct{}

func (silence) Serve(ctx context.Context, _ func(hal.Auxiliaries)) error {
	<-ctx.Done()
	return context.Cause(ctx)
}

var errNotHere = errors.New("not here")

// What production will not serve is no reader in a check either.
func TestAProductionTerminalHasNoVirtualReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab(t)
		l.printer = haltest.NewPrinter()
		l.readers = []devices.ReaderInfo{{Name: "Virtual PCD 00 00", Virtual: true}}
		for environment, code := range map[protocol.Environment]int{protocol.Test: exitDone, protocol.Production: exitReader} {
			l.want(l.run("", "check", "--config", l.config(`{"state_dir":`+quoted(identity(t, environment))+`}`)), code)
		}
	})
}

// identity is a state folder with a device certificate.
func identity(t *testing.T, e protocol.Environment) (dir string) {
	t.Helper()
	dir, key := t.TempDir(), protocol.NewPrivateKey()
	uris, err := protocol.Terminal{ID: "T-0001", Environment: e, Protection: protocol.ProtectionFile}.URIs()
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), URIs: uris, KeyUsage: x509.KeyUsageDigitalSignature,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	keyPEM, err := key.PEM()
	if err != nil {
		t.Fatal(err)
	}
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	for name, content := range map[string][]byte{"device.key": keyPEM, "device.crt": certificate} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

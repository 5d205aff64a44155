package devices_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/terminal/devices"
)

func TestWhatIsNotNamedIsNil(t *testing.T) {
	c := devices.Defaults()
	scanner, err1 := c.OpenScanner(devices.ScannerOptions{})
	sensors, err2 := c.OpenSensors(devices.SensorOptions{})
	lights, closeLights, err3 := c.OpenLights()
	if err := errors.Join(err1, err2, err3, closeLights()); err != nil {
		t.Error(err)
	}
	if voice := c.OpenVoice(); scanner != nil || sensors != nil || lights != nil || voice != nil {
		t.Errorf("got %v, %v, %v, %v", scanner, sensors, lights, voice)
	}
}

// within waits for something that a device tells.
func within[T any](t *testing.T, told <-chan T, is func(T) bool) {
	t.Helper()
	late := time.After(time.Minute)
	for {
		select {
		case v := <-told:
			if is(v) {
				return
			}
		case <-late:
			t.Fatal("it was not told")
		}
	}
}

// served runs a device until the test ends.
func served(t *testing.T, serve func(context.Context) error) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- serve(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("ended with %v", err)
		}
	})
}

func TestScannerOnASerialLineIsRead(t *testing.T) {
	virtual := haltest.NewScanner()
	path, err := haltest.ServeScannerPTY(t.Context(), virtual)
	if err != nil {
		t.Fatal(err)
	}
	c := devices.Defaults()
	c.Scanner = devices.Scanner{Kind: "serial", Path: path, Baud: 9600}
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	states, codes := make(chan hal.State, 9), make(chan string, 9)
	scanner, err := c.OpenScanner(devices.ScannerOptions{OnState: func(s hal.State) { states <- s }})
	if err != nil {
		t.Fatal(err)
	}
	served(t, func(ctx context.Context) error {
		return scanner.Serve(ctx, func(text []byte) { codes <- string(text) })
	})
	within(t, states, func(s hal.State) bool { return s == hal.Online })
	virtual.Scan("watashi:key:000000000098")
	within(t, codes, func(code string) bool { return code == "watashi:key:000000000098" })
	virtual.Unplug()
	within(t, states, func(s hal.State) bool { return s == hal.NoDevice })
}

func TestDevicesThatAreNotThereAreToldWhy(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "gone")
	c := devices.Defaults()
	c.Scanner = devices.Scanner{Kind: "serial", Path: missing, Baud: 9600}
	c.Sensors = devices.Sensors{Chip: missing, Tamper: &devices.Line{Offset: 1}}
	c.Lights = devices.Lights{Chip: missing, CardReader: &devices.Line{Offset: 2}}
	troubles, states := make(chan error, 99), make(chan hal.State, 99)
	scanner, err1 := c.OpenScanner(devices.ScannerOptions{OnTrouble: func(err error) { troubles <- err }, OnState: func(s hal.State) { states <- s }})
	sensors, err2 := c.OpenSensors(devices.SensorOptions{OnTrouble: func(err error) { troubles <- err }})
	lights, closeLights, err3 := c.OpenLights()
	if err := errors.Join(err1, err2, err3); err != nil {
		t.Fatal(err)
	}
	served(t, func(ctx context.Context) error { return scanner.Serve(ctx, func([]byte) {}) })
	within(t, troubles, func(err error) bool { return errors.Is(err, hal.ErrGone) })
	within(t, states, func(s hal.State) bool { return s == hal.NoDevice })
	served(t, func(ctx context.Context) error {
		return sensors.Serve(ctx, func(a hal.Auxiliaries) { states <- a.Device })
	})
	within(t, troubles, func(err error) bool { return errors.Is(err, hal.ErrGone) })
	within(t, states, func(s hal.State) bool { return s == hal.NoDevice })
	if err := lights.Light(t.Context(), hal.GuideLights{CardReader: hal.GlowSlow}); !errors.Is(err, hal.ErrGone) {
		t.Errorf("lighting: %v, want %v", err, hal.ErrGone)
	}
	if err := closeLights(); err != nil {
		t.Error(err)
	}
}

func TestPrinterNamedIsThePrinterOpened(t *testing.T) {
	virtual := haltest.NewPrinter()
	path, err := haltest.ServePrinterPTY(t.Context(), virtual)
	if err != nil {
		t.Fatal(err)
	}
	c := devices.Defaults()
	c.Printer.Kind, c.Printer.Path = "serial", path
	faces := c.LoadFaces()
	defer faces.Close()
	printer := c.OpenPrinter(faces)
	if s, err := printer.Status(t.Context()); err != nil || s.Device != hal.Online {
		t.Errorf("got %+v, %v", s, err)
	}
	virtual.Break(haltest.PrinterFaults{CoverOpen: true})
	if s, err := printer.Status(t.Context()); err != nil || !s.CoverOpen {
		t.Errorf("with the cover open: %+v, %v", s, err)
	}
	c.Printer.Path = filepath.Join(t.TempDir(), "gone")
	if s, err := c.OpenPrinter(faces).Status(t.Context()); err != nil || s.Device != hal.NoDevice {
		t.Errorf("unplugged: %+v, %v", s, err)
	}
}

func TestVoiceSpeaksByTheProgramsOfTheFile(t *testing.T) {
	c, err := parse(`{"voice":{"kind":"speech","player":["cat"],"engines":{"en":[["cat"]],"ja":[["cat"],["no-such-engine"]]}}}`)
	if err != nil {
		t.Fatal(err)
	}
	voice := c.OpenVoice()
	if voice.Speaks("en") != nil || voice.Speaks("ja") == nil {
		t.Errorf("en: %v, ja: %v", voice.Speaks("en"), voice.Speaks("ja"))
	}
	if err := voice.Say(t.Context(), hal.Speech{Language: "en", Text: "one. two."}); err != nil {
		t.Error(err)
	}
}

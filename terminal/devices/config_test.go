package devices_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal/escpos"
	"github.com/digital-watashi/kiosk/terminal/devices"
)

// parse reads a file as a service does: over the defaults, and strictly.
func parse(text string) (devices.Config, error) {
	c := devices.Defaults()
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return c, err
	}
	return c, c.Validate()
}

func TestDevicesOfAStreetAreTaken(t *testing.T) {
	for _, good := range []string{
		`{}`,
		`{"printer":{"kind":"tcp","address":"127.0.0.1:9100"}}`,
		`{"printer":{"kind":"tcp","address":"[::1]:9100","width_dots":384,"patience_seconds":5}}`,
		`{"printer":{"kind":"serial","path":"/dev/ttyUSB0","baud":19200,"patience_seconds":30}}`,
		`{"scanner":{"kind":"serial","path":"/dev/ttyS0","baud":9600}}`,
		`{"scanner":{"kind":"serial","path":"/dev/ttyACM0"}}`,
		`{"scanner":{"kind":"keyboard","path":"/dev/input/by-id/usb-scanner-event-kbd","baud":0}}`,
		`{"sensors":{"chip":"/dev/gpiochip0","tamper":{"line":0,"active_low":true},"door":{"line":1},"operator":null,"headset":{"line":2}}}`,
		`{"sensors":{"chip":"/dev/gpiochip0","tamper":{"line":4}},"lights":{"chip":"/dev/gpiochip1","scanner":{"line":4}}}`,
		`{"voice":{"kind":"speech","device":"plughw:1,0"}}`,
		`{"voice":{"kind":"speech","player":["pw-play","-"],"engines":{"ja":[["open_jtalk","-ow","/dev/stdout"]]}}}`,
		`{"lights":{"chip":"/dev/gpiochip0","card_reader":{"line":1},"receipt_printer":{"line":2},"scanner":{"line":3}}}`,
	} {
		if _, err := parse(good); err != nil {
			t.Errorf("refused %s: %v", good, err)
		}
	}
}

func TestWhatCannotBeOpenedIsRefused(t *testing.T) {
	for bad, want := range map[string]string{
		`{"printer":{"kind":"tcp","address":"192.0.2.7:9100"}}`:                                                           "printer.address",
		`{"printer":{"kind":"tcp","address":"printer.example:9100"}}`:                                                     "printer.address",
		`{"printer":{"kind":"serial","path":"/dev/ttyS0","baud":9600}}`:                                                   "a slip takes 3 minutes",
		`{"printer":{"kind":"serial","path":"/dev/ttyS0","baud":300}}`:                                                    "printer.baud: 300",
		`{"printer":{"kind":"usb","path":"lp0"}}`:                                                                         `printer.path: "lp0"`,
		`{"printer":{"kind":"usb","path":"/dev/usb/lp1","patience_seconds":4}}`:                                           "printer.patience_seconds: 4 is not from 5 to 30",
		`{"printer":{"kind":"usb","path":"/dev/usb/lp1","patience_seconds":31}}`:                                          "printer.patience_seconds: 31",
		`{"printer":{"kind":"usb","path":"/dev/usb/lp1","patience_seconds":2.5}}`:                                         "patience_seconds",
		`{"printer":{"virtual":true}}`:                                                                                    "unknown field",
		`{"reader":7}`:                                                                                                    "reader",
		`{"scanner":{"kind":"camera"}}`:                                                                                   `scanner.kind: "camera"`,
		`{"scanner":{"path":"/dev/ttyACM0"}}`:                                                                             "without a kind",
		`{"scanner":{"kind":"serial","path":"ttyACM0"}}`:                                                                  `scanner.path: "ttyACM0"`,
		`{"scanner":{"kind":"serial","path":"/dev/ttyACM0","baud":1}}`:                                                    "scanner.baud: 1",
		`{"scanner":{"kind":"keyboard"}}`:                                                                                 "scanner.path",
		`{"printer":{"kind":"serial","path":"/dev/ttyS0"},"scanner":{"kind":"serial","path":"/dev/ttyS0"}}`:               "the printer.path as well",
		`{"sensors":{"tamper":{"line":1}}}`:                                                                               "sensors.chip: is missing",
		`{"sensors":{"chip":"/dev/gpiochip0"}}`:                                                                           "sensors: a chip without a line",
		`{"sensors":{"chip":"gpiochip0","door":{"line":1}}}`:                                                              `sensors.chip: "gpiochip0"`,
		`{"sensors":{"chip":"/dev/gpiochip0","door":{"line":-1}}}`:                                                        "sensors.door.line: -1",
		`{"sensors":{"chip":"/dev/gpiochip0","door":{"line":1},"tamper":{"line":1}}}`:                                     "sensors.door: is the line of sensors.tamper as well",
		`{"sensors":{"chip":"/dev/gpiochip0","door":{"line":1},"headset":{"line":1}}}`:                                    "sensors.headset: is the line of sensors.door as well",
		`{"sensors":{"chip":"/dev/gpiochip0","door":{"line":1}},"lights":{"chip":"/dev/gpiochip0","scanner":{"line":1}}}`: "lights.scanner: is the line of sensors.door as well",
		`{"sensors":{"chip":"/dev/gpiochip0","door":{"offset":1}}}`:                                                       "unknown field",
		`{"voice":{"kind":"loudspeaker"}}`:                                                                                `voice.kind: "loudspeaker"`,
		`{"voice":{"device":"hw:0"}}`:                                                                                     "voice: has parts without a kind",
		`{"voice":{"kind":"speech","device":"hw:0","player":["aplay"]}}`:                                                  "voice.device",
		`{"voice":{"kind":"speech","engines":{"ja":[]}}}`:                                                                 `voice.engines["ja"]`,
		`{"voice":{"kind":"speech","engines":{"ja":[["cat"],[""]]}}}`:                                                     `voice.engines["ja"]`,
		`{"fonts":["fonts"]}`:                                                                                             `fonts[0]: "fonts"`,
	} {
		if _, err := parse(bad); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", bad, err, want)
		}
	}
}

func TestDriverOfThePrinterIsToldWhatTheFileSays(t *testing.T) {
	for text, want := range map[string]escpos.Options{
		`{}`: {Dots: escpos.Paper80mm, Patience: 15 * time.Second},
		`{"printer":{"kind":"serial","path":"/dev/ttyUSB0","width_dots":384,"patience_seconds":30}}`: {Dots: escpos.Paper58mm, Patience: 30 * time.Second, Paced: true},
	} {
		c, err := parse(text)
		if got := c.PrinterOptions(nil); err != nil || got != want {
			t.Errorf("%s: the driver is told %+v, %v, want %+v", text, got, err, want)
		}
	}
}

func TestAllFaultsAreToldAtOnce(t *testing.T) {
	_, err := parse(`{"printer":{"kind":"laser","width_dots":500},"scanner":{"kind":"ear"},"lights":{"chip":"x"},"fonts":["",""]}`)
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{"printer.kind", "printer.width_dots: 500", "scanner.kind", "lights.chip", "lights: a chip", "fonts[0]", "fonts[1]"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not tell %s", err, want)
		}
	}
}

func TestValidateChangesNothing(t *testing.T) {
	c, err := parse(`{"sensors":{"chip":"/dev/gpiochip0","operator":{"line":2}},"lights":{"chip":"/dev/gpiochip0","card_reader":{"line":7}}}`)
	again, err2 := parse(`{"sensors":{"chip":"/dev/gpiochip0","operator":{"line":2}},"lights":{"chip":"/dev/gpiochip0","card_reader":{"line":7}}}`)
	if c.Validate() != nil || err != nil || err2 != nil || !reflect.DeepEqual(c, again) {
		t.Errorf("%+v became %+v", again, c)
	}
}

func FuzzConfig(f *testing.F) {
	f.Add(`{}`)
	f.Add(`{"printer":{"kind":"tcp","address":"127.0.0.1:9100"},"fonts":["/usr/share/fonts"]}`)
	f.Add(`{"sensors":{"chip":"/dev/gpiochip0","tamper":{"line":4,"active_low":true}},"lights":{"chip":"","scanner":null}}`)
	f.Fuzz(func(t *testing.T, text string) {
		c, err := parse(text)
		if err != nil {
			return
		}
		written, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := parse(string(written)); err != nil || !reflect.DeepEqual(again, c) {
			t.Errorf("%+v is written as %s and read as %+v, %v", c, written, again, err)
		}
	})
}

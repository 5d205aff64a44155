package main

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"os"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/terminal/service"
)

func TestExampleIsTheDefaults(t *testing.T) {
	c, err := service.Load("terminald.example.json", Defaults())
	c.Fonts = nil // written out as an empty list
	if err != nil || !reflect.DeepEqual(c, Defaults()) {
		t.Errorf("got %+v, %v, want the defaults", c, err)
	}
}

func TestConfigReportsAllFaultsAtOnce(t *testing.T) {
	_, err := service.Parse([]byte(`{
		"state_dir": "state", "printer": {"kind": "laser", "width_dots": 500},
		"ui": {"listen": "0.0.0.0:80", "url_file": ""},
		"uplink_socket": "/run/s", "status_socket": "/run/s", "uplink_users": [""],
		"fonts": ["fonts"], "log_level": "loud"}`), Defaults())
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{
		`state_dir: "state"`, `printer.kind: "laser"`, `printer.width_dots: 500`, `ui.listen: "0.0.0.0:80"`, `ui.url_file: ""`,
		"status_socket: is the uplink_socket", "uplink_users: a name is empty", `fonts[0]: "fonts"`, `log_level: "loud"`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not tell %s", err, want)
		}
	}
}

func TestConfigIsParsedStrictly(t *testing.T) {
	for _, bad := range []string{
		``, `[]`, `null{}`, `{"mock":true}`, `{"printer":{"virtual":true}}`, `{}{}`, `{"reader":7}`,
		`{"scanner":{"kind":"virtual"}}`, `{"sensors":{"mock":true}}`, `{"lights":{"chip":"/dev/gpiochip0"}}`, `{"Config":{}}`, `{"devices":{}}`,
		`{"printer":{"kind":"tcp","address":"192.0.2.7:9100"}}`,
		`{"printer":{"kind":"tcp","address":"printer.example:9100"}}`,
		`{"printer":{"kind":"serial","path":"/dev/ttyS0","baud":300}}`,
		`{"printer":{"kind":"usb","path":"lp0"}}`,
		strings.Repeat(" ", 64<<10) + `{}`,
	} {
		if _, err := service.Parse([]byte(bad), Defaults()); err == nil {
			t.Errorf("accepted %.80s", bad)
		}
	}
	for _, good := range []string{
		`{}`,
		`{"reader":"PaSoRi","scanner":{"kind":"serial","path":"/dev/ttyACM0"},
			"sensors":{"chip":"/dev/gpiochip0","tamper":{"line":4,"active_low":true},"door":{"line":5},"operator":{"line":6}},
			"lights":{"chip":"/dev/gpiochip0","card_reader":{"line":8},"receipt_printer":{"line":9},"scanner":{"line":10}}}`,
		`{"printer":{"kind":"tcp","address":"127.0.0.1:9100"}}`,
		`{"printer":{"kind":"tcp","address":"[::1]:9100","width_dots":384}}`,
		`{"printer":{"kind":"serial","path":"/dev/ttyUSB0","baud":19200}}`,
	} {
		if _, err := service.Parse([]byte(good), Defaults()); err != nil {
			t.Errorf("refused %s: %v", good, err)
		}
	}
}

func FuzzConfig(f *testing.F) {
	f.Add([]byte(`{}`))
	f.Add([]byte(`{"printer":{"kind":"tcp","address":"127.0.0.1:9100"},"fonts":["/usr/share/fonts"]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if c, err := service.Parse(raw, Defaults()); err == nil && c.Validate() != nil {
			t.Errorf("%s was accepted as %+v", raw, c)
		}
	})
}

func TestWrongArgumentsEndAtOnce(t *testing.T) {
	none := func(string) string { return "" }
	if err := program().Execute(t.Context(), []string{"-config", "/nowhere.json"}, none, io.Discard, io.Discard); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
	if err := program().Execute(t.Context(), []string{"-config", "terminald.example.json", "-check"}, none, io.Discard, io.Discard); err != nil {
		t.Errorf("checking the example: %v", err)
	}
	var help bytes.Buffer
	if err := program().Execute(t.Context(), []string{"-h"}, none, io.Discard, &help); !errors.Is(err, flag.ErrHelp) || !strings.Contains(help.String(), "-config") {
		t.Errorf("help: %v, %s", err, help.String())
	}
	var told bytes.Buffer
	if err := program().Execute(t.Context(), []string{"-version"}, none, &told, io.Discard); err != nil || told.String() != version+" commit "+commit+" "+runtime.Version()+"\n" {
		t.Errorf("version: %v, %s", err, told.String())
	}
}

package main

import (
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/terminal/devices"
)

// street is a machine with everything.
func street(t *testing.T) (*lab, string) {
	l := newLab(t)
	l.readers = []devices.ReaderInfo{
		{Name: "ACS ACR39U ICC Reader 00 00", Present: true, ATR: []byte{0x3B, 0xE0, 0x00}},
		{Name: "SONY PaSoRi 01 00", Present: true, Busy: true, ATR: []byte{0x3B, 0x88}},
		{Name: "Gemalto 02 00", Present: true, Mute: true},
		{Name: "Virtual PCD 00 00", Virtual: true},
	}
	l.found["/dev/usb/lp*"] = []string{"/dev/usb/lp0"}
	l.found["/dev/serial/by-id/*"] = []string{"/dev/serial/by-id/usb-Newland-if00"}
	l.found["/dev/gpiochip*"] = []string{"/dev/gpiochip0"}
	return l, l.config(`{"reader":"0","printer":{"kind":"serial","path":"/dev/ttyUSB0","baud":19200},"scanner":{"kind":"keyboard","path":"/dev/input/by-id/usb-x-event-kbd"},` +
		`"sensors":{"chip":"/dev/gpiochip0","tamper":{"line":4,"active_low":true},"door":{"line":5},"headset":{"line":6}},"voice":{"kind":"speech","device":"plughw:1,0"},"lights":{"chip":"/dev/gpiochip0","scanner":{"line":9}},"ui":{"listen":"127.0.0.1:8420"}}`)
}

func TestListNamesTheMachinesDevices(t *testing.T) {
	l, config := street(t)
	e := l.run("", "list", "--config", config)
	l.want(e, exitDone)
	l.equal(strings.Replace(e.out, config, "terminald.json", 1), `
configuration   terminald.json
reader          0
printer         serial /dev/ttyUSB0 at 19200 baud
scanner         keyboard /dev/input/by-id/usb-x-event-kbd
sensors         /dev/gpiochip0: tamper line 4 active low, door line 5, headset line 6
lights          /dev/gpiochip0: scanner line 9
voice           speech on plughw:1,0

card readers    ACS ACR39U ICC Reader 00 00  card in, ATR 3BE000
                SONY PaSoRi 01 00  card in use by a program
                Gemalto 02 00  a card that does not answer
                Virtual PCD 00 00 (virtual)  no card
plugged in      /dev/usb/lp0  printer
                /dev/serial/by-id/usb-Newland-if00  scanner or printer on a serial line
                /dev/gpiochip0  sensors and lights
`)
	e = l.run("", "list", "--config", config, "--json")
	l.want(e, exitDone)
	l.valid("device-list", e.out)
	l.equal(strings.Replace(e.out, config, "terminald.json", 1), `
{"result":"done","configuration":"terminald.json","readers":[`+
		`{"name":"ACS ACR39U ICC Reader 00 00","virtual":false,"card_present":true,"atr":"3BE000","in_use":false,"mute":false,"chosen":true},`+
		`{"name":"SONY PaSoRi 01 00","virtual":false,"card_present":true,"atr":"3B88","in_use":true,"mute":false,"chosen":true},`+
		`{"name":"Gemalto 02 00","virtual":false,"card_present":true,"in_use":false,"mute":true,"chosen":true},`+
		`{"name":"Virtual PCD 00 00","virtual":true,"card_present":false,"in_use":false,"mute":false,"chosen":true}],`+
		`"configured":{"reader":"0","printer":"serial /dev/ttyUSB0 at 19200 baud","scanner":"keyboard /dev/input/by-id/usb-x-event-kbd",`+
		`"sensors":"/dev/gpiochip0: tamper line 4 active low, door line 5, headset line 6","lights":"/dev/gpiochip0: scanner line 9","voice":"speech on plughw:1,0"},`+
		`"found":[{"path":"/dev/usb/lp0","kind":"printer"},{"path":"/dev/serial/by-id/usb-Newland-if00","kind":"scanner or printer on a serial line"},`+
		`{"path":"/dev/gpiochip0","kind":"sensors and lights"}]}
`)
}

func TestListOfABareMachineSaysSo(t *testing.T) {
	l := newLab(t)
	l.readers = nil
	l.want(l.run("", "list"), exitDone, "card readers    none", "usb /dev/usb/lp0", "scanner         none")
	for _, service := range []error{hal.ErrUnavailable, devices.ErrNoPCSC} {
		l.service = service
		l.want(l.run("", "list"), exitCardService, "usb /dev/usb/lp0", "PC/SC")
		e := l.run("", "list", "--json")
		l.want(e, exitCardService)
		l.valid("device-list", e.out)
	}
}

func TestColourIsForTerminals(t *testing.T) {
	l, _ := street(t)
	if e := l.run("", "list"); strings.Contains(e.out+e.said, "\x1b") {
		t.Errorf("colour in a pipe: %q", e.out)
	}
}

func TestDeviceHelpNamesEveryCommandAndFlag(t *testing.T) {
	l := newLab(t)
	l.want(l.run("", "help"), exitDone, "device card read", "device list", "--json", "--config")
	l.want(l.run("", "--help"), exitDone, "device watch")
	l.want(l.run("", "what"), exitUsage, "device tamper clear")
	l.want(l.run("", "card"), exitUsage, "device card read")
	for _, c := range deviceCommands() {
		words := strings.Fields(c.name)
		e := l.run("", append(words, "--help")...)
		l.want(e, exitDone, "usage: watashi-provision device "+c.name, "--config FILE", "--json", c.help)
		if e.said != "" {
			t.Errorf("%s --help complains: %s", c.name, e.said)
		}
		l.want(l.run("", append(words, "--what")...), exitUsage, "usage: watashi-provision device "+c.name)
		l.want(l.run("", append(words, "extra")...), exitUsage, "unexpected argument")
	}
	for _, flag := range []string{"--reader", "--wait", "--pin-stdin", "--last-try-too", "--ca", "--quick", "--photo", "--birth-format", "--expiry"} {
		l.want(l.run("", "card", "read", "--help"), exitDone, "\n  "+flag+" ")
	}
}

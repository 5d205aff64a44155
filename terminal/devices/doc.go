// Package devices is the devices of a machine: how its configuration file names
// them, what is wrong with such a file, and how each is opened. terminald attends
// with them, and the technician's command tries them, so that both mean the same
// device by the same words.
//
//	"reader":  ""                                        any card reader
//	"printer": {"kind": "usb", "path": "/dev/usb/lp0"}    or serial, or tcp on this machine
//	"scanner": {"kind": "serial", "path": "/dev/ttyACM0"} or keyboard; "" is none
//	"sensors": {"chip": "/dev/gpiochip0", "tamper": {"line": 4, "active_low": true}}
//	"lights":  {"chip": "/dev/gpiochip0", "card_reader": {"line": 8}}
//	"voice":   {"kind": "speech", "device": "plughw:1,0"} a headset jack; "" is none
//
// Opening touches no device. A line is taken when the device is served or asked,
// and one that was unplugged is found again, so that a machine starts with whatever
// it has and tells what it lacks.
package devices

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/escpos"
	"github.com/digital-watashi/kiosk/provisioning/provision/console"
	"github.com/digital-watashi/kiosk/provisioning/provision/system"
	"github.com/digital-watashi/kiosk/terminal/devices"
)

// world is the machine on which the commands work. A test gives one with
// virtual devices.
type world struct {
	listReaders func(ctx context.Context) ([]devices.ReaderInfo, error)
	openReader  func(name string, o devices.ReaderOptions) (hal.Reader, error)
	openPrinter func(c devices.Config) (slipPrinter, func() error)
	openScanner func(c devices.Config, o devices.ScannerOptions) (hal.Scanner, error) // nil where none is named
	openSensors func(c devices.Config, o devices.SensorOptions) (hal.Sensors, error)  // nil where none is named
	find        func(pattern string) []string
	environ     func(name string) string
	now         func() time.Time
	operator    func() string                             // the user as whom this runs
	logs        func(ctx context.Context) ([]byte, error) // the last lines of both services
}

// slipPrinter is what the commands want of a printer.
type slipPrinter interface {
	Status(ctx context.Context) (hal.PrinterStatus, error)
	Print(ctx context.Context, s escpos.Slip) error
}

// desk is where one command works: the machine, and who asked.
type desk struct {
	world
	group     group
	machine   machine
	in        io.Reader
	out, says io.Writer // the answer; progress, questions and complaints
	json      bool
	paint     console.Paint
}

// machine is what the configuration file of terminald says that is of use here.
type machine struct {
	devices.Config
	StateDir     string `json:"state_dir"`
	StatusSocket string `json:"status_socket"`
	file         string // empty where there is none
}

// maxConfig bounds terminald's configuration file, in bytes.
const maxConfig = 64 << 10

// devicesGroup are the commands that try devices.
func devicesGroup() group {
	return group{
		name: "device", about: "try this machine's devices", commands: deviceCommands(),
		exits: func(code int) bool { return code >= exitConfig && code <= exitTampering },
	}
}

func deviceCommands() []command {
	return []command{
		{"list", "", "name the devices of this machine", listHelp, "", runList, "watashi-provision device list"},
		{"check", "", "try reader, printer, scanner, sensors and voice", checkHelp, "", runCheck, "watashi-provision device check"},
		{"card read", "", "read a My Number card and judge it", cardReadHelp, cardReadFlags, runCardRead, "watashi-provision device card read --pin-stdin"},
		{"slip print", "", "print a test slip", slipHelp, slipFlags, runSlipPrint, "watashi-provision device slip print"},
		{"watch", "", "tell what changes, as it changes", watchHelp, watchFlags, runWatch, "watashi-provision device watch --for 5m"},
		{"tamper clear", "", "end a tamper alarm", tamperHelp, "", runTamperClear, "watashi-provision device tamper clear"},
	}
}

// load reads the configuration file. One that nobody named may be missing.
func (d *desk) load(file string) error {
	d.machine = machine{Config: devices.Defaults(), StateDir: system.StateDir, StatusSocket: system.StatusSocket}
	name := file
	if name == "" {
		name = system.ConfigFile
	}
	raw, err := os.ReadFile(name)
	if file == "" && errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading the configuration: %w", err)
	}
	d.machine.file = name
	return d.machine.parse(raw)
}

// parse takes what it knows; the rest of the file is terminald's to judge.
func (m *machine) parse(raw []byte) error {
	if len(raw) > maxConfig {
		return fmt.Errorf("%w: longer than %d bytes", errConfig, maxConfig)
	}
	if err := json.NewDecoder(bytes.NewReader(raw)).Decode(m); err != nil {
		return fmt.Errorf("%w: %w", errConfig, err)
	}
	if err := m.Validate(); err != nil {
		return fmt.Errorf("%w: %w", errConfig, err)
	}
	return nil
}

// A report is what a command has to say in the end.
type report interface {
	// conclude notes how it ended.
	conclude(e exit, err error)
	// print is the report for people.
	print(s *console.Sheet)
}

func (r *result) conclude(e exit, err error) {
	r.Result = e.name
	if err != nil {
		r.Error, r.Remedy = oneLine(err), e.remedy
	}
}

func (r *result) print(*console.Sheet) {}

// oneLine is an error that may be several, in one line.
func oneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }

// end prints a report, and how it ended.
func (d *desk) end(r report, err error) int {
	e := exitOf(err)
	r.conclude(e, err)
	if d.json {
		if json.NewEncoder(d.out).Encode(r) != nil {
			return exitOther
		}
		return e.code
	}
	s := console.NewSheet(d.out, d.paint, d.environ)
	r.print(s)
	if s.Err() != nil {
		return exitOther
	}
	if told, ok := r.(interface{ told() bool }); err != nil && !(ok && told.told()) {
		d.complain(e, err)
	}
	return e.code
}

// complain tells a person what went wrong, and what to do.
func (d *desk) complain(e exit, err error) {
	why, _ := strings.CutPrefix(oneLine(err), e.meaning)
	if why != "" && !strings.HasPrefix(why, ":") && !strings.HasPrefix(why, " ") {
		why = ": " + why
	}
	fmt.Fprintf(d.says, "\n%s%s\n%s\n", console.PaintFor(d.says, d.environ).In(console.Red, e.meaning), why, e.remedy)
}

// hint tells a person what goes on, or what to do.
func (d *desk) hint(format string, args ...any) {
	fmt.Fprintf(d.says, format+"\n", args...)
}

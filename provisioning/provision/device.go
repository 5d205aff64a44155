package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/escpos"
	"github.com/digital-watashi/kiosk/terminal/devices"
)

// world is the machine on which the device commands work. A test gives one with
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
	operator    func() string // the user as whom this runs
}

// slipPrinter is what the commands want of a printer.
type slipPrinter interface {
	Status(ctx context.Context) (hal.PrinterStatus, error)
	Print(ctx context.Context, s escpos.Slip) error
}

// desk is where one device command works: the machine, and who asked.
type desk struct {
	world
	machine   machine
	in        io.Reader
	out, says io.Writer // the answer; progress, questions and complaints
	json      bool
	paint     paint
}

// machine is what the configuration file of terminald says that is of use here.
type machine struct {
	devices.Config
	StateDir     string `json:"state_dir"`
	StatusSocket string `json:"status_socket"`
	file         string // empty where there is none
}

// Where terminald's configuration file and its status socket are by default.
const (
	defaultConfig = "/etc/watashi/terminald.json"
	defaultSocket = "/run/watashi/status.sock"
	maxConfig     = 64 << 10
)

// deviceCommand is one row of the device commands.
type deviceCommand struct {
	name  string // one or two words
	about string
	help  string
	flags string // its own, besides those of all
	run   func(ctx context.Context, d *desk, args []string) int
}

func deviceCommands() []deviceCommand {
	return []deviceCommand{
		{"list", "name the devices of this machine", listHelp, "", runList},
		{"check", "try reader, printer, scanner and sensors", checkHelp, "", runCheck},
		{"card read", "read a My Number card and judge it", cardReadHelp, cardReadFlags, runCardRead},
		{"slip print", "print a test slip", slipHelp, slipFlags, runSlipPrint},
		{"watch", "tell what changes, as it changes", watchHelp, watchFlags, runWatch},
		{"tamper clear", "end a tamper alarm", tamperHelp, "", runTamperClear},
	}
}

// commonHelp are the flags of every device command.
const commonHelp = `  --config FILE       terminald's configuration (default ` + defaultConfig + `; without it the defaults)
  --json              print JSON for programs, as schema/device-*.json says
`

// runDevice finds the command and runs it.
func runDevice(ctx context.Context, w world, args []string, in io.Reader, out, complaints io.Writer) int {
	d := &desk{world: w, in: in, out: out, says: complaints, paint: paintFor(out, w.environ)}
	for _, c := range deviceCommands() {
		words := strings.Fields(c.name)
		if len(args) < len(words) || strings.Join(args[:len(words)], " ") != c.name {
			continue
		}
		return c.run(ctx, d, args[len(words):])
	}
	if len(args) > 0 && isHelp(args[0]) {
		io.WriteString(out, deviceUsage())
		return exitDone
	}
	io.WriteString(complaints, deviceUsage())
	return exitUsage
}

func isHelp(word string) bool {
	return word == "help" || word == "-h" || word == "--help" || word == "-help"
}

// deviceUsage names the device commands.
func deviceUsage() string {
	var text strings.Builder
	text.WriteString("usage:\n")
	for _, c := range deviceCommands() {
		fmt.Fprintf(&text, "  watashi-provision device %-12s [flags]   %s\n", c.name, c.about)
	}
	text.WriteString("\nflags of all:\n" + commonHelp + "\nEach has --help.\n\nexit codes of these commands:\n")
	writeExits(&text, append([]exit{exitOf(nil)}, slices.DeleteFunc(exits(), func(e exit) bool { return e.code < exitConfig })...))
	return text.String()
}

// parse reads the flags of a device command and the configuration file; ok is
// false when the command is over, with that exit code.
func (d *desk) parse(name string, args []string, more func(*flag.FlagSet)) (code int, ok bool) {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(d.says)
	flags.Usage = func() {}
	file := flags.String("config", "", "")
	flags.BoolVar(&d.json, "json", false, "")
	if more != nil {
		more(flags)
	}
	err := flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		io.WriteString(d.out, commandUsage(name))
		return exitDone, false
	case err != nil || flags.NArg() > 0:
		return d.misuse(name, strings.Join(flags.Args(), " ")), false
	}
	if err := d.load(*file); err != nil {
		return d.end(&result{}, err), false
	}
	return exitDone, true
}

// misuse tells how the command is used. What was wrong may be a secret that
// somebody put where none belongs, so it is not repeated.
func (d *desk) misuse(name, extra string) int {
	if extra != "" {
		fmt.Fprintln(d.says, "unexpected argument")
	}
	io.WriteString(d.says, commandUsage(name))
	return exitUsage
}

// commandUsage is the help of one command.
func commandUsage(name string) string {
	for _, c := range deviceCommands() {
		if c.name == name {
			return "usage: watashi-provision device " + c.name + " [flags]\n\n" + c.help + "\nflags:\n" + c.flags + commonHelp
		}
	}
	return deviceUsage()
}

// load reads the configuration file. One that nobody named may be missing.
func (d *desk) load(file string) error {
	d.machine = machine{Config: devices.Defaults(), StateDir: defaultState, StatusSocket: defaultSocket}
	name := file
	if name == "" {
		name = defaultConfig
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
	print(s *sheet)
}

func (r *result) conclude(e exit, err error) {
	r.Result = e.name
	if err != nil {
		r.Error, r.Remedy = oneLine(err), e.remedy
	}
}

func (r *result) print(*sheet) {}

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
	s := &sheet{paint: d.paint, out: d.out}
	r.print(s)
	if s.err != nil {
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
	fmt.Fprintf(d.says, "\n%s%s\n%s\n", paintFor(d.says, d.environ).in(red, e.meaning), why, e.remedy)
}

// hint tells a person what goes on, or what to do.
func (d *desk) hint(format string, args ...any) {
	fmt.Fprintf(d.says, format+"\n", args...)
}

package devices

import (
	"errors"
	"fmt"
	"net/netip"
	"path/filepath"
	"slices"

	"github.com/digital-watashi/kiosk/hal/escpos"
)

// Config is the part of a configuration file that names devices. What it leaves
// out is as Defaults says.
type Config struct {
	// Reader is a part of the card reader's name; empty is any reader.
	Reader string `json:"reader"`
	// Printer is the printer of slips.
	Printer Printer `json:"printer"`
	// Scanner reads the registration key from a phone.
	Scanner Scanner `json:"scanner"`
	// Sensors are the switches of the cabinet.
	Sensors Sensors `json:"sensors"`
	// Lights show the citizen where to look.
	Lights Lights `json:"lights"`
	// Voice reads the screen to whoever wants it.
	Voice Voice `json:"voice"`
	// Fonts are folders with fonts for slips; none means the system's.
	Fonts []string `json:"fonts"`
}

// Printer is how the printer is reached, and how wide its paper is.
type Printer struct {
	// Kind is usb (a printer class device), serial or tcp.
	Kind string `json:"kind"`
	// Path is the device of usb and serial.
	Path string `json:"path"`
	// Address is host and port of tcp. Only this machine itself: there is no
	// other network here.
	Address string `json:"address"`
	// Baud is the speed of serial.
	Baud int `json:"baud"`
	// WidthDots is 576 for 80 mm paper, 384 for 58 mm.
	WidthDots int `json:"width_dots"`
	// PatienceSeconds is how long a printer that has the whole slip may take until
	// it confirms it: from 5 to 30.
	PatienceSeconds int `json:"patience_seconds"`
}

// Scanner is how the scanner is reached.
type Scanner struct {
	// Kind is serial (a serial line or USB CDC-ACM), keyboard (a scanner that
	// types, which no other program then hears), or empty for none.
	Kind string `json:"kind"`
	// Path is the device, as /dev/ttyACM0, or a link to it that stays the same,
	// as one in /dev/serial/by-id or /dev/input/by-id.
	Path string `json:"path"`
	// Baud is the speed of serial; USB ignores it.
	Baud int `json:"baud"`
}

// Sensors are where the switches of the cabinet end, on one GPIO chip. A line
// that is nil is not there.
type Sensors struct {
	// Chip is the character device, as /dev/gpiochip0; empty where nothing is wired.
	Chip string `json:"chip"`
	// Tamper is active when somebody opens the machine by force.
	Tamper *Line `json:"tamper"`
	// Door is active when the cabinet door is open.
	Door *Line `json:"door"`
	// Operator is active when the operator's key stands at maintenance.
	Operator *Line `json:"operator"`
	// Headset is active when a headset is in the jack of the voice, which then speaks
	// without being asked to.
	Headset *Line `json:"headset"`
}

// Lights are where the guide lights end, on one GPIO chip. A line that is nil is
// not there.
type Lights struct {
	// Chip is the character device; empty where nothing is wired.
	Chip string `json:"chip"`
	// CardReader, ReceiptPrinter and Scanner are lit when active.
	CardReader     *Line `json:"card_reader"`
	ReceiptPrinter *Line `json:"receipt_printer"`
	Scanner        *Line `json:"scanner"`
}

// Line is one line of a GPIO chip.
type Line struct {
	// Offset is its number on the chip, as gpioinfo lists it.
	Offset int `json:"line"`
	// ActiveLow: no voltage means active. A loop that is closed while all is well
	// is wired so against a pull-up the other way round, and a cut wire alarms.
	ActiveLow bool `json:"active_low"`
}

// Defaults is a machine with any card reader and the first USB printer.
func Defaults() Config {
	return Config{
		Printer: Printer{Kind: "usb", Path: "/dev/usb/lp0", Baud: 115200, WidthDots: escpos.Paper80mm, PatienceSeconds: 15},
		Scanner: Scanner{Baud: 115200},
	}
}

// Validate reports all that is wrong, and changes nothing.
func (c Config) Validate() error {
	var f faults
	c.Printer.validate(&f)
	c.Scanner.validate(&f)
	c.Voice.validate(&f)
	f.unless(c.Scanner.Kind == "" || c.Printer.Kind == "tcp" || c.Scanner.Path != c.Printer.Path, "scanner.path: is the printer.path as well")
	f.chip("sensors", c.Sensors.Chip, c.Sensors.lines())
	f.chip("lights", c.Lights.Chip, c.Lights.lines())
	f.apart(c)
	for i, dir := range c.Fonts {
		f.path(fmt.Sprintf("fonts[%d]", i), dir)
	}
	return errors.Join(f...)
}

// speeds are those that a serial line may have.
func speeds() []int { return []int{9600, 19200, 38400, 57600, 115200} }

// tooSlowToPrint suits a scanner, but nobody waits that long for a slip, which is
// some 80 KiB of raster.
const tooSlowToPrint = 9600

// A slip that was printed must not be withdrawn because the printer is slow; and the
// terminal itself gives a slip a minute, of which this is the last part.
const leastPatience, mostPatience = 5, 30

func (p Printer) validate(f *faults) {
	switch p.Kind {
	case "usb":
		f.path("printer.path", p.Path)
	case "serial":
		f.serial("printer", p.Path, p.Baud)
		f.unless(p.Baud != tooSlowToPrint, "printer.baud: a slip takes 3 minutes at %d; set the printer to 19200 or more", p.Baud)
	case "tcp":
		f.loopback("printer.address", p.Address)
	default:
		f.unless(false, "printer.kind: %q is not usb, serial or tcp", p.Kind)
	}
	narrow, wide := escpos.Paper58mm, escpos.Paper80mm
	f.unless(p.WidthDots == narrow || p.WidthDots == wide, "printer.width_dots: %d is neither %d nor %d", p.WidthDots, narrow, wide)
	f.unless(p.PatienceSeconds >= leastPatience && p.PatienceSeconds <= mostPatience,
		"printer.patience_seconds: %d is not from %d to %d", p.PatienceSeconds, leastPatience, mostPatience)
}

func (s Scanner) validate(f *faults) {
	switch s.Kind {
	case "":
		f.unless(s.Path == "", "scanner.path: %q without a kind", s.Path)
	case "serial":
		f.serial("scanner", s.Path, s.Baud)
	case "keyboard":
		f.path("scanner.path", s.Path)
	default:
		f.unless(false, "scanner.kind: %q is not serial, keyboard or empty", s.Kind)
	}
}

// named is a line with the word that the file has for it.
type named struct {
	name string
	line *Line
}

// wired are the lines that are there.
func wired(all ...named) []named {
	return slices.DeleteFunc(all, func(n named) bool { return n.line == nil })
}

func (s Sensors) lines() []named {
	return wired(named{"sensors.tamper", s.Tamper}, named{"sensors.door", s.Door}, named{"sensors.operator", s.Operator}, named{"sensors.headset", s.Headset})
}

func (l Lights) lines() []named {
	return wired(named{"lights.card_reader", l.CardReader}, named{"lights.receipt_printer", l.ReceiptPrinter}, named{"lights.scanner", l.Scanner})
}

// faults gathers what is wrong.
type faults []error

func (f *faults) unless(good bool, format string, args ...any) {
	if !good {
		*f = append(*f, fmt.Errorf(format, args...))
	}
}

func (f *faults) path(name, path string) {
	f.unless(filepath.IsAbs(path), "%s: %q is not an absolute path", name, path)
}

func (f *faults) serial(name, path string, baud int) {
	f.path(name+".path", path)
	f.unless(slices.Contains(speeds(), baud), "%s.baud: %d is not one of %v", name, baud, speeds())
}

func (f *faults) loopback(name, address string) {
	at, err := netip.ParseAddrPort(address)
	f.unless(err == nil && at.Addr().IsLoopback(), "%s: %q is not a loopback address and port", name, address)
}

// chip checks one chip and its lines: neither goes without the other.
func (f *faults) chip(name, chip string, lines []named) {
	if chip == "" {
		f.unless(len(lines) == 0, "%s.chip: is missing", name)
		return
	}
	f.path(name+".chip", chip)
	f.unless(len(lines) > 0, "%s: a chip without a line", name)
	for _, n := range lines {
		f.unless(n.line.Offset >= 0, "%s.line: %d is below 0", n.name, n.line.Offset)
	}
}

// apart refuses one line under two names: a lamp would be read as an alarm.
func (f *faults) apart(c Config) {
	type place struct {
		chip string
		line int
	}
	taken := make(map[place]string)
	take := func(chip string, lines []named) {
		for _, n := range lines {
			at := place{chip, n.line.Offset}
			f.unless(taken[at] == "", "%s: is the line of %s as well", n.name, taken[at])
			taken[at] = n.name
		}
	}
	take(c.Sensors.Chip, c.Sensors.lines())
	take(c.Lights.Chip, c.Lights.lines())
}

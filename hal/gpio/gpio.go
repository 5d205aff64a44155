package gpio

import (
	"errors"
	"io/fs"
	"sync"
	"time"

	"github.com/digital-watashi/kiosk/hal"
)

// Config says which lines of a chip are wired to what. A line that is nil is not
// there. No two may be the same.
type Config struct {
	// Chip is the character device, as /dev/gpiochip0, or a link to it.
	Chip string
	// Tamper is active when somebody opens the machine by force, Door when the
	// cabinet door is open, Operator when the operator's key stands at maintenance,
	// Headset when a headset is in its jack.
	Tamper, Door, Operator, Headset *Line
	// CardReader, ReceiptPrinter and Scanner are the guide lights.
	CardReader, ReceiptPrinter, Scanner *Line
	// OnTrouble is told why the sensors cannot be read, each time the reason changes,
	// and before Serve tells the state.
	OnTrouble func(error)
}

// Line is one line of the chip.
type Line struct {
	// Offset is its number on the chip, as gpioinfo lists it.
	Offset int
	// ActiveLow: the low level is the active one.
	ActiveLow bool
}

// Cabinet is what is wired to a chip: its sensors and its lights, of which either
// may be none. Sensors have one Serve at a time. Light may be called from any
// goroutine, also while they are served.
type Cabinet struct {
	config Config
	board  board

	mu     sync.Mutex // guards what follows, which is of the lights
	lamps  lamps      // nil: not open
	glow   hal.GuideLights
	flash  *flash // nil: nothing flashes
	closed bool
}

var (
	_ hal.Sensors = (*Cabinet)(nil)
	_ hal.Lights  = (*Cabinet)(nil)
)

// Open makes a Cabinet. It touches no chip before Serve or Light; a chip that is not
// there is told then, and looked for. Whoever opened it closes it.
func Open(c Config) *Cabinet { return &Cabinet{config: c, board: chip(c.Chip)} }

// A board gives out the lines of a chip. Its errors are hal's where they are the
// line's fault: hal.ErrGone, hal.ErrBusy.
type board interface {
	// Watch takes lines in, and calls turned when one becomes active or inactive, in
	// the order of time, from a goroutine of its own.
	Watch(lines []Line, turned func(edge)) (loops, error)
	// Drive takes lines as outputs, all inactive.
	Drive(lines []Line) (lamps, error)
}

// An edge is a line, by its place among those watched, that became active or
// inactive.
type edge struct {
	line   int
	active bool
}

// loops are lines that are watched.
type loops interface {
	// Active is how each line is now.
	Active() ([]bool, error)
	// Close lets the lines go, and waits for a call of turned to return.
	Close() error
}

// lamps are lines that are driven.
type lamps interface {
	Set(active []bool) error
	Close() error
}

// The delays of this package.
const (
	// debounce is how long a level stands before it counts: contacts of switches and
	// key locks bounce for some 5 to 20 ms.
	debounce = 30 * time.Millisecond
	// glance is how often lines are looked at whose chip tells no edges.
	glance = 10 * time.Millisecond
	// look is how often the level is read besides. A kernel's queue that was full has
	// lost edges; a chip that is gone tells none, and until its lines are closed the
	// package that waits for them spins.
	look = 500 * time.Millisecond
	// again is how soon a chip that cannot be used is tried again.
	again = 500 * time.Millisecond
	// blink is how long a slow light is lit, and then dark: once a second.
	blink = 500 * time.Millisecond
)

// stateOf is the state of a chip that gave err.
func stateOf(err error) hal.State {
	switch {
	case errors.Is(err, hal.ErrBusy):
		return hal.DeviceBusy
	case errors.Is(err, hal.ErrGone), errors.Is(err, fs.ErrNotExist):
		return hal.NoDevice
	}
	return hal.HardwareError
}

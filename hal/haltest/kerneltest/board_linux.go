package kerneltest

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
)

// BoardModules are what the machine of a Board needs.
func BoardModules() []string { return []string{"uhid", "hid-cp2112"} }

// Lines is how many a Board has.
const Lines = 8

// The feature reports of a CP2112 that its driver asks for, by AN495 of the maker.
const (
	reportDirections = 0x02
	reportLevels     = 0x03
	reportSet        = 0x04
	reportVersion    = 0x05
	reportSMBus      = 0x06
	reportLock       = 0x20
)

// A Board is a GPIO chip of eight lines on a USB cable: a CP2112, as the kernel sees
// it. Lines that are inputs have the level that the test gives them; those that
// nobody pulls are high, as through the chip's own weak pull-ups.
type Board struct {
	t    testing.TB
	link string

	mu     sync.Mutex
	plug   *uhid
	out    byte // a bit for each line that is an output
	latch  byte // what outputs were set to
	pulled byte // the level outside of inputs
	smbus  []byte
	flips  [Lines]int
}

// NewBoard makes a board and plugs it in, until the test ends.
func NewBoard(t testing.TB) *Board {
	t.Helper()
	b := &Board{t: t, link: filepath.Join(t.TempDir(), "gpio"), pulled: 0xFF, smbus: make([]byte, 14)}
	b.smbus[0] = reportSMBus
	b.Plug()
	t.Cleanup(b.Unplug)
	return b
}

// Link is a link to the character device of the chip, as udev would make: chips are
// numbered as they are found. It leads nowhere while the board is unplugged.
func (b *Board) Link() string { return b.link }

// Plug plugs the board in, and comes back when the kernel has its chip.
func (b *Board) Plug() {
	b.t.Helper()
	before := chips()
	plug, err := plugHID(hidDevice{
		name: "Silicon Labs CP2112 HID USB-to-SMBus Bridge", vendor: 0x10C4, product: 0xEA90,
		descriptor: cp2112Descriptor(), get: b.report, set: b.take,
	})
	if err != nil {
		b.t.Fatal("plugging a GPIO board in: ", err)
	}
	b.plug = plug
	var came string
	if err := until("the kernel has the GPIO chip", func() bool {
		came = another(chips(), before)
		return came != ""
	}); err != nil {
		b.t.Fatal(err)
	}
	if err := errors.Join(remove(b.link), os.Symlink(came, b.link)); err != nil {
		b.t.Fatal(err)
	}
}

// Unplug pulls the board out. The lines of one that comes back are inputs.
func (b *Board) Unplug() {
	b.t.Helper()
	if b.plug == nil {
		return
	}
	if err := errors.Join(remove(b.link), b.plug.pull()); err != nil {
		b.t.Error("pulling a GPIO board out: ", err)
	}
	b.plug = nil
	b.mu.Lock()
	defer b.mu.Unlock()
	b.out, b.latch = 0, 0
}

// Pull gives a line its level from outside.
func (b *Board) Pull(line int, high bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.pulled = with(b.pulled, line, high)
}

// High is the level of a line, from inside or outside.
func (b *Board) High(line int) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.levels()>>line&1 == 1
}

// Driven reports whether a line is an output.
func (b *Board) Driven(line int) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.out>>line&1 == 1
}

// Flips is how often an output was set to another level so far.
func (b *Board) Flips(line int) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.flips[line]
}

func (b *Board) levels() byte { return b.latch&b.out | b.pulled&^b.out }

func with(bits byte, line int, high bool) byte {
	if high {
		return bits | 1<<line
	}
	return bits &^ (1 << line)
}

// report is what the chip says when it is asked.
func (b *Board) report(number byte) []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch number {
	case reportDirections: // outputs, push-pull, special functions, clock divider
		return []byte{number, b.out, b.out, 0, 0}
	case reportLevels:
		return []byte{number, b.levels()}
	case reportVersion: // part number, device version
		return []byte{number, 0x0C, 0x03}
	case reportSMBus:
		return b.smbus
	case reportLock:
		return []byte{number, 0}
	}
	return nil
}

// take is what the chip does when it is told.
func (b *Board) take(report []byte) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case len(report) == 5 && report[0] == reportDirections:
		b.out = report[1]
	case len(report) == 3 && report[0] == reportSet:
		b.drive(b.latch&^report[2] | report[1]&report[2])
	case len(report) == len(b.smbus) && report[0] == reportSMBus:
		b.smbus = slices.Clone(report)
	default:
		return false
	}
	return true
}

func (b *Board) drive(latch byte) {
	for line := range Lines {
		if (latch^b.latch)>>line&1 == 1 && b.out>>line&1 == 1 {
			b.flips[line]++
		}
	}
	b.latch = latch
}

// cp2112Descriptor lists the reports: a page of the maker's own, and of each its
// number, its bytes, and whether it is a feature.
func cp2112Descriptor() []byte {
	d := []byte{0x06, 0x00, 0xFF, 0x09, 0x01, 0xA1, 0x01, 0x15, 0x00, 0x26, 0xFF, 0x00, 0x75, 0x08}
	for _, r := range []struct{ number, size byte }{
		{reportDirections, 4}, {reportLevels, 1}, {reportSet, 2}, {reportVersion, 2}, {reportSMBus, 13}, {reportLock, 1},
	} {
		d = append(d, 0x85, r.number, 0x95, r.size, 0x09, 0x01, 0xB1, 0x02)
	}
	return append(d, 0xC0)
}

// chips are the GPIO chips that there are.
func chips() []string {
	found, _ := filepath.Glob("/dev/gpiochip*")
	return found
}

// another is one that was not there before.
func another(now, before []string) string {
	for _, path := range now {
		if !slices.Contains(before, path) {
			return path
		}
	}
	return ""
}

// remove removes a link, which may not be there.
func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

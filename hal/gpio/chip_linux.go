package gpio

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/warthog618/go-gpiocdev"

	"github.com/digital-watashi/kiosk/hal"
)

// chip is a character device of the kernel, by its path. It is opened for each
// request only; what holds the lines is the request.
type chip string

// Watch asks for the bias that makes a loop active when it is cut. Edges that are
// free from bounces are what a chip on the processor's own bus gives; of another the
// kernel refuses them, and it is polled.
func (c chip) Watch(lines []Line, turned func(edge)) (loops, error) {
	places := offsets(lines)
	taken, err := c.input(lines, gpiocdev.WithBothEdges, gpiocdev.WithDebounce(debounce),
		gpiocdev.WithEventHandler(func(e gpiocdev.LineEvent) {
			if i := slices.Index(places, e.Offset); i >= 0 {
				turned(edge{i, e.Type == gpiocdev.LineEventRisingEdge})
			}
		}))
	if err == nil {
		return request{taken, len(lines)}, nil
	}
	if !refused(err) {
		return nil, sorted(err)
	}
	if taken, err = c.input(lines); err != nil {
		return nil, sorted(err)
	}
	p, err := poll(request{taken, len(lines)}, turned)
	if err != nil {
		return nil, errors.Join(err, taken.Close())
	}
	return p, nil
}

// refused tells what the kernel says of a chip without interrupts (ENXIO, ENOTSUPP
// by its own number) and of one whose interrupts it waits for in a thread (EINVAL).
func refused(err error) bool {
	const enotsupp = syscall.Errno(524)
	return errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENXIO) || errors.Is(err, enotsupp)
}

func (c chip) input(lines []Line, more ...gpiocdev.LineReqOption) (*gpiocdev.Lines, error) {
	options := append([]gpiocdev.LineReqOption{
		gpiocdev.WithConsumer("watashi sensors"), gpiocdev.AsInput, gpiocdev.WithPullUp,
	}, more...)
	return c.take(offsets(lines), append(options, inverted(lines, gpiocdev.AsActiveLow, gpiocdev.WithPullDown)...))
}

func (c chip) Drive(lines []Line) (lamps, error) {
	options := []gpiocdev.LineReqOption{
		gpiocdev.WithConsumer("watashi lights"), gpiocdev.AsOutput(make([]int, len(lines))...),
	}
	taken, err := c.take(offsets(lines), append(options, inverted(lines, gpiocdev.AsActiveLow)...))
	if err != nil {
		return nil, sorted(err)
	}
	return request{taken, len(lines)}, nil
}

// take follows a link itself: the package wants the device.
func (c chip) take(places []int, options []gpiocdev.LineReqOption) (*gpiocdev.Lines, error) {
	path, err := filepath.EvalSymlinks(string(c))
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(path, "/dev/") { // where the package would look for it
		return nil, gpiocdev.ErrNotCharacterDevice
	}
	return gpiocdev.RequestLines(path, places, options...)
}

func offsets(lines []Line) (places []int) {
	for _, l := range lines {
		places = append(places, l.Offset)
	}
	return places
}

// inverted gives options to those lines that are active when low.
func inverted(lines []Line, options ...gpiocdev.SubsetLineConfigOption) []gpiocdev.LineReqOption {
	var low []int
	for _, l := range lines {
		if l.ActiveLow {
			low = append(low, l.Offset)
		}
	}
	if low == nil {
		return nil
	}
	return []gpiocdev.LineReqOption{gpiocdev.WithLines(low, options...)}
}

// A request holds lines.
type request struct {
	lines *gpiocdev.Lines
	n     int
}

func (r request) Active() ([]bool, error) {
	values := make([]int, r.n)
	if err := r.lines.Values(values); err != nil {
		return nil, sorted(err)
	}
	active := make([]bool, r.n)
	for i, v := range values {
		active[i] = v != 0
	}
	return active, nil
}

func (r request) Set(active []bool) error {
	values := make([]int, len(active))
	for i, a := range active {
		if a {
			values[i] = 1
		}
	}
	return sorted(r.lines.SetValues(values))
}

func (r request) Close() error { return r.lines.Close() }

// sorted puts an error of the system in hal's words. What is left, as a missing
// permission or a number that the chip does not have, is for the technician.
func sorted(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.EBUSY):
		return fmt.Errorf("%w: %w", hal.ErrBusy, err)
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENODEV), errors.Is(err, syscall.ENXIO):
		return fmt.Errorf("%w: %w", hal.ErrGone, err)
	case errors.Is(err, gpiocdev.ErrNotCharacterDevice):
		return fmt.Errorf("not a GPIO chip: %w", err)
	}
	return err
}

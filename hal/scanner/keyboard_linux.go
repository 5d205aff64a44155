package scanner

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"syscall"

	"github.com/holoplot/go-evdev"

	"github.com/digital-watashi/kiosk/hal"
)

const keyboards = true

// most is how many events one read takes: a key is four, down and up and the end
// of each.
const most = 64

// inputDevice is an event device of the kernel.
type inputDevice struct{ device *evdev.InputDevice }

// openKeyboard opens without waiting, since a path that is no device, as a FIFO,
// could block for ever, and since only then Close ends a Read.
func openKeyboard(path string) (keyboard, error) {
	device, err := evdev.OpenWithFlags(path, os.O_RDONLY|syscall.O_NONBLOCK|syscall.O_NOCTTY)
	if err != nil {
		return nil, openingError(err)
	}
	if !slices.Contains(device.CapableEvents(evdev.EV_KEY), evdev.KEY_ENTER) {
		return nil, errors.Join(errors.New("an input device without keys to type on"), device.Close())
	}
	return inputDevice{device}, nil
}

// openingError says what the package leaves in the words of an ioctl: it asks for
// a version, which no other device than an input device knows.
func openingError(err error) error {
	var failed *os.PathError
	if errors.As(err, &failed) {
		return failed.Err
	}
	return fmt.Errorf("not an input device: %w", err)
}

// Grab knows a busy device by its words, as the package keeps no number.
func (d inputDevice) Grab() error {
	err := d.device.Grab()
	if err != nil && err.Error() == syscall.EBUSY.Error() {
		err = fmt.Errorf("%w: %w", hal.ErrBusy, err)
	}
	if err != nil {
		return err
	}
	return d.device.NonBlock() // asking the device anything may have set it blocking
}

func (d inputDevice) Read() ([]event, error) {
	came, err := d.device.ReadSlice(most)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", hal.ErrGone, err)
	}
	defer clear(came)
	events := make([]event, len(came))
	for i, e := range came {
		events[i] = event{uint16(e.Type), uint16(e.Code), e.Value}
	}
	return events, nil
}

func (d inputDevice) Close() error { return d.device.Close() }

package serialport

import (
	"errors"
	"io"
	"os"

	"golang.org/x/sys/unix"

	"github.com/digital-watashi/kiosk/hal"
)

// lockDevice locks the device itself, which knows no aliases, through a file of
// its own: tarm/serial does not give its file out. pyserial asks for the same lock.
func lockDevice(path string) (io.Closer, error) {
	file, err := os.OpenFile(path, unix.O_RDONLY|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, sorted(err)
	}
	err = unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		err = hal.ErrBusy
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

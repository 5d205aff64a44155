package haltest

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// openLine opens both ends of a new pseudo-terminal that passes bytes as they are.
// A terminal whose near end nobody has open reads as an error at the far end, and
// loses what is written there.
func openLine() (far, near *os.File, err error) {
	far, path, err := openPTY()
	if err != nil {
		return nil, nil, err
	}
	if near, err = os.OpenFile(path, os.O_RDWR|unix.O_NOCTTY, 0); err != nil {
		return nil, nil, errors.Join(err, far.Close())
	}
	if err := rawTerminal(near); err != nil {
		return nil, nil, errors.Join(err, near.Close(), far.Close())
	}
	return far, near, nil
}

// openPTY opens a new pseudo-terminal and names its other end.
func openPTY() (*os.File, string, error) {
	// Non-blocking, so that Close ends a Read.
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, "", fmt.Errorf("opening a pseudo-terminal: %w", err)
	}
	far := os.NewFile(uintptr(fd), "/dev/ptmx")
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		return nil, "", errors.Join(fmt.Errorf("unlocking a pseudo-terminal: %w", err), far.Close())
	}
	return far, fmt.Sprintf("/dev/pts/%d", number), nil
}

// rawTerminal stops the terminal from echoing and from changing bytes.
func rawTerminal(file *os.File) error {
	fd := int(file.Fd())
	t, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return fmt.Errorf("asking the pseudo-terminal for its modes: %w", err)
	}
	t.Iflag, t.Oflag, t.Lflag = 0, 0, 0
	if err := unix.IoctlSetTermios(fd, unix.TCSETS, t); err != nil {
		return fmt.Errorf("setting the pseudo-terminal's modes: %w", err)
	}
	return nil
}

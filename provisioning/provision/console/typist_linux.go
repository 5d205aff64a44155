package console

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// discardTyped forgets what was typed and not read yet.
func discardTyped(keyboard *os.File) {
	_ = unix.IoctlSetInt(int(keyboard.Fd()), unix.TCFLSH, unix.TCIFLUSH) // what stays is read as an answer
}

// hideTyping has the terminal show nothing of what is typed, until restore. It does so
// at once, also for a read that is under way.
func hideTyping(keyboard *os.File) (restore func(), err error) {
	fd := int(keyboard.Fd())
	before, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return nil, fmt.Errorf("asking the terminal how it is set: %w", err)
	}
	hidden := *before
	hidden.Lflag = hidden.Lflag&^unix.ECHO | unix.ICANON | unix.ISIG
	hidden.Iflag |= unix.ICRNL
	if err := unix.IoctlSetTermios(fd, unix.TCSETS, &hidden); err != nil {
		return nil, fmt.Errorf("hiding what is typed: %w", err)
	}
	return func() { _ = unix.IoctlSetTermios(fd, unix.TCSETS, before) }, nil // there is nothing else to try
}

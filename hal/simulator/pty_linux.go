package main

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// A pty is a pseudo-terminal: the master, and the other end held open, so that a
// client may come and go.
type pty struct {
	*os.File
	slave *os.File
}

func (p *pty) Close() error {
	p.slave.Close()
	return p.File.Close()
}

// openPTY gives a line and the path of its other end, which passes bytes as they
// are (pty(7)).
func openPTY() (io.ReadWriteCloser, string, error) {
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, "", fmt.Errorf("opening a pseudo-terminal: %w", err)
	}
	slave, path, err := openSlave(master)
	if err != nil {
		master.Close()
		return nil, "", fmt.Errorf("opening a pseudo-terminal: %w", err)
	}
	return &pty{master, slave}, path, nil
}

func openSlave(master *os.File) (*os.File, string, error) {
	raw, err := master.SyscallConn()
	if err != nil {
		return nil, "", err
	}
	number := 0
	var failed error
	err = raw.Control(func(fd uintptr) {
		if failed = unix.IoctlSetPointerInt(int(fd), unix.TIOCSPTLCK, 0); failed == nil {
			number, failed = unix.IoctlGetInt(int(fd), unix.TIOCGPTN)
		}
	})
	if err != nil || failed != nil {
		return nil, "", fmt.Errorf("%v%v", err, failed)
	}
	path := fmt.Sprintf("/dev/pts/%d", number)
	slave, err := os.OpenFile(path, os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		return nil, "", err
	}
	return slave, path, makeRaw(int(slave.Fd()))
}

// makeRaw is cfmakeraw (termios(3)).
func makeRaw(fd int) error {
	t, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return err
	}
	t.Iflag &^= unix.IGNBRK | unix.BRKINT | unix.PARMRK | unix.ISTRIP | unix.INLCR | unix.IGNCR | unix.ICRNL | unix.IXON
	t.Oflag &^= unix.OPOST
	t.Lflag &^= unix.ECHO | unix.ECHONL | unix.ICANON | unix.ISIG | unix.IEXTEN
	t.Cflag = t.Cflag&^(unix.CSIZE|unix.PARENB) | unix.CS8
	t.Cc[unix.VMIN], t.Cc[unix.VTIME] = 1, 0
	return unix.IoctlSetTermios(fd, unix.TCSETS, t)
}

package main

import (
	"net"

	"golang.org/x/sys/unix"
)

// peer asks the kernel who is at the other end of a unix socket (unix(7),
// SO_PEERCRED).
func peer(c net.Conn) (uid uint32, known bool) {
	socket, ok := c.(*net.UnixConn)
	if !ok {
		return 0, false
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return 0, false
	}
	err = raw.Control(func(fd uintptr) {
		if at, err := unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED); err == nil {
			uid, known = at.Uid, true
		}
	})
	return uid, known && err == nil
}

package socket

import (
	"fmt"
	"net"
	"slices"

	"golang.org/x/sys/unix"
)

// checkPeer asks the kernel who is at the other end (unix(7), SO_PEERCRED).
func checkPeer(c net.Conn, users Users) error {
	socket, ok := c.(*net.UnixConn)
	if !ok {
		return fmt.Errorf("peer of a %T cannot be known", c)
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return fmt.Errorf("asking for the peer: %w", err)
	}
	var peer *unix.Ucred
	var asked error
	err = raw.Control(func(fd uintptr) {
		peer, asked = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED)
	})
	if err != nil {
		return fmt.Errorf("asking for the peer: %w", err)
	}
	if asked != nil {
		return fmt.Errorf("asking for the peer: %w", asked)
	}
	if !slices.Contains(users, number(peer.Uid)) {
		return fmt.Errorf("user %d may not connect", peer.Uid)
	}
	return nil
}

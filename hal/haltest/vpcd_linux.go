package haltest

import (
	"net"
	"syscall"
)

// quickAck has the next segment acknowledged at once. It holds for one receive
// only (tcp(7), TCP_QUICKACK), and is a help, not a need.
func quickAck(conn net.Conn) {
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		return
	}
	if raw, err := tcp.SyscallConn(); err == nil {
		_ = raw.Control(func(fd uintptr) {
			_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, syscall.TCP_QUICKACK, 1)
		})
	}
}

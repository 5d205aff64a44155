package uplink

import (
	"net"
	"sync"
)

// connections bounds how many uplinkd may hold open: each may have a message
// of some hundred kilobytes read for it.
const connections = 64

// fewListener accepts no more connections than it has places; the next waits.
type fewListener struct {
	net.Listener
	places chan struct{}
}

// Accept waits for a place and then for a connection. It does not wait for a
// place for ever: connections end, as reads, writes and idleness are bounded.
func (l *fewListener) Accept() (net.Conn, error) {
	l.places <- struct{}{}
	c, err := l.Listener.Accept()
	if err != nil {
		<-l.places
		return nil, err
	}
	return &fewConn{Conn: c, leave: sync.OnceFunc(func() { <-l.places })}, nil
}

type fewConn struct {
	net.Conn
	leave func()
}

// Close gives the place back.
func (c *fewConn) Close() error {
	defer c.leave()
	return c.Conn.Close()
}

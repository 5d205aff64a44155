//go:build e2e

package soak_test

import (
	"io"
	"net"
	"sync"
	"testing"
)

// A cable is the network between terminal and platform. It can be pulled out.
type cable struct {
	t  *testing.T
	to string

	mu       sync.Mutex
	address  string
	listener net.Listener // nil while it is out
	open     map[net.Conn]bool
}

func layCable(t *testing.T, to string) *cable {
	t.Helper()
	c := &cable{t: t, to: to, address: "127.0.0.1:0", open: map[net.Conn]bool{}}
	c.plug()
	t.Cleanup(c.pull)
	return c
}

// plug puts it in, at the address that it had before.
func (c *cable) plug() {
	c.t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	l, err := net.Listen("tcp", c.address)
	if err != nil {
		c.t.Fatal(err)
	}
	c.listener, c.address = l, l.Addr().String()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go c.carry(conn)
		}
	}()
}

// pull takes it out: what is connected is cut off, and nobody is reached.
func (c *cable) pull() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.listener == nil {
		return
	}
	c.listener.Close()
	c.listener = nil
	for conn := range c.open {
		conn.Close()
	}
}

// carry carries both ways until one end has gone.
func (c *cable) carry(from net.Conn) {
	to, err := net.Dial("tcp", c.to)
	if err != nil {
		from.Close()
		return
	}
	c.keep(from, to)
	var both sync.WaitGroup
	for _, ends := range [][2]net.Conn{{from, to}, {to, from}} {
		both.Go(func() {
			_, _ = io.Copy(ends[0], ends[1]) // however it ends, both are closed
			ends[0].Close()
			ends[1].Close()
		})
	}
	both.Wait()
	c.forget(from, to)
}

func (c *cable) keep(all ...net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, conn := range all {
		if c.listener == nil {
			conn.Close()
		}
		c.open[conn] = true
	}
}

func (c *cable) forget(all ...net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, conn := range all {
		delete(c.open, conn)
	}
}

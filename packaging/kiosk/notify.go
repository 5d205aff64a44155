package main

import (
	"fmt"
	"net"
	"time"
)

// notifier tells systemd how the screen is (sd_notify(3)); without systemd nobody.
type notifier struct {
	conn net.Conn
	told bool
	last time.Time // when it last said that it is alive
}

// betweenSigns is how often it says so: the unit waits much longer.
const betweenSigns = 5 * time.Second

func newNotifier(getenv func(string) string) (*notifier, error) {
	path := getenv("NOTIFY_SOCKET")
	if path == "" {
		return &notifier{}, nil
	}
	conn, err := net.Dial("unixgram", path)
	if err != nil {
		return nil, fmt.Errorf("reaching systemd: %w", err)
	}
	return &notifier{conn: conn}, nil
}

// ready tells once that the terminal hears the page.
func (n *notifier) ready() {
	if !n.told {
		n.told = true
		n.tell("READY=1\nSTATUS=the terminal hears the page")
	}
}

// alive tells now and then that the loop goes round.
func (n *notifier) alive() {
	if now := time.Now(); now.Sub(n.last) >= betweenSigns {
		n.last = now
		n.tell("WATCHDOG=1")
	}
}

func (n *notifier) tell(message string) {
	if n.conn != nil {
		n.conn.Write([]byte(message)) // what is lost is said again
	}
}

func (n *notifier) close() {
	if n.conn != nil {
		n.conn.Close()
	}
}

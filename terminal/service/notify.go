package service

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"time"
)

// Notifier tells systemd how the service is (sd_notify(3)). Without systemd it
// tells nobody. A message that is lost is repeated by the next one, so none of
// its methods fails.
type Notifier struct {
	conn  net.Conn      // nil without systemd
	every time.Duration // between signs of life; 0 when none is wanted
}

// NewNotifier looks into the environment for the socket to tell.
func NewNotifier(getenv func(string) string) (*Notifier, error) {
	path := getenv("NOTIFY_SOCKET")
	if path == "" {
		return &Notifier{}, nil
	}
	conn, err := net.Dial("unixgram", path) // "@" begins an abstract name, in Go as well
	if err != nil {
		return nil, fmt.Errorf("reaching systemd: %w", err)
	}
	n := &Notifier{conn: conn}
	if wanted, err := strconv.ParseInt(getenv("WATCHDOG_USEC"), 10, 64); err == nil && wanted > 0 {
		n.every = time.Duration(wanted) * time.Microsecond / 2
	}
	return n, nil
}

// Ready tells that the service serves.
func (n *Notifier) Ready() { n.tell("READY=1") }

// Stopping tells that it is about to end.
func (n *Notifier) Stopping() { n.tell("STOPPING=1") }

// Status tells one line for the technician.
func (n *Notifier) Status(line string) { n.tell("STATUS=" + line) }

// Watch gives signs of life until ctx ends, as long as healthy, asked each time,
// finds nothing wrong. It returns at once when systemd wants none.
func (n *Notifier) Watch(ctx context.Context, healthy func(context.Context) error) {
	if n.every <= 0 {
		return
	}
	ticker := time.NewTicker(n.every)
	defer ticker.Stop()
	for ctx.Err() == nil { // asked here as well: a turn that is due and the end may come together
		if healthy(ctx) == nil {
			n.tell("WATCHDOG=1")
		}
		select {
		case <-ctx.Done():
		case <-ticker.C:
		}
	}
}

// Close lets go of the socket.
func (n *Notifier) Close() error {
	if n.conn == nil {
		return nil
	}
	return n.conn.Close()
}

func (n *Notifier) tell(message string) {
	if n.conn != nil {
		n.conn.Write([]byte(message))
	}
}

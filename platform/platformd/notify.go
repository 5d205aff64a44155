package main

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"time"
)

// supervisor is systemd (sd_notify(3)), or nobody where that did not start us. A
// message that is lost is repeated by the next one.
type supervisor struct {
	conn  net.Conn      // nil for nobody
	every time.Duration // between signs of life; 0 when none is wanted
}

func newSupervisor(getenv func(string) string) (*supervisor, error) {
	path := getenv("NOTIFY_SOCKET")
	if path == "" {
		return &supervisor{}, nil
	}
	conn, err := net.Dial("unixgram", path)
	if err != nil {
		return nil, fmt.Errorf("reaching systemd: %w", err)
	}
	s := &supervisor{conn: conn}
	if wanted, err := strconv.ParseInt(getenv("WATCHDOG_USEC"), 10, 64); err == nil && wanted > 0 {
		s.every = time.Duration(wanted) * time.Microsecond / 2
	}
	return s, nil
}

func (s *supervisor) tell(message string) {
	if s.conn != nil {
		s.conn.Write([]byte(message))
	}
}

// watch tells that the platform is ready, and gives signs of life until ctx ends, each
// when the store has answered. That it answers with an error is a sign as well: a
// database that is away does not come back by our end.
func (s *supervisor) watch(ctx context.Context, look func(context.Context)) error {
	s.tell("READY=1")
	defer s.tell("STOPPING=1")
	if s.every <= 0 {
		<-ctx.Done()
		return nil
	}
	ticker := time.NewTicker(s.every)
	defer ticker.Stop()
	for ctx.Err() == nil {
		look(ctx)
		s.tell("WATCHDOG=1")
		select {
		case <-ctx.Done():
		case <-ticker.C:
		}
	}
	return nil
}

func (s *supervisor) close() {
	if s.conn != nil {
		s.conn.Close()
	}
}

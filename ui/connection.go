package ui

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"github.com/digital-watashi/kiosk/hal/confined"
)

// One connection has one reader, which is the handler's goroutine, and one
// writer, which it starts and waits for. Only control messages are written from
// elsewhere (gorilla/websocket allows that).

// closeReplaced tells a page that another took its place, and that it shall not
// come back by itself: two pages would push each other out for ever.
const closeReplaced = 4001

// The delays of a connection.
const (
	handshakeTimeout = 5 * time.Second
	writeTimeout     = 5 * time.Second
	endTimeout       = 2 * time.Second
	pongTimeout      = 15 * time.Second
	pingEvery        = pongTimeout * 9 / 10
)

// A held-down key repeats some 30 times a second, and no finger is faster. More
// than that is a fault or an attack.
const (
	floodWindow = time.Second
	floodLimit  = 60
)

type connection struct {
	conn  *websocket.Conn
	wiped *wipedHijack
	woken chan struct{} // buffer of 1: a wake-up that waits is as good as two
	done  chan struct{} // closed when the reader is done
	once  sync.Once
}

func upgrade(w http.ResponseWriter, r *http.Request) (*connection, error) {
	wiped := &wipedHijack{ResponseWriter: w}
	upgrader := websocket.Upgrader{
		HandshakeTimeout: handshakeTimeout,
		Subprotocols:     []string{Protocol},
		// ServeHTTP has compared Host and Origin with its own list.
		CheckOrigin: func(*http.Request) bool { return true },
	}
	conn, err := upgrader.Upgrade(wiped, r, nil)
	if err != nil {
		return nil, err
	}
	return &connection{conn: conn, wiped: wiped, woken: make(chan struct{}, 1), done: make(chan struct{})}, nil
}

// serve speaks with the page until the line or the page fails.
func (c *connection) serve(s *Server) error {
	writer := make(chan error, 1) // buffer of 1: the writer may end first
	go func() { writer <- c.write(s) }()
	err := c.read(s)
	close(c.done)
	c.close()
	return errors.Join(err, <-writer)
}

func (c *connection) wake() {
	select {
	case c.woken <- struct{}{}:
	default:
	}
}

// end says goodbye with a code, and gives the page a moment to answer before
// the line is cut.
func (c *connection) end(code int, reason string) {
	c.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, reason), time.Now().Add(endTimeout))
	time.AfterFunc(endTimeout, c.close)
}

func (c *connection) close() { c.once.Do(func() { c.conn.Close() }) }

func (c *connection) read(s *Server) error {
	c.conn.SetReadLimit(MaxCommand)
	c.conn.SetReadDeadline(time.Now().Add(pongTimeout))
	c.conn.SetPongHandler(func(string) error {
		return c.conn.SetReadDeadline(time.Now().Add(pongTimeout))
	})
	var buffer [MaxCommand + 1]byte
	var flood flood
	for {
		command, err := c.next(&buffer)
		if errors.Is(err, ErrCommand) || err == nil && flood.tooMuch() {
			c.end(websocket.ClosePolicyViolation, "policy")
			return fmt.Errorf("reading from the screen: %w", either(err, errFlood))
		}
		if err != nil {
			return fmt.Errorf("reading from the screen: %w", err)
		}
		s.pass(c, command)
	}
}

var errFlood = errors.New("more commands than a finger can give")

func either(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// next reads one message and leaves no copy of it behind.
func (c *connection) next(buffer *[MaxCommand + 1]byte) (Command, error) {
	defer c.wiped.wipe()
	defer clear(buffer[:])
	kind, r, err := c.conn.NextReader()
	if err != nil {
		return Command{}, err
	}
	if kind != websocket.TextMessage {
		return Command{}, fmt.Errorf("%w: not text", ErrCommand)
	}
	n, err := io.ReadFull(r, buffer[:])
	if err != io.ErrUnexpectedEOF && err != io.EOF {
		return Command{}, err // the read limit among them
	}
	return ParseCommand(buffer[:n])
}

func (c *connection) write(s *Server) error {
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()
	defer c.close()
	for {
		var err error
		select {
		case <-c.done:
			return nil
		case <-ping.C:
			err = c.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeTimeout))
		case <-c.woken:
			confined.Do(func() { err = c.draw(s.last(c)) })
		}
		if err != nil {
			return fmt.Errorf("writing to the screen: %w", err)
		}
	}
}

func (c *connection) draw(v *View) error {
	if v == nil {
		return nil
	}
	defer c.wiped.wipeWritten()
	c.conn.SetWriteDeadline(time.Now().Add(writeTimeout))
	if err := json.NewEncoder(message{c.conn}).Encode(v); err != nil {
		return fmt.Errorf("drawing a view: %w", err)
	}
	return nil
}

// flood counts commands in windows of a second.
type flood struct {
	since time.Time
	count int
}

func (f *flood) tooMuch() bool {
	if now := time.Now(); now.Sub(f.since) > floodWindow {
		f.since, f.count = now, 0
	}
	f.count++
	return f.count > floodLimit
}

package ui

import (
	"bufio"
	"net"
	"net/http"
)

// wipedHijack lends a WebSocket a read buffer that can be cleared. The library
// reads frames into a buffer of its own, where a password's keys would stay,
// with the mask beside them, until later frames cover them. It reuses the
// buffered reader that a Hijacker gives it, so we give it ours.
type wipedHijack struct {
	http.ResponseWriter
	reader *bufio.Reader
	buffer []byte
}

// Hijack takes the connection over, with a reader of ours in the server's stead.
func (h *wipedHijack) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(h.ResponseWriter).Hijack()
	if err != nil || rw.Reader.Buffered() > 0 {
		return conn, rw, err
	}
	h.reader = bufio.NewReaderSize(conn, MaxCommand)
	// An empty Peek of a fresh reader is a slice at the start of its buffer.
	start, err := h.reader.Peek(0)
	h.buffer = start[:cap(start)]
	return conn, bufio.NewReadWriter(h.reader, rw.Writer), err
}

// wipe clears the buffer when nothing in it is still to be read. It belongs to
// the goroutine that reads.
func (h *wipedHijack) wipe() {
	if h.reader != nil && h.reader.Buffered() == 0 {
		clear(h.buffer)
	}
}

package ui

import (
	"bufio"
	"net"
	"net/http"

	"github.com/gorilla/websocket"
)

// wipedHijack lends a WebSocket a read buffer that can be cleared. The library
// reads frames into a buffer of its own, where a password's keys would stay,
// with the mask beside them, until later frames cover them. It reuses the
// buffered reader that a Hijacker gives it, so we give it ours.
// The same holds for the buffer in which it puts frames together, of which each has
// a whole View.
type wipedHijack struct {
	http.ResponseWriter
	reader  *bufio.Reader
	buffer  []byte
	written []byte
}

// writeBuffer is the size of what frames are put together in; what a frame has beyond
// it goes out from where it stands.
const writeBuffer = 4 << 10

// Hijack takes the connection over, with a reader and a writer of ours in the server's
// stead.
func (h *wipedHijack) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(h.ResponseWriter).Hijack()
	if err != nil || rw.Reader.Buffered() > 0 {
		return conn, rw, err
	}
	h.reader = bufio.NewReaderSize(conn, MaxCommand)
	// An empty Peek of a fresh reader is a slice at the start of its buffer.
	start, err := h.reader.Peek(0)
	h.buffer = start[:cap(start)]
	writer := bufio.NewWriterSize(conn, writeBuffer)
	h.written = writer.AvailableBuffer()[:writeBuffer]
	return conn, bufio.NewReadWriter(h.reader, writer), err
}

// wipeWritten clears what frames were put together in. It belongs to the goroutine
// that draws.
func (h *wipedHijack) wipeWritten() { clear(h.written) }

// A message is written as one frame, and then cleared where it stands: encoding/json
// hands over the very buffer that it keeps for whoever comes next.
type message struct{ conn *websocket.Conn }

func (m message) Write(text []byte) (int, error) {
	defer clear(text)
	return len(text), m.conn.WriteMessage(websocket.TextMessage, text)
}

// wipe clears the buffer when nothing in it is still to be read. It belongs to
// the goroutine that reads.
func (h *wipedHijack) wipe() {
	if h.reader != nil && h.reader.Buffered() == 0 {
		clear(h.buffer)
	}
}

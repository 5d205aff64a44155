package ui_test

import (
	"bufio"
	"bytes"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/ui"
	"github.com/gorilla/websocket"
)

// spy remembers every buffer that the server reads a connection into.
type spy struct {
	http.ResponseWriter
	buffers *[][]byte
}

type spyConn struct {
	net.Conn
	buffers *[][]byte
}

func (s spy) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(s.ResponseWriter).Hijack()
	return spyConn{conn, s.buffers}, rw, err
}

func (c spyConn) Read(p []byte) (int, error) {
	*c.buffers = append(*c.buffers, p)
	return c.Conn.Read(p)
}

// The mask stands beside the masked bytes, so masked is as good as clear: when
// a key is passed on, no buffer that it came through holds anything.
func TestKeyLeavesNoCopyInTheBuffersItCameThrough(t *testing.T) {
	var buffers [][]byte // read and written by the connection's reader only
	left := make(chan int, 10)
	var server *ui.Server
	listener := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		server.ServeHTTP(spy{w, &buffers}, r)
	}))
	t.Cleanup(listener.Close)
	host := strings.TrimPrefix(listener.URL, "http://")
	token := ui.NewToken()
	server = ui.New(ui.Config{Token: token, Hosts: []string{host}, Commands: func(ui.Command) { left <- leftovers(buffers) }})
	t.Cleanup(func() { server.Close() })
	dialer := websocket.Dialer{Subprotocols: []string{ui.Protocol, ui.TokenProtocol(token)}}
	conn, _, err := dialer.Dial("ws://"+host+"/ws", http.Header{"Origin": {"http://" + host}})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for range 3 {
		say(t, conn, `{"page":1,"key":"Q"}`)
		await(t, left, 0)
	}
}

// frames looks at the buffers of all that was written before, each time that something
// is written that shows nobody.
type frames struct {
	net.Conn
	before *[][]byte
	left   chan int
}

func (f frames) Write(p []byte) (int, error) {
	found := 0
	for _, buffer := range *f.before {
		if !bytes.Contains(p, []byte(passing)) {
			found += bytes.Count(buffer[:cap(buffer)], []byte(passing))
		}
	}
	f.left <- found
	n, err := f.Conn.Write(p)
	*f.before = append(*f.before, p)
	return n, err
}

type framed struct {
	http.ResponseWriter
	left chan int
}

func (f framed) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(f.ResponseWriter).Hijack()
	return frames{conn, new([][]byte), f.left}, rw, err
}

// passing is the name of somebody whom a View shows.
const passing = "SPECIMEN CLAIRE ELISE"

// Frames are put together in a buffer that lives as long as the screen.
func TestViewLeavesNoCopyInTheBuffersItWentThrough(t *testing.T) {
	left := make(chan int, 10)
	var server *ui.Server
	listener := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		server.ServeHTTP(framed{w, left}, r)
	}))
	t.Cleanup(listener.Close)
	host := strings.TrimPrefix(listener.URL, "http://")
	token := ui.NewToken()
	server = ui.New(ui.Config{Token: token, Hosts: []string{host}})
	t.Cleanup(func() { server.Close() })
	dialer := websocket.Dialer{Subprotocols: []string{ui.Protocol, ui.TokenProtocol(token)}}
	conn, _, err := dialer.Dial("ws://"+host+"/ws", http.Header{"Origin": {"http://" + host}})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	await(t, left, 0) // the handshake
	for _, name := range []string{passing, "", passing, ""} {
		server.Show(ui.View{Screen: "attributes", Title: strings.Repeat(name, 10)})
		await(t, left, 0)
		if _, text, err := conn.ReadMessage(); err != nil || !bytes.Contains(text, []byte(name)) {
			t.Fatalf("the screen was told %d bytes, %v", len(text), err)
		}
	}
}

// leftovers counts bytes other than zero; -1 if nothing was looked at.
func leftovers(buffers [][]byte) int {
	if len(buffers) == 0 {
		return -1
	}
	n := 0
	for _, buffer := range buffers {
		for _, b := range buffer[:cap(buffer)] {
			if b != 0 {
				n++
			}
		}
	}
	return n
}

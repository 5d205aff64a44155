//go:build e2e

package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"io"
	"io/fs"
	"net"
	"net/http"
	"slices"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/ui"
)

// ask asks the platform by way of the phone's page, as the app does.
func (n *neighbour) ask(t *testing.T, method, path string, body []byte, answer any) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, n.phone+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", protocol.MediaJOSE)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %v", path, response.Status, err)
	}
	if err := json.Unmarshal(text, answer); err != nil {
		t.Fatal(err)
	}
}

// tap is a line that reads along what the terminal says.
type tap struct {
	net.Listener
	t      *testing.T
	schema *jsonschema.Schema
}

// watch holds every View that crosses the line to the schema.
func watch(t *testing.T, l net.Listener) net.Listener {
	t.Helper()
	text, err := fs.ReadFile(ui.Schema, "view.json")
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("view.json", document); err != nil {
		t.Fatal(err)
	}
	w := &tap{Listener: l, t: t, schema: compiler.MustCompile("view.json")}
	t.Cleanup(func() { l.Close() })
	return w
}

func (w *tap) Accept() (net.Conn, error) {
	c, err := w.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &tapped{Conn: c, tap: w}, nil
}

// tapped is one connection. Only one goroutine of the terminal writes at a time.
type tapped struct {
	net.Conn
	tap     *tap
	said    []byte // what is not a whole frame yet
	message []byte // what came of one in several frames
	opened  bool   // the head of HTTP is over
}

func (c *tapped) Write(b []byte) (int, error) {
	c.said = append(c.said, b...)
	if _, after, found := bytes.Cut(c.said, []byte("\r\n\r\n")); found && !c.opened {
		c.said, c.opened = slices.Clone(after), true
	}
	for c.opened && c.frame() {
	}
	return c.Conn.Write(b)
}

// frame judges one frame (RFC 6455, 5.2), if it is whole.
func (c *tapped) frame() bool {
	if len(c.said) < 2 {
		return false
	}
	head, size := 2, int(c.said[1])
	switch {
	case size == 126 && len(c.said) >= 4:
		head, size = 4, int(binary.BigEndian.Uint16(c.said[2:]))
	case size == 127 && len(c.said) >= 10:
		head, size = 10, int(binary.BigEndian.Uint64(c.said[2:]))
	case size > 125:
		return false
	}
	if len(c.said) < head+size {
		return false
	}
	if kind := c.said[0] & 0x0f; kind <= 1 { // a text, or more of it
		c.message = append(c.message, c.said[head:head+size]...)
		c.judge(c.said[0] >= 0x80)
	}
	c.said = c.said[head+size:]
	return true
}

// judge validates a View that is whole.
func (c *tapped) judge(whole bool) {
	if !whole {
		return
	}
	view, err := jsonschema.UnmarshalJSON(bytes.NewReader(c.message))
	if err == nil {
		err = c.tap.schema.Validate(view)
	}
	if err != nil {
		c.tap.t.Errorf("the terminal shows what the schema does not have: %v", err)
	}
	c.message = nil
}

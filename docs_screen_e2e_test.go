//go:build e2e && linux && cgo

package kiosk_test

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/terminal/street"
	"github.com/digital-watashi/kiosk/ui"
)

// glass is a screen of an integrator's own: it keeps the last View and sends
// Commands, as the chapter on screens tells.
type glass struct {
	t     *testing.T
	line  *websocket.Conn
	views chan []byte
	ended chan error
	last  ui.View
	text  strings.Builder // the chapter's
	pages map[uint64]int  // as they are numbered in it
}

// connect goes by the address in the terminal's file: the token stands behind #.
func connect(t *testing.T, page string) *glass {
	t.Helper()
	host, token, found := strings.Cut(strings.TrimPrefix(page, "http://"), "/#")
	if !found {
		t.Fatalf("%q is no address of a page", page)
	}
	line, _, err := dial(t, host, token, "http://"+host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { line.Close() })
	g := &glass{t: t, line: line, views: make(chan []byte, 1024), ended: make(chan error, 1), pages: map[uint64]int{}}
	go func() {
		for {
			_, message, err := line.ReadMessage()
			if err != nil {
				g.ended <- err
				return
			}
			g.views <- message
		}
	}()
	return g
}

// dial is what connecting takes.
func dial(t *testing.T, host, token, origin string) (*websocket.Conn, *http.Response, error) {
	dialer := websocket.Dialer{Subprotocols: []string{ui.Protocol, "token." + token}, HandshakeTimeout: 10 * time.Second}
	return dialer.DialContext(t.Context(), "ws://"+host+"/ws", http.Header{"Origin": {origin}})
}

// shows waits for a View.
func (g *glass) shows(what string, so func(ui.View) bool) (message []byte) {
	g.t.Helper()
	for patience := time.After(30 * time.Second); ; {
		select {
		case message = <-g.views:
			g.last = ui.View{}
			if err := json.Unmarshal(message, &g.last); err != nil {
				g.t.Fatal(err)
			}
			if so(g.last) {
				return message
			}
		case err := <-g.ended:
			g.t.Fatalf("waiting until the screen shows %s: %v", what, err)
		case <-patience:
			g.t.Fatalf("the screen does not show %s, but %s", what, g.last.Screen)
		}
	}
}

var pageNumber = regexp.MustCompile(`"page": ?(\d+)`)

// reference is the short form of a registration's id, another one each time.
var reference = regexp.MustCompile(`Reference number [0-9a-f]{8}`)

// told writes a message into the chapter. Pages are numbered from 1 there: how many
// went before depends on how fast the machine started.
func (g *glass) told(way string, message []byte) {
	g.t.Helper()
	page := g.last.Page
	if g.pages[page] == 0 {
		g.pages[page] = len(g.pages) + 1
	}
	text := pageNumber.ReplaceAllString(members(g.t, message), fmt.Sprintf(`"page": %d`, g.pages[page]))
	text = reference.ReplaceAllString(text, "Reference number 0a1b2c3d")
	fmt.Fprintf(&g.text, "%s\n\n```json\n%s```\n\n", way, text)
}

// shown waits for a screen and tells of it.
func (g *glass) shown(way, screen string, so func(ui.View) bool) {
	g.t.Helper()
	g.told(way, g.shows(screen, func(v ui.View) bool { return v.Screen == screen && so(v) }))
}

// does sends a Command and tells of it.
func (g *glass) does(way string, c ui.Command) {
	g.t.Helper()
	c.Page = g.last.Page
	message, err := json.Marshal(&c)
	if err == nil {
		g.told(way, message)
		err = g.line.WriteMessage(websocket.TextMessage, message)
	}
	if err != nil {
		g.t.Fatal(err)
	}
}

func anyhow(ui.View) bool { return true }

// exchange plays a short visit on the screen of a terminal and writes down what is
// said.
func exchange(t *testing.T, s *street.Street) string {
	t.Helper()
	g := connect(t, s.Page())
	g.text.WriteString("\n")
	g.shown("The terminal, as soon as somebody is connected:", "welcome", func(v ui.View) bool { return v.Language == "ja" })
	g.does("The screen, as the citizen touches “English”:", ui.Command{Language: "en"})
	g.shown("The terminal: the same screen in the other language.", "welcome", func(v ui.View) bool { return v.Language == "en" })
	citizen := haltest.Citizens()[0]
	remove := s.Insert(haltest.NewCard(citizen, s.CA))
	g.shown("A card is put in. The terminal, after some Views with `busy`:", "password", anyhow)
	g.does("The screen, as “M” is touched:", ui.Command{Key: "M"})
	g.shown("The terminal. The screen is told how many characters were typed, never which; so the page stays the same.", "password", func(v ui.View) bool { return v.Entry != nil && v.Entry.Typed == 1 })
	g.does("The screen, as “Stop” is touched:", ui.Command{Action: "stop"})
	g.shown("The terminal: a fault, or here the citizen's own wish, in words, with its code and what to do.", "goodbye", anyhow)
	remove()
	g.does("The screen, as “Finish” is touched; the terminal is as for the next citizen then:", ui.Command{Action: "finish"})
	g.shows("welcome", func(v ui.View) bool { return v.Screen == "welcome" })
	return g.text.String()
}

// refused holds what the chapter says of how a line ends, and leaves a screen behind.
func refused(t *testing.T, s *street.Street) *glass {
	t.Helper()
	for _, message := range []string{`{"page":1}`, `{"page":1,"key":"m"}`, `{"page":1,"action":"stop","key":"M"}`, `{"page":1,"key":"M","at":1}`, "no JSON"} {
		g := connect(t, s.Page())
		if err := g.line.WriteMessage(websocket.TextMessage, []byte(message)); err != nil {
			t.Fatal(err)
		}
		if err := g.over(); !websocket.IsCloseError(err, websocket.ClosePolicyViolation) {
			t.Errorf("%s: the line ended with %v", message, err)
		}
	}
	fast := connect(t, s.Page())
	for range 100 {
		if fast.line.WriteMessage(websocket.TextMessage, []byte(`{"page":0,"key":"A"}`)) != nil {
			break // the line is closed already
		}
	}
	if err := fast.over(); !websocket.IsCloseError(err, websocket.ClosePolicyViolation) {
		t.Errorf("too fast: the line ended with %v", err)
	}
	host, token, _ := strings.Cut(strings.TrimPrefix(s.Page(), "http://"), "/#")
	for _, wrong := range [][2]string{{strings.Repeat("0", len(token)), "http://" + host}, {token, "http://screen.example"}} {
		if _, said, err := dial(t, host, wrong[0], wrong[1]); err == nil || said == nil || said.StatusCode != http.StatusForbidden {
			t.Errorf("%v: got %v %v, want 403", wrong, said, err)
		}
	}
	first := connect(t, s.Page())
	first.shows("anything", anyhow) // it is the screen, and not still on its way
	second := connect(t, s.Page())
	second.shows("anything", anyhow)
	if err := first.over(); !websocket.IsCloseError(err, 4001) {
		t.Errorf("replaced: the line ended with %v", err)
	}
	return second
}

// touches sends a Command for the View that is shown.
func (g *glass) touches(c ui.Command) {
	g.t.Helper()
	c.Page = g.last.Page
	if err := g.line.WriteJSON(&c); err != nil {
		g.t.Fatal(err)
	}
}

// types touches a key for each character, and goes on.
func (g *glass) types(text string) {
	g.t.Helper()
	for _, character := range text {
		g.touches(ui.Command{Key: string(character)})
	}
	g.shows(g.last.Screen+" typed", func(v ui.View) bool { return v.Entry != nil && v.Entry.Typed == len(text) })
	g.touches(ui.Command{Action: "next"})
}

func (g *glass) awaits(screen string) {
	g.t.Helper()
	g.shows(screen, func(v ui.View) bool { return v.Screen == screen })
}

// registers is a visit at a site without a network: what it makes waits.
func (g *glass) registers(s *street.Street) {
	g.t.Helper()
	phone := street.NewPhone(s.Roots, net.IPv4(127, 0, 0, 9))
	if err := phone.Ask(g.t.Context()); err != nil {
		g.t.Fatal(err)
	}
	s.Uplinkd.Stop()
	g = connect(g.t, s.Page()) // which shows what is on the screen now
	g.awaits("welcome")
	citizen := haltest.Citizens()[0]
	remove := s.Insert(haltest.NewCard(citizen, s.CA))
	g.awaits("password")
	g.types(citizen.Password)
	g.awaits("attributes")
	g.touches(ui.Command{Action: "yes"})
	g.awaits("key")
	g.types(string(phone.Digits()))
	g.awaits("confirm")
	g.touches(ui.Command{Action: "sign"})
	g.awaits("take-card")
	remove()
	g.touches(ui.Command{Action: "finish"})
	g.awaits("welcome")
	s.AwaitUnsent(1)
}

// over is how the line ended.
func (g *glass) over() error {
	g.t.Helper()
	for patience := time.After(30 * time.Second); ; {
		select {
		case <-g.views:
		case err := <-g.ended:
			return err
		case <-patience:
			g.t.Fatal("the line does not end")
		}
	}
}

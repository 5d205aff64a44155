package street

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/gorilla/websocket"

	"github.com/digital-watashi/kiosk/ui"
)

// A Screen is the terminal's screen without a browser: it speaks watashi.ui.v1 as the
// page does. One goroutine touches it.
type Screen struct {
	// Views is what is shown: the latest only, and closed when the line is gone.
	Views <-chan ui.View

	conn *websocket.Conn
}

// ErrNoScreen: the terminal shows none at this moment.
var ErrNoScreen = errors.New("the terminal shows no screen")

// OpenScreen connects as the kiosk's browser does, with the token of this boot. The
// screen that was open before is closed by the terminal.
func (s *Street) OpenScreen() (*Screen, error) {
	page, err := url.Parse(s.Page())
	if err != nil || page.Fragment == "" {
		return nil, ErrNoScreen
	}
	dialer := websocket.Dialer{Subprotocols: []string{ui.Protocol, "token." + page.Fragment}, HandshakeTimeout: 5 * time.Second}
	conn, _, err := dialer.Dial("ws://"+page.Host+"/ws", http.Header{"Origin": {"http://" + page.Host}})
	if err != nil {
		return nil, ErrNoScreen
	}
	views := make(chan ui.View, 1) // one: only the latest is worth looking at
	go read(conn, views)
	return &Screen{Views: views, conn: conn}, nil
}

func read(conn *websocket.Conn, views chan ui.View) {
	defer close(views)
	for {
		_, text, err := conn.ReadMessage()
		if err != nil {
			return
		}
		var v ui.View
		if json.Unmarshal(text, &v) != nil {
			return
		}
		select {
		case <-views:
		default:
		}
		views <- v
	}
}

// Does sends one command of the citizen's: what is "action", "language", "ease" or
// "key". A line that broke shows in Views.
func (s *Screen) Does(page uint64, what, value string) {
	command, _ := json.Marshal(map[string]any{"page": page, what: value})
	_ = s.conn.SetWriteDeadline(time.Now().Add(time.Second))
	_ = s.conn.WriteMessage(websocket.TextMessage, command)
}

// Close hangs up.
func (s *Screen) Close() { _ = s.conn.Close() }

// Offers reports whether a View has that button, and it can be pressed.
func Offers(v ui.View, action string) bool {
	return slices.ContainsFunc(v.Actions, func(a ui.Action) bool { return a.ID == action && a.Enabled })
}

// Hands touch a screen as a person does: what was touched is touched again when
// nothing came of it, but not before the machine had time to see it.
type Hands struct {
	Screen *Screen

	last  touch
	since time.Time
}

type touch struct {
	page        uint64
	typed       int
	what, value string
}

// patienceOfHands is how long somebody waits before touching the same again.
const patienceOfHands = 400 * time.Millisecond

// Press presses a button, and reports whether it was not just pressed.
func (h *Hands) Press(v ui.View, action string) bool {
	return h.touches(touch{v.Page, 0, "action", action})
}

// Choose chooses a language, or an ease, of the screen.
func (h *Hands) Choose(v ui.View, what, value string) bool {
	return h.touches(touch{v.Page, 0, what, value})
}

// Dismiss presses what brings the machine back to welcome, where there is such a button.
func (h *Hands) Dismiss(v ui.View) {
	for _, action := range []string{"finish", "stop"} {
		if Offers(v, action) {
			h.Press(v, action)
			return
		}
	}
}

// Type types the next character of a text, or goes on where all of it stands there,
// which it reports.
func (h *Hands) Type(v ui.View, text string) (done bool) {
	switch {
	case v.Entry == nil:
	case v.Entry.Typed > len(text): // a key that was repeated was taken twice
		h.touches(touch{v.Page, v.Entry.Typed, "key", ui.KeyClear})
	case v.Entry.Typed == len(text):
		return h.Press(v, "next")
	default:
		h.touches(touch{v.Page, v.Entry.Typed, "key", text[v.Entry.Typed : v.Entry.Typed+1]})
	}
	return false
}

func (h *Hands) touches(t touch) bool {
	if t == h.last && time.Since(h.since) < patienceOfHands {
		return false
	}
	h.last, h.since = t, time.Now()
	h.Screen.Does(t.page, t.what, t.value)
	return true
}

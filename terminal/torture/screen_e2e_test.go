//go:build e2e

package torture_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

// view is what the citizen looks at, as far as the laboratory does.
type view struct {
	Page   uint64 `json:"page"`
	Screen string `json:"screen"`
	Entry  *struct {
		Typed int `json:"typed"`
	} `json:"entry"`
	Code *struct {
		Groups []string `json:"groups"`
	} `json:"code"`
	Actions []struct {
		ID      string `json:"id"`
		Enabled bool   `json:"enabled"`
	} `json:"actions"`
}

func (v view) offers(action string) bool {
	for _, a := range v.Actions {
		if a.ID == action {
			return a.Enabled
		}
	}
	return false
}

// screen speaks watashi.ui.v1 with the terminal, without a browser: views come
// out of it until the line breaks.
type screen struct {
	conn  *websocket.Conn
	views chan view // closed when the line is gone; holds the latest only
}

var errNoScreen = errors.New("the terminal shows no screen")

// openScreen connects as the kiosk's browser does: with the token of this boot.
func openScreen(urlFile string) (*screen, error) {
	text, err := os.ReadFile(urlFile)
	if err != nil {
		return nil, errNoScreen
	}
	page, err := url.Parse(strings.TrimSpace(string(text)))
	if err != nil || page.Fragment == "" {
		return nil, errNoScreen
	}
	dialer := websocket.Dialer{Subprotocols: []string{"watashi.ui.v1", "token." + page.Fragment}, HandshakeTimeout: 5 * time.Second}
	conn, _, err := dialer.Dial("ws://"+page.Host+"/ws", http.Header{"Origin": {"http://" + page.Host}})
	if err != nil {
		return nil, errNoScreen
	}
	s := &screen{conn: conn, views: make(chan view, 1)} // one: only the latest is worth looking at
	go s.read()
	return s, nil
}

func (s *screen) read() {
	defer close(s.views)
	for {
		_, text, err := s.conn.ReadMessage()
		if err != nil {
			return
		}
		var v view
		if json.Unmarshal(text, &v) != nil {
			return
		}
		select {
		case <-s.views:
		default:
		}
		s.views <- v
	}
}

// does sends one command of the citizen's; a line that broke shows in views.
func (s *screen) does(page uint64, member, value string) {
	command, _ := json.Marshal(map[string]any{"page": page, member: value})
	_ = s.conn.SetWriteDeadline(time.Now().Add(time.Second))
	_ = s.conn.WriteMessage(websocket.TextMessage, command)
}

func (s *screen) close() { _ = s.conn.Close() }

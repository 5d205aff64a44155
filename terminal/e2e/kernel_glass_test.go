//go:build e2e && linux

package e2e_test

import (
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"github.com/gorilla/websocket"

	"github.com/digital-watashi/kiosk/terminal/street"
	"github.com/digital-watashi/kiosk/ui"
)

// A glass is a screen without a browser: what terminald shows, and touches of it, by
// the protocol that the page speaks.
type glass struct {
	street *street.Street
	conn   *websocket.Conn

	mu   sync.Mutex
	view ui.View
	err  error // why no more Views come
}

// newGlass comes with the token of this boot, as the kiosk's browser does.
func newGlass(s *street.Street) *glass {
	s.T.Helper()
	address, secret, _ := strings.Cut(strings.TrimPrefix(s.Page(), "http://"), "/#")
	token, err := hex.DecodeString(secret)
	if err != nil {
		s.T.Fatal(err)
	}
	dialer := websocket.Dialer{Subprotocols: []string{ui.Protocol, ui.TokenProtocol(token)}}
	conn, _, err := dialer.Dial("ws://"+address+"/ws", http.Header{"Origin": {"http://" + address}})
	if err != nil {
		s.T.Fatal("connecting a screen: ", err)
	}
	g := &glass{street: s, conn: conn}
	go g.watch()
	return g
}

func (g *glass) watch() {
	for {
		var v ui.View
		err := g.conn.ReadJSON(&v)
		g.mu.Lock()
		if g.err = err; err == nil {
			g.view = v
		}
		g.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (g *glass) now() (ui.View, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.view, g.err
}

// shows waits for a screen.
func (g *glass) shows(screen string) (v ui.View) {
	g.street.T.Helper()
	g.street.Until("the screen shows "+screen, func() (err error) {
		if v, err = g.now(); err == nil && v.Screen != screen {
			err = fmt.Errorf("it shows %s", v.Screen)
		}
		return err
	})
	return v
}

// speaks changes the language.
func (g *glass) speaks(tag string) {
	g.street.T.Helper()
	g.touch("language", tag)
	g.street.Until("the screen speaks "+tag, func() error {
		if v, err := g.now(); err != nil || v.Language != tag {
			return errors.Join(err, fmt.Errorf("it speaks %s", v.Language))
		}
		return nil
	})
}

// enters types and goes on.
func (g *glass) enters(text string) {
	g.street.T.Helper()
	for i, key := range text {
		g.touch("key", string(key))
		g.street.Until("a key was taken", func() error {
			if v, err := g.now(); err != nil || v.Entry == nil || v.Entry.Typed != i+1 {
				return errors.Join(err, fmt.Errorf("the entry is %+v", v.Entry))
			}
			return nil
		})
	}
	g.touch("action", "next")
}

func (g *glass) touch(what, with string) {
	g.street.T.Helper()
	v, err := g.now()
	if err == nil {
		err = g.conn.WriteJSON(map[string]any{"page": v.Page, what: with})
	}
	if err != nil {
		g.street.T.Fatal("touching the screen: ", err)
	}
}

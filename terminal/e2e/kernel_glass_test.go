//go:build e2e && linux

package e2e_test

import (
	"errors"
	"fmt"
	"sync"

	"github.com/digital-watashi/kiosk/terminal/street"
	"github.com/digital-watashi/kiosk/ui"
)

// A glass is a screen without a browser: what terminald shows, and touches of it, by
// the protocol that the page speaks.
type glass struct {
	street *street.Street
	screen *street.Screen

	mu   sync.Mutex
	view ui.View
	err  error // why no more Views come
}

// newGlass comes with the token of this boot, as the kiosk's browser does.
func newGlass(s *street.Street) *glass {
	s.T.Helper()
	screen, err := s.OpenScreen()
	if err != nil {
		s.T.Fatal("connecting a screen: ", err)
	}
	g := &glass{street: s, screen: screen}
	go g.watch()
	return g
}

func (g *glass) watch() {
	for v := range g.screen.Views {
		g.mu.Lock()
		g.view = v
		g.mu.Unlock()
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.err = street.ErrNoScreen
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
	g.types(text)
	g.touch("action", "next")
}

func (g *glass) types(text string) {
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
}

func (g *glass) touch(what, with string) {
	g.street.T.Helper()
	v, err := g.now()
	if err != nil {
		g.street.T.Fatal("touching the screen: ", err)
	}
	g.screen.Does(v.Page, what, with)
}

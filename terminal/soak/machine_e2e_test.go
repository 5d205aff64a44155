//go:build e2e

package soak_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/haltest/pcscdtest"
	"github.com/digital-watashi/kiosk/terminal/street"
	"github.com/digital-watashi/kiosk/ui"
)

// welcomed opens a screen in place of the one before, as the kiosk opens a browser for
// each citizen, and waits until it welcomes the next one.
func (l *laboratory) welcomed() *street.Screen {
	l.T.Helper()
	if l.screen != nil {
		l.screen.Close()
	}
	var err error
	if l.screen, err = l.OpenScreen(); err != nil {
		l.T.Fatal(err)
	}
	l.awaits(&street.Hands{Screen: l.screen}, ui.View{}, "welcome")
	return l.screen
}

// awaits waits for a screen, and touches what ends a visit on the way to it.
func (l *laboratory) awaits(h *street.Hands, now ui.View, want string) {
	l.T.Helper()
	late, phantom := time.After(patience), time.After(phantomAfter)
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for now.Screen != want {
		h.Dismiss(now)
		select {
		case shown, ok := <-h.Screen.Views:
			if !ok {
				l.T.Fatal("the screen has gone")
			}
			now = shown
		case <-again.C:
		case <-phantom:
			l.exorcises(now)
		case <-late:
			l.T.Fatalf("the screen shows %s, and never %s", now.Screen, want)
		}
	}
}

// phantomAfter is when a card that nobody sees is one.
const phantomAfter = 3 * time.Second

// exorcises puts a card in and takes it out. pcscd 1.9 keeps a card that left while it
// was powered down, until the next one comes; who comes next brings one.
func (l *laboratory) exorcises(now ui.View) {
	l.T.Helper()
	if now.Screen == "card-left" {
		l.phantoms++
		pcscdtest.Insert(l.T, haltest.NewCard(l.stranger(), l.CA))()
	}
}

// paperOut lets the roll come to its end, and somebody puts in another.
func (l *laboratory) paperOut() {
	l.T.Helper()
	screen := l.welcomed()
	l.Printer.Break(haltest.PrinterFaults{PaperOut: true})
	l.awaits(&street.Hands{Screen: screen}, ui.View{}, "out-of-service")
	l.Printer.Break(haltest.PrinterFaults{})
	l.awaits(&street.Hands{Screen: screen}, ui.View{}, "welcome")
}

// maintained has a technician sign in, and out again.
func (l *laboratory) maintained() {
	l.T.Helper()
	screen := l.welcomed()
	l.maintenance(true)
	l.awaits(&street.Hands{Screen: screen}, ui.View{}, "maintenance")
	l.maintenance(false)
	l.awaits(&street.Hands{Screen: screen}, ui.View{}, "welcome")
}

// maintenance asks for it, as watashi-provision does.
func (l *laboratory) maintenance(on bool) {
	l.T.Helper()
	client := &http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true, DialContext: l.dialStatus}}
	response, err := client.Post("http://terminal/maintenance", "application/json", strings.NewReader(fmt.Sprintf(`{"on":%t}`, on)))
	if err != nil {
		l.T.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode/100 != 2 {
		l.T.Fatalf("maintenance %t: %s", on, response.Status)
	}
}

func (l *laboratory) dialStatus(ctx context.Context, _, _ string) (net.Conn, error) {
	return new(net.Dialer).DialContext(ctx, "unix", l.Path("status.sock"))
}

// plantLeak makes terminald leak: somebody asks for its status, and never hangs up.
func (l *laboratory) plantLeak() {
	l.T.Helper()
	conn, err := l.dialStatus(l.T.Context(), "", "")
	if err != nil {
		l.T.Fatal(err)
	}
	l.T.Cleanup(func() { conn.Close() })
	_, err = conn.Write([]byte("GET /status HTTP/1.1\r\nHost: terminal\r\n\r\n"))
	response, err2 := http.ReadResponse(bufio.NewReader(conn), nil)
	if err := errors.Join(err, err2); err != nil {
		l.T.Fatal(err)
	}
	if response.StatusCode != http.StatusOK {
		l.T.Fatal(response.Status)
	}
}

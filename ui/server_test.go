package ui_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/ui"
	"github.com/gorilla/websocket"
)

// deadline bounds every wait of these tests; nothing takes nearly as long.
const deadline = 30 * time.Second

// office is a Server on the loopback interface, and what it reported.
type office struct {
	*ui.Server
	host      string
	token     []byte
	commands  chan ui.Command
	connected chan bool
}

func open(t *testing.T) *office {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	// Buffers larger than what any test sends, so that the server never waits.
	o := &office{host: listener.Addr().String(), token: ui.NewToken(), commands: make(chan ui.Command, 1000), connected: make(chan bool, 1000)}
	o.Server = ui.New(ui.Config{
		Token: o.token, Hosts: []string{o.host}, Log: slog.New(slog.DiscardHandler),
		Commands:  func(c ui.Command) { o.commands <- c },
		Connected: func(is bool) { o.connected <- is },
	})
	server := &http.Server{Handler: o.Server, ReadHeaderTimeout: deadline}
	go server.Serve(listener)
	t.Cleanup(func() { o.Close(); server.Close() })
	return o
}

// dial knocks as the page does; change may spoil the request.
func (o *office) dial(change func(*http.Header, *[]string)) (*websocket.Conn, *http.Response, error) {
	header := http.Header{"Origin": {"http://" + o.host}}
	protocols := []string{ui.Protocol, ui.TokenProtocol(o.token)}
	if change != nil {
		change(&header, &protocols)
	}
	dialer := websocket.Dialer{Subprotocols: protocols, HandshakeTimeout: deadline}
	return dialer.Dial("ws://"+o.host+"/ws", header)
}

func (o *office) screen(t *testing.T) *websocket.Conn {
	t.Helper()
	conn, _, err := o.dial(nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetReadDeadline(time.Now().Add(deadline))
	return conn
}

func nextView(t *testing.T, conn *websocket.Conn) ui.View {
	t.Helper()
	var v ui.View
	if err := conn.ReadJSON(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

func await[T comparable](t *testing.T, from <-chan T, want T) {
	t.Helper()
	select {
	case got := <-from:
		if got != want {
			t.Fatalf("got %v, want %v", got, want)
		}
	case <-time.After(deadline):
		t.Fatalf("waited in vain for %v", want)
	}
}

// awaitClose reads until the server closes, and wants its code.
func awaitClose(t *testing.T, conn *websocket.Conn, code int) {
	t.Helper()
	for {
		_, _, err := conn.ReadMessage()
		if err == nil {
			continue
		}
		if !websocket.IsCloseError(err, code) {
			t.Fatalf("got %v, want close %d", err, code)
		}
		return
	}
}

func say(t *testing.T, conn *websocket.Conn, message string) {
	t.Helper()
	if err := conn.WriteMessage(websocket.TextMessage, []byte(message)); err != nil {
		t.Fatal(err)
	}
}

func TestScreenShowsTheViewThatWasShownBeforeItCame(t *testing.T) {
	o := open(t)
	o.Show(ui.View{Page: 1, Title: "first"})
	o.Show(ui.View{Page: 2, Title: "second"})
	if got := nextView(t, o.screen(t)); got.Page != 2 {
		t.Errorf("got page %d, want 2", got.Page)
	}
}

func TestScreenFollowsEveryPage(t *testing.T) {
	o := open(t)
	screen := o.screen(t)
	for page := range uint64(5) {
		o.Show(ui.View{Page: page, Title: "t"})
		if got := nextView(t, screen); got.Page != page {
			t.Fatalf("got page %d, want %d", got.Page, page)
		}
	}
}

func TestReloadShowsTheSameView(t *testing.T) {
	o := open(t)
	o.Show(ui.View{Page: 9, Title: "same", Entry: &ui.Entry{Typed: 3, Masked: true}})
	first := o.screen(t)
	before := nextView(t, first)
	first.Close()
	after := nextView(t, o.screen(t))
	if before.Page != after.Page || after.Entry == nil || after.Entry.Typed != 3 {
		t.Errorf("got %v with entry %v, want the same view", after, after.Entry != nil)
	}
}

func TestShowNeverWaitsForAScreenThatDoesNotRead(t *testing.T) {
	o := open(t)
	o.screen(t) // reads nothing
	long := ui.View{Title: strings.Repeat("x", 1<<20)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for page := range uint64(200) {
			long.Page = page
			o.Show(long)
		}
	}()
	select {
	case <-done:
	case <-time.After(deadline):
		t.Fatal("Show blocked")
	}
}

func TestCommandsArriveInOrder(t *testing.T) {
	o := open(t)
	screen := o.screen(t)
	say(t, screen, `{"page":1,"language":"en"}`)
	say(t, screen, `{"page":2,"key":"A"}`)
	say(t, screen, `{"page":3,"action":"next"}`)
	await(t, o.commands, ui.Command{Page: 1, Language: "en"})
	await(t, o.commands, ui.Command{Page: 2, Key: "A"})
	await(t, o.commands, ui.Command{Page: 3, Action: "next"})
}

func TestStrangerIsRefused(t *testing.T) {
	o := open(t)
	for name, change := range map[string]func(*http.Header, *[]string){
		"no origin":      func(h *http.Header, _ *[]string) { h.Del("Origin") },
		"foreign origin": func(h *http.Header, _ *[]string) { h.Set("Origin", "http://evil.example") },
		"null origin":    func(h *http.Header, _ *[]string) { h.Set("Origin", "null") },
		"https origin":   func(h *http.Header, _ *[]string) { h.Set("Origin", "https://"+o.host) },
		"two origins":    func(h *http.Header, _ *[]string) { h.Add("Origin", "http://evil.example") },
		"foreign host":   func(h *http.Header, _ *[]string) { h.Set("Host", "rebound.example") },
		"rebound host and origin": func(h *http.Header, _ *[]string) {
			h.Set("Host", "evil.example")
			h.Set("Origin", "http://evil.example")
		},
		"no token":          func(_ *http.Header, p *[]string) { *p = []string{ui.Protocol} },
		"wrong token":       func(_ *http.Header, p *[]string) { (*p)[1] = ui.TokenProtocol(ui.NewToken()) },
		"half a token":      func(_ *http.Header, p *[]string) { (*p)[1] = (*p)[1][:40] },
		"token in capitals": func(_ *http.Header, p *[]string) { (*p)[1] = strings.ToUpper((*p)[1]) },
	} {
		conn, response, err := o.dial(change)
		if err == nil {
			conn.Close()
			t.Errorf("%s: let in", name)
		} else if response == nil || response.StatusCode != http.StatusForbidden {
			t.Errorf("%s: got %v, want 403", name, err)
		}
	}
	select {
	case <-o.connected:
		t.Error("a stranger counted as a screen")
	default:
	}
}

func TestTokenInTheQueryDoesNotCount(t *testing.T) {
	o := open(t)
	dialer := websocket.Dialer{Subprotocols: []string{ui.Protocol}}
	_, response, err := dialer.Dial("ws://"+o.host+"/ws?token="+ui.TokenProtocol(o.token), http.Header{"Origin": {"http://" + o.host}})
	if err == nil || response == nil || response.StatusCode != http.StatusForbidden {
		t.Errorf("got %v, want 403", err)
	}
}

func TestScreenOfAnotherVersionIsRefused(t *testing.T) {
	o := open(t)
	_, response, err := o.dial(func(_ *http.Header, p *[]string) { (*p)[0] = "watashi.ui.v2" })
	if err == nil || response == nil || response.StatusCode != http.StatusBadRequest {
		t.Errorf("got %v, want 400", err)
	}
}

func TestNewScreenReplacesTheOldOne(t *testing.T) {
	o := open(t)
	old := o.screen(t)
	await(t, o.connected, true)
	fresh := o.screen(t)
	awaitClose(t, old, 4001)
	o.Show(ui.View{Page: 5, Title: "t"})
	if got := nextView(t, fresh); got.Page != 5 {
		t.Errorf("got page %d, want 5", got.Page)
	}
	fresh.Close()
	await(t, o.connected, false) // the replacement itself was neither
}

func TestReplacedScreenCommandsNothing(t *testing.T) {
	o := open(t)
	old := o.screen(t)
	await(t, o.connected, true)
	fresh := o.screen(t)
	o.Show(ui.View{Page: 1, Title: "t"})
	nextView(t, fresh) // so the replacement has happened
	old.WriteMessage(websocket.TextMessage, []byte(`{"page":1,"action":"old"}`))
	awaitClose(t, old, 4001)
	say(t, fresh, `{"page":1,"action":"fresh"}`)
	await(t, o.commands, ui.Command{Page: 1, Action: "fresh"})
}

func TestMalformedMessageClosesTheLineAndNothingElse(t *testing.T) {
	o := open(t)
	o.Show(ui.View{Page: 3, Title: "still here"})
	for _, message := range malformed {
		screen := o.screen(t)
		say(t, screen, message)
		code := websocket.ClosePolicyViolation
		if len(message) > ui.MaxCommand {
			code = websocket.CloseMessageTooBig
		}
		awaitClose(t, screen, code)
	}
	if got := nextView(t, o.screen(t)); got.Page != 3 {
		t.Errorf("got page %d, want 3", got.Page)
	}
	select {
	case c := <-o.commands:
		t.Errorf("got %v, want no command", c)
	default:
	}
}

func TestBinaryMessageClosesTheLine(t *testing.T) {
	o := open(t)
	screen := o.screen(t)
	if err := screen.WriteMessage(websocket.BinaryMessage, []byte(`{"page":1,"key":"A"}`)); err != nil {
		t.Fatal(err)
	}
	awaitClose(t, screen, websocket.ClosePolicyViolation)
}

func TestFloodClosesTheLine(t *testing.T) {
	o := open(t)
	for tries := 1; !flooded(t, o); tries++ {
		if tries == 10 {
			t.Fatal("61 commands take longer than a second, again and again")
		}
	}
}

// flooded sends more than a second's commands and wants the line closed. On a machine
// that takes longer over them they were no flood, and nothing is known.
func flooded(t *testing.T, o *office) bool {
	t.Helper()
	screen, began := o.screen(t), time.Now()
	for range 61 {
		say(t, screen, `{"page":1,"key":"A"}`)
	}
	for range 60 {
		await(t, o.commands, ui.Command{Page: 1, Key: "A"})
	}
	closed := make(chan error, 1)
	go func() {
		_, _, err := screen.ReadMessage()
		closed <- err
	}()
	select {
	case err := <-closed:
		if !websocket.IsCloseError(err, websocket.ClosePolicyViolation) || len(o.commands) > 0 {
			t.Errorf("got %v and %d commands more, want close %d and none", err, len(o.commands), websocket.ClosePolicyViolation)
		}
		return true
	case <-o.commands:
		if took := time.Since(began); took <= time.Second {
			t.Fatalf("61 commands in %v were passed on", took)
		}
		return false
	}
}

func TestCloseEndsTheLineAndRefusesNewOnes(t *testing.T) {
	o := open(t)
	screen := o.screen(t)
	await(t, o.connected, true)
	o.Close()
	awaitClose(t, screen, websocket.CloseGoingAway)
	await(t, o.connected, false)
	conn, _, err := o.dial(nil)
	if err == nil {
		defer conn.Close()
		conn.SetReadDeadline(time.Now().Add(deadline))
		awaitClose(t, conn, websocket.CloseGoingAway)
	}
}

func TestServerNeedsASecret(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a token of 15 bytes was taken")
		}
	}()
	ui.New(ui.Config{Token: make([]byte, 15)})
}

func get(t *testing.T, method, url, host string, header http.Header) *http.Response {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header = header
	if host != "" {
		request.Host = host
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { response.Body.Close() })
	return response
}

func TestPageIsServedHardened(t *testing.T) {
	o := open(t)
	for path, kind := range map[string]string{
		"/": "text/html; charset=utf-8", "/main.js": "text/javascript; charset=utf-8", "/base.css": "text/css; charset=utf-8",
		"/pictures/sun.svg": "image/svg+xml",
	} {
		response := get(t, http.MethodGet, "http://"+o.host+path, "", nil)
		if got := response.Header.Get("Content-Type"); response.StatusCode != http.StatusOK || got != kind {
			t.Errorf("%s: got %d %s, want 200 %s", path, response.StatusCode, got, kind)
		}
		wantHardened(t, response.Header)
	}
}

func wantHardened(t *testing.T, h http.Header) {
	t.Helper()
	for name, want := range map[string]string{
		"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY",
		"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
	} {
		if got := h.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	policy := h.Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"} {
		if !strings.Contains(policy, part) {
			t.Errorf("policy %q lacks %q", policy, part)
		}
	}
	if strings.Contains(policy, "unsafe") || h.Get("Set-Cookie") != "" || h.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("too open: %v", h)
	}
}

func TestPageRefusesStrangersAndTricks(t *testing.T) {
	o := open(t)
	for name, c := range map[string]struct {
		method, path, host string
		header             http.Header
		want               int
	}{
		"foreign host":    {http.MethodGet, "/", "evil.example", nil, http.StatusForbidden},
		"localhost":       {http.MethodGet, "/", "localhost", nil, http.StatusForbidden},
		"foreign origin":  {http.MethodGet, "/", "", http.Header{"Origin": {"http://evil.example"}}, http.StatusForbidden},
		"ws by GET":       {http.MethodGet, "/ws", "", nil, http.StatusForbidden},
		"post":            {http.MethodPost, "/", "", nil, http.StatusMethodNotAllowed},
		"not there":       {http.MethodGet, "/secret.js", "", nil, http.StatusNotFound},
		"folder":          {http.MethodGet, "/pictures", "", nil, http.StatusNotFound},
		"folder slash":    {http.MethodGet, "/pictures/", "", nil, http.StatusNotFound},
		"way up":          {http.MethodGet, "/..%2fserver.go", "", nil, http.StatusNotFound},
		"absolute path":   {http.MethodGet, "//etc/passwd", "", nil, http.StatusNotFound},
		"head of a page":  {http.MethodHead, "/", "", nil, http.StatusOK},
		"empty file name": {http.MethodGet, "/.svg", "", nil, http.StatusNotFound},
	} {
		if got := get(t, c.method, "http://"+o.host+c.path, c.host, c.header).StatusCode; got != c.want {
			t.Errorf("%s: got %d, want %d", name, got, c.want)
		}
	}
}

func TestTokenFileIsForItsOwnerOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "screen.url")
	token := bytes.Repeat([]byte{0xab}, 16)
	for range 2 { // the second boot replaces the first
		if err := ui.WriteTokenFile(path, "127.0.0.1:8420", token); err != nil {
			t.Fatal(err)
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got mode %v, error %v, want 0600", info.Mode(), err)
	}
	got, err := os.ReadFile(path)
	if want := "http://127.0.0.1:8420/#" + strings.Repeat("ab", 16) + "\n"; err != nil || string(got) != want {
		t.Errorf("got %q, error %v, want %q", got, err, want)
	}
}

func TestTokenFileDoesNotFollowALink(t *testing.T) {
	folder := t.TempDir()
	victim, path := filepath.Join(folder, "victim"), filepath.Join(folder, "screen.url")
	if err := errors.Join(os.WriteFile(victim, []byte("dear"), 0o644), os.Symlink(victim, path+".new")); err != nil {
		t.Fatal(err)
	}
	if err := ui.WriteTokenFile(path, "127.0.0.1:1", ui.NewToken()); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(victim); err != nil || string(got) != "dear" {
		t.Errorf("got %q, error %v, want the victim untouched", got, err)
	}
}

func TestViewSurvivesTheWire(t *testing.T) {
	o := open(t)
	screen := o.screen(t)
	for name, view := range gallery(t) {
		o.Show(view)
		got := nextView(t, screen)
		was, err1 := json.Marshal(view)
		is, err2 := json.Marshal(got)
		if errors.Join(err1, err2) != nil || !bytes.Equal(was, is) {
			t.Errorf("%s: changed on the way", name)
		}
	}
}

func TestServerLogsNoTokenAndNoKey(t *testing.T) {
	var log bytes.Buffer
	token := ui.NewToken()
	server := ui.New(ui.Config{Token: token, Hosts: []string{"h"}, Log: slog.New(slog.NewTextHandler(&log, nil))})
	for _, path := range []string{"/", "/ws"} {
		request, err := http.NewRequest(http.MethodGet, path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Sec-WebSocket-Protocol", ui.TokenProtocol(token))
		server.ServeHTTP(discard{}, request)
	}
	if log.Len() == 0 || strings.Contains(log.String(), ui.TokenProtocol(token)) {
		t.Errorf("got log %q, want refusals without the token", log.String())
	}
}

// discard is a ResponseWriter that nobody reads.
type discard struct{}

func (discard) Header() http.Header         { return http.Header{} }
func (discard) Write(p []byte) (int, error) { return io.Discard.Write(p) }
func (discard) WriteHeader(int)             {}

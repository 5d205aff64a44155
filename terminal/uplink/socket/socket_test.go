//go:build !windows

package socket_test

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/terminal/uplink/socket"
)

func TestSocketIsForTheListedUsersOnly(t *testing.T) {
	me, other := socket.Me(), socket.Users{"4711"}
	for name, test := range map[string]struct {
		users socket.Users
		want  bool
	}{
		"this user":        {me, true},
		"this and another": {append(other, me...), true},
		"another":          {other, false},
		"nobody":           {nil, false},
	} {
		l := listen(t, filepath.Join(t.TempDir(), "s"), test.users)
		server := &http.Server{Handler: http.NotFoundHandler()}
		go server.Serve(l)
		t.Cleanup(func() { server.Close() })
		response, err := dial(l.Addr().String()).Get("http://desk/")
		if got := err == nil; got != test.want {
			t.Errorf("%s: connected %v, want %v (%v)", name, got, test.want, err)
		}
		if err == nil {
			response.Body.Close()
		}
	}
}

func listen(t *testing.T, path string, users socket.Users) net.Listener {
	t.Helper()
	l, err := socket.Listen(path, users, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func dial(path string) *http.Client {
	return &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext:       func(ctx context.Context, _, _ string) (net.Conn, error) { return socket.Dial(ctx, path) },
	}}
}

func TestOnlyADeadSocketIsReplaced(t *testing.T) {
	quiet := slog.New(slog.DiscardHandler)
	dir := t.TempDir()
	live, dead, file := filepath.Join(dir, "live"), filepath.Join(dir, "dead"), filepath.Join(dir, "file")
	listen(t, live, nil)
	if _, err := socket.Listen(live, nil, quiet); err == nil {
		t.Error("a socket that answers was taken over")
	}
	old, err := net.ListenUnix("unix", &net.UnixAddr{Name: dead})
	if err != nil {
		t.Fatal(err)
	}
	old.SetUnlinkOnClose(false)
	old.Close()
	listen(t, dead, nil)
	if info, err := os.Stat(dead); err != nil || info.Mode().Perm() != 0o660 {
		t.Errorf("socket is %v, %v, want 0660", info.Mode(), err)
	}
	if err := os.WriteFile(file, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := socket.Listen(file, nil, quiet); err == nil {
		t.Error("a file that is no socket was replaced")
	}
}

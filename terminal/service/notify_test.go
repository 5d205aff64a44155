package service_test

import (
	"context"
	"errors"
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/terminal/service"
)

// environment is an environment of these variables only.
func environment(variables map[string]string) func(string) string {
	return func(name string) string { return variables[name] }
}

func TestSystemdIsTold(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notify")
	systemd, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer systemd.Close()
	n, err := service.NewNotifier(environment(map[string]string{"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "20000"}))
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	n.Ready()
	n.Status("in service")
	n.Stopping()
	for _, want := range []string{"READY=1", "STATUS=in service", "STOPPING=1"} {
		if got := heard(t, systemd); got != want {
			t.Errorf("told %q, want %q", got, want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	asked := 0
	n.Watch(ctx, func(context.Context) error {
		if asked++; asked == 4 {
			cancel()
			<-time.After(50 * time.Millisecond) // the next turn is due: there is none
		}
		if asked == 2 {
			return errors.New("not well")
		}
		return nil
	})
	n.Status("end")
	for _, want := range []string{"WATCHDOG=1", "WATCHDOG=1", "WATCHDOG=1", "STATUS=end"} {
		if got := heard(t, systemd); got != want {
			t.Errorf("told %q, want %q: four times asked, once not well", got, want)
		}
	}
}

func heard(t *testing.T, systemd *net.UnixConn) string {
	t.Helper()
	systemd.SetReadDeadline(time.Now().Add(10 * time.Second))
	message := make([]byte, 256)
	n, err := systemd.Read(message)
	if err != nil {
		t.Fatal(err)
	}
	return string(message[:n])
}

func TestWithoutSystemdNobodyIsTold(t *testing.T) {
	n, err := service.NewNotifier(environment(nil))
	if err != nil {
		t.Fatal(err)
	}
	n.Ready()
	n.Watch(t.Context(), func(context.Context) error { t.Error("asked"); return nil })
	if err := n.Close(); err != nil {
		t.Error(err)
	}
	if _, err := service.NewNotifier(environment(map[string]string{"NOTIFY_SOCKET": "/nowhere/at/all"})); err == nil {
		t.Error("a socket that is not there was believed")
	}
}

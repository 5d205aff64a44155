package main

import (
	"context"
	"net"
	"path/filepath"
	"testing"
	"time"
)

func TestSystemdHearsSignsOfLifeWhileTheStoreAnswers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notify")
	systemd, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer systemd.Close()
	environment := map[string]string{"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "20000"}
	s, err := newSupervisor(func(name string) string { return environment[name] })
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	ctx, cancel := context.WithCancel(t.Context())
	looked := 0
	err = s.watch(ctx, func(context.Context) {
		if looked++; looked == 2 {
			cancel()
		}
	})
	if err != nil || looked != 2 {
		t.Errorf("looked %d times, %v", looked, err)
	}
	for _, want := range []string{"READY=1", "WATCHDOG=1", "WATCHDOG=1", "STOPPING=1"} {
		message := make([]byte, 64)
		systemd.SetReadDeadline(time.Now().Add(10 * time.Second))
		n, err := systemd.Read(message)
		if got := string(message[:n]); err != nil || got != want {
			t.Errorf("heard %q, %v, want %q", got, err, want)
		}
	}
}

func TestWithoutSystemdPlatformdServesAllTheSame(t *testing.T) {
	s, err := newSupervisor(func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.watch(ctx, func(context.Context) { t.Error("looked for nobody") }); err != nil {
		t.Error(err)
	}
	if _, err := newSupervisor(func(string) string { return "/nowhere/at/all" }); err == nil {
		t.Error("a socket that is not there was believed")
	}
}

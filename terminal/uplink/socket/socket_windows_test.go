package socket_test

import (
	"context"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/terminal/uplink/socket"
)

const place = `\\.\pipe\watashi-socket-test`

func TestAPipeCarriesBothWays(t *testing.T) {
	l, err := socket.Listen(place, socket.Me(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		io.CopyN(c, c, 5)
	}()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	c, err := socket.Dial(ctx, place)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := io.WriteString(c, "hello"); err != nil {
		t.Fatal(err)
	}
	heard := make([]byte, 5)
	if _, err := io.ReadFull(c, heard); err != nil || string(heard) != "hello" {
		t.Errorf("heard %q, %v", heard, err)
	}
}

func TestAPipeOfThatNameIsNotTakenOver(t *testing.T) {
	quiet := slog.New(slog.DiscardHandler)
	l, err := socket.Listen(place+"-2", socket.Me(), quiet)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if second, err := socket.Listen(place+"-2", socket.Me(), quiet); err == nil {
		second.Close()
		t.Error("a pipe that answers was taken over")
	}
}

package haltest_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
)

// A vpcd is the reader's end of the wire.
type vpcd struct {
	t    *testing.T
	conn net.Conn
	done chan error
}

// connect has the card served to a listener in this test.
func connect(t *testing.T, ctx context.Context, card *haltest.Card) *vpcd {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	v := &vpcd{t: t, done: make(chan error, 1)}
	go func() { v.done <- haltest.ServeVPCD(ctx, listener.Addr().String(), card) }()
	if v.conn, err = listener.Accept(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.conn.Close() })
	return v
}

// tell sends a frame in two writes, as the driver does.
func (v *vpcd) tell(payload string) {
	v.t.Helper()
	b := unhex(v.t, payload)
	for _, part := range [][]byte{binary.BigEndian.AppendUint16(nil, uint16(len(b))), b} {
		if _, err := v.conn.Write(part); err != nil {
			v.t.Fatal(err)
		}
	}
}

func (v *vpcd) ask(payload string) string {
	v.t.Helper()
	v.tell(payload)
	var size [2]byte
	if _, err := io.ReadFull(v.conn, size[:]); err != nil {
		v.t.Fatal(err)
	}
	answer := make([]byte, binary.BigEndian.Uint16(size[:]))
	if _, err := io.ReadFull(v.conn, answer); err != nil {
		v.t.Fatal(err)
	}
	return fmt.Sprintf("%X", answer)
}

func TestVPCDCarriesPowerATRAndCommands(t *testing.T) {
	ctx, stop := context.WithCancelCause(t.Context())
	card := newCard()
	v := connect(t, ctx, card)
	steps := []struct{ ask, want string }{
		{"04", "3BE000FF8131FE4514"}, {selectJPKI, "9000"}, {"0020009B09" + "4D49444F5249313233", "9000"}, {"00B0810002", "30829000"},
	}
	v.tell("01")
	for _, s := range steps {
		if got := v.ask(s.ask); got != s.want {
			t.Errorf("%s: got %s, want %s", s.ask, got, s.want)
		}
	}
	v.tell("02")
	if got := v.ask("00B0810002"); got != "6986" {
		t.Errorf("after a reset: %s", got)
	}
	v.tell("00")
	v.tell("01")
	if got := v.ask(selectJPKI); got != "9000" {
		t.Errorf("after a power cycle: %s", got)
	}
	stop(errStop)
	if err := <-v.done; err != errStop {
		t.Errorf("ServeVPCD returned %v", err)
	}
	if card.Powered() {
		t.Error("the card still has power")
	}
}

func TestVPCDCarriesALongAnswer(t *testing.T) {
	v := connect(t, t.Context(), newCard())
	v.tell("01")
	v.ask(selectJPKI)
	if got := v.ask("00B08200000000"); len(got) < 2*1200 || !strings.HasSuffix(got, "9000") {
		t.Errorf("%d bytes", len(got)/2)
	}
}

func TestVPCDClosesTheLineWhenTheCardGoes(t *testing.T) {
	card := newCard(haltest.Broken(haltest.RemovedAt(1)))
	v := connect(t, t.Context(), card)
	v.tell("01")
	v.tell(selectJPKI)
	if n, err := v.conn.Read(make([]byte, 1)); err == nil {
		t.Errorf("%d bytes from a card that is out", n)
	}
	if err := <-v.done; err != hal.ErrCardRemoved {
		t.Errorf("ServeVPCD returned %v", err)
	}
}

func TestVPCDEndsWithItsReader(t *testing.T) {
	v := connect(t, t.Context(), newCard())
	v.conn.Close()
	if err := <-v.done; !errors.Is(err, hal.ErrGone) {
		t.Errorf("ServeVPCD returned %v", err)
	}
	if err := haltest.ServeVPCD(t.Context(), "127.0.0.1:1", newCard()); !errors.Is(err, hal.ErrUnavailable) {
		t.Errorf("without a reader: %v", err)
	}
}

func TestCardTellsWhenItHasPower(t *testing.T) {
	card := newCard()
	card.Insert()
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errStop)
	if err := card.AwaitPower(ctx); err != errStop {
		t.Errorf("with a dead context: %v", err)
	}
	card.PowerOn()
	if err := card.AwaitPower(t.Context()); err != nil {
		t.Error(err)
	}
	card.Remove()
	if err := card.AwaitPower(t.Context()); err != hal.ErrCardRemoved {
		t.Errorf("taken out: %v", err)
	}
}

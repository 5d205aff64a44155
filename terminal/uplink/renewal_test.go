package uplink_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"testing"

	"github.com/digital-watashi/kiosk/terminal/uplink"
	"github.com/digital-watashi/kiosk/terminal/uplink/socket"
)

// renewing is terminald's side at a socket, with a device key that is due or not.
func renewing(t *testing.T, csr []byte, take func(der []byte) error) (place string) {
	t.Helper()
	place = filepath.Join(t.TempDir(), "s")
	listener, err := socket.Listen(place, socket.Me(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	desk := uplink.NewDesk(uplink.DeskConfig{
		Renewal: func() ([]byte, error) { return csr, nil }, Certificate: take, Log: slog.New(slog.DiscardHandler),
	})
	go func() { defer close(done); desk.Run(ctx, listener) }()
	t.Cleanup(func() { cancel(); <-done })
	return place
}

func TestDeviceCertificateIsCarriedOverTheWall(t *testing.T) {
	var taken []byte
	socket := renewing(t, []byte("request"), func(der []byte) error { taken = bytes.Clone(der); return nil })
	renewed, err := uplink.Renewal(t.Context(), socket, func(_ context.Context, csr []byte) ([]byte, error) {
		if string(csr) != "request" {
			t.Errorf("carried %q", csr)
		}
		return []byte("certificate"), nil
	})
	if !renewed || err != nil || string(taken) != "certificate" {
		t.Errorf("%v, %v, took %q", renewed, err, taken)
	}
}

func TestNothingIsCarriedBeforeItsTime(t *testing.T) {
	socket := renewing(t, nil, nil)
	renewed, err := uplink.Renewal(t.Context(), socket, func(context.Context, []byte) ([]byte, error) {
		t.Error("carried")
		return nil, nil
	})
	if renewed || err != nil {
		t.Errorf("%v, %v", renewed, err)
	}
}

func TestCertificateThatTerminaldRefusesIsNotRenewed(t *testing.T) {
	lie, down := errors.New("not ours"), errors.New("no network")
	socket := renewing(t, []byte("request"), func([]byte) error { return lie })
	carry := func(err error) func(context.Context, []byte) ([]byte, error) {
		return func(context.Context, []byte) ([]byte, error) { return make([]byte, 17<<10), err }
	}
	if renewed, err := uplink.Renewal(t.Context(), socket, carry(nil)); renewed || err == nil {
		t.Errorf("refused: %v, %v", renewed, err)
	}
	if renewed, err := uplink.Renewal(t.Context(), socket, carry(down)); renewed || !errors.Is(err, down) {
		t.Errorf("no network: %v, %v", renewed, err)
	}
	if renewed, err := uplink.Renewal(t.Context(), socket+"x", carry(nil)); renewed || err == nil {
		t.Errorf("no socket: %v, %v", renewed, err)
	}
}

package main

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"net/url"
	"path/filepath"

	"github.com/digital-watashi/kiosk/hal/escpos"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning"
	"github.com/digital-watashi/kiosk/terminal"
	"github.com/digital-watashi/kiosk/terminal/journal"
	"github.com/digital-watashi/kiosk/terminal/uplink"
	"github.com/digital-watashi/kiosk/terminal/uplink/socket"
	"github.com/digital-watashi/kiosk/ui"
)

// buildTerminal provisions a terminal as a technician would and puts it together
// as terminald and uplinkd do, with virtual devices.
func (h *house) buildTerminal(dir string, door net.Listener, log *slog.Logger) error {
	state, carrier := filepath.Join(dir, "terminal"), filepath.Join(dir, "uplink")
	if err := h.provision(state, carrier); err != nil {
		return err
	}
	identity, err := provisioning.LoadDevice(state)
	if err != nil {
		return err
	}
	bundle, _, err := provisioning.LoadBundle(state)
	if err != nil {
		return err
	}
	if h.journal, err = journal.Open(filepath.Join(state, "journal.db")); err != nil {
		return err
	}
	h.closing = append(h.closing, h.journal.Close)
	if err := h.buildUplink(carrier, bundle, log); err != nil {
		return err
	}
	h.buildScreen(door.Addr().String(), log)
	h.terminal = terminal.New(terminal.Config{
		Reader: h.reader, Printer: escpos.New(h.printer, escpos.Options{}), Screen: h.screen,
		Scanner: h.scanner, Sensors: h.sensors, Lights: h.lights, Voice: h.voice,
		Journal: h.journal, Platform: h.desk, Identity: identity,
		Bundle: func() *protocol.Bundle { return bundle }, Log: log,
	})
	h.start(h.terminal.Run)
	return nil
}

// provision goes the technician's way: a token from the platform, then Init.
func (h *house) provision(state, carrier string) error {
	token, err := h.platform.IssueToken("demo-terminal")
	if err != nil {
		return err
	}
	return provisioning.Init(h.ctx, provisioning.InitConfig{Token: token, StateDir: state, UplinkDir: carrier, Environment: protocol.Test})
}

// buildUplink joins the two halves by their unix socket, through the cable.
func (h *house) buildUplink(dir string, bundle *protocol.Bundle, log *slog.Logger) error {
	h.desk = uplink.NewDesk(uplink.DeskConfig{
		Journal: h.journal, Log: log,
		Keys:   func() []protocol.PublicKey { return bundle.ReceiptKeys },
		Bundle: func([]byte) error { return nil }, // the demo's platform never says anything new
	})
	place := filepath.Join(dir, "uplink.sock")
	listener, err := socket.Listen(place, socket.Me(), log)
	if err != nil {
		return err
	}
	certificate, roots, host, err := provisioning.LoadTLS(dir)
	if err != nil {
		return err
	}
	config := &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS13}
	carrier := uplink.NewCarrier(place, &url.URL{Scheme: "https", Host: host}, config, log)
	h.network.next = carrier.Platform.Transport
	carrier.Platform.Transport = h.network
	h.start(func(ctx context.Context) error { return h.desk.Run(ctx, listener) })
	h.start(carrier.Run)
	return nil
}

// buildScreen serves the screen before there is a terminal to tell of a touch.
func (h *house) buildScreen(host string, log *slog.Logger) {
	token := ui.NewToken()
	h.page = ui.PageURL(host, token)
	h.screen = ui.New(ui.Config{
		Token: token, Hosts: []string{host}, Log: log,
		Commands:  func(c ui.Command) { h.terminal.Command(c) },
		Connected: func(is bool) { h.terminal.ScreenConnected(is) },
	})
	h.closing = append(h.closing, h.screen.Close)
}

//go:build cgo || windows

package main

import (
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/status"
)

func TestMachineWithoutIdentityStaysUpAndTellsWhy(t *testing.T) {
	m := newMachine(t)
	m.start()
	s := m.until("the reason", func(s status.Terminal) bool { return s.Missing != "" })
	if s.Fault != "SET-UP" || !strings.Contains(s.Missing, "device") || s.TerminalID != "" {
		t.Errorf("status is %+v", s)
	}
	address, err := os.ReadFile(m.config.UI.URLFile)
	m.must(err)
	response, err := http.Get(strings.TrimSpace(string(address)))
	m.must(err)
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Errorf("the page: %s", response.Status)
	}
	m.provision(protocol.Test)
	s = m.until("the terminal, once it is provisioned", func(s status.Terminal) bool { return s.TerminalID != "" })
	if s.TerminalID != "t-0001" || s.Fault != "" || len(s.Refusals) != 0 {
		t.Errorf("status is %+v", s)
	}
}

func TestProductionMachineWithKeyInAFileIsRefused(t *testing.T) {
	m := newMachine(t)
	m.provision(protocol.Production)
	m.start()
	s := m.until("the refusal", func(s status.Terminal) bool { return s.TerminalID != "" })
	if len(s.Refusals) != 1 || !strings.Contains(s.Refusals[0], "hardware") || s.Environment != "production" {
		t.Errorf("status is %+v", s)
	}
}

func TestTerminalAndPlatformHearOfEachOther(t *testing.T) {
	m := newMachine(t)
	m.provision(protocol.Test)
	beats, second := make(chan []byte, 8), m.bundle(protocol.Test, 2)
	platform := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/v1/bundle":
			w.Header().Set("Content-Type", protocol.MediaJOSE)
			w.Write(second)
		case "/v1/heartbeats":
			body, _ := io.ReadAll(r.Body)
			beats <- body
			w.WriteHeader(http.StatusNoContent)
		}
	}))
	t.Cleanup(platform.Close)
	m.start()
	m.until("the uplink", func(s status.Terminal) bool { return s.Platform != nil && s.Platform.Cause == "no-contact" })
	m.carry(platform)
	var beat []byte
	select {
	case beat = <-beats:
	case <-time.After(time.Minute):
		t.Fatalf("no heartbeat; terminald said\n%s", m.log.String())
	}
	h, _, err := protocol.VerifyHeartbeat(beat, func(string) (*x509.Certificate, error) { return m.cert, nil })
	if err != nil || h.AuditEntries == 0 != h.AuditHead.IsZero() || h.TerminalID != "t-0001" || h.PrinterState != "noDevice" || h.Versions["terminald"] != version {
		t.Errorf("heartbeat is %+v, %v", h, err)
	}
	s := m.until("bundle 2, and that the platform is reached", func(s status.Terminal) bool {
		return s.Bundle.Version == 2 && s.Platform.Reachable && strings.Contains(s.Clock.Words, "the platform's clock")
	})
	if s.Clock.Fault != "" || s.Journal.DiskFree == 0 || s.Printer.Device != "noDevice" {
		t.Errorf("status is %+v", s)
	}
}

func TestStatusNamesNoCitizen(t *testing.T) {
	m := newMachine(t)
	m.provision(protocol.Test)
	m.start()
	m.until("the terminal", func(s status.Terminal) bool { return s.TerminalID != "" })
	response, err := unixClient(m.config.StatusSocket).Get("http://terminal/status")
	m.must(err)
	defer response.Body.Close()
	var members map[string]any
	m.must(json.NewDecoder(response.Body).Decode(&members))
	known := []string{"version", "out_of_service", "maintenance", "terminal_id", "environment", "protection", "bundle", "reader", "printer", "platform", "clock", "journal"}
	for name := range members {
		if !slices.Contains(known, name) {
			t.Errorf("status tells %q as well", name)
		}
	}
	for _, path := range []string{"/", "/journal", "/debug/pprof/"} {
		response, err := unixClient(m.config.StatusSocket).Get("http://terminal" + path)
		m.must(err)
		response.Body.Close()
		if response.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", path, response.Status)
		}
	}
}

//go:build cgo || windows

package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/terminal/status"
	"github.com/digital-watashi/kiosk/ui"
)

// wish posts a body to /maintenance.
func (m *machine) wish(body string) int {
	m.t.Helper()
	response, err := unixClient(m.config.StatusSocket).Post("http://terminal/maintenance", "application/json", strings.NewReader(body))
	m.must(err)
	defer response.Body.Close()
	return response.StatusCode
}

func TestTechnicianBringsTheTerminalInAndOutByTheStatusSocket(t *testing.T) {
	m, b := attended(t)
	m.startWith(b.assemble)
	m.until("service", func(s status.Terminal) bool { return s.OutOfService == "SCR-NONE" && s.Maintenance == "off" })
	for _, step := range []struct {
		body, mode string
	}{{`{"on":true}`, "on"}, {`{"on":true}`, "on"}, {`{"on":false}`, "off"}, {`{"on":false}`, "off"}} {
		if got := m.wish(step.body); got != http.StatusNoContent {
			t.Errorf("%s: answered %d, want 204", step.body, got)
		}
		m.until("maintenance "+step.mode, func(s status.Terminal) bool { return s.Maintenance == step.mode })
	}
	if got := m.metric(`watashi_maintenance_mode{mode="off"}`); got != "1" {
		t.Errorf("the metric is %q", got)
	}
	b.sensors.Set(hal.Auxiliaries{Device: hal.Online, Switch: hal.SwitchMaintenance})
	m.until("the key", func(s status.Terminal) bool { return s.Maintenance == "on" && s.OutOfService == "SNS-SWITCH" })
}

func TestWishThatIsNoneChangesNothing(t *testing.T) {
	m, b := attended(t)
	m.startWith(b.assemble)
	m.until("service", func(s status.Terminal) bool { return s.Maintenance == "off" })
	for _, body := range []string{"", "{}", "true", `{"on":1}`, `{"on":null}`, `{"on":true,"off":true}`, `{"on":true}{"on":true}`, `{"on":true` + strings.Repeat(" ", mostWish) + "}"} {
		if got := m.wish(body); got != http.StatusBadRequest {
			t.Errorf("%.40q: answered %d, want 400", body, got)
		}
	}
	if s, err := m.status(); err != nil || s.Maintenance != "off" {
		t.Errorf("maintenance is %q, %v", s.Maintenance, err)
	}
}

func TestThereIsNoMaintenanceOfATerminalThatIsNone(t *testing.T) {
	m := newMachine(t)
	m.start()
	m.until("the reason", func(s status.Terminal) bool { return s.Missing != "" })
	if got := m.wish(`{"on":true}`); got != http.StatusConflict {
		t.Errorf("answered %d, want 409", got)
	}
}

// A technician is no citizen: nobody is counted, and why no card would be taken in
// stands in the status whatever sheet is open.
func TestMaintenanceCountsAsNoSession(t *testing.T) {
	counts := newTally()
	counts.seen(ui.View{Screen: "maintenance", Busy: true})
	counts.seen(ui.View{Screen: "maintenance", Findings: []ui.Finding{{Code: "PRN-PAPER"}, {Code: "CLOCK"}}})
	for _, screen := range []string{"maintenance-faults", "maintenance-tests", "maintenance-machine", "maintenance-status", "cleaning"} {
		counts.seen(ui.View{Screen: screen})
		if !counts.idle() || counts.outOfService() != "PRN-PAPER" {
			t.Errorf("%s: idle %v, out of service %q", screen, counts.idle(), counts.outOfService())
		}
	}
	counts.seen(ui.View{Screen: "maintenance"})
	counts.seen(ui.View{Screen: "welcome"})
	if text := scrape(t, full(), counts); strings.Contains(text, "watashi_sessions_total{") || counts.outOfService() != "" {
		t.Errorf("counted a session, or out of service %q", counts.outOfService())
	}
}

func FuzzReadWish(f *testing.F) {
	for _, seed := range []string{`{"on":true}`, `{"on":false}`, `{"on":null}`, `{"on":true}x`, `[]`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		on, err := readWish(strings.NewReader(body))
		if on && (err != nil || !strings.Contains(body, "true")) {
			t.Errorf("%q is a wish, %v", body, err)
		}
	})
}

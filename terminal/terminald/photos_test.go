//go:build cgo || windows

package main

import (
	"crypto/x509"
	"log/slog"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal"
	"github.com/digital-watashi/kiosk/terminal/status"
	"github.com/digital-watashi/kiosk/terminal/uplink"
)

// What no screen shows under an optional photo: an alert and the fleet's view see it.
func TestForgedPhotosAreCountedInMetricsAndHeartbeat(t *testing.T) {
	counts := newTally()
	if got := scrape(t, status.Terminal{}, counts); !strings.Contains(got, `watashi_photos_total{end="forged"} 0`+"\n") {
		t.Errorf("no zero to compare with:\n%s", got)
	}
	for _, end := range append(terminal.PhotoEnds(), terminal.PhotoWasForged) {
		counts.photo(end)
	}
	got := scrape(t, status.Terminal{}, counts)
	for _, want := range []string{`{end="read"} 1`, `{end="forged"} 2`, `{end="blocked"} 1`, `{end="missing"} 1`, `{end="unread"} 1`} {
		if !strings.Contains(got, "watashi_photos_total"+want+"\n") {
			t.Errorf("%s is missing in\n%s", want, got)
		}
	}
	if h := heartbeatOf(t, counts); h.ForgedPhotos != 2 {
		t.Errorf("the heartbeat says %d forged photos, want 2", h.ForgedPhotos)
	}
}

// heartbeatOf is what a machine with these counts would tell the platform.
func heartbeatOf(t *testing.T, counts *tally) protocol.Heartbeat {
	t.Helper()
	m, log := newMachine(t), slog.New(slog.DiscardHandler)
	m.provision(protocol.Test)
	base, _, err := openGround(m.config.StateDir, log)
	m.must(err)
	defer base.journal.Close()
	r, err := assemble(m.config.Config, false, log)
	m.must(err)
	defer r.close()
	g := newGauge(counts)
	g.fit(base, uplink.NewClock(base.skew, base.past), r)
	jws, err := g.heartbeat()
	m.must(err)
	h, _, err := protocol.VerifyHeartbeat(jws, func(string) (*x509.Certificate, error) { return m.cert, nil })
	m.must(err)
	return h
}

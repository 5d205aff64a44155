package platform_test

import (
	"crypto/x509"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

func TestAuditChainOfATerminalOnlyGrows(t *testing.T) {
	w := newWorld(t)
	m := w.machine("atm-0001")
	send := func(minutes int, entries uint64, last string) {
		t.Helper()
		jws := ok(protocol.SignHeartbeat(protocol.Heartbeat{
			TerminalID: m.id, Time: w.clock.now().Add(time.Duration(minutes) * time.Minute).Truncate(time.Second), Protection: "file",
			AuditEntries: entries, AuditHead: protocol.SHA256([]byte(last)), ReaderState: "online", PrinterState: "online", Paper: "full",
		}, m.device, m.cert))(t)
		expect(t, last, w.do(m.carry, "POST", "/v1/heartbeats", protocol.MediaJOSE, jws), 204, "")
	}
	for _, step := range []struct {
		minutes int
		entries uint64
		last    string
		kept    uint64
		remark  string
	}{
		{0, 7, "seven", 7, ""},
		{1, 7, "seven", 7, ""},
		{2, 9, "nine", 9, ""},
		{1, 8, "held back by the carrier", 9, ""},
		{-60, 10, "a clock that was set back", 10, ""},
		{3, 10, "another tenth", 10, "audit chain changed"},
		{4, 2, "a journal of last week", 2, "audit chain set back"},
	} {
		send(step.minutes, step.entries, step.last)
		is := ok(w.Terminals(background))(t)[0]
		kept, _, err := protocol.VerifyHeartbeat(is.Heartbeat, func(string) (*x509.Certificate, error) { return m.cert, nil })
		if err != nil || kept.AuditEntries != step.kept {
			t.Errorf("%s: keeps entry %d, %v, want %d", step.last, kept.AuditEntries, err, step.kept)
		}
		last := ""
		if n := len(is.Notes); n > 0 {
			last = is.Notes[n-1].What
		}
		if step.remark != "" && last != step.remark || step.remark == "" && strings.HasPrefix(last, "audit") {
			t.Errorf("%s: the history says %q, want %q", step.last, last, step.remark)
		}
	}
}

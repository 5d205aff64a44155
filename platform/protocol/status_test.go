package protocol_test

import (
	"bytes"
	"encoding/base64"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// sampleStatus is about as long as one becomes.
func sampleStatus() protocol.Status {
	return protocol.Status{
		TerminalID: "T-0001", Time: moment(), Version: "1.0.0-rc.1+2026.11.23", Bundle: 1207, Protection: protocol.ProtectionTPM,
		CertificateDays: 241, Queue: 1999, OldestSeconds: 259200, Quarantined: 12, Unknown: 3, Lost: 1,
		Conditions: []string{"SNS-SWITCH", "PRN-PAPER", "NET-OFFLINE", "QUEUE-OLD", "CLOCK", "RDR-SERVICE"},
	}
}

func TestSignedStatusIsReadBackByWhoKnowsTheCertificate(t *testing.T) {
	p := cast()
	jws := must(protocol.SignStatus(sampleStatus(), p.device, p.deviceCert))
	s, cert, err := protocol.VerifyStatus(jws, p.certByKid)
	if err != nil || !slices.Equal(s.Conditions, sampleStatus().Conditions) || s.Queue != 1999 || cert != p.deviceCert {
		t.Errorf("got %+v, %v", s, err)
	}
	if signature := bytes.LastIndexByte(jws, '.'); signature > 0 {
		jws[signature+1] ^= 1
	}
	if s, _, err := protocol.VerifyStatus(jws, p.certByKid); err == nil || s.TerminalID != "" {
		t.Errorf("with another signature: got %+v, %v", s, err)
	}
}

// Version 22 of ISO/IEC 18004 has 105 modules a side: six pixels each on the
// smaller of our screens, with the quiet zone.
func TestLongestStatusFitsASymbolThatAPhoneReadsFromAScreen(t *testing.T) {
	const most = 779 // bytes in version 22, level M
	p := cast()
	if jws := must(protocol.SignStatus(sampleStatus(), p.device, p.deviceCert)); len(jws) > most {
		t.Errorf("got %d bytes, want %d at most", len(jws), most)
	}
}

func TestHeartbeatPassesForNoStatus(t *testing.T) {
	p := cast()
	jws := must(protocol.SignHeartbeat(sampleHeartbeat(), p.device, p.deviceCert))
	if _, _, err := protocol.VerifyStatus(jws, p.certByKid); err == nil {
		t.Error("got no error")
	}
}

func TestStatusIsNotSignedUnlessWhole(t *testing.T) {
	for name, change := range map[string]func(*protocol.Status){
		"terminal":   func(s *protocol.Status) { s.TerminalID = "" },
		"time":       func(s *protocol.Status) { s.Time = time.Time{} },
		"version":    func(s *protocol.Status) { s.Version = strings.Repeat("1", 65) },
		"protection": func(s *protocol.Status) { s.Protection = "wood" },
		"queue":      func(s *protocol.Status) { s.Queue = -1 },
		"unknown":    func(s *protocol.Status) { s.Unknown = -1 },
		"code":       func(s *protocol.Status) { s.Conditions = []string{"<b>"} },
		"codes":      func(s *protocol.Status) { s.Conditions = make([]string, protocol.MaxConditions+1) },
	} {
		s := sampleStatus()
		change(&s)
		if _, err := protocol.SignStatus(s, cast().device, cast().deviceCert); err == nil {
			t.Errorf("%s: got no error", name)
		}
	}
}

func FuzzVerifyStatus(f *testing.F) {
	p := cast()
	f.Add(must(protocol.SignStatus(sampleStatus(), p.device, p.deviceCert)))
	f.Add([]byte("e30." + base64.RawURLEncoding.EncodeToString([]byte("{}")) + ".AA"))
	f.Fuzz(func(t *testing.T, jws []byte) {
		s, cert, err := protocol.VerifyStatus(jws, p.certByKid)
		if err != nil && (cert != nil || s.TerminalID != "") {
			t.Errorf("an error, and %+v", s)
		}
	})
}

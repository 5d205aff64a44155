//go:build e2e && linux

package main

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/haltest/pcscdtest"
)

func TestE2EATokenIsScannedAtATerminal(t *testing.T) {
	pcscdtest.Within(t, func(t *testing.T) {
		s := newSite(t, nil)
		for _, how := range [][]string{nil, {"--scan"}} {
			m := s.machine()
			scanner := haltest.NewScanner()
			line, err := haltest.ServeScannerPTY(t.Context(), scanner)
			s.check(err)
			m.has("scanner", map[string]any{"kind": "serial", "path": line})
			token := s.token()
			p := sit(t, m.asks(how...))
			if how == nil {
				p.asked(1)
			} else {
				p.sees("Hold the token's QR code to the scanner")
			}
			scanner.Scan("watashi:key:123456789012")
			p.sees("That was not a provisioning token.")
			scanner.Scan(token)
			p.sees("is it sharp, whole and cut?")
			p.types("y\n")
			p.leaves(token[20:40], exitDone)
			s.want(endOf(m.command("status")), exitDone, "may serve")
		}
	})
}

// has puts a device into the machine's configuration.
func (m *clean) has(name string, device map[string]any) {
	m.t.Helper()
	all := map[string]any{}
	text, err := os.ReadFile(m.config)
	m.check(err)
	m.check(json.Unmarshal(text, &all))
	all[name] = device
	text, err = json.Marshal(all)
	m.check(err)
	m.check(os.WriteFile(m.config, text, 0o600))
}

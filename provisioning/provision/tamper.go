package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/digital-watashi/kiosk/provisioning/provision/console"
)

const tamperHelp = `Tells terminald that somebody has looked into the machine after a tamper alarm and
found it whole. It takes cards again then, if nothing else is wrong. It is refused
while a sensor still alarms. terminald writes it into its audit trail.
`

// tamperReport is what tamper clear tells.
type tamperReport struct {
	result
	Terminal string     `json:"terminal,omitempty"`
	Since    *time.Time `json:"tampered_since,omitempty"`
	Cleared  bool       `json:"cleared"`
	By       string     `json:"by"`
}

func runTamperClear(ctx context.Context, d *desk, args []string) int {
	if code, ok := d.parse("tamper clear", args, nil); !ok {
		return code
	}
	r := &tamperReport{By: d.who()}
	return d.end(r, d.clearTamper(ctx, r))
}

func (d *desk) clearTamper(ctx context.Context, r *tamperReport) error {
	s, err := d.ask(ctx)
	if err != nil {
		return err
	}
	r.Terminal = s.TerminalID
	if !s.TamperedSince.IsZero() {
		r.Since = &s.TamperedSince
	}
	code, body, err := d.request(ctx, http.MethodPost, "/tamper/clear")
	switch {
	case err != nil:
		return err
	case code == http.StatusConflict:
		return errTampering
	case code < 200 || code > 299:
		return fmt.Errorf("%w: it answers %d %s", errNoTerminal, code, strings.TrimSpace(string(body[:min(len(body), 200)])))
	}
	r.Cleared = r.Since != nil
	return nil
}

// who runs this: the person behind sudo, where there is one.
func (d *desk) who() string {
	name := d.operator()
	if behind := d.environ("SUDO_USER"); behind != "" && behind != name {
		return behind + " as " + name
	}
	return name
}

func (r *tamperReport) print(s *console.Sheet) {
	s.Fact("terminal", r.Terminal)
	switch {
	case r.Cleared:
		s.Fact("tamper alarm", s.In(console.Green, "cleared")+" by "+r.By+"; it stood since "+r.Since.Format(time.RFC3339))
	case r.Since != nil:
		s.Fact("tamper alarm", s.In(console.Red, "stands")+" since "+r.Since.Format(time.RFC3339))
	case r.Error == "":
		s.Fact("tamper alarm", "there was none")
	}
}

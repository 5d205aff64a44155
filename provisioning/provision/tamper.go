package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/digital-watashi/kiosk/provisioning/provision/console"
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
)

// tamperReport is what tamper clear tells.
type tamperReport struct {
	desk.Ending
	Terminal string     `json:"terminal,omitempty"`
	Since    *time.Time `json:"tampered_since,omitempty"`
	Cleared  bool       `json:"cleared"`
	By       string     `json:"by"`
}

func clearTamper(ctx context.Context, d *desk.Desk, r *tamperReport) error {
	s, err := d.Ask(ctx)
	if err != nil {
		return err
	}
	r.Terminal = s.TerminalID
	if !s.TamperedSince.IsZero() {
		r.Since = &s.TamperedSince
	}
	code, body, err := d.Request(ctx, http.MethodPost, "/tamper/clear")
	switch {
	case err != nil:
		return err
	case code == http.StatusConflict:
		return errTampering
	case code < 200 || code > 299:
		return fmt.Errorf("%w: it answers %d %s", desk.ErrNoTerminal, code, strings.TrimSpace(string(body[:min(len(body), 200)])))
	}
	r.Cleared = r.Since != nil
	return nil
}

func (r *tamperReport) Print(s *console.Sheet) {
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

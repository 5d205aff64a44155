package main

import (
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning"
	"github.com/digital-watashi/kiosk/provisioning/provision/console"
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
)

// standing is what status prints.
type standing struct {
	Terminal       string     `json:"terminal,omitempty"`
	Environment    string     `json:"environment,omitempty"`
	Protection     string     `json:"protection,omitempty"`
	DeviceUntil    *time.Time `json:"device_until,omitempty"`
	TLSUntil       *time.Time `json:"tls_until,omitempty"`
	Host           string     `json:"host,omitempty"`
	Platform       string     `json:"platform,omitempty"`
	BundleVersion  int        `json:"bundle_version,omitempty"`
	BundleIssued   *time.Time `json:"bundle_issued,omitempty"`
	MayServe       bool       `json:"may_serve"`
	Refusals       []string   `json:"refusals"`
	reasons        []error
	device, bundle bool
}

func runStatus(w desk.World, args []string, out, complaints io.Writer) int {
	var o options
	if code, ok := parse("status", args, complaints, &o, nil); !ok {
		return code
	}
	s := look(o, w.Now())
	if o.json {
		if json.NewEncoder(out).Encode(s) != nil {
			return exitOther
		}
	} else if err := s.print(out, console.PaintFor(out, w.Environ)); err != nil {
		return exitOther
	}
	return exitOf(s.first()).code
}

// first is what decides the exit code.
func (s *standing) first() error {
	if len(s.reasons) == 0 {
		return nil
	}
	return s.reasons[0]
}

// dates judges a certificate: one that has ended is no matter of the clock.
func dates(which string, cert *x509.Certificate, now time.Time) error {
	if now.Before(cert.NotBefore) {
		return fmt.Errorf("%s certificate: %w: valid from %s on", which, provisioning.ErrExpired, cert.NotBefore.Format(time.RFC3339))
	}
	if err := lapsed(cert.NotAfter, now); err != nil {
		return fmt.Errorf("%s certificate: %w", which, err)
	}
	return nil
}

// look reads everything as the services do, and judges it.
func look(o options, now time.Time) *standing {
	s := &standing{Refusals: []string{}}
	id, err := provisioning.LoadDevice(o.state)
	s.refuse(err)
	if err == nil {
		s.Terminal, s.Environment, s.Protection = id.TerminalID, string(id.Environment), id.Protection
		s.DeviceUntil, s.device = &id.Certificate.NotAfter, true
		s.refuse(dates("device", id.Certificate, now))
	}
	bundle, _, err := provisioning.LoadBundle(o.state)
	s.refuse(err)
	if err == nil {
		s.Platform, s.BundleVersion, s.BundleIssued, s.bundle = bundle.PlatformID, bundle.Version, &bundle.Issued, true
	}
	if s.device && s.bundle {
		for _, reason := range provisioning.Refusals(id, bundle) {
			s.refuse(reason)
		}
	}
	s.lookAtTLS(o, now)
	s.MayServe = len(s.Refusals) == 0
	return s
}

func (s *standing) lookAtTLS(o options, now time.Time) {
	cert, _, host, err := provisioning.LoadTLS(o.uplink)
	s.refuse(err)
	if err != nil {
		return
	}
	s.Host, s.TLSUntil = host, &cert.Leaf.NotAfter
	s.refuse(dates("TLS", cert.Leaf, now))
	terminal, err := protocol.TerminalOf(cert.Leaf)
	s.refuse(err)
	if err == nil && s.device && terminal.ID != s.Terminal {
		s.refuse(provisioning.ErrTwoTerminals)
	}
}

func (s *standing) refuse(reason error) {
	if reason == nil {
		return
	}
	s.reasons = append(s.reasons, reason)
	s.Refusals = append(s.Refusals, reason.Error())
}

// print writes it for people.
func (s *standing) print(out io.Writer, p console.Paint) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, line := range [][2]string{
		{"terminal", s.Terminal},
		{"environment", s.Environment},
		{"device key", protection(s.Protection)},
		{"device certificate", until(s.DeviceUntil)},
		{"TLS certificate", until(s.TLSUntil)},
		{"platform", s.platform()},
		{"bundle", s.bundleLine()},
	} {
		if line[1] == "" {
			line[1] = "none"
		}
		fmt.Fprintf(w, "%s\t%s\n", line[0], line[1])
	}
	for i, reason := range s.Refusals {
		label := "must not serve"
		if i > 0 {
			label = ""
		}
		fmt.Fprintf(w, "%s\t%s\n", label, p.In(console.Red, reason))
	}
	if s.MayServe {
		fmt.Fprintf(w, "may serve\t%s, as a terminal for %s\n", p.In(console.Green, "yes"), s.Environment)
	} else {
		fmt.Fprintf(w, "\t%s\n", exitOf(s.first()).remedy)
	}
	return w.Flush()
}

func protection(p string) string {
	if p == "" {
		return ""
	}
	return "in a " + p
}

func until(t *time.Time) string {
	if t == nil {
		return ""
	}
	return "until " + t.Format(time.DateOnly)
}

func (s *standing) platform() string {
	if s.Platform == "" || s.Host == "" {
		return s.Platform + s.Host
	}
	return s.Platform + " at " + s.Host
}

func (s *standing) bundleLine() string {
	if s.BundleIssued == nil {
		return ""
	}
	return fmt.Sprintf("version %d of %s", s.BundleVersion, s.BundleIssued.Format(time.RFC3339))
}

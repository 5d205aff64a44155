package checkup

import (
	"crypto/x509"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning"
	"github.com/digital-watashi/kiosk/provisioning/provision/console"
)

// Standing is what status prints.
type Standing struct {
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

// Fault is what decides the exit code.
func (s *Standing) Fault() error {
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

// Homes are the folders of both services' identities.
type Homes struct{ State, Uplink string }

// Look reads everything as the services do, and judges it.
func Look(o Homes, now time.Time) *Standing {
	s := &Standing{Refusals: []string{}}
	id, err := provisioning.LoadDevice(o.State)
	s.refuse(err)
	if err == nil {
		s.Terminal, s.Environment, s.Protection = id.TerminalID, string(id.Environment), id.Protection
		s.DeviceUntil, s.device = &id.Certificate.NotAfter, true
		s.refuse(dates("device", id.Certificate, now))
	}
	bundle, _, err := provisioning.LoadBundle(o.State)
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

func (s *Standing) lookAtTLS(o Homes, now time.Time) {
	cert, _, host, err := provisioning.LoadTLS(o.Uplink)
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

func (s *Standing) refuse(reason error) {
	if reason == nil {
		return
	}
	s.reasons = append(s.reasons, reason)
	s.Refusals = append(s.Refusals, reason.Error())
}

// Print writes it for people.
func (s *Standing) Print(out io.Writer, p console.Paint, remedy string) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, line := range [][2]string{
		{"terminal", s.Terminal},
		{"environment", s.Environment},
		{"device key", Protection(s.Protection)},
		{"device certificate", Until(s.DeviceUntil)},
		{"TLS certificate", Until(s.TLSUntil)},
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
		fmt.Fprintf(w, "\t%s\n", remedy)
	}
	return w.Flush()
}

// Protection is where keys are kept, in words; empty where none are.
func Protection(p string) string {
	if p == "" {
		return ""
	}
	return "in a " + p
}

// Until is the end of a certificate's time, in words; empty where there is none.
func Until(t *time.Time) string {
	if t == nil {
		return ""
	}
	return "until " + t.Format(time.DateOnly)
}

func (s *Standing) platform() string {
	if s.Platform == "" || s.Host == "" {
		return s.Platform + s.Host
	}
	return s.Platform + " at " + s.Host
}

func (s *Standing) bundleLine() string {
	if s.BundleIssued == nil {
		return ""
	}
	return fmt.Sprintf("version %d of %s", s.BundleVersion, s.BundleIssued.Format(time.RFC3339))
}

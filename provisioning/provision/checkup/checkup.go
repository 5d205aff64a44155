package checkup

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning"
	"github.com/digital-watashi/kiosk/provisioning/provision/console"
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
	"github.com/digital-watashi/kiosk/provisioning/provision/system"
	"github.com/digital-watashi/kiosk/provisioning/provision/trial"
	"github.com/digital-watashi/kiosk/terminal/status"
)

var (
	// ErrLapsed: a certificate's time is over, which is no matter of the clock.
	ErrLapsed = errors.New("the certificate has ended")
	// ErrDisk: so little room that the terminal takes no card in.
	ErrDisk = errors.New("the disk is nearly full")
)

// Report is what Examine tells: the whole machine, one finding for each thing, in
// the order in which one depends on the other.
type Report struct {
	desk.Ending
	Terminal    string          `json:"terminal,omitempty"`
	Environment string          `json:"environment,omitempty"`
	Version     string          `json:"version"`
	Findings    []trial.Finding `json:"findings"`
	faults      []error
}

// examination is one run of check.
type examination struct {
	*desk.Desk
	homes   Homes
	report  Report
	id      *provisioning.Identity
	bundle  *protocol.Bundle
	running *status.Terminal // nil where no terminald runs
}

// Examine looks at the whole machine, and is an error of the first fault. The version is
// this program's.
func Examine(ctx context.Context, d *desk.Desk, h Homes, version string) (*Report, error) {
	x := &examination{Desk: d, homes: h, report: Report{Version: version, Findings: []trial.Finding{}}}
	return &x.report, x.run(ctx)
}

func (x *examination) run(ctx context.Context) error {
	x.identity()
	x.chip()
	x.certificates()
	x.platform(ctx)
	x.disk()
	x.services(ctx)
	x.devices(ctx)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if len(x.report.faults) > 0 {
		return x.report.faults[0]
	}
	return nil
}

// found adds a finding; a fault comes with the error that decides the exit code.
func (x *examination) found(f trial.Finding, fault error) {
	if fault != nil {
		e := x.Verdict(fault)
		f.Word, f.Cause, f.Remedy = trial.Fault, desk.OneLine(fault), e.Remedy
		x.report.faults = append(x.report.faults, fault)
	}
	x.report.Findings = append(x.report.Findings, f)
}

func ok(what, note string) trial.Finding {
	return trial.Finding{Device: what, Word: trial.OK, Note: note}
}

// attention is something that works still.
func attention(what, cause, remedy string) trial.Finding {
	return trial.Finding{Device: what, Word: trial.Attention, Cause: cause, Remedy: remedy}
}

// identity judges who the machine is, as the services do at their start.
func (x *examination) identity() {
	s := Look(x.homes, x.Now())
	x.report.Terminal, x.report.Environment = s.Terminal, s.Environment
	x.id, _ = provisioning.LoadDevice(x.homes.State) // what is wrong with it, s has
	x.bundle, _, _ = provisioning.LoadBundle(x.homes.State)
	for _, reason := range s.reasons {
		if errors.Is(reason, ErrLapsed) {
			continue // told of the certificates
		}
		x.found(trial.Finding{Device: "identity"}, reason)
		return
	}
	x.found(ok("identity", strings.Join([]string{s.Terminal, s.Environment, "device key " + Protection(s.Protection)}, ", ")), nil)
	if provisioning.Pending(x.homes.State, nil) {
		x.found(attention("readiness", "nobody has seen this machine ready since it was provisioned", "Run watashi-provision init: it goes on there."), nil)
	}
}

// chip asks the TPM whether it would sign.
func (x *examination) chip() {
	switch {
	case x.id == nil:
	case x.id.Protection != protocol.ProtectionTPM:
		x.found(trial.Finding{Device: "tpm", Word: trial.None, Note: "the keys are files"}, nil)
	default:
		x.found(ok("tpm", "it has the device key and would sign"), x.id.Check())
	}
}

// certificates tells which ends first, and when.
func (x *examination) certificates() {
	if x.id == nil {
		return
	}
	first := x.id.Certificate
	if cert, _, _, err := provisioning.LoadTLS(x.homes.Uplink); err == nil && cert.Leaf.NotAfter.Before(first.NotAfter) {
		first = cert.Leaf
	}
	left := first.NotAfter.Sub(x.Now())
	note := fmt.Sprintf("%d days left, until %s; renewed by itself from %s on", int(left.Hours()/24), first.NotAfter.Format(time.DateOnly), provisioning.RenewAt(first).Format(time.DateOnly))
	f := ok("certificates", note)
	if left > 0 && provisioning.Due(first, x.Now()) {
		f = attention("certificates", note, "It should have been renewed by now: see that uplinkd runs, or run watashi-provision renew.")
	}
	x.found(f, lapsed(first.NotAfter, x.Now()))
}

// lapsed says since when a certificate has ended.
func lapsed(until, now time.Time) error {
	if !now.After(until) {
		return nil
	}
	return fmt.Errorf("%w: %d days ago, on %s", ErrLapsed, int(now.Sub(until).Hours()/24), until.Format(time.DateOnly))
}

// tightSkew is a clock that wants to be looked at before it closes the terminal.
const tightSkew = time.Minute

// platform speaks to it as uplinkd does: network, clock and bundle in one.
func (x *examination) platform(ctx context.Context) {
	if x.id == nil {
		return
	}
	x.Hint("Asking the platform …")
	m, err := provisioning.Meet(ctx, x.homes.Uplink, x.Now)
	switch skew := m.Skew.Round(time.Second); {
	case errors.Is(err, provisioning.ErrClock):
		x.found(trial.Finding{Device: "clock"}, err)
		return
	case err != nil && m.Skew == 0:
		x.found(attention("clock", "not compared, as the platform was not heard", "See the next line."), nil)
	case skew.Abs() > tightSkew:
		x.found(attention("clock", fmt.Sprintf("%s ahead of the platform's", skew), system.This().SetClock+"; beyond five minutes no card is taken in."), nil)
	default:
		x.found(ok("clock", fmt.Sprintf("%s ahead of the platform's, which tells whole seconds", skew)), nil)
	}
	if err != nil {
		f := trial.Finding{Device: "platform", Word: trial.Fault, Cause: networkCause(err, m.Host), Remedy: x.Verdict(err).Remedy}
		x.report.faults, x.report.Findings = append(x.report.faults, err), append(x.report.Findings, f)
	} else {
		x.found(ok("platform", fmt.Sprintf("%s answers, in %d ms", m.Host, m.Took.Milliseconds())), nil)
	}
	x.bundleAge(m)
}

func (x *examination) bundleAge(m provisioning.Meeting) {
	if x.bundle == nil {
		return
	}
	note := fmt.Sprintf("version %d, %d days old", x.bundle.Version, int(x.Now().Sub(x.bundle.Issued).Hours()/24))
	if m.BundleVersion > x.bundle.Version {
		x.found(attention("bundle", fmt.Sprintf("%s; the platform has version %d", note, m.BundleVersion), "uplinkd fetches it by itself; if this stays so, see its log."), nil)
		return
	}
	x.found(ok("bundle", note), nil)
}

// The bounds of free disk, in bytes: below the first no card is taken in.
const (
	leastDisk = 64 << 20
	tightDisk = 512 << 20
)

func (x *examination) disk() {
	folder := filepath.Clean(x.homes.State)
	free, err := system.DiskFree(folder)
	note := fmt.Sprintf("%d MiB free at %s", free>>20, folder)
	switch {
	case err != nil:
		x.found(trial.Finding{Device: "disk", Word: trial.None, Note: desk.OneLine(err)}, nil)
	case free < leastDisk:
		x.found(trial.Finding{Device: "disk"}, fmt.Errorf("%w: %s, and no card is taken in below %d", ErrDisk, note, leastDisk>>20))
	case free < tightDisk:
		x.found(attention("disk", note, "Make room: "+system.This().ShrinkLog+"."), nil)
	default:
		x.found(ok("disk", note), nil)
	}
}

// services asks terminald, which knows when it last heard uplinkd.
func (x *examination) services(ctx context.Context) {
	s, err := x.Ask(ctx)
	if err != nil {
		f := attention("terminald", "it does not run", system.This().StartTerminald)
		if !desk.Absent(err) {
			f = attention("terminald", desk.OneLine(err), x.Verdict(err).Remedy)
		}
		x.found(f, nil)
		return
	}
	x.running = s
	x.found(ok("terminald", "runs, "+s.Version), nil)
	if s.Platform == nil {
		return
	}
	if s.Platform.Contact.IsZero() || x.Now().Sub(s.Platform.Contact) > 10*time.Second {
		x.found(attention("uplinkd", "terminald has not heard of it", system.This().SeeUplinkd), nil)
		return
	}
	x.found(ok("uplinkd", "runs"), nil)
}

// devices are those of device check.
func (x *examination) devices(ctx context.Context) {
	r, err := trial.Check(ctx, x.Desk)
	x.report.Findings = append(x.report.Findings, r.Devices...)
	if err != nil {
		x.report.faults = append(x.report.faults, err)
	}
}

// Told reports whether a finding has told what the exit code says.
func (c *Report) Told() bool {
	return slices.ContainsFunc(c.Findings, func(f trial.Finding) bool { return f.Word == trial.Fault })
}

// Print tells it to people.
func (c *Report) Print(s *console.Sheet) {
	for _, f := range c.Findings {
		f.Print(s)
	}
	switch {
	case len(c.faults) == 0:
		s.Fact("result", s.In(console.Green, "in order"))
	default:
		s.Fact("result", s.In(console.Red, console.Plural(len(c.faults), "fault")))
	}
}

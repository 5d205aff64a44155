package terminal

import (
	"context"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/mynumber"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

// A complaint is something that keeps the terminal from taking a card in, and
// the reason for the technician, where there is more to say than the code.
type complaint struct {
	fault catalogue.Code
	err   error
}

// inspect lists all that keeps the terminal from taking a card in, the causes
// before what follows from them: a session that cannot end well does not begin.
func (t *Terminal) inspect(ctx context.Context) (faults []catalogue.Code) {
	complaints := t.complaints(ctx)
	t.complain(complaints)
	for _, c := range complaints {
		faults = append(faults, c.fault)
	}
	return faults
}

// complain logs the reasons when they are others than at the last check.
func (t *Terminal) complain(complaints []complaint) {
	said := fmt.Sprint(complaints)
	if before := t.complained.Swap(&said); before != nil && *before == said {
		return
	}
	for _, c := range complaints {
		if c.err != nil {
			t.Log.Warn("taking no card in", "fault", string(c.fault), "error", c.err)
		}
	}
}

func (t *Terminal) complaints(ctx context.Context) []complaint {
	b := t.Bundle()
	if b == nil {
		return []complaint{{catalogue.SetUpMissing, provisioning.ErrNoBundle}}
	}
	all := t.refusals(b)
	if err := t.Clock(); err != nil {
		all = append(all, complaint{catalogue.Clock, err})
	}
	all = append(all, t.devices(ctx)...)
	all = append(all, t.pressure(b)...)
	if b.Offline == protocol.OfflineRefuse && !t.Platform.Reachable() {
		all = append(all, complaint{catalogue.Offline, nil})
	}
	return all
}

// refusals are what a production terminal does not work with. There is no way
// round them.
func (t *Terminal) refusals(b *protocol.Bundle) (all []complaint) {
	for _, err := range provisioning.Refusals(t.Identity, b) {
		all = append(all, complaint{refused(err), err})
	}
	if err := t.Identity.Valid(t.Now()); err != nil { // what it signed now would be refused
		all = append(all, complaint{catalogue.SetUpMissing, err})
	}
	if _, err := TrustOf(b); err != nil {
		all = append(all, complaint{catalogue.SetUpMissing, err})
	}
	if t.Identity.Environment != protocol.Production {
		return all
	}
	if err := t.trust().CheckProduction(); err != nil {
		all = append(all, complaint{catalogue.ProductionCA, err})
	}
	if t.VirtualReader() {
		all = append(all, complaint{catalogue.ProductionReader, nil})
	}
	return all
}

func refused(err error) catalogue.Code {
	switch {
	case errors.Is(err, provisioning.ErrSoftwareKey):
		return catalogue.ProductionKey
	case errors.Is(err, provisioning.ErrTestBundle):
		return catalogue.ProductionBundle
	case errors.Is(err, provisioning.ErrTestCertificate):
		return catalogue.ProductionCertificate
	}
	return catalogue.ProductionOther
}

func (t *Terminal) devices(ctx context.Context) (all []complaint) {
	if state, told := t.reader.Load().(hal.State); told && state != hal.Online {
		all = append(all, complaint{catalogue.ReaderNone, nil})
	}
	if t.unseen.Load() {
		all = append(all, complaint{catalogue.ScreenNone, nil})
	}
	status, err := t.Printer.Status(ctx)
	if fault := printerFault(status); fault != "" {
		all = append(all, complaint{fault, err})
	}
	return all
}

func printerFault(s hal.PrinterStatus) catalogue.Code {
	switch {
	case s.CoverOpen:
		return catalogue.PrinterCover
	case s.Paper == hal.PaperOut:
		return catalogue.PrinterPaper
	case s.Paper == hal.PaperJammed:
		return catalogue.PrinterJam
	case !s.Ready():
		return catalogue.PrinterOffline
	}
	return ""
}

func (t *Terminal) pressure(b *protocol.Bundle) (all []complaint) {
	p, err := t.Journal.Pressure()
	if err != nil {
		return []complaint{{catalogue.DiskFault, err}}
	}
	if p.DiskFree < leastDisk {
		all = append(all, complaint{catalogue.DiskFull, nil})
	}
	if p.Unsent >= b.Limits.MaxUnsent {
		all = append(all, complaint{catalogue.QueueFull, nil})
	}
	if !p.Oldest.IsZero() && t.Now().Sub(p.Oldest) > time.Duration(b.Limits.MaxUnsentHours)*time.Hour {
		all = append(all, complaint{catalogue.QueueOld, nil})
	}
	return all
}

// trust is what the terminal believes: what it was given, or what the bundle
// says. A bundle that cannot be read is believed nothing.
func (t *Terminal) trust() mynumber.Trust {
	trust := t.Trust
	if b := t.Bundle(); b != nil && len(trust.Generations) == 0 {
		trust, _ = TrustOf(b) // a broken one is a complaint of its own
	}
	if trust.Now == nil {
		trust.Now = t.Now
	}
	return trust
}

// TrustOf reads which signing certificates a bundle tells a terminal to believe.
func TrustOf(b *protocol.Bundle) (mynumber.Trust, error) {
	var trust mynumber.Trust
	for _, der := range b.JPKI {
		ca, err := x509.ParseCertificate(der)
		if err != nil {
			return mynumber.Trust{}, fmt.Errorf("reading a JPKI CA of the bundle: %w", err)
		}
		trust.Generations = append(trust.Generations, ca)
	}
	for _, text := range b.SigningPolicies {
		policy, err := policyOf(text)
		if err != nil {
			return mynumber.Trust{}, err
		}
		trust.Policies = append(trust.Policies, policy)
	}
	return trust, nil
}

func policyOf(text string) (policy asn1.ObjectIdentifier, err error) {
	for _, arc := range strings.Split(text, ".") {
		n, err := strconv.ParseUint(arc, 10, 31)
		if err != nil {
			return nil, fmt.Errorf("reading signing policy %q of the bundle: not an object identifier", text)
		}
		policy = append(policy, int(n))
	}
	return policy, nil
}

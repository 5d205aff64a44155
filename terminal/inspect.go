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

// inspect lists all that keeps the terminal from taking a card in, the causes
// before what follows from them: a session that cannot end well does not begin.
func (t *Terminal) inspect(ctx context.Context) []catalogue.Code {
	b := t.Bundle()
	if b == nil {
		return []catalogue.Code{catalogue.SetUpMissing}
	}
	faults := t.refusals(b)
	if err := t.Clock(); err != nil {
		t.Log.Warn("checking the clock", "error", err)
		faults = append(faults, catalogue.Clock)
	}
	faults = append(faults, t.devices(ctx)...)
	faults = append(faults, t.pressure(b)...)
	if b.Offline == protocol.OfflineRefuse && !t.Platform.Reachable() {
		faults = append(faults, catalogue.Offline)
	}
	return faults
}

// refusals are what a production terminal does not work with. There is no way
// round them.
func (t *Terminal) refusals(b *protocol.Bundle) (faults []catalogue.Code) {
	for _, err := range provisioning.Refusals(t.Identity, b) {
		t.Log.Error("refusing to work", "error", err)
		faults = append(faults, refused(err))
	}
	if t.Identity.Environment != protocol.Production {
		return faults
	}
	if err := t.trust().CheckProduction(); err != nil {
		t.Log.Error("refusing to work", "error", err)
		faults = append(faults, catalogue.ProductionCA)
	}
	if t.VirtualReader() {
		faults = append(faults, catalogue.ProductionReader)
	}
	return faults
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

func (t *Terminal) devices(ctx context.Context) (faults []catalogue.Code) {
	if state, told := t.reader.Load().(hal.State); told && state != hal.Online {
		faults = append(faults, catalogue.ReaderNone)
	}
	if t.unseen.Load() {
		faults = append(faults, catalogue.ScreenNone)
	}
	status, err := t.Printer.Status(ctx)
	if err != nil {
		t.Log.Warn("asking the printer", "error", err)
	}
	if fault := printerFault(status); fault != "" {
		faults = append(faults, fault)
	}
	return faults
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

func (t *Terminal) pressure(b *protocol.Bundle) (faults []catalogue.Code) {
	p, err := t.Journal.Pressure()
	if err != nil {
		t.Log.Error("asking the journal", "error", err)
		return []catalogue.Code{catalogue.DiskFault}
	}
	if p.DiskFree < leastDisk {
		faults = append(faults, catalogue.DiskFull)
	}
	if p.Unsent >= b.Limits.MaxUnsent {
		faults = append(faults, catalogue.QueueFull)
	}
	if !p.Oldest.IsZero() && t.Now().Sub(p.Oldest) > time.Duration(b.Limits.MaxUnsentHours)*time.Hour {
		faults = append(faults, catalogue.QueueOld)
	}
	return faults
}

// trust is what the terminal believes: what it was given, or what the bundle
// says. A bundle that cannot be read is believed nothing.
func (t *Terminal) trust() mynumber.Trust {
	trust := t.Trust
	if b := t.Bundle(); b != nil && len(trust.Generations) == 0 {
		said, err := TrustOf(b)
		if err != nil {
			t.Log.Error("reading the bundle", "error", err)
		}
		trust = said
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

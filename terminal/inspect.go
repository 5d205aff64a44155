package terminal

import (
	"context"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

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

// inspect looks for all that keeps the terminal from taking a card in. The
// printer is asked first, which may take long; what the devices told is looked at
// last, and under a lock until the loop has it, so that nothing that was told
// later is overtaken.
func (t *Terminal) inspect(ctx context.Context, e Inspect) {
	ctx, cancel := context.WithTimeout(ctx, limit(e))
	defer cancel()
	if t.paper.Load() == nil || !e.Quick {
		t.askPrinter(ctx)
	}
	t.order.Lock()
	defer t.order.Unlock()
	t.post(Inspected{e.of, t.faults()})
}

// faults are the causes before what follows from them: a session that cannot end
// well does not begin.
func (t *Terminal) faults() (faults []catalogue.Code) {
	complaints := t.complaints()
	t.complain(complaints)
	for _, c := range complaints {
		faults = append(faults, c.fault)
	}
	t.recent.stand(faults, t.Now())
	t.found.Store(&faults)
	return faults
}

// Conditions are all that the last check found to keep the terminal from taking a
// card in, the causes before what follows from them. It may be called from any
// goroutine.
func (t *Terminal) Conditions() []catalogue.Code {
	if found := t.found.Load(); found != nil {
		return slices.Clone(*found)
	}
	return []catalogue.Code{catalogue.TerminalStarting}
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

func (t *Terminal) complaints() []complaint {
	all := t.tampering()
	b := t.Bundle()
	if b == nil {
		return append(all, complaint{catalogue.SetUpMissing, provisioning.ErrNoBundle})
	}
	if err := t.Clock(); err != nil { // first: by a wrong clock a good certificate is not valid
		all = append(all, complaint{catalogue.Clock, err})
	}
	all = append(all, t.refusals(b)...)
	if err := t.Suspended(); err != nil {
		all = append(all, complaint{catalogue.TerminalSuspended, err})
	}
	if now := t.Now(); !b.Hours.Open(now) { // whoever began before may end
		all = append(all, complaint{catalogue.HoursClosed, nil})
	}
	all = append(all, t.devices()...)
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
	case provisioning.IsChipFault(err):
		return ChipFault(err)
	case errors.Is(err, provisioning.ErrSoftwareKey):
		return catalogue.ProductionKey
	case errors.Is(err, provisioning.ErrTestBundle):
		return catalogue.ProductionBundle
	case errors.Is(err, provisioning.ErrTestCertificate):
		return catalogue.ProductionCertificate
	}
	return catalogue.ProductionOther
}

// ChipFault is the code of what is wrong with the TPM that keeps the device key.
func ChipFault(err error) catalogue.Code {
	switch {
	case errors.Is(err, provisioning.ErrChipNone), errors.Is(err, provisioning.ErrChipPermission):
		return catalogue.ChipNone
	case errors.Is(err, provisioning.ErrChipCleared):
		return catalogue.ChipCleared
	case errors.Is(err, provisioning.ErrChipLockout):
		return catalogue.ChipLockout
	}
	return catalogue.ChipFault
}

// tampering stands until a technician has cleared it in the journal, and is kept
// there anew while the sensor still speaks of it.
func (t *Terminal) tampering() []complaint {
	since, err := t.Journal.Tampered()
	if err != nil {
		return []complaint{{catalogue.DiskFault, err}}
	}
	now := t.cabinet.Load()
	if since.IsZero() && !t.forced.Load() && (now == nil || !now.Tamper) {
		return nil
	}
	if since.IsZero() {
		err = t.keepTamper()
	}
	return []complaint{{catalogue.SensorTamper, err}}
}

// keepTamper makes it durable.
func (t *Terminal) keepTamper() error {
	err := t.Journal.Tamper(t.stamp())
	if err == nil {
		t.forced.Store(false)
	}
	return err
}

func (t *Terminal) devices() (all []complaint) {
	if fault := t.cabinetFault(); fault != "" {
		all = append(all, complaint{fault, nil})
	}
	if state, told := t.reader.Load().(hal.State); told && state != hal.Online {
		all = append(all, complaint{readerFault(state), nil})
	}
	if t.lies() {
		all = append(all, complaint{catalogue.CardForgotten, nil})
	}
	if t.unseen.Load() {
		all = append(all, complaint{catalogue.ScreenNone, nil})
	}
	if paper := t.paper.Load(); paper != nil && paper.fault != "" {
		all = append(all, *paper)
	}
	return all
}

// cabinetFault is what the sensors say besides tampering. Those that are there
// and say nothing are not believed to be well.
func (t *Terminal) cabinetFault() catalogue.Code {
	now := t.cabinet.Load()
	switch {
	case t.Sensors == nil:
		return ""
	case now == nil || now.Device != hal.Online:
		return catalogue.SensorNone
	case now.Switch != "" && now.Switch != hal.SwitchRun:
		return catalogue.SensorSwitch
	case now.Door == hal.DoorOpen:
		return catalogue.SensorDoor
	}
	return ""
}

func readerFault(s hal.State) catalogue.Code {
	switch s {
	case hal.Offline:
		return catalogue.ReaderService
	case hal.DeviceBusy:
		return catalogue.ReaderBusy
	case hal.HardwareError:
		return catalogue.ReaderFault
	}
	return catalogue.ReaderNone
}

func (t *Terminal) askPrinter(ctx context.Context) {
	status, err := t.Printer.Status(ctx)
	t.paper.Store(&complaint{printerFault(status), err})
	t.printer.Store(&status)
}

func printerFault(s hal.PrinterStatus) catalogue.Code {
	switch {
	case s.CoverOpen:
		return catalogue.PrinterCover
	case s.Paper == hal.PaperOut:
		return catalogue.PrinterPaper
	case s.Paper == hal.PaperJammed:
		return catalogue.PrinterJam
	case s.CutterFault:
		return catalogue.PrinterCutter
	case s.Device == hal.HardwareError:
		return catalogue.PrinterHardware
	case !s.Ready():
		return catalogue.PrinterOffline
	}
	return ""
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

package trial

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning"
	"github.com/digital-watashi/kiosk/provisioning/provision/console"
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
	"github.com/digital-watashi/kiosk/provisioning/provision/system"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
	"github.com/digital-watashi/kiosk/terminal/devices"
	"github.com/digital-watashi/kiosk/terminal/status"
)

// CheckReport is what check tells.
type CheckReport struct {
	desk.Ending
	Source       string    `json:"source"` // terminald or devices
	Terminal     string    `json:"terminal,omitempty"`
	OutOfService string    `json:"out_of_service,omitempty"`
	Devices      []Finding `json:"devices"`
}

// askedDevices is the source where no terminald runs.
const askedDevices = "devices"

// checkPatience bounds the question to one device.
const checkPatience = 5 * time.Second

// Check asks terminald, where one runs: it holds the devices.
func Check(ctx context.Context, d *desk.Desk) (*CheckReport, error) {
	r := &CheckReport{Devices: []Finding{}}
	return r, r.fill(ctx, d)
}

func (r *CheckReport) fill(ctx context.Context, d *desk.Desk) error {
	s, err := d.Ask(ctx)
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case err == nil:
		r.fromTerminal(s, judgeVoice(d.Machine.OpenVoice()))
	case desk.Absent(err):
		r.Source = askedDevices
		r.Devices = tryAll(ctx, d)
	default:
		return err
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return r.fault()
}

// fromTerminal judges what terminald says. Of the voice it says nothing: that is
// judged by its programs.
func (r *CheckReport) fromTerminal(s *status.Terminal, voice Finding) {
	r.Source, r.Terminal, r.OutOfService = desk.AskedTerminal, s.TerminalID, cmp.Or(s.OutOfService, s.Fault)
	if s.Printer == nil { // it has not come so far as to have devices
		return
	}
	p := s.Printer
	r.Devices = []Finding{
		judgeReader(s.Reader),
		judgePrinter(hal.PrinterStatus{Device: p.Device, Paper: p.Paper, CoverOpen: p.CoverOpen, CutterFault: p.CutterFault}, p.Error),
		absentOr(s.Scanner != "", "scanner", func() Finding { return judgeScanner(s.Scanner, "") }),
		absentOr(s.Sensors != nil || !s.TamperedSince.IsZero(), "sensors", func() Finding { return judgeSensors(auxiliaries(s.Sensors), s.TamperedSince) }),
		voice,
	}
}

func auxiliaries(s *status.Sensors) hal.Auxiliaries {
	if s == nil {
		return hal.Auxiliaries{}
	}
	return hal.Auxiliaries{Device: s.Device, Tamper: s.Tamper, Door: s.Door, Switch: s.Switch, Headset: s.Headset}
}

func absentOr(there bool, device string, judge func() Finding) Finding {
	if !there {
		return Finding{Device: device, Word: None}
	}
	return judge()
}

// tryAll opens each device in turn, until it is told to stop.
func tryAll(ctx context.Context, d *desk.Desk) (all []Finding) {
	for _, try := range []struct {
		device string
		try    func(context.Context, *desk.Desk) Finding
	}{{"reader", tryReader}, {"printer", tryPrinter}, {"scanner", tryScanner}, {"sensors", trySensors}, {"voice", tryVoice}} {
		if ctx.Err() != nil {
			return all
		}
		d.Hint("Trying the %s …", try.device)
		ctx, cancel := context.WithTimeout(ctx, checkPatience)
		all = append(all, try.try(ctx, d))
		cancel()
	}
	return all
}

func tryReader(ctx context.Context, d *desk.Desk) Finding {
	readers, err := d.ListReaders(ctx)
	switch {
	case errors.Is(err, devices.ErrNoPCSC):
		return withoutPCSC(err)
	case err != nil:
		return described(judgeReader(hal.Offline), err.Error())
	}
	fit := slices.Clone(readers)
	fit = slices.DeleteFunc(fit, func(r devices.ReaderInfo) bool { return !meant(r, d.Machine.Reader) })
	named := len(fit)
	if inProduction(d) {
		fit = slices.DeleteFunc(fit, func(r devices.ReaderInfo) bool { return r.Virtual })
	}
	f := judgeReaders(fit)
	switch {
	case len(fit) > 0 || len(readers) == 0:
	case named > 0:
		f.Cause = "every reader is software, which a production terminal refuses"
	default:
		f.Cause = fmt.Sprintf("none of %s has %q in its name, as the configuration says", console.Plural(len(readers), "reader"), d.Machine.Reader)
	}
	return f
}

// inProduction reports whether this machine is a production terminal.
func inProduction(d *desk.Desk) bool {
	id, err := provisioning.LoadDevice(d.Machine.StateDir)
	return err == nil && id.Environment == protocol.Production
}

func tryPrinter(ctx context.Context, d *desk.Desk) Finding {
	printer, done := d.OpenPrinter(d.Machine.Config)
	s, err := printer.Status(ctx)
	trouble := ""
	if err != nil {
		trouble = err.Error()
	}
	if err := done(); err != nil {
		trouble = err.Error()
	}
	return judgePrinter(s, trouble)
}

// tryScanner serves it until it says how it is.
func tryScanner(ctx context.Context, d *desk.Desk) Finding {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	state, trouble := new(desk.Latest[hal.State]), new(desk.Latest[error])
	scanner, err := d.OpenScanner(d.Machine.Config, devices.ScannerOptions{
		OnState:   func(s hal.State) { state.Set(s); stop() },
		OnTrouble: trouble.Set,
	})
	switch {
	case err != nil:
		return judgeScanner(hal.NoDevice, err.Error())
	case scanner == nil:
		return Finding{Device: "scanner", Word: None}
	}
	_ = scanner.Serve(ctx, func([]byte) {}) // it ends as it was told to
	now := cmp.Or(state.Get(), hal.Offline)
	return judgeScanner(now, troubleText(now, trouble.Get()))
}

// trySensors serves them until they say how they are.
func trySensors(ctx context.Context, d *desk.Desk) Finding {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	said, trouble := new(desk.Latest[hal.Auxiliaries]), new(desk.Latest[error])
	sensors, err := d.OpenSensors(d.Machine.Config, devices.SensorOptions{OnTrouble: trouble.Set})
	switch {
	case err != nil:
		return described(judgeSensors(hal.Auxiliaries{Device: hal.NoDevice}, time.Time{}), err.Error())
	case sensors == nil:
		return Finding{Device: "sensors", Word: None}
	}
	_ = sensors.Serve(ctx, func(a hal.Auxiliaries) { said.Set(a); stop() })
	a := said.Get()
	a.Device = cmp.Or(a.Device, hal.Offline)
	f := judgeSensors(a, time.Time{})
	if a.Device != hal.Online {
		f = described(f, troubleText(a.Device, trouble.Get()))
	}
	return f
}

// fault is the first fault, as the exit code tells it.
func (r *CheckReport) fault() error {
	for _, f := range r.Devices {
		if f.Word == Fault {
			return fmt.Errorf("%w: %s", faultOf(f), f.Cause)
		}
	}
	if r.Source == desk.AskedTerminal && len(r.Devices) == 0 {
		return fmt.Errorf("%w: it has no devices yet (%s)", desk.ErrNoTerminal, r.OutOfService)
	}
	return nil
}

// faultOf sorts a finding into what the exits tell apart.
func faultOf(f Finding) error {
	switch {
	case f.Device == "printer":
		return ErrPrinter
	case f.Device == "scanner":
		return ErrScanner
	case f.Device == "sensors":
		return ErrSensors
	case f.State == hal.Offline:
		return hal.ErrUnavailable
	case f.State == hal.DeviceBusy:
		return hal.ErrBusy
	}
	return ErrReader
}

// Told reports whether the findings have told what the exit code says.
func (r *CheckReport) Told() bool {
	return slices.ContainsFunc(r.Devices, func(f Finding) bool { return f.Word == Fault })
}

// Print tells it to people.
func (r *CheckReport) Print(s *console.Sheet) {
	s.Fact("asked", map[string]string{
		desk.AskedTerminal: "watashi-terminald",
		askedDevices:       "the devices themselves; watashi-terminald does not run",
	}[r.Source]) // nobody, when it was cut short or refused
	s.Fact("terminal", r.Terminal)
	if r.OutOfService != "" {
		s.Fact("in service", s.In(console.Red, "no")+s.In(console.Faint, "  "+r.OutOfService))
		s.Under("", system.This().ForStaff(catalogue.Code(r.OutOfService)))
	}
	for _, f := range r.Devices {
		f.Print(s)
	}
}

// Print tells it to people: the device, how it is and why, and what to do.
func (f Finding) Print(s *console.Sheet) {
	colour := map[Word]string{OK: console.Green, Attention: console.Yellow, Fault: console.Red, None: console.Faint}[f.Word]
	text := s.In(colour, string(f.Word))
	if about := cmp.Or(f.Cause, f.Note); about != "" {
		text += "  " + about
	}
	if f.Code != "" {
		text += s.In(console.Faint, "  "+f.Code)
	}
	s.Fact(f.Device, text)
	s.Under("", f.Remedy)
}

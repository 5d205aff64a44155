package terminal

import (
	"strings"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/escpos"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
	"github.com/digital-watashi/kiosk/ui"
)

// The screens of a technician. They show the machine and nothing of any citizen.

// The ids of their actions.
const (
	ActionBack       = "back"
	ActionPast       = "faults"
	ActionParts      = "machine"
	ActionTrials     = "tests"
	ActionSeal       = "status"
	ActionClean      = "clean"
	ActionTrySlip    = "try-slip"
	ActionTryReader  = "try-reader"
	ActionTryScanner = "try-scanner"
	ActionTryLights  = "try-lights"
)

// trialOf is what an action tries; empty for nothing.
func trialOf(action string) Trial {
	name, is := strings.CutPrefix(action, "try-")
	if !is {
		return ""
	}
	return Trial(name)
}

// mostFindings is how many of them are explained on one screen; the rest are told
// by their codes.
const mostFindings = 2

func (s Maintenance) show(p page) ui.View {
	if p.machine == nil && s.Sheet != SheetSealed {
		return ui.View{
			Screen: "maintenance", Title: p.say(catalogue.ServiceTitle), Text: []string{p.say(catalogue.ServiceLooking)},
			Busy: true, Actions: []ui.Action{p.finish()},
		}
	}
	switch s.Sheet {
	case SheetPast:
		return p.past()
	case SheetParts:
		return p.parts()
	case SheetTrials:
		return p.trials(s)
	case SheetSealed:
		return p.sealed(s.Sealed)
	}
	v := p.machineState()
	if s.Away {
		v.Text = append(v.Text, p.say(catalogue.ServiceNoCard))
		v.Live = p.say(catalogue.ServiceNoCard)
	}
	return v
}

// finish ends maintenance.
func (p page) finish() ui.Action {
	return p.button(ActionFinish, ui.Primary, catalogue.ServiceFinish)
}

func (p page) leaf(actions ...ui.Action) []ui.Action {
	return append(append([]ui.Action{p.button(ActionBack, ui.Secondary, catalogue.ServiceBack)}, actions...), p.finish())
}

// machineState is the first sheet: what is wrong, what to do about it, and how
// much waits for the platform.
func (p page) machineState() ui.View {
	v := ui.View{
		Screen: "maintenance", Title: p.say(catalogue.ServiceTitle),
		Fields: p.figures(),
		Actions: []ui.Action{
			p.button(ActionTrials, ui.Secondary, catalogue.ServiceTrials), p.button(ActionPast, ui.Secondary, catalogue.ServicePast),
			p.button(ActionParts, ui.Secondary, catalogue.ServiceParts), p.button(ActionSeal, ui.Secondary, catalogue.ServiceSeal),
			p.button(ActionClean, ui.Secondary, catalogue.ServiceClean), p.finish(),
		},
	}
	found := p.machine.Conditions
	for i, code := range found {
		if i < mostFindings {
			v.Findings = append(v.Findings, p.finding(code, ui.Warning))
		}
	}
	switch {
	case len(found) == 0:
		v.Notice = &ui.Notice{Kind: ui.Success, Title: p.say(catalogue.ServiceWell)}
	case len(found) > mostFindings:
		v.Text = []string{p.say(catalogue.ServiceMore, catalogue.CodeList(codesOf(found[mostFindings:])))}
	}
	return v
}

func codesOf(found []catalogue.Code) string {
	var names []string
	for _, code := range found {
		names = append(names, string(code))
	}
	return strings.Join(names, " ")
}

// finding is a fault in the words for the staff.
func (p page) finding(code catalogue.Code, kind ui.NoticeKind) ui.Finding {
	f := catalogue.Explain(p.Language, code, catalogue.Contact(p.ask()), catalogue.Chances(0), catalogue.Tries(0))
	return ui.Finding{Kind: kind, Code: string(code), Title: p.ofWhat(code), Text: f.Staff}
}

// ofWhat names the part that a fault is of, as its code begins.
func (p page) ofWhat(code catalogue.Code) string {
	part, _, _ := strings.Cut(string(code), "-")
	return catalogue.Word(p.Language, catalogue.Parts, part)
}

// figures are what waits, and the way to the platform.
func (p page) figures() []ui.Field {
	f := p.machine
	return []ui.Field{
		p.link(),
		p.field(catalogue.ServiceWaiting, p.count(f.Waiting)),
		p.field(catalogue.ServiceOldest, p.lasting(f.Oldest)),
		p.field(catalogue.ServiceQuarantined, p.count(f.Quarantined)),
		p.field(catalogue.ServiceUnknown, p.count(f.Unknown)),
		p.field(catalogue.ServiceLost, p.count(f.Lost)),
	}
}

// link is the way to the platform.
func (p page) link() ui.Field {
	if p.machine.Reachable {
		return p.field(catalogue.ServiceLink, p.say(catalogue.ServiceReachable))
	}
	return p.field(catalogue.ServiceLink, p.say(catalogue.ServiceUnreachable))
}

func (p page) field(label catalogue.Key, value string) ui.Field {
	return ui.Field{Label: p.say(label), Value: value}
}

func (p page) count(n int) string { return p.say(catalogue.ServiceCount, catalogue.Count(n)) }

// lasting is how long something has lasted, as finely as matters.
func (p page) lasting(d time.Duration) string {
	switch {
	case d <= 0:
		return p.say(catalogue.ServiceNone)
	case d < time.Hour:
		return p.say(catalogue.ServiceMinutes, catalogue.Count(int(d/time.Minute)))
	case d < 48*time.Hour:
		return p.say(catalogue.ServiceHours, catalogue.Count(int(d/time.Hour)))
	}
	return p.days(int(d / (24 * time.Hour)))
}

func (p page) days(n int) string { return p.say(catalogue.ServiceDays, catalogue.Count(n)) }

// past is the sheet of the last faults.
func (p page) past() ui.View {
	v := ui.View{Screen: "maintenance-faults", Title: p.say(catalogue.ServicePastTitle), Actions: p.leaf()}
	for _, fault := range p.machine.Recent {
		found := p.finding(fault.Fault, ui.Info)
		found.Text, found.At = "", catalogue.Stamp(fault.At)
		v.Findings = append(v.Findings, found)
	}
	v.Text = []string{p.say(catalogue.ServicePastText)}
	if len(v.Findings) == 0 {
		v.Text = []string{p.say(catalogue.ServicePastNone)}
	}
	return v
}

// parts is the sheet of what the machine is made of.
func (p page) parts() ui.View {
	f := p.machine
	return ui.View{
		Screen: "maintenance-machine", Title: p.say(catalogue.ServicePartsTitle), Actions: p.leaf(),
		Fields: []ui.Field{
			p.field(catalogue.ServiceTerminal, f.Terminal),
			p.field(catalogue.ServiceEnvironment, string(f.Environment)),
			p.field(catalogue.ServiceVersion, orNone(p, f.Version)),
			p.field(catalogue.ServiceBundle, p.say(catalogue.ServiceNumber, catalogue.Count(f.Bundle))),
			p.field(catalogue.ServiceCertificate, p.days(f.CertificateDays)),
			p.field(catalogue.ServiceProtection, f.Protection),
			p.field(catalogue.ServiceDisk, p.say(catalogue.ServiceMebibytes, catalogue.Count(int(f.DiskFree>>20)))),
			p.field(catalogue.ServiceCause, orNone(p, f.Cause)),
		},
	}
}

func orNone(p page, text string) string {
	if text == "" {
		return p.say(catalogue.ServiceNone)
	}
	return text
}

// sealed is the sheet of the signed status.
func (p page) sealed(s Sealed) ui.View {
	v := ui.View{Screen: "maintenance-status", Title: p.say(catalogue.ServiceSealTitle), Actions: p.leaf(p.button(ActionSeal, ui.Secondary, catalogue.ServiceSealAgain))}
	switch {
	case s.Failed:
		v.Text = []string{p.say(catalogue.ServiceSealFailed)}
	case len(s.Rows) == 0:
		v.Busy, v.Text = true, []string{p.say(catalogue.ServiceLooking)}
	default:
		v.Text = []string{p.say(catalogue.ServiceSealText)}
		v.Seal = &ui.Seal{Label: p.say(catalogue.SlipAtValue, catalogue.At(s.At)), QR: s.Rows}
	}
	return v
}

// trials is the sheet of what can be tried, and of the sensors as they are.
func (p page) trials(s Maintenance) ui.View {
	v := ui.View{Screen: "maintenance-tests", Title: p.say(catalogue.ServiceTrialsTitle), Fields: p.sensors()}
	for _, t := range p.fitted(s.Results) {
		trial := ui.Trial{Action: "try-" + string(t.trial), Label: p.say(t.label), Busy: s.Trying == t.trial}
		if s.Trying == t.trial {
			trial.Result = p.say(t.ask)
		} else if t.result.End != "" {
			trial.Result, trial.Kind = p.outcomeOf(t)
		}
		action := p.button(trial.Action, ui.Secondary, t.verb)
		action.Enabled = s.Trying == ""
		v.Trials, v.Actions = append(v.Trials, trial), append(v.Actions, action)
	}
	v.Actions = append(v.Actions, p.leaf()...)
	return v
}

// offer is a trial as the screen offers it.
type offer struct {
	trial            Trial
	label, verb, ask catalogue.Key
	passed, missed   catalogue.Key
	result           Result
}

// fitted are the trials of what this machine has.
func (p page) fitted(r Results) []offer {
	all := []offer{
		{TrySlip, catalogue.TrySlipLabel, catalogue.TrySlipVerb, catalogue.TrySlipAsk, catalogue.TrySlipPassed, "", r.Slip},
		{TryReader, catalogue.TryReaderLabel, catalogue.TryReaderVerb, catalogue.TryReaderAsk, catalogue.TryReaderPassed, catalogue.TryReaderMissed, r.Reader},
	}
	if p.scanner {
		all = append(all, offer{TryScanner, catalogue.TryScannerLabel, catalogue.TryScannerVerb, catalogue.TryScannerAsk, catalogue.TryScannerPassed, catalogue.TryScannerMissed, r.Scanner})
	}
	if p.lights {
		all = append(all, offer{TryLights, catalogue.TryLightsLabel, catalogue.TryLightsVerb, catalogue.TryLightsAsk, catalogue.TryLightsPassed, "", r.Lights})
	}
	return all
}

// outcomeOf says how a trial went.
func (p page) outcomeOf(o offer) (string, ui.NoticeKind) {
	switch {
	case o.trial == TryLights && p.machine.Dark:
		return p.say(catalogue.TryLightsFailed), ui.Error
	case o.result.End == Passed:
		return p.say(o.passed), ui.Success
	case o.result.End == Missed:
		return p.say(o.missed), ui.Warning
	case o.result.End == Other && o.trial == TryScanner:
		return p.say(catalogue.TryScannerOther), ui.Success
	case o.result.End == Other:
		return p.say(catalogue.TryReaderOther, catalogue.Card(catalogue.Explain(p.Language, o.result.Fault).Title)), ui.Success
	}
	return p.finding(o.result.Fault, ui.Error).Text, ui.Error
}

// sensors are what the sensors say now.
func (p page) sensors() []ui.Field {
	a := p.machine.Cabinet
	if a == nil {
		return nil
	}
	door, key := p.word(string(a.Door)), p.word(string(a.Switch))
	force := p.say(catalogue.ServiceWhole)
	switch {
	case a.Device != hal.Online:
		return []ui.Field{p.field(catalogue.ServiceSensors, p.word(string(a.Device)))}
	case a.Tamper:
		force = p.say(catalogue.ServiceForced)
	}
	return []ui.Field{p.field(catalogue.ServiceDoor, door), p.field(catalogue.ServiceKey, key), p.field(catalogue.ServiceTamper, force)}
}

func (p page) word(code string) string {
	if code == "" {
		return p.say(catalogue.ServiceNone)
	}
	return catalogue.Word(p.Language, catalogue.Sensed, code)
}

func (s Cleaning) show(p page) ui.View {
	return ui.View{
		Screen: "cleaning", Title: p.say(catalogue.CleaningTitle), Text: []string{p.say(catalogue.CleaningText)}, Picture: "cleaning",
		Locked: &ui.Locked{Seconds: int(wipeGlass.Seconds()), Text: p.say(catalogue.CleaningLeft)},
		Live:   p.say(catalogue.CleaningTitle),
	}
}

// testSlip shows what a slip may hold, but no code.
func (p page) testSlip(terminal string, at time.Time) escpos.Slip {
	return escpos.Slip{Language: p.Language, Blocks: []escpos.Block{
		escpos.Banner{Text: p.say(catalogue.SlipBanner)},
		escpos.Heading{Text: p.say(catalogue.TestSlipTitle)},
		escpos.Field{Label: p.say(catalogue.TestSlipAt), Value: p.say(catalogue.SlipAtValue, catalogue.At(at))},
		escpos.QR{Content: []byte(testCode), Caption: p.say(catalogue.TestSlipQR)},
		escpos.Rule{},
		escpos.Paragraph{Text: p.say(catalogue.TestSlipText)},
		escpos.Small{Text: p.say(catalogue.SlipTerminal, catalogue.Terminal(terminal))},
	}}
}

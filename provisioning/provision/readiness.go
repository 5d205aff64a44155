package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/digital-watashi/kiosk/hal/escpos"
	"github.com/digital-watashi/kiosk/provisioning"
	"github.com/digital-watashi/kiosk/provisioning/provision/checkup"
	"github.com/digital-watashi/kiosk/provisioning/provision/console"
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
	"github.com/digital-watashi/kiosk/provisioning/provision/trial"
)

// readiness is what init tells in the end: of the machine and of each step, and
// nothing that is secret or of a citizen.
type readiness struct {
	desk.Ending
	Ready       bool            `json:"ready"`
	Terminal    string          `json:"terminal,omitempty"`
	Environment string          `json:"environment,omitempty"`
	Protection  string          `json:"protection,omitempty"`
	Host        string          `json:"host,omitempty"`
	Bundle      int             `json:"bundle_version,omitempty"`
	Until       *time.Time      `json:"certificates_until,omitempty"` // the earlier of both
	Version     string          `json:"version"`
	Time        time.Time       `json:"time"`
	Seconds     float64         `json:"seconds"`
	Slip        bool            `json:"slip_confirmed"`
	Steps       []stepReport    `json:"steps"`
	Devices     []trial.Finding `json:"devices"`
	Old         *predecessor    `json:"old_machine,omitempty"` // of replace
	only        string
	stands      bool // the identity that was wanted
	kept        bool // that one which --replace should have ended
}

// The words that a step may have besides those of a finding.
const (
	wordWaits   trial.Word = "waits"   // for the platform's answer
	wordStopped trial.Word = "stopped" // by whoever ran it
)

// stepReport is one step.
type stepReport struct {
	Step    string     `json:"step"`
	Word    trial.Word `json:"word,omitempty"` // nothing while it is at work
	Seconds float64    `json:"seconds"`
	Words   []string   `json:"words,omitempty"`
	Exit    string     `json:"exit,omitempty"`
	Cause   string     `json:"cause,omitempty"`
	Remedy  string     `json:"remedy,omitempty"`
}

func newReadiness(only string) readiness {
	return readiness{Version: version, Steps: []stepReport{}, Devices: []trial.Finding{}, only: only}
}

// describe says who the machine is, as far as it knows.
func (r *readiness) describe(o options) {
	if id, err := provisioning.LoadDevice(o.State); err == nil {
		r.Terminal, r.Environment, r.Protection = id.TerminalID, string(id.Environment), id.Protection
		r.Until = earlier(r.Until, id.Certificate.NotAfter)
	}
	if cert, _, host, err := provisioning.LoadTLS(o.Uplink); err == nil {
		r.Host, r.Until = host, earlier(r.Until, cert.Leaf.NotAfter)
	}
	if b, _, err := provisioning.LoadBundle(o.State); err == nil {
		r.Bundle = b.Version
	}
}

func earlier(a *time.Time, b time.Time) *time.Time {
	if a != nil && a.Before(b) {
		return a
	}
	return &b
}

// at is the step of that name, which was begun.
func (r *readiness) at(step string) *stepReport {
	i := slices.IndexFunc(r.Steps, func(s stepReport) bool { return s.Step == step })
	return &r.Steps[i]
}

// open is the step that has not ended; nil if all have.
func (r *readiness) open() *stepReport {
	for i := range r.Steps {
		if r.Steps[i].Word == "" {
			return &r.Steps[i]
		}
	}
	return nil
}

func (r *readiness) number(step string) int { return slices.Index(initSteps(), step) + 1 }

// told reports whether a step has told what the verdict code says.
func (r *readiness) Told() bool {
	return slices.ContainsFunc(r.Steps, func(s stepReport) bool { return s.Word != "" && s.Word != trial.OK })
}

// replaced reports whether the run came so far that the identity is a new one.
func (r *readiness) replaced() bool {
	return slices.ContainsFunc(r.Steps, func(s stepReport) bool { return s.Step == provisioning.StepBundle && s.Word == trial.OK })
}

func (r *readiness) Conclude(e desk.Verdict, err error) {
	if e.Code == exitInterrupted {
		e.Remedy = r.wayOn(e)
	}
	r.Ending.Conclude(e, err)
}

// wayOn is what to do after an interruption, in which more is done than the table of
// exits can know.
func (r *readiness) wayOn(e desk.Verdict) string {
	switch {
	case !r.stands:
		return e.Remedy
	case r.only != "":
		return "The identity stands. Run the same command again: it does this step anew."
	}
	return "The identity stands. Run the same command again, or watashi-provision init without a token: either goes on here."
}

// tell prints a step for people.
func (s *stepReport) tell(p *console.Sheet, number, of int) {
	colour := map[trial.Word]string{trial.OK: console.Green, wordWaits: console.Yellow, wordStopped: console.Yellow, trial.Fault: console.Red}[s.Word]
	p.Line(fmt.Sprintf("%d/%d  %s  %s  %6.1f s", number, of, p.In(console.Bold, console.Pad(s.Step, console.LabelWidth-2)), p.In(colour, console.Pad(string(s.Word), 5)), s.Seconds))
	for _, text := range s.Words {
		p.Line("     " + text)
	}
	if s.Cause != "" {
		p.Line("     " + p.In(colour, s.Cause))
		p.Line("     " + s.Remedy)
	}
}

func (r *readiness) Print(s *console.Sheet) {
	if len(r.Steps) == 0 {
		return
	}
	s.Line("")
	s.Fact("terminal", r.Terminal)
	s.Fact("environment", r.Environment)
	s.Fact("keys", checkup.Protection(r.Protection))
	s.Fact("platform", r.Host)
	s.Fact("certificates", checkup.Until(r.Until))
	r.printOutcome(s)
	if r.Old != nil && r.Terminal != "" {
		r.Old.Print(s, r.Terminal)
	}
	s.Fact("took", fmt.Sprintf("%s, %.1f seconds", console.Plural(len(r.Steps), "step"), r.Seconds))
}

// printOutcome says in one line how far the machine is.
func (r *readiness) printOutcome(s *console.Sheet) {
	switch {
	case r.only != "" && r.Result == "done":
		s.Fact("done", "step "+r.only+" alone")
	case r.Ready:
		s.Fact("result", s.In(console.Green, "ready"))
	case r.Result == "unanswered":
		s.Fact("result", s.In(console.Yellow, "waits for the platform's answer")+"; the stick travels now")
	case r.Result == "not-ready":
		s.Fact("result", s.In(console.Yellow, "provisioned, not ready")+"; mend what is said above, then: watashi-provision init")
	case r.only != "" && r.stands:
		s.Fact("result", s.In(console.Yellow, "provisioned")+"; step "+r.only+" was not done")
	case r.stands:
		s.Fact("result", s.In(console.Yellow, "provisioned, not ready")+"; go on: watashi-provision init")
	case r.kept:
		s.Fact("result", s.In(console.Red, "not replaced")+"; the identity that it had is in force")
	default:
		s.Fact("result", s.In(console.Red, "not provisioned yet"))
	}
}

// slip is the report on paper. It shows everything that a slip may hold, so it
// tries the printer as the test slip does.
func (r *readiness) slip(now time.Time) escpos.Slip {
	blocks := []escpos.Block{
		escpos.Banner{Text: "TEST 試験用"},
		escpos.Heading{Text: "Readiness report\n設置確認票"},
		escpos.Field{Label: "Printed at 印刷日時", Value: now.Format("2006-01-02 15:04:05 MST")},
		escpos.Field{Label: "Terminal 端末", Value: r.Terminal},
		escpos.Field{Label: "Environment 環境", Value: r.Environment},
		escpos.Field{Label: "Keys 鍵", Value: checkup.Protection(r.Protection)},
		escpos.Field{Label: "Platform 接続先", Value: r.Host},
		escpos.Field{Label: "Certificates 証明書", Value: checkup.Until(r.Until)},
		escpos.Field{Label: "Program プログラム", Value: r.Version},
		escpos.Rule{},
	}
	for _, s := range r.Steps {
		if s.Word != "" {
			blocks = append(blocks, escpos.Field{Label: fmt.Sprintf("%d/%d %s", r.number(s.Step), len(initSteps()), s.Step), Value: fmt.Sprintf("%s, %.1f s", s.Word, s.Seconds)})
		}
	}
	for _, f := range r.Devices {
		blocks = append(blocks, escpos.Field{Label: f.Device, Value: string(f.Word) + " " + f.Code})
	}
	blocks = slices.DeleteFunc(blocks, func(b escpos.Block) bool { f, is := b.(escpos.Field); return is && f.Value == "" })
	return escpos.Slip{Language: "en", Blocks: append(blocks,
		escpos.QR{Content: []byte("watashi:test"), Caption: "watashi:test"},
		escpos.Rule{},
		escpos.Paragraph{Text: "If these lines are sharp, whole and centred, and the paper was cut below them, the printer is in order. There is no enrollment code on this slip."},
		escpos.Paragraph{Text: "文字がはっきりと中央に印刷され、用紙が下で切れていれば正常です。この用紙に端末認証番号はありません。"},
		escpos.Small{Text: "髙﨑 葛 渡邉 渡邊 齋藤 ①②③ ㈱ 0O 1lI 8B"},
	)}
}

package terminal

import (
	"context"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/escpos"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

// What a technician is told of the machine. It is looked at anew every moment
// while they stand there, and holds nothing of any citizen: neither a name nor an
// id, and of the faults only those of the machine.

// Facts are all of it, at one moment.
type Facts struct {
	At         time.Time
	Conditions []catalogue.Code // what keeps the terminal from taking a card in
	Recent     []Past           // the last faults of the machine, the youngest first

	Waiting, Quarantined int
	Oldest               time.Duration // how long the first of them has waited
	DiskFree             uint64
	Reachable            bool

	Terminal        string
	Environment     protocol.Environment
	Protection      string
	CertificateDays int
	Bundle          int

	Printer hal.PrinterStatus
	Reader  hal.State // empty: it has said nothing yet
	Cabinet *hal.Auxiliaries
	Dark    bool // the lights did not do what they were last told

	Machine
}

// Machine is what only the program round the terminal knows of it.
type Machine struct {
	Version       string
	Unknown, Lost int       // hand-overs, and registrations that a damaged journal took with it
	Cause         string    // why the platform cannot be reached, in one word
	Scanner       hal.State // empty where there is none
}

// Past is a fault of the machine, and when it came.
type Past struct {
	Fault catalogue.Code
	At    time.Time
}

// survey looks at the machine once, or once more after a moment.
func (t *Terminal) survey(ctx context.Context, e Survey) Event {
	if e.Again {
		pause := time.NewTimer(surveyEvery)
		defer pause.Stop()
		select {
		case <-pause.C:
		case <-ctx.Done():
		}
		t.askIdlePrinter(ctx)
	}
	t.order.Lock()
	found := t.faults()
	t.order.Unlock()
	f := Facts{
		At: t.stamp(), Conditions: found, Recent: t.recent.youngest(), Reachable: t.Platform.Reachable(),
		Terminal: t.Identity.TerminalID, Environment: t.Identity.Environment, Protection: t.Identity.Protection,
		Cabinet: t.cabinet.Load(), Dark: t.dark.Load(), Machine: t.Machine(ctx),
	}
	f.CertificateDays = int(t.Identity.Current().NotAfter.Sub(f.At).Hours()) / 24
	f.Reader, _ = t.reader.Load().(hal.State)
	if p := t.printer.Load(); p != nil {
		f.Printer = *p
	}
	if b := t.Bundle(); b != nil {
		f.Bundle = b.Version
	}
	t.measure(&f)
	return Surveyed{e.of, f}
}

// askIdlePrinter asks a printer that does not print just now: it says nothing then,
// and that is no fault.
func (t *Terminal) askIdlePrinter(ctx context.Context) {
	if t.printing.Load() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, limitInspect)
	defer cancel()
	t.askPrinter(ctx)
}

// measure reads the journal. That it does not read is among the conditions.
func (t *Terminal) measure(f *Facts) {
	p, err := t.Journal.Pressure()
	if err != nil {
		return
	}
	f.Waiting, f.Quarantined, f.DiskFree = p.Unsent, p.Quarantined, p.DiskFree
	if !p.Oldest.IsZero() {
		f.Oldest = max(0, f.At.Sub(p.Oldest)).Truncate(time.Second)
	}
}

// sealStatus signs the facts and draws them for a camera.
func (t *Terminal) sealStatus(ctx context.Context, e SealStatus) Event {
	looked, _ := t.survey(ctx, Survey{of: e.of}).(Surveyed)
	rows, err := t.signStatus(looked.Facts)
	if err != nil {
		t.Log.Error("signing the status", "error", err)
	}
	return StatusSealed{e.of, Sealed{Rows: rows, At: looked.Facts.At, Failed: err != nil}}
}

func (t *Terminal) signStatus(f Facts) ([]string, error) {
	s := protocol.Status{
		TerminalID: f.Terminal, Time: f.At, Version: f.Version, Bundle: f.Bundle, Protection: f.Protection,
		CertificateDays: f.CertificateDays, Reachable: f.Reachable, Queue: f.Waiting, OldestSeconds: int(f.Oldest.Seconds()),
		Quarantined: f.Quarantined, Unknown: f.Unknown, Lost: f.Lost,
	}
	for _, code := range f.Conditions[:min(len(f.Conditions), protocol.MaxConditions)] {
		s.Conditions = append(s.Conditions, string(code))
	}
	jws, err := protocol.SignStatus(s, t.Identity.Signer, t.Identity.Current())
	if err != nil {
		return nil, err
	}
	symbol, err := escpos.EncodeQR(jws)
	if err != nil {
		return nil, err
	}
	return modules(symbol), nil
}

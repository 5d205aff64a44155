package terminal

import (
	"context"
	"errors"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/escpos"
	"github.com/digital-watashi/kiosk/hal/mynumber"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

// How maintenance is asked for, and what is tried in it.

// Mode is whether a technician has the terminal.
type Mode string

// The modes.
const (
	InService     Mode = "off"
	InMaintenance Mode = "on"
	InCleaning    Mode = "cleaning"
)

// Mode is how the terminal stands now. It may be asked for from any goroutine.
func (t *Terminal) Mode() Mode {
	mode, _ := t.mode.Load().(Mode)
	if mode == "" {
		return InService
	}
	return mode
}

func modeOf(s State) Mode {
	switch s.(type) {
	case Maintenance:
		return InMaintenance
	case Cleaning:
		return InCleaning
	}
	return InService
}

// ErrStopped: the terminal does not run any more.
var ErrStopped = errors.New("terminal has stopped")

// A wish for maintenance, from outside the loop.
type wish struct {
	on   bool
	done chan<- bool // gets whether it is so already; holds one
}

// Maintain has maintenance begin or end, and reports whether it is so already:
// while a citizen is served it is not, and begins when they have gone. It waits
// until Run has taken the wish.
func (t *Terminal) Maintain(ctx context.Context, on bool) (already bool, err error) {
	done := make(chan bool, 1)
	select {
	case t.wishes <- wish{on, done}:
	case <-t.gone:
		return false, ErrStopped
	case <-ctx.Done():
		return false, context.Cause(ctx)
	}
	select {
	case already = <-done:
		return already, nil
	case <-t.gone:
		return false, ErrStopped
	}
}

// grant takes a wish in the loop.
func (t *Terminal) grant(ctx context.Context, w wish) (changed bool) {
	changed = t.handle(ctx, MaintenanceWanted{ID: protocol.NewID(), On: w.on})
	w.done <- servicing(t.state) == w.on
	return changed
}

// turned makes the operator switch into a wish, where it was turned: as it stands
// when the sensors first speak it wishes nothing, so that a key forgotten over a
// power cut does not open the technician's screen to everybody.
func (t *Terminal) turned(now hal.OperatorSwitch) {
	before := t.key
	if now != "" {
		t.key = now
	}
	if before == "" || now == "" || before == now {
		return
	}
	t.post(MaintenanceWanted{ID: protocol.NewID(), On: now != hal.SwitchRun})
}

// examine looks which kind of card it is. What Open learns of it besides is let
// go at once: neither the tries nor anything else of it goes on.
func (a *attendance) examine(ctx context.Context, e Examine) Event {
	_, err := mynumber.Open(ctx, a.plain, a.trust)
	return CardExamined{e.of, e.Card, examined(err)}
}

func examined(err error) Result {
	if err == nil {
		return Result{End: Passed}
	}
	fault := cardFault(err)
	switch fault {
	case catalogue.CardPhone, catalogue.CardUnknown, catalogue.CardOld, catalogue.CardNotMyNumber, catalogue.CardFaceOnly,
		catalogue.CardNoSigning:
		return Result{Other, fault}
	case catalogue.CardBlocked: // that a password is locked is its holder's business
		return Result{End: Passed}
	}
	return Result{Failed, fault}
}

// printTest prints a slip that is nobody's.
func (t *Terminal) printTest(ctx context.Context, e PrintTest) Event {
	t.printing.Store(true)
	defer t.printing.Store(false)
	p := page{t.surroundings(), Visit{Manner: Manner{Language: e.Language}}}
	err := t.Printer.Print(ctx, p.testSlip(t.Identity.TerminalID, t.stamp()))
	if err == nil {
		return Tried{e.of, TrySlip, Result{End: Passed}}
	}
	t.Log.Warn("printing a test slip", "error", err)
	fault := catalogue.PrinterUnconfirmed
	if broken := (*escpos.PrintError)(nil); errors.As(err, &broken) && !broken.Begun {
		fault = catalogue.PrinterOffline
	}
	if status, err := t.Printer.Status(ctx); err == nil {
		if said := printerFault(status); said != "" {
			fault = said
		}
	}
	return Tried{e.of, TrySlip, Result{Failed, fault}}
}

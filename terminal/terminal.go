package terminal

import (
	"context"
	"errors"
	"log/slog"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/confined"
	"github.com/digital-watashi/kiosk/hal/mynumber"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
	"github.com/digital-watashi/kiosk/ui"
)

// Config is what a terminal stands between.
type Config struct {
	Reader hal.Reader
	// Ejector is nil where nothing moves the card. It hands cards back and never
	// draws one in, also where the card is seen to lie there: a card taken from under
	// its holder's fingers is worse than one that is forgotten, and what becomes of
	// that is for a person to decide.
	Ejector  hal.Ejector
	Printer  Printer
	Scanner  hal.Scanner // nil where keys are typed only
	Sensors  hal.Sensors // nil where nothing watches the cabinet
	Lights   hal.Lights  // nil where nothing shows the way
	Voice    hal.Voice   // nil where nothing speaks
	Screen   Screen
	Journal  Journal
	Platform Platform
	Identity *provisioning.Identity
	// Bundle is the newest bundle; nil when there is none. It may change between
	// sessions, and is asked again for each.
	Bundle func() *protocol.Bundle
	// Trust is which signing certificates are believed. Zero: what the bundle says.
	Trust mynumber.Trust
	// Clock says what is wrong with the clock; nil for nothing.
	Clock func() error
	// Suspended says why the platform lets this terminal serve nobody; nil for
	// nothing.
	Suspended func() error
	// VirtualReader reports a reader that is no hardware; nil for never. A
	// production terminal then takes no card in.
	VirtualReader func() bool
	// Machine tells what only the program round the terminal knows of the machine;
	// nil for nothing. It is asked while a technician looks.
	Machine func(context.Context) Machine
	// Over is called when a visit is over and its state is forgotten. It must not
	// wait; nil for nobody.
	Over func()
	// Photo is told how each reading of a card's photo ended; nil for nobody.
	Photo func(PhotoEnd)
	// Now stamps what is signed; nil is time.Now.
	Now func() time.Time
	// Log gets one line for each change of state. It never gets anything of a
	// citizen.
	Log *slog.Logger
}

// Terminal attends one citizen after another. New makes it, Run runs it.
type Terminal struct {
	Config

	events   chan Event
	commands chan ui.Command
	news     chan struct{}        // a device told something; holds one, as the loop looks at all
	glow     chan hal.GuideLights // how the lights shall glow; holds the last word
	words    chan hal.Speech      // to be said; holds the last word
	wishes   chan wish            // for maintenance
	gone     chan struct{}        // closed when Run returns
	ending   <-chan struct{}      // closed when Run is to return
	pad      *pad
	present  atomic.Pointer[attendance]

	reader   atomic.Value                    // hal.State
	unseen   atomic.Bool                     // nobody could see the screen
	cabinet  atomic.Pointer[hal.Auxiliaries] // nil until the sensors speak
	forced   atomic.Bool                     // they spoke of force, and it is not on the disk yet
	paper    atomic.Pointer[complaint]       // what the printer said last; nil before it was asked
	printer  atomic.Pointer[hal.PrinterStatus]
	dark     atomic.Bool        // the lights did not do what they were last told
	key      hal.OperatorSwitch // as it was last heard; owned by the goroutine of the sensors
	mode     atomic.Value       // Mode
	recent   recent
	printing atomic.Bool // a test slip, during which the printer is not asked
	order    sync.Mutex  // held from looking at these until the loop has it
	full     latches     // what the journal has too much of; under order

	complained atomic.Pointer[string] // what the last check found
	found      atomic.Pointer[[]catalogue.Code]
	effects    sync.WaitGroup

	// Owned by the loop of Run.
	state State
	facts *Facts // of the last survey; nil but in maintenance
	shown ui.View
	page  uint64
	// How loud the voice is, for one visit.
	volume hal.Volume
}

// New makes a terminal that waits for Run.
func New(c Config) *Terminal {
	if c.Clock == nil {
		c.Clock = func() error { return nil }
	}
	if c.Suspended == nil {
		c.Suspended = func() error { return nil }
	}
	if c.VirtualReader == nil {
		c.VirtualReader = func() bool { return false }
	}
	if c.Machine == nil {
		c.Machine = func(context.Context) Machine { return Machine{} }
	}
	if c.Over == nil {
		c.Over = func() {}
	}
	if c.Photo == nil {
		c.Photo = func(PhotoEnd) {}
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Terminal{
		Config: c, events: make(chan Event), commands: make(chan ui.Command), gone: make(chan struct{}), pad: newPad(),
		news: make(chan struct{}, 1), wishes: make(chan wish), glow: make(chan hal.GuideLights, 1),
		words: make(chan hal.Speech, 1),
	}
}

// Run attends until ctx ends, waits for what is under way and returns the
// context's cause, or the error of a driver that gave up. Call it once.
func (t *Terminal) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	t.ending = ctx.Done()
	defer close(t.gone)
	defer t.pad.close()
	defer t.effects.Wait()
	defer cancel(nil)
	t.serve(ctx, func(what string, err error) { cancel(errors.Join(errors.New(what+" gave up"), err)) })
	t.loop(ctx)
	return context.Cause(ctx)
}

// Command takes what the citizen did. It may be called from any goroutine, and
// waits until Run has taken it.
func (t *Terminal) Command(c ui.Command) {
	select {
	case t.commands <- c:
	case <-t.gone:
	}
}

// loop owns the state: every event passes here, one after another.
func (t *Terminal) loop(ctx context.Context) {
	nobody, recover := first()
	defer t.forget(nobody)
	t.state = nobody
	t.show(true)
	t.light(nobody)
	t.start(ctx, recover)
	w := patience(nobody)
	timer := time.NewTimer(checkEvery)
	defer timer.Stop()
	rearm(timer, w.long)
	for {
		var changed bool
		select {
		case e := <-t.events:
			changed = t.handle(ctx, e)
		case c := <-t.commands:
			confined.Do(func() { changed = t.touched(ctx, c) })
		case w := <-t.wishes:
			changed = t.grant(ctx, w)
		case <-t.news:
			changed = t.handle(ctx, DevicesChanged{})
		case <-timer.C:
			changed = t.handle(ctx, w.then)
		case <-ctx.Done():
			return
		}
		if changed {
			w = patience(t.state)
			rearm(timer, w.long)
		}
	}
}

// touched takes what the citizen did, and reports whether they have time anew.
func (t *Terminal) touched(ctx context.Context, c ui.Command) bool {
	if t.asks(c) {
		return true // to listen
	}
	e := t.understand(c)
	return e != nil && t.handle(ctx, e)
}

// rearm makes the timer wait from now on; for zero it does not ring at all.
func rearm(timer *time.Timer, long time.Duration) {
	timer.Stop()
	if long > 0 {
		timer.Reset(long)
	}
}

// handle takes one step, confined: what a step leaves on the stack and on the heap may
// be a name or a key.
func (t *Terminal) handle(ctx context.Context, e Event) (changed bool) {
	confined.Do(func() { changed = t.take(ctx, e) })
	return changed
}

// take takes one step: log it, forget what the new state has no use for, show
// it, start its effects. What an event brought that nobody wanted is forgotten as
// well. It reports whether the state changed.
func (t *Terminal) take(ctx context.Context, e Event) bool {
	if over(t.state, e) {
		discard(e)
		return false
	}
	before := t.state
	after, effects := step(before, e)
	t.log(before, e, after)
	changed := !reflect.DeepEqual(before, after)
	if changed {
		t.forget(after)
		t.state = after
		t.mode.Store(modeOf(after))
	}
	if elsewhere(before, after) {
		t.recent.pass(faultsOf(after), t.Now())
	}
	if t.learn(e) || changed {
		t.show(elsewhere(before, after))
		t.light(after)
	}
	if !wanted(e, after) {
		discard(e)
	}
	if had := before.visit().ID; had != (protocol.ID{}) && after.visit().ID != had {
		t.Over()
	}
	for _, effect := range effects {
		t.start(ctx, effect)
	}
	return changed
}

// learn keeps what a survey found for as long as a technician is there. It is no
// state: what is shown changes, and how long is waited for a touch does not.
func (t *Terminal) learn(e Event) bool {
	if !servicing(t.state) {
		t.facts = nil
		return false
	}
	s, is := e.(Surveyed)
	if is {
		t.facts = &s.Facts
	}
	return is
}

// log is derived from the pair before and after, so that no path forgets it.
func (t *Terminal) log(before State, e Event, after State) {
	if !elsewhere(before, after) && slices.Equal(faultsOf(before), faultsOf(after)) {
		return
	}
	at := []any{"from", kind(before), "event", kind(e), "to", kind(after)}
	if id := (protocol.ID{}); after.visit().ID != id {
		at = append(at, "session", reference(after.visit().ID))
	}
	if faults := faultsOf(after); len(faults) > 0 {
		at = append(at, "faults", faults)
	}
	t.Log.Info("state changed", at...)
}

// faultsOf are the codes under which a state stands in the log.
func faultsOf(s State) []catalogue.Code {
	switch s := s.(type) {
	case Stopped:
		return []catalogue.Code{s.Fault}
	case OutOfService:
		return s.Faults
	}
	return nil
}

// elsewhere reports whether two states differ in more than a detail.
func elsewhere(before, after State) bool {
	return kind(before) != kind(after) || before.visit().ID != after.visit().ID || sheetOf(before) != sheetOf(after)
}

// kind names the type of a state, an event or an effect.
func kind(v any) string { return reflect.TypeOf(v).Name() }

// show gives the screen the view of the state.
func (t *Terminal) show(fresh bool) {
	around := t.surroundings()
	around.voice = t.voiced()
	v := view(around, t.page, t.state)
	if fresh && t.another(v) {
		t.page++
		v.Page = t.page
	}
	if reflect.DeepEqual(v, t.shown) {
		return
	}
	before := t.shown
	t.shown = v
	t.Screen.Show(v)
	t.tell(before, v)
}

// another reports whether the view of another state is also another screen, so
// that a touch meant for the one before must not reach it. Two states in which
// nothing can be touched look like one.
func (t *Terminal) another(v ui.View) bool {
	return v.Screen != t.shown.Screen || len(v.Actions)+len(t.shown.Actions) > 0
}

func (t *Terminal) surroundings() surroundings {
	s := surroundings{test: t.Identity.Environment != protocol.Production, scanner: t.Scanner != nil, lights: t.Lights != nil, machine: t.facts}
	if b := t.Bundle(); b != nil {
		s.languages, s.contact, s.opens = b.Languages, b.Contact, b.Hours.Opens(t.Now())
	}
	return s
}

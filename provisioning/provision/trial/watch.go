package trial

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/provisioning/provision/console"
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
	"github.com/digital-watashi/kiosk/terminal/devices"
	"github.com/digital-watashi/kiosk/terminal/status"
)

// WatchEvent is one line of watch.
type WatchEvent struct {
	Time   time.Time `json:"time"`
	Device string    `json:"device"`
	Event  string    `json:"event"` // state, card or code
	Value  string    `json:"value"`
	Note   string    `json:"note,omitempty"`
}

// What happens to cards, and what a code may be.
const (
	cardIn     = "in"
	cardOut    = "out"
	codeKey    = "registration-key"
	codeOther  = "other"
	eventState = "state"
	eventCard  = "card"
	eventCode  = "code"
)

// pollPause is how often who must be asked is asked.
const pollPause = 500 * time.Millisecond

// teller writes events, one at a time, and a state only when it is new.
type teller struct {
	desk *desk.Desk
	mu   sync.Mutex
	told map[string]string // by device: the last state
	stop context.CancelCauseFunc
}

// errWatched is the end that was asked for.
var errWatched = errors.New("watched for as long as was asked")

// Watch tells each change until ctx ends or the time is over, if one is given, and is
// an error when it could not.
func Watch(ctx context.Context, d *desk.Desk, long time.Duration) error {
	err := watchUntil(ctx, d, long)
	if errors.Is(err, errWatched) || errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// watchUntil returns the cause of its end.
func watchUntil(ctx context.Context, d *desk.Desk, long time.Duration) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	if long > 0 {
		defer time.AfterFunc(long, func() { stop(errWatched) }).Stop()
	}
	t := &teller{desk: d, told: map[string]string{}, stop: stop}
	if _, err := d.Ask(ctx); err == nil {
		d.Hint("watashi-terminald runs and is asked; it tells states only.")
		return t.watchTerminal(ctx)
	} else if !desk.Absent(err) {
		return err
	}
	return t.watchDevices(ctx)
}

// watchDevices watches each device on its own, and returns when all have ended.
func (t *teller) watchDevices(ctx context.Context) error {
	var all sync.WaitGroup
	for _, watch := range []func(context.Context) error{t.watchReader, t.watchPrinter, t.watchScanner, t.watchSensors} {
		all.Go(func() {
			if err := watch(ctx); err != nil && ctx.Err() == nil {
				t.stop(err)
			}
		})
	}
	all.Wait()
	<-ctx.Done() // a machine may have nothing that goes on
	return context.Cause(ctx)
}

// watchReader holds each card until it leaves.
func (t *teller) watchReader(ctx context.Context) error {
	reader, err := t.desk.OpenReader(t.desk.Machine.Reader, devices.ReaderOptions{
		OnState: func(s hal.State) { t.state("reader", string(s), "") },
	})
	if errors.Is(err, devices.ErrNoPCSC) {
		t.state("reader", string(hal.NoDevice), err.Error())
		return nil
	}
	if err != nil {
		return err
	}
	return reader.Serve(ctx, func(card context.Context, c hal.Card) {
		where := ""
		if named, ok := reader.(interface{ ReaderName() string }); ok {
			where = named.ReaderName()
		}
		t.event("reader", eventCard, cardIn, where+silent(c))
		<-card.Done()
		if ctx.Err() == nil {
			t.event("reader", eventCard, cardOut, leaving(context.Cause(card)))
		}
	})
}

// silent is what else there is to say of a card.
func silent(c hal.Card) string {
	if len(c.ATR()) == 0 {
		return " (it does not answer)"
	}
	return ""
}

// leaving tells how a card left, if not by a hand.
func leaving(cause error) string {
	if cause == nil || errors.Is(cause, hal.ErrCardRemoved) {
		return ""
	}
	return cause.Error()
}

func (t *teller) watchPrinter(ctx context.Context) error {
	printer, done := t.desk.OpenPrinter(t.desk.Machine.Config)
	for ctx.Err() == nil {
		s, err := printer.Status(ctx)
		if ctx.Err() != nil {
			break
		}
		trouble := ""
		if err != nil {
			trouble = err.Error()
		}
		t.state("printer", printerState(s), trouble)
		pause(ctx, pollPause)
	}
	return done()
}

// printerState is a printer's status in one word.
func printerState(s hal.PrinterStatus) string {
	switch {
	case s.Device != hal.Online && !s.CoverOpen && s.Paper != hal.PaperOut && s.Paper != hal.PaperJammed && !s.CutterFault:
		return string(s.Device)
	case s.CoverOpen:
		return "cover-open"
	case s.Paper == hal.PaperOut, s.Paper == hal.PaperJammed, s.Paper == hal.PaperLow:
		return "paper-" + string(s.Paper)
	case s.CutterFault:
		return "cutter-fault"
	}
	return string(s.Device)
}

func (t *teller) watchScanner(ctx context.Context) error {
	trouble := new(desk.Latest[error])
	scanner, err := t.desk.OpenScanner(t.desk.Machine.Config, devices.ScannerOptions{
		OnTrouble: trouble.Set,
		OnState:   func(s hal.State) { t.state("scanner", string(s), troubleText(s, trouble.Get())) },
	})
	if err != nil || scanner == nil {
		return err
	}
	return scanner.Serve(ctx, func(text []byte) {
		what := codeOther
		if _, err := protocol.ParseScannedKey(text); err == nil {
			what = codeKey
		}
		t.event("scanner", eventCode, what, "")
	})
}

// troubleText is why a device is not online, where its driver has said.
func troubleText(s hal.State, err error) string {
	if s == hal.Online || err == nil {
		return ""
	}
	return err.Error()
}

func (t *teller) watchSensors(ctx context.Context) error {
	trouble := new(desk.Latest[error])
	sensors, err := t.desk.OpenSensors(t.desk.Machine.Config, devices.SensorOptions{OnTrouble: trouble.Set})
	if err != nil || sensors == nil {
		return err
	}
	return sensors.Serve(ctx, func(a hal.Auxiliaries) { t.sensors(a, time.Time{}, trouble.Get()) })
}

// sensors tells each of them apart.
func (t *teller) sensors(a hal.Auxiliaries, since time.Time, trouble error) {
	t.state("sensors", string(a.Device), troubleText(a.Device, trouble))
	t.state("tamper", map[bool]string{true: "alarm", false: "quiet"}[a.Tamper || !since.IsZero()], "")
	if a.Door != "" {
		t.state("door", string(a.Door), "")
	}
	if a.Switch != "" {
		t.state("switch", string(a.Switch), "")
	}
	if a.Headset != "" {
		t.state("headset", string(a.Headset), "")
	}
}

// watchTerminal asks terminald, and ends with it.
func (t *teller) watchTerminal(ctx context.Context) error {
	for ctx.Err() == nil {
		s, err := t.desk.Ask(ctx)
		if err != nil && ctx.Err() == nil {
			return err
		}
		if err == nil {
			t.terminal(s)
		}
		pause(ctx, pollPause)
	}
	return context.Cause(ctx)
}

func (t *teller) terminal(s *status.Terminal) {
	t.state("terminal", cmp.Or(s.OutOfService, s.Fault, "in-service"), s.Missing)
	if p := s.Printer; p != nil {
		t.state("reader", string(s.Reader), "")
		t.state("printer", printerState(hal.PrinterStatus{Device: p.Device, Paper: p.Paper, CoverOpen: p.CoverOpen, CutterFault: p.CutterFault}), p.Error)
	}
	if s.Scanner != "" {
		t.state("scanner", string(s.Scanner), "")
	}
	if s.Sensors != nil {
		t.sensors(auxiliaries(s.Sensors), s.TamperedSince, nil)
	}
}

// state tells a state if it is another than before.
func (t *teller) state(device, value, note string) {
	t.mu.Lock()
	same := t.told[device] == value
	t.told[device] = value
	t.mu.Unlock()
	if !same {
		t.event(device, eventState, value, note)
	}
}

// event writes a line. When nobody reads them any more the watch is over.
func (t *teller) event(device, event, value, note string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	e := WatchEvent{t.desk.Now().UTC().Truncate(time.Millisecond), device, event, value, note}
	var err error
	if t.desk.JSON {
		err = json.NewEncoder(t.desk.Out).Encode(e)
	} else {
		_, err = fmt.Fprintln(t.desk.Out, e.line(t.desk.Paint))
	}
	if err != nil {
		t.stop(fmt.Errorf("writing a line: %w", err))
	}
}

// line is an event for people.
func (e WatchEvent) line(p console.Paint) string {
	text := e.Time.Format("15:04:05") + "  " + p.In(console.Bold, console.Pad(e.Device, 8)) + "  "
	switch e.Event {
	case eventCard:
		text += p.In(console.Green, "card "+e.Value)
	case eventCode:
		text += p.In(console.Green, "code read: "+e.Value)
	default:
		text += p.In(stateColour(e.Value), e.Value)
	}
	if e.Note != "" {
		text += "  " + e.Note
	}
	return text
}

func stateColour(value string) string {
	switch value {
	case string(hal.Online), "quiet", string(hal.DoorClosed), string(hal.SwitchRun), "in-service":
		return console.Green
	case "paper-low", string(hal.DeviceBusy), string(hal.SwitchMaintenance):
		return console.Yellow
	}
	return console.Red
}

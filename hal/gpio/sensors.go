package gpio

import (
	"context"
	"fmt"
	"time"

	"github.com/digital-watashi/kiosk/hal"
)

// Serve tells what the sensors say now, and each change, until ctx ends. A switch
// that opened and closed again between two looks is told as well. A cabinet without
// sensors says so once.
func (c *Cabinet) Serve(ctx context.Context, changed func(hal.Auxiliaries)) error {
	t := teller{changed: changed, trouble: c.config.OnTrouble}
	for ctx.Err() == nil {
		if len(c.sensors()) == 0 {
			t.tell(hal.Auxiliaries{})
			<-ctx.Done()
			break
		}
		if err := c.watch(ctx, &t); ctx.Err() == nil {
			t.fail(fmt.Errorf("reading the sensors at %s: %w", c.config.Chip, err))
			pause(ctx, again)
		}
	}
	return context.Cause(ctx)
}

// watch reads the sensors until the chip is gone or ctx ends.
func (c *Cabinet) watch(ctx context.Context, t *teller) error {
	edges, over := make(chan edge, 64), make(chan struct{}) // room for a key that is turned to and fro
	watched, err := c.board.Watch(c.inputs(), func(e edge) {
		select {
		case edges <- e:
		case <-over:
		}
	})
	if err != nil {
		return err
	}
	defer watched.Close() // which waits for a call, so that over is closed first
	defer close(over)
	active, err := watched.Active() // it may have been opened while nobody looked
	if err != nil {
		return err
	}
	t.tell(c.say(active))
	return c.follow(ctx, watched, edges, active, t)
}

// follow tells what the edges make of what was active at first.
func (c *Cabinet) follow(ctx context.Context, watched loops, edges <-chan edge, active []bool, t *teller) (err error) {
	looks := time.NewTicker(look)
	defer looks.Stop()
	for {
		select {
		case e := <-edges:
			active[e.line] = e.active
		case <-looks.C:
			if active, err = watched.Active(); err != nil {
				return err
			}
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		t.tell(c.say(active))
	}
}

// A sensor is a line, and what it says when it is active or not.
type sensor struct {
	line *Line
	says func(a *hal.Auxiliaries, active bool)
}

// sensors are those that are there.
func (c *Cabinet) sensors() (there []sensor) {
	for _, s := range []sensor{
		{c.config.Tamper, sayTamper}, {c.config.Door, sayDoor}, {c.config.Operator, saySwitch},
		{c.config.Headset, sayHeadset},
	} {
		if s.line != nil {
			there = append(there, s)
		}
	}
	return there
}

// inputs are the lines of the sensors.
func (c *Cabinet) inputs() (lines []Line) {
	for _, s := range c.sensors() {
		lines = append(lines, *s.line)
	}
	return lines
}

func (c *Cabinet) say(active []bool) hal.Auxiliaries {
	a := hal.Auxiliaries{Device: hal.Online}
	for i, s := range c.sensors() {
		s.says(&a, active[i])
	}
	return a
}

func sayTamper(a *hal.Auxiliaries, active bool) { a.Tamper = active }

func sayDoor(a *hal.Auxiliaries, active bool) {
	a.Door = hal.DoorClosed
	if active {
		a.Door = hal.DoorOpen
	}
}

func saySwitch(a *hal.Auxiliaries, active bool) {
	a.Switch = hal.SwitchRun
	if active {
		a.Switch = hal.SwitchMaintenance
	}
}

func sayHeadset(a *hal.Auxiliaries, active bool) {
	a.Headset = hal.HeadsetNotPresent
	if active {
		a.Headset = hal.HeadsetPresent
	}
}

// A teller tells what is new.
type teller struct {
	changed func(hal.Auxiliaries)
	trouble func(error)
	any     bool
	said    hal.Auxiliaries
	why     string
}

func (t *teller) tell(a hal.Auxiliaries) {
	if a.Device == hal.Online {
		t.why = ""
	}
	if t.any && a == t.said {
		return
	}
	t.any, t.said = true, a
	t.changed(a)
}

// fail tells that nothing can be read. What was said before is not repeated: it may
// not be so any more.
func (t *teller) fail(err error) {
	if err.Error() != t.why && t.trouble != nil {
		t.trouble(err)
	}
	t.why = err.Error()
	t.tell(hal.Auxiliaries{Device: stateOf(err)})
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

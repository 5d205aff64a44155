package gpio

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/digital-watashi/kiosk/hal"
)

// Light makes the lights glow so, from now on. A light that is not wired stays dark.
// While one flashes a goroutine is at it, which the next Light ends, or Close. When
// the chip is not there or went away, Light says so, and the next one tries again.
func (c *Cabinet) Light(ctx context.Context, g hal.GuideLights) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	wires := c.outputs()
	if len(wires) == 0 {
		return nil
	}
	if err := c.light(wires, g); err != nil {
		return fmt.Errorf("lighting the guide lights at %s: %w", c.config.Chip, err)
	}
	return nil
}

func (c *Cabinet) light(wires []wire, g hal.GuideLights) error {
	if c.closed {
		return fmt.Errorf("closed: %w", hal.ErrGone)
	}
	if g == c.glow && c.flash.runs() {
		return nil // or it would flash out of time
	}
	c.still()
	lit, dark := phases(wires, g)
	if err := c.set(wires, lit); err != nil {
		return err
	}
	for i := range lit {
		if lit[i] != dark[i] {
			c.flash, c.glow = startFlash(c.lamps, lit, dark), g
			break
		}
	}
	return nil
}

// set lights what is to be lit. Lines that fail are taken anew once, as the chip may
// have gone and come back.
func (c *Cabinet) set(wires []wire, lit []bool) error {
	if c.lamps != nil {
		if c.lamps.Set(lit) == nil {
			return nil
		}
		_ = c.lamps.Close() // it is gone; what is wrong comes to light in a moment
		c.lamps = nil
	}
	var lines []Line
	for _, w := range wires {
		lines = append(lines, *w.line)
	}
	taken, err := c.board.Drive(lines)
	if err != nil {
		return err
	}
	if err := taken.Set(lit); err != nil {
		return errors.Join(err, taken.Close())
	}
	c.lamps = taken
	return nil
}

// still ends the flashing.
func (c *Cabinet) still() {
	if c.flash != nil {
		c.flash.end()
		c.flash = nil
	}
}

// Close makes the lights dark and lets their lines go. Sensors end with Serve.
func (c *Cabinet) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	c.still()
	if c.lamps == nil {
		return nil
	}
	err := c.lamps.Set(make([]bool, len(c.outputs())))
	err = errors.Join(err, c.lamps.Close())
	c.lamps = nil
	return err
}

// A wire is a line to a light, and which of the guide lights it is.
type wire struct {
	line *Line
	glow func(hal.GuideLights) hal.Glow
}

// outputs are the lights that are there.
func (c *Cabinet) outputs() (there []wire) {
	for _, w := range []wire{
		{c.config.CardReader, func(g hal.GuideLights) hal.Glow { return g.CardReader }},
		{c.config.ReceiptPrinter, func(g hal.GuideLights) hal.Glow { return g.ReceiptPrinter }},
		{c.config.Scanner, func(g hal.GuideLights) hal.Glow { return g.Scanner }},
	} {
		if w.line != nil {
			there = append(there, w)
		}
	}
	return there
}

// phases are the lights in both halves of a second. All that flash do so together,
// and start lit.
func phases(wires []wire, g hal.GuideLights) (lit, dark []bool) {
	for _, w := range wires {
		glow := w.glow(g)
		lit = append(lit, glow != hal.GlowOff)
		dark = append(dark, glow == hal.GlowContinuous)
	}
	return lit, dark
}

// flash is a goroutine that makes lights flash.
type flash struct{ stop, over chan struct{} }

func startFlash(l lamps, lit, dark []bool) *flash {
	f := &flash{make(chan struct{}), make(chan struct{})}
	go func() {
		defer close(f.over)
		f.run(l, lit, dark)
	}()
	return f
}

// run stops by itself when the chip is gone; whoever lights next notices.
func (f *flash) run(l lamps, now, next []bool) {
	beat := time.NewTicker(blink)
	defer beat.Stop()
	for {
		select {
		case <-beat.C:
			if l.Set(next) != nil {
				return
			}
			now, next = next, now
		case <-f.stop:
			return
		}
	}
}

// runs reports whether lights flash.
func (f *flash) runs() bool {
	if f == nil {
		return false
	}
	select {
	case <-f.over:
		return false
	default:
		return true
	}
}

// end waits until it flashes no more.
func (f *flash) end() {
	close(f.stop)
	<-f.over
}

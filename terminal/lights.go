package terminal

import (
	"context"
	"slices"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

// guide is which lights glow in a state: they show where to look next. Between
// sessions that is the reader; while a card is held its light is steady and says
// leave it in; when it may be taken it flashes again.
func guide(s State, scanner bool) hal.GuideLights {
	switch s := s.(type) {
	case OutOfService:
		return s.glow()
	case Starting, Cleaning:
		return hal.GuideLights{}
	case Maintenance:
		return s.glow(scanner)
	case Welcome, Committing, Delivering, Beginning, ShowingCode, Withdrawing, Stopped, CallingBack:
		return hal.GuideLights{CardReader: hal.GlowSlow}
	case Printing:
		return hal.GuideLights{CardReader: hal.GlowSlow, ReceiptPrinter: hal.GlowSlow}
	case Recording:
		return toTake(s.Printed)
	case TakingCard:
		return toTake(s.Printed)
	case EnteringKey:
		if scanner && s.scans() {
			return hal.GuideLights{CardReader: hal.GlowContinuous, Scanner: hal.GlowSlow}
		}
	}
	return hal.GuideLights{CardReader: hal.GlowContinuous}
}

// glow is dark, as no card is taken in, but for what is being tried.
func (s Maintenance) glow(scanner bool) (g hal.GuideLights) {
	all := s.Trying == TryLights
	if all || s.Trying == TryReader {
		g.CardReader = hal.GlowSlow
	}
	if all || s.Trying == TrySlip {
		g.ReceiptPrinter = hal.GlowSlow
	}
	if scanner && (all || s.Trying == TryScanner) {
		g.Scanner = hal.GlowSlow
	}
	return g
}

// glow is dark, but for a card that somebody forgot.
func (s OutOfService) glow() (g hal.GuideLights) {
	if slices.Contains(s.Faults, catalogue.CardForgotten) {
		g.CardReader = hal.GlowSlow
	}
	return g
}

// toTake shows the card, and the slip where there is one.
func toTake(slip bool) hal.GuideLights {
	g := hal.GuideLights{CardReader: hal.GlowSlow}
	if slip {
		g.ReceiptPrinter = hal.GlowSlow
	}
	return g
}

// light says how the lights shall glow from now on. It never waits: what was
// said before and not done yet is not done any more.
func (t *Terminal) light(s State) {
	select {
	case <-t.glow:
	default:
	}
	t.glow <- guide(s, t.Scanner != nil) // room for one, and only the loop puts it there
}

// lighten drives the lights beside the loop, and leaves them dark.
func (t *Terminal) lighten(ctx context.Context) {
	var want, lit hal.GuideLights
	again := time.NewTimer(0) // whatever they showed before, they are dark now
	defer again.Stop()
	for known := false; ; {
		select {
		case want = <-t.glow:
			if known && want == lit {
				continue
			}
		case <-again.C:
		case <-ctx.Done():
			t.shine(context.WithoutCancel(ctx), hal.GuideLights{})
			return
		}
		if known = t.shine(ctx, want); known {
			lit = want
		} else {
			again.Reset(lightAgain)
		}
	}
}

// shine reports whether they glow so.
func (t *Terminal) shine(ctx context.Context, g hal.GuideLights) bool {
	ctx, cancel := context.WithTimeout(ctx, limitLight)
	defer cancel()
	err := t.Lights.Light(ctx, g)
	t.dark.Store(err != nil)
	if err != nil && ctx.Err() == nil {
		t.Log.Warn("lighting the way", "error", err)
	}
	return err == nil
}

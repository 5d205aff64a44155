//go:build e2e && linux && cgo

package terminal_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/haltest/pcscdtest"
	"github.com/digital-watashi/kiosk/hal/pcsc"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal"
)

// The sweep of card faults once more, over a real pcscd: taken out, put in again,
// any status word, an answer too long, too short or cut off, and an answer that
// comes five seconds late. Usually the photo over a reader that passes short APDUs
// only, which takes most exchanges by far, meets a part of the kinds at each; see
// sweepAll.
//
// An answer that never comes is there only when everything is swept. vpcd waits for
// it without end, and pcscd with it: the terminal ends the session, and has the
// reader back once the card is taken out.
func TestE2ESweepOfCardFaultsOverPCSC(t *testing.T) {
	sweepInWorlds(t, 300, func(t *testing.T, s *share) {
		ca := haltest.NewCAAt(epoch())
		for _, l := range lanesOverPCSC {
			l.ca = ca
			l.sweepOverPCSC(t, s)
		}
	})
}

// lanesOverPCSC are a reader that passes short APDUs only, and one that passes
// extended ones, each without the photo and with it.
var lanesOverPCSC = []lane{
	{name: "short", photo: protocol.PhotoOff, options: []haltest.Option{haltest.ShortOnly()}},
	{name: "extended", photo: protocol.PhotoOff, extended: true},
	{name: "short with photo", photo: protocol.PhotoRequired, options: []haltest.Option{haltest.ShortOnly()}, every: 6},
	{name: "extended with photo", photo: protocol.PhotoRequired, extended: true},
}

// sweepOverPCSC has the kinds of fault strike at every exchange.
func (l lane) sweepOverPCSC(t *testing.T, s *share) {
	exchanges := l.exchangesOverPCSC(t)
	for i, kind := range kindsOverPCSC() {
		for k := 1; k <= exchanges; k++ {
			if !l.meets(i, k) || !s.mine() {
				continue
			}
			t.Run(fmt.Sprintf("%s, %s at %d", l.name, kind.name, k), func(t *testing.T) {
				l.visitOverPCSC(t, kind, k).keepsPromisesOf(kind)
			})
			s.count(l.name)
		}
	}
}

// kindsOverPCSC are those that a sweep has.
func kindsOverPCSC() []faultKind {
	return slices.DeleteFunc(slices.Clone(faultKinds), func(k faultKind) bool { return k.never || k.rare && !sweepsAll() })
}

// meets reports whether kind i strikes at exchange k: each exchange meets another
// part of the kinds than the one before it.
func (l lane) meets(i, k int) bool { return sweepsAll() || l.every == 0 || (i+k)%l.every == 0 }

// exchangesOverPCSC counts the commands of a registration in which nothing goes
// wrong.
func (l lane) exchangesOverPCSC(t *testing.T) (n int) {
	t.Run(l.name+", nothing goes wrong", func(t *testing.T) {
		v := l.visitOverPCSC(t, faultKind{}, 0)
		if !v.keepsPromises() {
			t.Fatalf("no registration though nothing went wrong: %v", v.ended())
		}
		n = len(v.card.Transcript()) / 2
		t.Logf("%d exchanges", n)
	})
	if n == 0 {
		t.Fatal("there is nothing to sweep")
	}
	return n
}

// visitOverPCSC is a whole registration at a terminal of its own, through the
// driver that ships, pcscd and the virtual reader.
func (l lane) visitOverPCSC(t *testing.T, kind faultKind, k int) *visitor {
	t.Helper()
	b := unstartedBench(t, l.ca, func(b *bench) { b.bundle.Photo = l.photo })
	v := &visitor{bench: b, pass: b.letPass, hangs: kind.hangs}
	v.runOverPCSC(l.extended)
	b.card = b.person("midori", append(l.options, haltest.Broken(kind.faults(k)...))...)
	v.comes()
	if kind.back {
		v.comes()
	}
	return v
}

// runOverPCSC starts the terminal without the bubble that start wants, until the
// test ends.
func (v *visitor) runOverPCSC(extended bool) {
	config := pcsc.Config{OnState: func(s hal.State) { v.terminal.ReaderState(s) }}
	if extended {
		config.MaxData = 65536
	}
	v.config.Reader = pcsc.New(config)
	v.t.Cleanup(func() {
		v.stop()
		if v.t.Failed() {
			v.t.Logf("the log:\n%s", v.log)
		}
	})
	ctx, cancel := context.WithCancel(context.Background())
	v.terminal, v.cancel, v.stopped = terminal.New(v.config), cancel, make(chan struct{})
	go func() {
		defer close(v.stopped)
		v.terminal.Run(ctx)
	}()
}

// comes puts the card in, goes through with it, and takes the card out so long
// that pcscd notices.
func (v *visitor) comes() {
	v.t.Helper()
	// A card that comes before that is given back unread.
	v.awaits("welcome", func() bool { return v.screen().Screen == "welcome" })
	before := v.arrivals()
	ctx, remove := context.WithCancelCause(context.Background())
	defer remove(hal.ErrCardRemoved)
	served := make(chan error, 1)
	v.card.Insert()
	go func() { served <- haltest.ServeVPCD(ctx, pcscdtest.Addr, v.card) }()
	v.awaits("the card is attended", func() bool { return v.arrivals() > before })
	v.visit()
	v.awaits("the card has no power", func() bool {
		return !v.card.Powered() || v.hangs && screenWord(v.screen()) == "out-of-service:RDR-FAULT"
	})
	remove(hal.ErrCardRemoved)
	if err := <-served; !errors.Is(err, hal.ErrCardRemoved) {
		v.t.Errorf("serving the virtual card: %v", err)
	}
	v.letPass(time.Second)
	if v.hangs {
		v.awaits("the reader is back", func() bool { return v.screen().Screen == "welcome" })
	}
}

// arrivals counts the cards that were attended.
func (v *visitor) arrivals() (n int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for i, s := range v.all {
		if s.Screen == "card-reading" && (i == 0 || v.all[i-1].Screen != "card-reading") {
			n++
		}
	}
	return n
}

// letPass lets real time pass, until there is something else on the screen.
func (b *bench) letPass(d time.Duration) {
	page := b.screen().Page
	deadline := time.NewTimer(max(d, 5*time.Millisecond))
	tick := time.NewTicker(2 * time.Millisecond)
	defer deadline.Stop()
	defer tick.Stop()
	for b.screen().Page == page {
		select {
		case <-tick.C:
		case <-deadline.C:
			return
		}
	}
}

func (v *visitor) awaits(what string, so func() bool) {
	v.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !so(); v.letPass(0) {
		if time.Now().After(deadline) {
			v.t.Fatalf("waited in vain until %s; screen %s, so far %v", what, screenWord(v.screen()), v.ended())
		}
	}
}

package terminal

import (
	"context"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/confined"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// What the devices tell of their own accord, from the goroutines of their
// drivers. It is kept where an inspection finds it, and the loop is woken, so that
// it stands on the screen at once and not only after the next round.

// ReaderState takes what the driver of the reader says about it. Until it says
// something the reader is believed to be there. It never waits.
func (t *Terminal) ReaderState(s hal.State) {
	t.reader.Store(s)
	t.wake()
}

// ScreenConnected takes whether anybody can see the screen. Until told
// otherwise somebody can. It never waits. That nobody can see it is found by the
// next round: a page that is loaded anew is soon back.
func (t *Terminal) ScreenConnected(is bool) {
	t.unseen.Store(!is)
	if is {
		t.wake()
	}
}

// wake has the loop look again. One word that waits is enough.
func (t *Terminal) wake() {
	select {
	case t.news <- struct{}{}:
	default:
	}
}

// sensed takes what the sensors say. The lock keeps an inspection that has not
// seen it yet from being told after it.
func (t *Terminal) sensed(a hal.Auxiliaries) {
	t.order.Lock()
	defer t.order.Unlock()
	if before := t.cabinet.Swap(&a); before != nil && plugged(before.Headset, a.Headset) {
		t.post(HeadsetMoved{In: a.Headset == hal.HeadsetPresent})
	}
	t.turned(a.Switch)
	if a.Tamper {
		t.forced.Store(true)
		t.post(Tampered{})
		return
	}
	t.post(DevicesChanged{})
}

// plugged reports whether a hand plugged a headset in or pulled it out. One that was
// there before the sensors spoke, as somebody forgot it, wakes no voice.
func plugged(was, is hal.Headset) bool { return was != "" && is != "" && was != is }

// scanned makes what somebody held to the scanner into a registration key, or
// into nothing: no other byte of it goes on. What is no key is told once a
// second at most.
func (t *Terminal) scanned() func(text []byte) {
	pause := time.NewTimer(0)
	return func(text []byte) {
		confined.Do(func() { t.read(text, pause) })
	}
}

func (t *Terminal) read(text []byte, pause *time.Timer) {
	key, err := protocol.ParseScannedKey(text)
	if err == nil {
		t.post(Scanned{Key: key, Good: true})
		return
	}
	select {
	case <-pause.C:
		pause.Reset(scanPause)
		t.post(Scanned{Test: string(text) == testCode})
	default:
	}
}

// testCode is what a test slip bears.
const testCode = "watashi:test"

// serve runs the drivers that serve until the end. One that gives up before
// leaves a terminal that does not see, and ends it.
func (t *Terminal) serve(ctx context.Context, giveUp func(what string, err error)) {
	begin := func(what string, serve func(context.Context) error) {
		t.effects.Go(func() {
			if err := serve(ctx); ctx.Err() == nil {
				giveUp(what, err)
			}
		})
	}
	begin("card reader", func(ctx context.Context) error { return t.Reader.Serve(ctx, t.attend) })
	if t.Sensors != nil {
		begin("sensors", func(ctx context.Context) error { return t.Sensors.Serve(ctx, t.sensed) })
	}
	if t.Scanner != nil {
		begin("scanner", func(ctx context.Context) error { return t.Scanner.Serve(ctx, t.scanned()) })
	}
	if t.Lights != nil {
		t.effects.Go(func() { t.lighten(ctx) })
	}
	if t.Voice != nil {
		t.effects.Go(func() { t.talk(ctx) })
	}
}

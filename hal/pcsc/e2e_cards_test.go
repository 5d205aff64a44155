//go:build e2e && linux && cgo

package pcsc_test

import (
	"context"
	"encoding/asn1"
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/haltest/pcscdtest"
	"github.com/digital-watashi/kiosk/hal/mynumber"
	"github.com/digital-watashi/kiosk/hal/pcsc"
)

// These tests are of several cards, several readers, and readers with habits.

var selectJPKI = []byte{0x00, 0xA4, 0x04, 0x0C, 0x0A, 0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01}

// collides tells what a card says that is not alone.
func collides(t *testing.T, v visit) {
	t.Helper()
	if _, err := v.card.Transmit(v.ctx, selectJPKI); !errors.Is(err, hal.ErrCardCollision) {
		t.Errorf("got %v, want %v", err, hal.ErrCardCollision)
	}
}

// alone tells that a card answers.
func alone(t *testing.T, v visit) {
	t.Helper()
	if got, err := v.card.Transmit(v.ctx, selectJPKI); err != nil || string(got) != "\x90\x00" {
		t.Errorf("got % X, %v", got, err)
	}
}

func TestE2ETwoCardsAtOnceAreToldByOneVisit(t *testing.T) {
	pcscdtest.Within(t, func(t *testing.T) {
		first, second := newCard(), newCard()
		removeFirst := pcscdtest.InsertAt(t, 0, first)
		removeSecond := pcscdtest.InsertAt(t, 1, second)
		r, s := serve(t, pcsc.Config{})
		v := await(t, s.visits, "the two cards")
		collides(t, v)
		if r.ReaderName() != "" || len(v.card.ATR()) != 0 {
			t.Errorf("of two cards one is told: reader %q, ATR % X", r.ReaderName(), v.card.ATR())
		}
		removeFirst()
		ended(t, v, hal.ErrCardRemoved)
		v.leave()
		v = await(t, s.visits, "the card that remained")
		alone(t, v)
		removeSecond()
		ended(t, v, hal.ErrCardRemoved)
		v.leave()
		if got := len(first.Transcript()); got > 0 {
			t.Errorf("%d lines went to the card that left", got)
		}
		_ = s.stop()
	})
}

// Whoever tells of a collision need not stay until it is over.
func TestE2ECardThatRemainsIsAttendedAfterTheCollisionWasTold(t *testing.T) {
	pcscdtest.OnBus(t, 3, func(t *testing.T, b *pcscdtest.Bus) {
		for k := range 3 {
			pcscdtest.InsertAt(t, k, newCard())
		}
		_, s := serve(t, pcsc.Config{})
		for _, k := range []int{1, 0} { // a card goes by its reader as well
			v := await(t, s.visits, "the cards")
			collides(t, v)
			v.leave()
			b.Unplug(k)
		}
		v := await(t, s.visits, "the last card")
		alone(t, v)
		v.leave()
		_ = s.stop()
	})
}

func TestE2ECardBesideAVisitWaitsUntilItIsTheOnlyOne(t *testing.T) {
	pcscdtest.Within(t, func(t *testing.T) {
		_, s := serve(t, pcsc.Config{})
		removeFirst := pcscdtest.InsertAt(t, 0, newCard())
		v := await(t, s.visits, "the first card")
		second := newCard()
		pcscdtest.InsertAt(t, 1, second)
		alone(t, v)
		removeFirst()
		ended(t, v, hal.ErrCardRemoved)
		if len(second.Transcript()) > 0 {
			t.Error("the second card was sent something during the visit of the first")
		}
		v.leave()
		v = await(t, s.visits, "the second card")
		alone(t, v)
		v.leave()
		_ = s.stop()
	})
}

// A card that was attended and is still there meets one that was not.
func TestE2ECardThatStaysBehindIsToldWithTheNext(t *testing.T) {
	pcscdtest.Within(t, func(t *testing.T) {
		_, s := serve(t, pcsc.Config{})
		pcscdtest.InsertAt(t, 0, newCard())
		await(t, s.visits, "the first card").leave()
		removeSecond := pcscdtest.InsertAt(t, 1, newCard())
		v := await(t, s.visits, "the two cards")
		collides(t, v)
		v.leave()
		removeSecond()
		pcscdtest.InsertAt(t, 1, newCard()) // and not the first one again
		v = await(t, s.visits, "the two cards")
		collides(t, v)
		v.leave()
		_ = s.stop()
	})
}

// extended reads EF 0002 of the JPKI AP in one, which is longer than short APDUs.
var extended = []byte{0x00, 0xB0, 0x82, 0x00, 0x00, 0x0F, 0xFF}

// maxData is what a card tells of its reader by now.
func maxData(v visit) int { return v.card.(mynumber.Extender).MaxData() }

func TestE2EReaderThatBreaksOffExtendedLengthsIsRemembered(t *testing.T) {
	pcscdtest.OnBus(t, 1, func(t *testing.T, b *pcscdtest.Bus) {
		b.ShortOnly(0)
		_, s := serve(t, pcsc.Config{})
		for i, want := range []int{65536, 256} {
			remove := pcscdtest.Insert(t, newCard())
			v := await(t, s.visits, "the card")
			if got := maxData(v); got != want {
				t.Errorf("card %d: %d bytes, want %d", i+1, got, want)
			}
			alone(t, v)
			if _, err := v.card.Transmit(v.ctx, extended); !errors.Is(err, hal.ErrLength) || errors.Is(err, hal.ErrGone) || v.ctx.Err() != nil {
				t.Errorf("got %v, want %v and nothing ended", err, hal.ErrLength)
			}
			if got := maxData(v); got != 256 {
				t.Errorf("card %d: %d bytes after a failure", i+1, got)
			}
			alone(t, v)
			v.leave()
			remove()
		}
		s.after(t, func() { b.Unplug(0) }, hal.NoDevice)
		s.after(t, func() { b.Plug(0) }, hal.Online)
		b.AwaitReader(0)
		pcscdtest.Insert(t, newCard())
		v := await(t, s.visits, "the card")
		if got := maxData(v); got != 65536 {
			t.Errorf("a reader that was unplugged: %d bytes, want it forgotten", got)
		}
		v.leave()
		_ = s.stop()
	})
}

// The card's driver falls back to short reads at the first card, and the second one
// is not tried again: a break-off that nobody sees.
func TestE2EMyNumberCardSignsThroughAReaderThatBreaksOff(t *testing.T) {
	pcscdtest.OnBus(t, 1, func(t *testing.T, b *pcscdtest.Bus) {
		b.ShortOnly(0)
		_, s := serve(t, pcsc.Config{})
		ca := haltest.NewCA()
		trust := mynumber.Trust{Generations: ca.Certificates(), Policies: []asn1.ObjectIdentifier{mynumber.TestSigningPolicy()}}
		for range 2 {
			card := haltest.NewCard(citizen(), ca)
			remove := pcscdtest.Insert(t, card)
			v := await(t, s.visits, "the card")
			sign(t, v, trust)
			if got := len(card.Transcript()) / 2; got != 13 || v.ctx.Err() != nil {
				t.Errorf("%d exchanges, want 13; %v", got, context.Cause(v.ctx))
			}
			v.leave()
			hasForgotten(t, card)
			remove()
		}
		_ = s.stop()
	})
}

// A card that leaves under an extended READ looks like a reader that cannot do it;
// the reader is not blamed.
func TestE2EReaderIsNotBlamedForACardThatLeaves(t *testing.T) {
	pcscdtest.Within(t, func(t *testing.T) {
		_, s := serve(t, pcsc.Config{Name: pcscdtest.ReaderName})
		card := newCard()
		remove := pcscdtest.Insert(t, card)
		v := await(t, s.visits, "the card")
		alone(t, v)
		card.Break(haltest.RemovedAt(2))
		_, err := v.card.Transmit(v.ctx, extended)
		if errors.Is(err, hal.ErrLength) { // then a shorter one may be tried
			_, err = v.card.Transmit(v.ctx, selectJPKI)
		}
		if !errors.Is(err, hal.ErrCardRemoved) {
			t.Errorf("got %v, want %v", err, hal.ErrCardRemoved)
		}
		ended(t, v, hal.ErrCardRemoved)
		v.leave()
		remove()
		pcscdtest.Insert(t, newCard())
		v = await(t, s.visits, "the next card")
		if got := maxData(v); got != 65536 {
			t.Errorf("up to %d bytes for the next card, want 65536", got)
		}
		v.leave()
		_ = s.stop()
	})
}

// What got through once is not the reader's fault the next time.
func TestE2EReaderThatPassedAnExtendedLengthStaysTrusted(t *testing.T) {
	pcscdtest.OnBus(t, 1, func(t *testing.T, b *pcscdtest.Bus) {
		_, s := serve(t, pcsc.Config{})
		pcscdtest.Insert(t, newCard())
		v := await(t, s.visits, "the card")
		alone(t, v)
		if got, err := v.card.Transmit(v.ctx, extended); err != nil || len(got) <= 258 {
			t.Fatalf("%d bytes, %v", len(got), err)
		}
		b.ShortOnly(0)
		if _, err := v.card.Transmit(v.ctx, extended); !errors.Is(err, hal.ErrGone) || errors.Is(err, hal.ErrLength) {
			t.Errorf("got %v, want %v", err, hal.ErrGone)
		}
		ended(t, v, hal.ErrGone)
		v.leave()
		_ = s.stop()
	})
}

func TestE2EReaderIsBelievedWhatItCarries(t *testing.T) {
	pcscdtest.OnBus(t, 1, func(t *testing.T, b *pcscdtest.Bus) {
		pcscdtest.Insert(t, newCard())
		for _, c := range []struct{ says, configured, want int }{
			{configured: 1000, want: 1000}, // says nothing
			{says: 65536, want: 65536},
			{says: 256, want: 256},
			{says: 261, want: 261},
			{says: 65536, configured: 256, want: 65536},
			{says: 256, configured: 65536, want: 256},
		} {
			if c.says > 0 {
				b.Declare(0, c.says)
			}
			_, s := serve(t, pcsc.Config{MaxData: c.configured})
			v := await(t, s.visits, "the card")
			if got := maxData(v); got != c.want {
				t.Errorf("the reader says %d, the configuration %d: got %d, want %d", c.says, c.configured, got, c.want)
			}
			v.leave()
			_ = s.stop()
		}
	})
}

// The technician's look at the readers, while a citizen's card is held.
func TestE2EListDisturbsNoCard(t *testing.T) {
	pcscdtest.OnBus(t, 3, func(t *testing.T, b *pcscdtest.Bus) {
		_, s := serve(t, pcsc.Config{Name: b.Name(0)})
		card := newCard()
		pcscdtest.InsertAt(t, 0, card)
		pcscdtest.InsertAt(t, 1, muteCard())
		v := await(t, s.visits, "the card")
		alone(t, v)
		sent := len(card.Transcript())
		for range 10 {
			infos, err := pcsc.List(t.Context())
			if err != nil || len(infos) != 3 {
				t.Fatalf("%v, %v", infos, err)
			}
			for _, want := range []pcsc.Info{
				{Name: b.Name(0), Present: true, Busy: true, ATR: v.card.ATR()}, {Name: b.Name(1), Present: true, Mute: true}, {Name: b.Name(2)},
			} {
				if !slices.ContainsFunc(infos, func(got pcsc.Info) bool { return reflect.DeepEqual(got, want) }) {
					t.Fatalf("no %+v in %+v", want, infos)
				}
			}
		}
		if len(v.card.ATR()) == 0 || len(card.Transcript()) != sent || v.ctx.Err() != nil {
			t.Errorf("%d lines to the card, %v", len(card.Transcript())-sent, v.ctx.Err())
		}
		alone(t, v)
		v.leave()
		_ = s.stop()
	})
}

// pcscd 1.9 goes on showing a card that left at the moment of its power-down, and says
// of it what it says of one that does not answer. Nobody is asked to take it.
func TestE2ECardThatOnlyTheServiceSeesIsNotAttended(t *testing.T) {
	pcscdtest.OnBus(t, 1, func(t *testing.T, b *pcscdtest.Bus) {
		_, s := serve(t, pcsc.Config{})
		for range 2 {
			card := newCard()
			remove := pcscdtest.Insert(t, card)
			v := await(t, s.visits, "the card")
			alone(t, v)
			b.Leave(0)
			ended(t, v, hal.ErrCardRemoved)
			v.leave()
			hasForgotten(t, card)
			s.noneLies(t)
			await(t, v.card.(hal.Watched).Left(), "the word that the card left")
			b.Return(0)
			remove()
		}
		_ = s.stop()
	})
}

// noneLies wants the service to show no card soon, and none to be attended until then.
func (s served) noneLies(t *testing.T) {
	t.Helper()
	look, late := time.NewTicker(10*time.Millisecond), time.NewTimer(soon)
	defer look.Stop()
	defer late.Stop()
	for {
		select {
		case v := <-s.visits:
			_, err := v.card.Transmit(v.ctx, selectJPKI)
			v.leave()
			t.Fatalf("a card that is not there was attended: %v", err)
		case <-late.C:
			t.Fatalf("the service still shows a card after %v", soon)
		case <-look.C:
		}
		if infos, err := pcsc.List(t.Context()); err != nil || !slices.ContainsFunc(infos, func(i pcsc.Info) bool { return i.Present }) {
			return
		}
	}
}

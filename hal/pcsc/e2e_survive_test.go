//go:build e2e && linux && cgo

package pcsc_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ebfe/scard"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/haltest/pcscdtest"
	"github.com/digital-watashi/kiosk/hal/pcsc"
)

// These tests take away what the driver stands on, and give it back.

// soon is how long a state may take from what happened to who is told.
const soon = 2 * time.Second

// after does something and waits for the state that has to follow soon.
func (s served) after(t *testing.T, do func(), want hal.State) {
	t.Helper()
	for len(s.states) > 0 {
		<-s.states
	}
	start := time.Now()
	do()
	s.state(t, want)
	took := time.Since(start).Round(time.Millisecond)
	t.Logf("%s after %v", want, took)
	if took > soon {
		t.Errorf("%s was told after %v, want at most %v", want, took, soon)
	}
}

// ended waits for the end of a presence, with that cause.
func ended(t *testing.T, v visit, want error) {
	t.Helper()
	start := time.Now()
	await(t, v.ctx.Done(), "the end of the presence")
	t.Logf("the presence ended after %v", time.Since(start).Round(time.Millisecond))
	if cause := context.Cause(v.ctx); !errors.Is(cause, want) {
		t.Errorf("the presence ended with %v, want %v", cause, want)
	}
	if _, err := v.card.Transmit(context.Background(), []byte{0, 0xA4, 4, 0x0C}); !errors.Is(err, want) {
		t.Errorf("an exchange after that: got %v, want %v", err, want)
	}
}

func TestE2EReaderMayBeUnpluggedAndComeBack(t *testing.T) {
	pcscdtest.OnBus(t, 1, func(t *testing.T, b *pcscdtest.Bus) {
		_, s := serve(t, pcsc.Config{})
		s.state(t, hal.Online)
		for range 2 {
			s.after(t, func() { b.Unplug(0) }, hal.NoDevice)
			s.after(t, func() { b.Plug(0) }, hal.Online)
		}
		b.AwaitReader(0)
		pcscdtest.Insert(t, newCard())
		await(t, s.visits, "the card").leave()
		_ = s.stop()
	})
}

func TestE2EReaderUnpluggedUnderACitizenEndsTheVisit(t *testing.T) {
	pcscdtest.OnBus(t, 1, func(t *testing.T, b *pcscdtest.Bus) {
		_, s := serve(t, pcsc.Config{})
		remove := pcscdtest.Insert(t, newCard())
		v := await(t, s.visits, "the card")
		s.after(t, func() { b.Unplug(0) }, hal.NoDevice) // told while the visit goes on
		ended(t, v, hal.ErrGone)
		v.leave()
		remove()
		s.after(t, func() { b.Plug(0) }, hal.Online)
		b.AwaitReader(0)
		pcscdtest.Insert(t, newCard())
		await(t, s.visits, "the next card").leave()
		_ = s.stop()
	})
}

func TestE2EReaderPluggedInLaterIsServed(t *testing.T) {
	pcscdtest.OnBus(t, 0, func(t *testing.T, b *pcscdtest.Bus) {
		r, s := serve(t, pcsc.Config{})
		s.state(t, hal.NoDevice)
		if infos, err := pcsc.List(t.Context()); err != nil || len(infos) > 0 {
			t.Errorf("without a reader: %v, %v", infos, err)
		}
		s.after(t, func() { b.Plug(1) }, hal.Online)
		b.AwaitReader(1)
		b.Plug(0) // and another one
		b.AwaitReader(0)
		for k := range 2 {
			remove := pcscdtest.InsertAt(t, k, newCard())
			v := await(t, s.visits, "the card")
			if got := r.ReaderName(); got != b.Name(k) {
				t.Errorf("the card is in %q, want %q", got, b.Name(k))
			}
			v.leave()
			remove()
		}
		b.Unplug(0)
		b.AwaitNoReader(0)
		s.after(t, func() { b.Unplug(1) }, hal.NoDevice)
		_ = s.stop()
	})
}

// A reader that is there but answers nothing is not one that is gone.
func TestE2EReaderThatDoesNotAnswerIsAHardwareError(t *testing.T) {
	pcscdtest.OnBus(t, 1, func(t *testing.T, b *pcscdtest.Bus) {
		_, s := serve(t, pcsc.Config{})
		s.state(t, hal.Online)
		s.after(t, func() { b.Fail(0) }, hal.HardwareError)
		s.after(t, func() { b.Mend(0) }, hal.Online)
		pcscdtest.Insert(t, newCard())
		await(t, s.visits, "the card").leave()
		_ = s.stop()
	})
}

// The service dies under a citizen, and comes back: the visit ends with the reason,
// Serve goes on, and tells of both while the visit is still ending.
func TestE2EServiceThatDiesIsWaitedFor(t *testing.T) {
	pcscdtest.OnBus(t, 1, func(t *testing.T, b *pcscdtest.Bus) {
		_, s := serve(t, pcsc.Config{})
		remove := pcscdtest.Insert(t, newCard())
		v := await(t, s.visits, "the card")
		s.after(t, b.KillService, hal.Offline)
		ended(t, v, hal.ErrUnavailable)
		remove()
		s.after(t, b.StartService, hal.Online)
		v.leave()
		for range 2 {
			s.after(t, b.KillService, hal.Offline)
			s.after(t, b.StartService, hal.Online)
		}
		pcscdtest.Insert(t, newCard())
		await(t, s.visits, "the next card").leave()
		_ = s.stop()
	})
}

func TestE2EServiceThatIsNotThereAtStartIsWaitedFor(t *testing.T) {
	pcscdtest.OnBus(t, 1, func(t *testing.T, b *pcscdtest.Bus) {
		b.KillService()
		if _, err := pcsc.List(t.Context()); !errors.Is(err, hal.ErrUnavailable) {
			t.Errorf("listing without a service: %v", err)
		}
		_, s := serve(t, pcsc.Config{})
		s.state(t, hal.Offline)
		pause := time.NewTimer(2 * time.Second) // the back-off has grown by then
		defer pause.Stop()
		<-pause.C
		s.after(t, b.StartService, hal.Online)
		pcscdtest.Insert(t, newCard())
		await(t, s.visits, "the card").leave()
		_ = s.stop()
	})
}

func TestE2ECardThatIsThereAtStartIsAttended(t *testing.T) {
	pcscdtest.Within(t, func(t *testing.T) {
		pcscdtest.Insert(t, newCard())
		_, s := serve(t, pcsc.Config{})
		await(t, s.visits, "the card").leave()
		_ = s.stop()
	})
}

// Between two looks at the reader one card leaves and another comes: all that
// differs is the service's count.
func TestE2ECardSwappedBetweenTwoLooksIsAnotherCard(t *testing.T) {
	pcscdtest.Within(t, func(t *testing.T) {
		var stop atomic.Bool
		stopped, looks := make(chan struct{}), make(chan struct{})
		_, s := serve(t, pcsc.Config{Name: pcscdtest.ReaderName, RefuseVirtual: true, Virtual: func(string) bool {
			if stop.CompareAndSwap(true, false) { // it is the watcher that asks, before each look
				stopped <- struct{}{}
				<-looks
			}
			return false
		}})
		remove := pcscdtest.Insert(t, newCard())
		first := await(t, s.visits, "the first card")
		stop.Store(true)
		await(t, stopped, "the watcher's stop")
		remove()
		pcscdtest.Insert(t, newCard())
		if first.ctx.Err() != nil {
			t.Error("the watcher has seen the swap")
		}
		close(looks)
		ended(t, first, hal.ErrCardRemoved)
		first.leave()
		second := await(t, s.visits, "the second card")
		alone(t, second)
		second.leave()
		_ = s.stop()
	})
}

// Another program holds the card, for itself or with others: it is waited for. Then
// nobody else gets it until it is powered down.
func TestE2ECardHeldByAnotherProgramIsWaitedFor(t *testing.T) {
	pcscdtest.Within(t, func(t *testing.T) {
		other, err := scard.EstablishContext()
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = other.Release() }()
		for _, mode := range []scard.ShareMode{scard.ShareExclusive, scard.ShareShared} {
			card := newCard()
			remove := pcscdtest.Insert(t, card)
			holding, err := other.Connect(pcscdtest.ReaderName, mode, scard.ProtocolAny)
			if err != nil {
				t.Fatal(err)
			}
			_, s := serve(t, pcsc.Config{})
			s.state(t, hal.DeviceBusy)
			s.after(t, func() { _ = holding.Disconnect(scard.UnpowerCard) }, hal.Online)
			v := await(t, s.visits, "the card")
			if _, err := other.Connect(pcscdtest.ReaderName, scard.ShareShared, scard.ProtocolAny); !errors.Is(err, scard.ErrSharingViolation) {
				t.Errorf("another program got the card: %v", err)
			}
			v.leave()
			_ = s.stop()
			hasForgotten(t, card)
			remove()
		}
	})
}

// A program that takes the card while nobody serves it is told of when it is
// there; one that comes first at the next card, too.
func TestE2EDeviceIsBusySoonAfterTheCardIsTaken(t *testing.T) {
	pcscdtest.Within(t, func(t *testing.T) {
		other, err := scard.EstablishContext()
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = other.Release() }()
		pcscdtest.Insert(t, newCard())
		holding, err := other.Connect(pcscdtest.ReaderName, scard.ShareExclusive, scard.ProtocolAny)
		if err != nil {
			t.Fatal(err)
		}
		s := served{states: make(chan hal.State, 100)}
		r := pcsc.New(pcsc.Config{OnState: func(state hal.State) { s.states <- state }})
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		s.after(t, func() {
			go func() { done <- r.Serve(ctx, func(ctx context.Context, _ hal.Card) { <-ctx.Done() }) }()
		}, hal.DeviceBusy)
		s.after(t, func() { _ = holding.Disconnect(scard.UnpowerCard) }, hal.Online)
		stop()
		_ = await(t, done, "the end of Serve")
	})
}

func TestE2EReaderThatHangsLetsGoOfWhoeverAsked(t *testing.T) {
	pcscdtest.Within(t, func(t *testing.T) {
		_, s := serve(t, pcsc.Config{})
		card := newCard()
		card.Break(haltest.Fault{Delay: 4 * time.Second})
		pcscdtest.Insert(t, card)
		v := await(t, s.visits, "the card")
		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		start := time.Now()
		if _, err := v.card.Transmit(ctx, []byte{0, 0xA4, 4, 0x0C}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want the end of the context", err)
		}
		if took := time.Since(start); took > soon {
			t.Errorf("it was let go after %v", took)
		}
		v.leave() // the visit is not over before the exchange is
		s.after(t, func() {}, hal.HardwareError)
		s.state(t, hal.Online)
		_ = s.stop()
	})
}

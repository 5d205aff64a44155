//go:build e2e && linux && cgo

package pcsc_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/sha256"
	"errors"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/haltest/pcscdtest"
	"github.com/digital-watashi/kiosk/hal/mynumber"
	"github.com/digital-watashi/kiosk/hal/pcsc"
)

// These tests run the driver over a real pcscd with a virtual reader.

const patience = 20 * time.Second

func await[T any](t *testing.T, c <-chan T, what string) T {
	t.Helper()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case v := <-c:
		return v
	case <-timer.C:
		t.Fatalf("waiting for %s: nothing came", what)
		panic("unreachable")
	}
}

// served is a Serve that hands its visits out.
type served struct {
	visits chan visit
	states chan hal.State
	stop   func() error
}

type visit struct {
	ctx   context.Context
	card  hal.Card
	leave func()
}

func serve(t *testing.T, config pcsc.Config) (*pcsc.Reader, served) {
	t.Helper()
	s := served{visits: make(chan visit), states: make(chan hal.State, 100)}
	config.OnState = func(state hal.State) { s.states <- state }
	r := pcsc.New(config)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		done <- r.Serve(ctx, func(ctx context.Context, card hal.Card) {
			left := make(chan struct{})
			select {
			case s.visits <- visit{ctx, card, func() { close(left) }}:
				<-left
			case <-ctx.Done():
			}
		})
	}()
	s.stop = func() error { cancel(); return await(t, done, "the end of Serve") }
	return r, s
}

// state waits for a state, past others.
func (s served) state(t *testing.T, want hal.State) {
	t.Helper()
	for await(t, s.states, "state "+string(want)) != want {
	}
}

func citizen() haltest.Citizen { return haltest.Citizens()[0] }

func newCard() *haltest.Card { return haltest.NewCard(citizen(), haltest.NewCA()) }

func muteCard() *haltest.Card { return haltest.NewCard(citizen(), haltest.NewCA(), haltest.Mute()) }

func TestE2EReaderKeepsThePromisesOfHal(t *testing.T) {
	pcscdtest.OnBus(t, 2, func(t *testing.T, _ *pcscdtest.Bus) {
		card := newCard()
		var inside []func() // what takes out the cards that are in
		insert := func(k int, card *haltest.Card) { inside = append(inside, pcscdtest.InsertAt(t, k, card)) }
		haltest.TestReader(t, haltest.ReaderFixture{
			Reader:     pcsc.New(pcsc.Config{}),
			Insert:     func() { insert(0, card) },
			InsertMute: func() { insert(0, muteCard()) },
			InsertTwo:  func() { insert(0, card); insert(1, newCard()) },
			Remove:     func() { inside[0](); inside = inside[1:] },
			Password:   citizen().Password,
			Verified:   card.Verified,
			Patience:   patience,
		})
	})
}

func TestE2ECardKeepsThePromisesOfHal(t *testing.T) {
	pcscdtest.Within(t, func(t *testing.T) {
		_, s := serve(t, pcsc.Config{Name: "Virtual"})
		remove := pcscdtest.Insert(t, newCard())
		v := await(t, s.visits, "the card")
		haltest.TestCard(t, haltest.CardFixture{Card: v.card, Remove: remove})
		v.leave()
		if err := s.stop(); !errors.Is(err, context.Canceled) {
			t.Errorf("Serve returned %v", err)
		}
	})
}

// The whole driver over the whole stack, short and extended. vpcd says nothing of
// what it passes, so that it is tried; then it passes extended lengths, but a card
// may refuse them.
func TestE2EMyNumberCardSignsOverPCSC(t *testing.T) {
	pcscdtest.Within(t, func(t *testing.T) {
		for name, c := range map[string]struct {
			config pcsc.Config
			card   []haltest.Option
			want   int
		}{
			"extended, tried":            {want: 7},
			"extended, configured":       {config: pcsc.Config{MaxData: 65536}, want: 7},
			"short, configured":          {config: pcsc.Config{MaxData: 256}, want: 13},
			"short, as the card refuses": {card: []haltest.Option{haltest.ShortOnly()}, want: 14},
		} {
			if got := signOverPCSC(t, c.config, c.card...); got != c.want {
				t.Errorf("%s: %d exchanges, want %d", name, got, c.want)
			}
		}
	})
}

// signOverPCSC is one whole visit; it counts the exchanges.
func signOverPCSC(t *testing.T, config pcsc.Config, opts ...haltest.Option) int {
	t.Helper()
	ca := haltest.NewCA()
	card := haltest.NewCard(citizen(), ca, opts...)
	r, s := serve(t, config)
	remove := pcscdtest.Insert(t, card)
	v := await(t, s.visits, "the card")
	if got := r.ReaderName(); got != pcscdtest.ReaderName {
		t.Errorf("the reader is called %q, want %q", got, pcscdtest.ReaderName)
	}
	trust := mynumber.Trust{Generations: ca.Certificates()}
	trust.Policies = append(trust.Policies, mynumber.TestSigningPolicy())
	sign(t, v, trust)
	if touched := card.Touched(); len(touched) > 0 {
		t.Errorf("touched %q", touched)
	}
	v.leave()
	_ = s.stop()
	if r.ReaderName() != "" {
		t.Errorf("after the visit: reader %q", r.ReaderName())
	}
	hasForgotten(t, card)
	remove()
	return len(card.Transcript()) / 2
}

// hasForgotten waits for the power-down to reach the card. pcscd by itself would
// come to it much later.
func hasForgotten(t *testing.T, card *haltest.Card) {
	t.Helper()
	tick, late := time.NewTicker(5*time.Millisecond), time.NewTimer(time.Second)
	defer tick.Stop()
	defer late.Stop()
	for card.Verified() || card.Powered() {
		select {
		case <-tick.C:
		case <-late.C:
			t.Errorf("after the visit: verified %v, powered %v", card.Verified(), card.Powered())
			return
		}
	}
}

func sign(t *testing.T, v visit, trust mynumber.Trust) {
	t.Helper()
	m, err := mynumber.Open(v.ctx, v.card, trust)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.VerifySigningPIN(v.ctx, []byte(citizen().Password)); err != nil {
		t.Fatal(err)
	}
	h, err := m.Holder(v.ctx)
	if err != nil {
		t.Fatal(err)
	}
	digest := sha256.Sum256([]byte("application"))
	if _, err := h.Signer.Sign(nil, digest[:], crypto.SHA256); err != nil {
		t.Fatal(err)
	}
}

// The card leaves while an exchange is under way: the answer is that it left.
func TestE2ECardThatLeavesInMidExchangeWasRemoved(t *testing.T) {
	pcscdtest.Within(t, func(t *testing.T) {
		card := newCard()
		_, s := serve(t, pcsc.Config{})
		remove := pcscdtest.Insert(t, card)
		v := await(t, s.visits, "the card")
		card.Break(haltest.DelayedAt(0, 300*time.Millisecond))
		answered := make(chan error, 1)
		go func() {
			_, err := mynumber.Open(v.ctx, v.card, mynumber.Trust{})
			answered <- err
		}()
		remove()
		if err := await(t, answered, "the broken exchange"); !errors.Is(err, hal.ErrCardRemoved) || errors.Is(err, mynumber.ErrNotMyNumber) {
			t.Errorf("got %v, want %v", err, hal.ErrCardRemoved)
		}
		if cause := context.Cause(v.ctx); !errors.Is(cause, hal.ErrCardRemoved) {
			t.Errorf("the presence ended with %v, want %v", cause, hal.ErrCardRemoved)
		}
		v.leave()
		_ = s.stop()
	})
}

func TestE2EVirtualReaderIsRefusedWhereThatIsAsked(t *testing.T) {
	pcscdtest.Within(t, func(t *testing.T) {
		refused := make(chan error, 10)
		_, s := serve(t, pcsc.Config{RefuseVirtual: true, OnRefused: func(name string, err error) {
			if name != pcscdtest.ReaderName && name != "Virtual PCD 00 01" {
				t.Errorf("refused %q", name)
			}
			refused <- err
		}})
		pcscdtest.Insert(t, newCard())
		if err := await(t, refused, "the refusal"); !errors.Is(err, pcsc.ErrVirtualReader) {
			t.Errorf("got %v, want %v", err, pcsc.ErrVirtualReader)
		}
		s.state(t, hal.NoDevice)
		select {
		case <-s.visits:
			t.Error("the card in a refused reader was attended")
		default:
		}
		_ = s.stop()
		if n := len(refused); n > 1 {
			t.Errorf("%d more refusals, want each reader once", n)
		}
	})
}

func TestE2EReaderOfAnotherNameIsNoDevice(t *testing.T) {
	pcscdtest.Within(t, func(t *testing.T) {
		_, s := serve(t, pcsc.Config{Name: "PaSoRi"})
		s.state(t, hal.NoDevice)
		_ = s.stop()
	})
}

// A card that lies the wrong way round is attended, so that its holder hears of it:
// one that gives noise for an ATR, and one whose reader says so.
func TestE2ECardThatDoesNotAnswerIsAttended(t *testing.T) {
	t.Run("noise", func(t *testing.T) { pcscdtest.Within(t, toldAsMute) })
	t.Run("reported", func(t *testing.T) {
		pcscdtest.OnBus(t, 1, func(t *testing.T, _ *pcscdtest.Bus) { toldAsMute(t) })
	})
}

func toldAsMute(t *testing.T) {
	_, s := serve(t, pcsc.Config{})
	remove := pcscdtest.Insert(t, muteCard())
	v := await(t, s.visits, "the card")
	_, err := mynumber.Open(v.ctx, v.card, mynumber.Trust{})
	if !errors.Is(err, hal.ErrCardMute) || errors.Is(err, hal.ErrGone) || errors.Is(err, hal.ErrCardRemoved) {
		t.Errorf("got %v, want %v", err, hal.ErrCardMute)
	}
	if len(v.card.ATR()) != 0 || maxData(v) != 256 {
		t.Errorf("ATR % X, up to %d bytes, want none and 256", v.card.ATR(), maxData(v))
	}
	s.state(t, hal.Online)
	remove()
	ended(t, v, hal.ErrCardRemoved)
	v.leave()
	_ = s.stop()
}

// The end of Serve's context is noticed at once, not after a slice of waiting.
func TestE2EServeEndsAtOnce(t *testing.T) {
	pcscdtest.Within(t, func(t *testing.T) {
		r, s := serve(t, pcsc.Config{})
		s.state(t, hal.Online)
		if err := r.Serve(context.Background(), nil); !errors.Is(err, pcsc.ErrServing) {
			t.Errorf("a second Serve: got %v, want %v", err, pcsc.ErrServing)
		}
		_ = s.stop()
	})
}

// Answers are the caller's own: the next one does not write into them.
func TestE2EAnswersAreNotShared(t *testing.T) {
	pcscdtest.Within(t, func(t *testing.T) {
		_, s := serve(t, pcsc.Config{})
		pcscdtest.Insert(t, newCard())
		v := await(t, s.visits, "the card")
		first, err := v.card.Transmit(v.ctx, []byte{0x00, 0xA4, 0x04, 0x0C, 0x00})
		kept := bytes.Clone(first)
		if err != nil || len(first) != cap(first) && cap(first) > 64 {
			t.Errorf("% X in a buffer of %d, %v", first, cap(first), err)
		}
		for _, short := range [][]byte{nil, {}, {0}, {0, 0xA4, 4}} {
			if _, err := v.card.Transmit(v.ctx, short); err == nil {
				t.Errorf("% X was sent", short)
			}
		}
		_, _ = v.card.Transmit(v.ctx, []byte{0x00, 0xB0, 0x86, 0x00, 0x20})
		if !bytes.Equal(first, kept) {
			t.Error("an answer was written into")
		}
		v.leave()
		_ = s.stop()
	})
}

package acme_test

import (
	"context"
	"errors"
	"testing"

	acme "example.com/acme/kiosk-devices"
	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
)

// The card of the tests: one of the invented people, and the password of its
// signing key.
const password = "MIDORI123"

func newCard() *haltest.Card { return haltest.NewCard(haltest.Citizens()[0], haltest.NewCA()) }

func TestReader(t *testing.T) {
	u := newUnit(newCard())
	haltest.TestReader(t, haltest.ReaderFixture{
		Reader: acme.NewReader(u.dial), Insert: u.insert, Remove: u.remove, Password: password, Verified: u.card.Verified,
	})
}

func TestEjector(t *testing.T) {
	u := newUnit(newCard())
	reader := acme.NewReader(u.dial)
	haltest.TestEjector(t, haltest.EjectorFixture{Reader: reader, Ejector: reader, Insert: u.insert, Retained: u.inBin})
}

// TestCard takes a card out of attend to where a test may fail.
func TestCard(t *testing.T) {
	u := newUnit(newCard())
	cards, over := make(chan hal.Card), make(chan struct{})
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error)
	go func() {
		served <- acme.NewReader(u.dial).Serve(ctx, func(_ context.Context, c hal.Card) {
			cards <- c
			<-over
		})
	}()
	u.insert()
	haltest.TestCard(t, haltest.CardFixture{Card: <-cards, Remove: u.remove})
	close(over)
	stop()
	if err := <-served; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if left := u.card.TriesLeft(); left != 5 {
		t.Errorf("the suite left %d tries", left)
	}
}

func TestScanner(t *testing.T) {
	var s socket
	s.plug()
	haltest.TestScanner(t, haltest.ScannerFixture{
		Scanner: acme.NewScanner(s.dial),
		Scan:    func(text string) { s.say(frame('B', []byte(text))) },
		Unplug:  s.unplug,
		Plug:    s.plug,
	})
}

// TestAReaderThatGoesAway is not in a suite: how a reader is unplugged is its own
// affair.
func TestAReaderThatGoesAway(t *testing.T) {
	u := newUnit(newCard())
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	causes := make(chan error)
	go acme.NewReader(u.dial).Serve(ctx, func(ctx context.Context, _ hal.Card) {
		u.unplug()
		<-ctx.Done()
		u.plug()
		causes <- context.Cause(ctx)
	})
	u.insert()
	for range 2 { // the card stayed in: it is attended anew
		if cause := <-causes; !errors.Is(cause, hal.ErrGone) {
			t.Errorf("the visit ended with %v, want %v", cause, hal.ErrGone)
		}
	}
}

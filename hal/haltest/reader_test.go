package haltest_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
)

var errStop = errors.New("closing time")

func TestVirtualReaderKeepsWhatAReaderPromises(t *testing.T) {
	reader, card := haltest.NewReader(), newCard()
	haltest.TestReader(t, haltest.ReaderFixture{
		Reader: reader, Insert: func() { reader.Insert(card) }, Remove: reader.Remove, Password: "MIDORI123", Verified: card.Verified,
		InsertMute: func() { reader.Insert(newCard(haltest.Mute())) }, InsertTwo: func() { reader.InsertTwo(card) },
	})
}

func TestVirtualReaderKeepsItsPromisesInABubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reader, card := haltest.NewMotorReader(), newCard()
		haltest.TestReader(t, haltest.ReaderFixture{
			Reader: reader, Insert: func() { reader.Insert(card) }, Remove: reader.Remove, Password: "MIDORI123", Verified: card.Verified,
		})
	})
}

// generous is a card behind a reader that passes extended lengths.
type generous struct{ *haltest.Card }

func (generous) MaxData() int { return 65536 }

func TestVirtualCardKeepsWhatACardPromises(t *testing.T) {
	card := newCard()
	haltest.TestCard(t, haltest.CardFixture{Card: generous{card}, Remove: card.Remove})
	if got := card.TriesLeft(); got != 5 {
		t.Errorf("the conformance suite left %d tries", got)
	}
	if got := card.Touched(); len(got) > 0 {
		t.Errorf("the conformance suite touched %q", got)
	}
}

// serving runs a reader in the bubble and stops it at its end. It hands out each
// visit; the visitor says when it is over.
func serving(t *testing.T, reader hal.Reader) <-chan visit {
	t.Helper()
	ctx, stop := context.WithCancelCause(context.Background())
	visits, done := make(chan visit), make(chan error)
	go func() {
		done <- reader.Serve(ctx, func(ctx context.Context, card hal.Card) {
			v := visit{ctx, card, make(chan struct{})}
			visits <- v
			<-v.leave
		})
	}()
	t.Cleanup(func() {
		stop(errStop)
		if err := <-done; !errors.Is(err, errStop) {
			t.Errorf("Serve returned %v", err)
		}
	})
	return visits
}

type visit struct {
	ctx   context.Context
	card  hal.Card
	leave chan struct{}
}

func TestReaderCancelsWithTheCardBeforeRemoveReturns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reader := haltest.NewReader()
		visits := serving(t, reader)
		reader.Insert(newCard())
		v := <-visits
		defer close(v.leave)
		reader.Remove()
		if cause := context.Cause(v.ctx); cause != hal.ErrCardRemoved {
			t.Errorf("cause %v", cause)
		}
	})
}

func TestReaderNoticesACardThatGoesByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reader := haltest.NewReader()
		visits := serving(t, reader)
		card := newCard(haltest.Broken(haltest.RemovedAt(2)))
		reader.Insert(card)
		v := <-visits
		converse(t, v.card, selectJPKI+"> 9000")
		if _, err := v.card.Transmit(v.ctx, unhex(t, selectJPKI)); err != hal.ErrCardRemoved {
			t.Errorf("Transmit: %v", err)
		}
		if cause := context.Cause(v.ctx); cause != hal.ErrCardRemoved {
			t.Errorf("cause %v", cause)
		}
		close(v.leave)
		reader.Insert(card)
		v = <-visits
		converse(t, v.card, selectJPKI+"> 9000")
		close(v.leave)
	})
}

func TestReaderPowersTheCardDownAfterAttend(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reader, card := haltest.NewReader(), newCard()
		visits := serving(t, reader)
		reader.Insert(card)
		v := <-visits
		converse(t, v.card, selectJPKI+"> 9000", "0020009B09 4D49444F5249313233 > 9000")
		close(v.leave)
		synctest.Wait()
		if card.Powered() || card.Verified() {
			t.Errorf("powered %t, verified %t", card.Powered(), card.Verified())
		}
		if _, err := v.card.Transmit(context.Background(), unhex(t, selectJPKI)); !errors.Is(err, hal.ErrCardRemoved) {
			t.Errorf("after attend: %v", err)
		}
	})
}

func TestReaderPowersACardThatIsRecorded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reader, card := haltest.NewReader(), newCard()
		visits := serving(t, reader)
		reader.Insert(haltest.NewRecorder(card))
		v := <-visits
		converse(t, v.card, selectJPKI+"> 9000", "0020009B09 4D49444F5249313233 > 9000")
		card.Remove()
		if cause := context.Cause(v.ctx); cause != hal.ErrCardRemoved {
			t.Errorf("cause %v", cause)
		}
		close(v.leave)
		synctest.Wait()
		if card.Powered() || card.Verified() {
			t.Errorf("powered %t, verified %t", card.Powered(), card.Verified())
		}
	})
}

// The clock of a bubble starts in 2000; the authority goes with it.
func TestCardMadeInABubbleIsValidThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ca := haltest.NewCA()
		for _, citizen := range haltest.Citizens()[:3] {
			cert := haltest.NewCard(citizen, ca).Certificate()
			if err := verifyUnder(cert, ca.Certificates()[citizen.Generation-1], time.Now()); err != nil {
				t.Errorf("%v: %v", citizen, err)
			}
		}
	})
}

func TestReaderWaitsWhileItIsUnplugged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reader := haltest.NewReader()
		visits := serving(t, reader)
		reader.Insert(newCard())
		v := <-visits
		reader.Unplug()
		if cause := context.Cause(v.ctx); cause != hal.ErrGone {
			t.Errorf("cause %v", cause)
		}
		close(v.leave)
		reader.Remove()
		reader.Insert(newCard())
		synctest.Wait()
		select {
		case <-visits:
			t.Error("a card was attended without a reader")
		case <-time.After(time.Hour):
		}
		reader.Plug()
		v = <-visits
		converse(t, v.card, selectJPKI+"> 9000")
		close(v.leave)
	})
}

func TestReaderDoesNotAttendACardThatHasLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reader := haltest.NewReader()
		visits := serving(t, reader)
		reader.Insert(newCard())
		first := <-visits
		reader.Insert(newCard())
		reader.Remove()
		close(first.leave)
		select {
		case <-visits:
			t.Error("a card that had left was attended")
		case <-time.After(time.Hour):
		}
	})
}

func TestMotorReaderEjectsAndRetains(t *testing.T) {
	reader := haltest.NewMotorReader()
	card := newCard()
	reader.Insert(card)
	if err := reader.Eject(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := card.Transmit(t.Context(), unhex(t, selectJPKI)); err != hal.ErrCardRemoved {
		t.Errorf("after Eject: %v", err)
	}
	reader.Insert(card)
	if err := reader.Retain(t.Context()); err != nil || reader.Retained() != 1 {
		t.Errorf("%v, %d retained", err, reader.Retained())
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errStop)
	if err := reader.Eject(ctx); err != errStop {
		t.Errorf("Eject with a dead context: %v", err)
	}
}

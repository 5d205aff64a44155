package haltest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal"
)

// EjectorFixture is a motorised reader to be tested, empty, and the hand that puts a
// My Number card in.
type EjectorFixture struct {
	Reader  hal.Reader
	Ejector hal.Ejector
	Insert  func()
	// Take takes the card out of the mouth of the reader, where the motor left it, and
	// Empty takes those out of the bin. Nil where there is nothing to do.
	Take, Empty func()
	// Retained is how many cards the bin took, if that can be known.
	Retained func() int
	// Patience is how long a hand and the reader may take; 0 is ten seconds.
	Patience time.Duration
}

// TestEjector holds a motorised reader to what hal.Ejector promises.
func TestEjector(t testing.TB, f EjectorFixture) {
	t.Helper()
	if f.Patience == 0 {
		f.Patience = 10 * time.Second
	}
	eject := motion{"Eject", f.Ejector.Eject, f.Take, 0}
	retain := motion{"Retain", f.Ejector.Retain, f.Empty, 1}
	for _, m := range []motion{eject, retain} {
		cardLeavesDuringAttend(t, f, m)
		cardLeavesAfterAttend(t, f, m)
		cardStaysForADeadContext(t, f, m)
	}
}

// A motion is what a motor can do with a card.
type motion struct {
	name   string
	do     func(context.Context) error
	away   func() // the hand that makes room afterwards
	binned int    // cards that go into the bin
}

// reader is the fixture of a reader with that motor.
func (f EjectorFixture) reader() ReaderFixture {
	return ReaderFixture{Reader: f.Reader, Insert: f.Insert, Patience: f.Patience}
}

// moves does the move, and counts the bin.
func (f EjectorFixture) moves(t testing.TB, m motion) {
	t.Helper()
	before := f.binned()
	ctx, stop := context.WithTimeout(context.Background(), f.Patience)
	defer stop()
	if err := m.do(ctx); err != nil {
		t.Fatalf("%s: %v", m.name, err)
	}
	if got := f.binned() - before; f.Retained != nil && got != m.binned {
		t.Errorf("%s put %d cards into the bin, want %d", m.name, got, m.binned)
	}
	if m.away != nil {
		m.away()
	}
}

func (f EjectorFixture) binned() int {
	if f.Retained == nil {
		return 0
	}
	return f.Retained()
}

// cardLeavesDuringAttend moves a card that is attended: that is a removal as any.
func cardLeavesDuringAttend(t testing.TB, f EjectorFixture, m motion) {
	t.Helper()
	s := serve(t, f.reader())
	defer s.end(errOver{})
	f.Insert()
	v := s.visit()
	defer close(v.leave)
	exchange(t, v.card, selectAID(jpkiAID()), swOK, 0)
	f.moves(t, m)
	await(t, f.Patience, v.ctx.Done(), m.name+" did not cancel the context of attend")
	if cause := context.Cause(v.ctx); !errors.Is(cause, hal.ErrCardRemoved) {
		t.Errorf("%s cancelled with %v, want %v", m.name, cause, hal.ErrCardRemoved)
	}
	cardIsGone(t, v.card)
}

// cardLeavesAfterAttend moves a card that nobody attends any more, and puts it in
// again: that is a new insertion.
func cardLeavesAfterAttend(t testing.TB, f EjectorFixture, m motion) {
	t.Helper()
	s := serve(t, f.reader())
	defer s.end(errOver{})
	f.Insert()
	first := s.visit()
	close(first.leave)
	f.moves(t, m)
	f.Insert()
	second := s.visit()
	defer close(second.leave)
	exchange(t, second.card, selectAID(jpkiAID()), swOK, 0)
	f.moves(t, m)
}

// cardStaysForADeadContext calls with a context that is over.
func cardStaysForADeadContext(t testing.TB, f EjectorFixture, m motion) {
	t.Helper()
	s := serve(t, f.reader())
	defer s.end(errOver{})
	f.Insert()
	v := s.visit()
	defer close(v.leave)
	before := f.binned()
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errOver{})
	if err := m.do(ctx); !errors.Is(err, errOver{}) {
		t.Errorf("%s with a dead context: %v, want its cause", m.name, err)
	}
	if f.binned() != before {
		t.Errorf("%s with a dead context put a card into the bin", m.name)
	}
	exchange(t, v.card, selectAID(jpkiAID()), swOK, 0)
	f.moves(t, m)
}

package haltest

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal"
)

// ReaderFixture is a reader to be tested, empty, and the hands that put a My
// Number card in and take it out.
type ReaderFixture struct {
	Reader hal.Reader
	Insert func()
	Remove func()
	// InsertMute puts a card in that does not answer, as the wrong way round; Remove
	// takes it out. Without it that promise is not tested.
	InsertMute func()
	// InsertTwo puts two My Number cards in, where nobody serves the reader yet. Remove
	// takes out the one and then the other. Without it that promise is not tested.
	InsertTwo func()
	// Password of the signing key. Without it, it is not tested that the card is
	// powered down after attend.
	Password string
	// Verified looks into a virtual card: is anything in the verified state? With it,
	// power-down is also seen while the card stays in.
	Verified func() bool
	// Patience is how long a hand and the reader may take; 0 is ten seconds.
	Patience time.Duration
}

// TestReader holds a reader to what hal.Reader promises.
func TestReader(t testing.TB, f ReaderFixture) {
	t.Helper()
	if f.Patience == 0 {
		f.Patience = 10 * time.Second
	}
	readerAttendsUntilRemoved(t, f)
	readerAttendsAnInsertionOnce(t, f)
	readerSeesACardThatIsLeftBehind(t, f)
	readerTellsOfAMuteCard(t, f)
	readerTellsOfTwoCards(t, f)
	readerPowersDown(t, f)
	readerReturnsTheCause(t, f)
	readerWaitsForAttend(t, f)
}

// A served is a running Serve.
type served struct {
	t        testing.TB
	patience time.Duration
	stop     context.CancelCauseFunc
	attended chan visit
	done     chan error
}

// A visit is one call of attend, which lasts until leave is closed.
type visit struct {
	ctx   context.Context
	card  hal.Card
	leave chan struct{}
}

func serve(t testing.TB, f ReaderFixture) *served {
	ctx, stop := context.WithCancelCause(context.Background())
	s := &served{t: t, patience: f.Patience, stop: stop, attended: make(chan visit), done: make(chan error, 1)}
	var inside atomic.Int32
	go func() {
		s.done <- f.Reader.Serve(ctx, func(ctx context.Context, card hal.Card) {
			if inside.Add(1) != 1 {
				t.Error("attend was called while another attend was running")
			}
			defer inside.Add(-1)
			v := visit{ctx: ctx, card: card, leave: make(chan struct{})}
			s.attended <- v
			<-v.leave
		})
	}()
	return s
}

func (s *served) visit() visit { return await(s.t, s.patience, s.attended, "attend was not called") }

func (s *served) end(why error) {
	s.t.Helper()
	s.stop(why)
	if err := await(s.t, s.patience, s.done, "Serve did not return"); !errors.Is(err, why) {
		s.t.Errorf("Serve returned %v, want the cause of its context", err)
	}
}

// errOver is how these tests end a Serve.
type errOver struct{}

func (errOver) Error() string { return "the conformance test is over" }

func await[T any](t testing.TB, patience time.Duration, c <-chan T, otherwise string) T {
	t.Helper()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case v := <-c:
		return v
	case <-timer.C:
		t.Fatal(otherwise)
		panic("unreachable")
	}
}

func readerAttendsUntilRemoved(t testing.TB, f ReaderFixture) {
	t.Helper()
	s := serve(t, f)
	defer s.end(errOver{})
	f.Insert()
	v := s.visit()
	defer close(v.leave)
	exchange(t, v.card, selectAID(jpkiAID()), swOK, 0)
	f.Remove()
	await(t, f.Patience, v.ctx.Done(), "removal did not cancel the context of attend")
	if cause := context.Cause(v.ctx); !errors.Is(cause, hal.ErrCardRemoved) {
		t.Errorf("removal cancelled with %v, want %v", cause, hal.ErrCardRemoved)
	}
	cardIsGone(t, v.card)
}

// readerAttendsAnInsertionOnce leaves a card in the reader: only the next one is
// attended.
func readerAttendsAnInsertionOnce(t testing.TB, f ReaderFixture) {
	t.Helper()
	s := serve(t, f)
	defer s.end(errOver{})
	f.Insert()
	first := s.visit()
	close(first.leave)
	f.Remove()
	f.Insert()
	second := s.visit()
	if second.ctx.Err() != nil {
		t.Error("attend was called for a card that had left")
	}
	exchange(t, second.card, selectAID(jpkiAID()), swOK, 0)
	f.Remove()
	close(second.leave)
}

// lies is longer than a reader takes to look at its slot anew.
const lies = time.Second

// readerSeesACardThatIsLeftBehind leaves a card in the reader after its visit, if the
// reader says that it sees such cards.
func readerSeesACardThatIsLeftBehind(t testing.TB, f ReaderFixture) {
	t.Helper()
	s := serve(t, f)
	defer s.end(errOver{})
	f.Insert()
	first := s.visit()
	behind, sees := first.card.(hal.Watched)
	close(first.leave)
	if sees {
		staysLeft(t, behind)
	}
	f.Remove()
	if sees {
		await(t, f.Patience, behind.Left(), "Left was not closed when the card was taken after attend")
	}
	f.Insert()
	next := s.visit()
	defer close(next.leave)
	if again, sees := next.card.(hal.Watched); sees {
		f.Remove()
		await(t, f.Patience, again.Left(), "Left was not closed when the card was taken during attend")
		return
	}
	f.Remove()
}

// staysLeft wants a card that lies there not to be told as taken.
func staysLeft(t testing.TB, behind hal.Watched) {
	t.Helper()
	look := time.NewTimer(lies)
	defer look.Stop()
	select {
	case <-behind.Left():
		t.Error("Left was closed while the card lay in the reader after attend")
	case <-look.C:
	}
}

// readerTellsOfAMuteCard wants a visit, so that somebody can say what is the matter.
func readerTellsOfAMuteCard(t testing.TB, f ReaderFixture) {
	t.Helper()
	if f.InsertMute == nil {
		return
	}
	s := serve(t, f)
	defer s.end(errOver{})
	f.InsertMute()
	v := s.visit()
	defer close(v.leave)
	refuses(t, v.card, hal.ErrCardMute)
	f.Remove()
	await(t, f.Patience, v.ctx.Done(), "removal of a mute card did not cancel the context of attend")
}

// readerTellsOfTwoCards wants one visit for both, which talks to neither, and
// another for the card that stays.
func readerTellsOfTwoCards(t testing.TB, f ReaderFixture) {
	t.Helper()
	if f.InsertTwo == nil {
		return
	}
	f.InsertTwo()
	s := serve(t, f)
	defer s.end(errOver{})
	both := s.visit()
	refuses(t, both.card, hal.ErrCardCollision)
	f.Remove()
	await(t, f.Patience, both.ctx.Done(), "removal of one of two cards did not cancel the context of attend")
	close(both.leave)
	one := s.visit()
	defer close(one.leave)
	exchange(t, one.card, selectAID(jpkiAID()), swOK, 0)
	f.Remove()
}

func refuses(t testing.TB, card hal.Card, want error) {
	t.Helper()
	answer, err := card.Transmit(context.Background(), selectAID(jpkiAID()))
	if !errors.Is(err, want) || answer != nil {
		t.Errorf("Transmit: %X, %v, want %v", answer, err, want)
	}
}

// readerPowersDown verifies the password, leaves, and looks with the next
// insertion of the same card whether it still knows.
func readerPowersDown(t testing.TB, f ReaderFixture) {
	t.Helper()
	if f.Password == "" {
		return
	}
	s := serve(t, f)
	defer s.end(errOver{})
	f.Insert()
	v := s.visit()
	exchange(t, v.card, selectAID(jpkiAID()), swOK, 0)
	exchange(t, v.card, selectEF(0x001B), swOK, 0)
	exchange(t, v.card, append([]byte{0x00, 0x20, 0x00, 0x80, byte(len(f.Password))}, f.Password...), swOK, 0)
	close(v.leave)
	if f.Verified != nil {
		cardForgets(t, f.Verified)
	}
	f.Remove()
	f.Insert()
	v = s.visit()
	exchange(t, v.card, selectAID(jpkiAID()), swOK, 0)
	exchange(t, v.card, selectEF(0x0001), swOK, 0)
	exchange(t, v.card, []byte{0x00, 0xB0, 0x00, 0x00, 0x04}, swNotVerified, 0)
	f.Remove()
	close(v.leave)
}

// soon is less than a PC/SC service takes to power an unused card down by itself.
const soon = 2 * time.Second

// cardForgets waits until nothing is verified any more.
func cardForgets(t testing.TB, verified func() bool) {
	t.Helper()
	look, late := time.NewTicker(10*time.Millisecond), time.NewTimer(soon)
	defer look.Stop()
	defer late.Stop()
	for verified() {
		select {
		case <-look.C:
		case <-late.C:
			t.Error("the card is still verified after attend: it was not powered down")
			return
		}
	}
}

func readerReturnsTheCause(t testing.TB, f ReaderFixture) {
	t.Helper()
	s := serve(t, f)
	s.end(errOver{})
}

// readerWaitsForAttend ends Serve while a card is attended: attend learns of it,
// and Serve returns after it.
func readerWaitsForAttend(t testing.TB, f ReaderFixture) {
	t.Helper()
	s := serve(t, f)
	f.Insert()
	v := s.visit()
	s.stop(errOver{})
	await(t, f.Patience, v.ctx.Done(), "the end of Serve's context did not reach attend")
	select {
	case <-s.done:
		t.Error("Serve returned before attend")
	default:
	}
	close(v.leave)
	s.end(errOver{})
	f.Remove()
}

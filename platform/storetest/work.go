package storetest

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// What a store promises about events, and about work that several platforms
// share.

// by is the claim of an owner at epoch+after, for a minute.
func by(owner string, after time.Duration) platform.Claim {
	now := epoch.Add(after)
	return platform.Claim{Owner: owner, Now: now, Until: now.Add(time.Minute)}
}

func newEvent(account protocol.ID) platform.Event {
	return platform.Event{ID: protocol.NewID(), Kind: platform.EventBound, At: epoch, Account: account}
}

// events claims and lists ids.
func (s *session) events(c platform.Claim, n int) (ids []protocol.ID) {
	s.t.Helper()
	s.update(func(w platform.Writing) error {
		claimed, err := w.ClaimEvents(c, n)
		ids = nil // an update may run twice
		for _, e := range claimed {
			ids = append(ids, e.ID)
		}
		return err
	})
	return ids
}

func (s *session) expectIDs(what string, got []protocol.ID, want ...protocol.ID) {
	s.t.Helper()
	if !slices.Equal(got, want) {
		s.t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func (s *session) untold(want int) {
	s.t.Helper()
	s.view(func(r platform.Reading) error {
		n, since, err := r.Untold()
		if n != want || since.IsZero() != (want == 0) || (want > 0 && !since.Equal(epoch)) {
			s.t.Errorf("untold: got %d since %v, want %d", n, since, want)
		}
		return err
	})
}

func (s *session) event(id protocol.ID) (e platform.Event) {
	s.t.Helper()
	s.view(func(r platform.Reading) (err error) {
		e, err = r.Event(id)
		return err
	})
	return e
}

func ordersEvents(_ *testing.T, s *session) {
	a, b := protocol.NewID(), protocol.NewID()
	first, second, other := newEvent(a), newEvent(a), newEvent(b)
	s.untold(0)
	for _, e := range []platform.Event{first, second, other} {
		s.update(func(w platform.Writing) error { return w.AddEvent(e) })
	}
	s.untold(3)
	s.expectIDs("the first of each account", s.events(by("one", 0), 10), first.ID, other.ID)
	s.expectIDs("claimed again by its owner", s.events(by("one", 0), 1), first.ID)
	s.expectIDs("claimed by another", s.events(by("two", 0), 10))
	told := s.event(first.ID)
	told.Told = epoch.Add(time.Second)
	s.update(func(w platform.Writing) error { return w.KeepEvent(told) })
	s.untold(2)
	s.expectIDs("the next of its account", s.events(by("two", time.Second), 10), second.ID)
	s.reopen()
	s.expectIDs("after a minute it is anybody's", s.events(by("three", 2*time.Minute), 10), second.ID, other.ID)
	if one, two := s.event(first.ID), s.event(second.ID); one.Number >= two.Number || one.Told.IsZero() {
		s.t.Errorf("got numbers %d and %d, want them to grow", one.Number, two.Number)
	}
	s.forgetsEvents(first.ID)
}

func (s *session) forgetsEvents(told protocol.ID) {
	s.t.Helper()
	for _, step := range []struct {
		then time.Time
		want int
	}{{epoch, 0}, {epoch.Add(time.Minute), 1}, {epoch.Add(time.Hour), 0}} {
		s.update(func(w platform.Writing) error {
			n, err := w.ForgetEvents(step.then)
			if n != step.want {
				s.t.Errorf("forgotten: got %d, want %d", n, step.want)
			}
			return err
		})
	}
	err := s.View(context.Background(), func(r platform.Reading) error { _, err := r.Event(told); return err })
	if !errors.Is(err, platform.ErrNotFound) {
		s.t.Errorf("what was forgotten: got %v, want ErrNotFound", err)
	}
	s.untold(2)
}

func holdsUpOne(_ *testing.T, s *session) {
	a, b := protocol.NewID(), protocol.NewID()
	late, behind, other := newEvent(a), newEvent(a), newEvent(b)
	late.NotBefore = epoch.Add(time.Second)
	s.update(func(w platform.Writing) error {
		return errors.Join(w.AddEvent(late), w.AddEvent(behind), w.AddEvent(other))
	})
	s.expectIDs("before its time", s.events(by("one", 0), 10), other.ID)
	s.expectIDs("when it has come", s.events(by("one", time.Second), 10), late.ID, other.ID)
}

func dropsCodes(t *testing.T, s *session) {
	early, late := newRegistration(protocol.NewRegistrationKey(), protocol.Accepted), newRegistration(protocol.NewRegistrationKey(), protocol.Accepted)
	late.Arrived = epoch.Add(time.Hour)
	for _, r := range []*platform.Registration{&early, &late} {
		r.CodeHand, r.CodeWhole = protocol.SHA256([]byte("hand")), protocol.SHA256([]byte("whole"))
		s.update(func(w platform.Writing) error { return w.AddRegistration(*r, platform.Evidence{}) })
	}
	for _, step := range []struct {
		then time.Time
		want []protocol.ID
	}{{epoch, nil}, {epoch.Add(time.Minute), []protocol.ID{early.ID}}, {epoch.Add(2 * time.Hour), []protocol.ID{early.ID, late.ID}}} {
		s.view(func(r platform.Reading) error {
			got, err := r.CodesBefore(step.then)
			s.expectIDs("codes before", got, step.want...)
			return err
		})
	}
	s.update(func(w platform.Writing) error { return w.DropCode(early.ID) })
	s.update(func(w platform.Writing) error { return w.EraseRegistration(late.ID, epoch) })
	s.view(func(r platform.Reading) error {
		got, err := r.CodesBefore(epoch.Add(2 * time.Hour))
		s.expectIDs("after dropping and erasing", got)
		left, err2 := r.Registration(early.ID)
		if !left.CodeHand.IsZero() || !left.CodeWhole.IsZero() || left.Key != early.Key {
			t.Error("got the code still, or the key not; want all but the code")
		}
		return errors.Join(err, err2)
	})
}

// waiting claims and lists.
func (s *session) waiting(c platform.Claim, after protocol.ID, n int) (ids []protocol.ID) {
	s.t.Helper()
	s.update(func(w platform.Writing) (err error) {
		ids, err = w.ClaimWaiting(c, after, n)
		return err
	})
	return ids
}

func claimsOnce(_ *testing.T, s *session) {
	key := protocol.NewRegistrationKey()
	var all []protocol.ID
	for range 4 {
		r := newRegistration(key, protocol.Received)
		all = append(all, r.ID)
		s.update(func(w platform.Writing) error { return w.AddRegistration(r, platform.Evidence{}) })
	}
	slices.SortFunc(all, func(a, b protocol.ID) int { return slices.Compare(a[:], b[:]) })
	s.expectIDs("one takes two", s.waiting(by("one", 0), protocol.ID{}, 2), all[:2]...)
	s.expectIDs("two takes the rest", s.waiting(by("two", 0), protocol.ID{}, 10), all[2:]...)
	s.expectIDs("one again", s.waiting(by("one", 0), protocol.ID{}, 10), all[:2]...)
	s.expectIDs("one, behind its first", s.waiting(by("one", 0), all[0], 10), all[1])
	s.expectIDs("three, in vain", s.waiting(by("three", 59*time.Second), protocol.ID{}, 10))
	s.expectIDs("three, when they ran out", s.waiting(by("three", time.Minute), protocol.ID{}, 10), all...)
	s.update(func(w platform.Writing) error {
		r, err := w.Registration(all[0])
		r.Verdict = protocol.Accepted
		return errors.Join(err, w.KeepRegistration(r))
	})
	s.expectIDs("what waits no more", s.waiting(by("three", time.Minute), protocol.ID{}, 10), all[1:]...)
}

// rechecks claims and lists.
func (s *session) rechecks(c platform.Claim, then time.Time, n int) (ids []protocol.ID) {
	s.t.Helper()
	s.update(func(w platform.Writing) (err error) {
		ids, err = w.ClaimRechecks(c, then, n)
		return err
	})
	return ids
}

func claimsRechecks(_ *testing.T, s *session) {
	key := protocol.NewRegistrationKey()
	never, late, early := newRegistration(key, protocol.Accepted), newRegistration(key, protocol.Accepted), newRegistration(key, protocol.Accepted)
	late.Recheck, early.Recheck = epoch.Add(time.Hour), epoch
	for _, r := range []platform.Registration{never, late, early} {
		s.update(func(w platform.Writing) error { return w.AddRegistration(r, platform.Evidence{}) })
	}
	s.expectIDs("before any is due", s.rechecks(by("one", 0), epoch, 10))
	s.expectIDs("both", s.rechecks(by("one", 0), epoch.Add(2*time.Hour), 10), early.ID, late.ID)
	s.expectIDs("the first", s.rechecks(by("one", 0), epoch.Add(2*time.Hour), 1), early.ID)
	s.expectIDs("another's", s.rechecks(by("two", 0), epoch.Add(2*time.Hour), 10))
	early.Recheck = epoch.Add(3 * time.Hour)
	s.update(func(w platform.Writing) error { return w.KeepRegistration(early) })
	s.expectIDs("one was put off", s.rechecks(by("one", 0), epoch.Add(2*time.Hour), 10), late.ID)
	s.expectIDs("what was put off is free", s.rechecks(by("two", 0), epoch.Add(4*time.Hour), 10), early.ID)
	s.update(func(w platform.Writing) error { return w.EraseRegistration(late.ID, epoch) })
	s.expectIDs("erased", s.rechecks(by("one", 0), epoch.Add(2*time.Hour), 10))
}

// shares lets four owners claim what waits, at once: each gets its own.
func shares(t *testing.T, s *session) {
	key := protocol.NewRegistrationKey()
	for range 40 {
		s.update(func(w platform.Writing) error {
			return w.AddRegistration(newRegistration(key, protocol.Received), platform.Evidence{})
		})
	}
	type part struct {
		ids []protocol.ID
		err error
	}
	parts := make(chan part)
	for _, owner := range []string{"one", "two", "three", "four"} {
		go func() {
			var p part
			p.err = s.Update(context.Background(), func(w platform.Writing) (err error) {
				p.ids, err = w.ClaimWaiting(by(owner, 0), protocol.ID{}, 10)
				return err
			})
			parts <- p
		}()
	}
	seen := map[protocol.ID]bool{}
	for range 4 {
		p := <-parts
		s.must(p.err)
		for _, id := range p.ids {
			if seen[id] {
				t.Errorf("%v was claimed twice", id)
			}
			seen[id] = true
		}
	}
}

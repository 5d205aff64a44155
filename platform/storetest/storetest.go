// Package storetest says what a platform.Store promises, as tests. Whoever writes
// another Store runs them against it.
package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Run tests the stores that open gives. Each call opens the same, at first empty,
// store again after it was closed.
func Run(t *testing.T, open func(t *testing.T) func() platform.Store) {
	tests := []struct {
		name string
		test func(t *testing.T, s *session)
	}{
		{"an error undoes everything", undoes},
		{"what was committed survives closing", survives},
		{"what is not there is ErrNotFound", missing},
		{"names are taken once", onceOnly},
		{"registrations are found by key and by what they wait for", finds},
		{"registrations are found by the beginning of their ids", findsByReference},
		{"registrations are found whose contest stands", listsDisputed},
		{"objections are kept, one for a reference", keepsObjections},
		{"erasing leaves id, hash, receipt and contest", erases},
		{"photos go alone and in the order of arrival", dropsPhotos},
		{"accounts are found by person, day and app, as they are now", findsAccounts},
		{"nonces are forgotten when they ran out", forgets},
		{"updates see each other", serializes},
		{"what was foreseen is as it was asked, and as it was changed since", foresees},
		{"one that fails undoes no other", failsAlone},
		{"codes go alone and in the order of arrival", dropsCodes},
		{"events keep their order and are told once", ordersEvents},
		{"an event that waits holds up its account only", holdsUpOne},
		{"what one has claimed no other gets", claimsOnce},
		{"rechecks are claimed by time, and moved by it", claimsRechecks},
		{"many claim at once and share", shares},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := &session{t: t, open: open(t)}
			s.Store = s.open()
			t.Cleanup(func() { s.must(s.Close()) })
			test.test(t, s)
		})
	}
}

// session is a store under test.
type session struct {
	platform.Store
	t    *testing.T
	open func() platform.Store
}

func (s *session) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *session) update(change func(platform.Writing) error) {
	s.t.Helper()
	s.must(s.Update(context.Background(), change))
}

func (s *session) view(read func(platform.Reading) error) {
	s.t.Helper()
	s.must(s.View(context.Background(), read))
}

func (s *session) reopen() {
	s.t.Helper()
	s.must(s.Close())
	s.Store = s.open()
}

// epoch is some moment.
var epoch = time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)

func newKey(key protocol.RegistrationKey) platform.Key {
	return platform.Key{Key: key, App: "app", Pictures: protocol.MatchPictures{"sun", "moon"}, Issued: epoch, Expires: epoch.Add(time.Hour)}
}

func newRegistration(key protocol.RegistrationKey, v protocol.Verdict) platform.Registration {
	id := protocol.NewID()
	return platform.Registration{ID: id, Body: protocol.SHA256(id[:]), Receipt: []byte("receipt"), TerminalID: "atm", Key: key, Verdict: v, Arrived: epoch}
}

func undoes(t *testing.T, s *session) {
	key, fault := protocol.NewRegistrationKey(), errors.New("fault")
	err := s.Update(context.Background(), func(w platform.Writing) error {
		s.must(w.IssueKey(newKey(key)))
		s.must(w.KeepTerminal(platform.Terminal{ID: "atm"}))
		return fault
	})
	if !errors.Is(err, fault) {
		t.Errorf("got %v, want the error of the change", err)
	}
	s.view(func(r platform.Reading) error {
		if _, err := r.Key(key); !errors.Is(err, platform.ErrNotFound) {
			t.Errorf("key: got %v, want ErrNotFound", err)
		}
		if all, err := r.Terminals(); err != nil || len(all) != 0 {
			t.Errorf("terminals: got %d %v, want none", len(all), err)
		}
		return nil
	})
}

func survives(t *testing.T, s *session) {
	key := protocol.NewRegistrationKey()
	s.update(func(w platform.Writing) error { return w.IssueKey(newKey(key)) })
	s.update(func(w platform.Writing) error { return w.SpendKey(key, platform.Spending{At: epoch}) })
	s.reopen()
	s.view(func(r platform.Reading) error {
		got, err := r.Key(key)
		if err != nil || got.Used == nil || !got.Used.At.Equal(epoch) || got.Pictures != (protocol.MatchPictures{"sun", "moon"}) {
			t.Errorf("got %+v %v, want it as it was", got, err)
		}
		return nil
	})
}

func missing(t *testing.T, s *session) {
	id, hash := protocol.NewID(), protocol.SHA256([]byte("hash"))
	s.view(func(r platform.Reading) error {
		lookups := map[string]func() error{
			"app":          func() error { _, err := r.App("nobody"); return err },
			"key":          func() error { _, err := r.Key(protocol.NewRegistrationKey()); return err },
			"registration": func() error { _, err := r.Registration(id); return err },
			"evidence":     func() error { _, err := r.Evidence(id); return err },
			"rejection":    func() error { _, err := r.Rejection(id, hash); return err },
			"withdrawal":   func() error { _, err := r.Withdrawal(id); return err },
			"account":      func() error { _, err := r.Account(id); return err },
			"person":       func() error { _, err := r.AccountOfPerson(hash); return err },
			"bound":        func() error { _, err := r.AccountOfApp("nobody"); return err },
			"terminal":     func() error { _, err := r.Terminal("atm"); return err },
			"certificate":  func() error { _, err := r.Certificate("kid"); return err },
			"token":        func() error { _, err := r.Token(hash); return err },
			"bundle":       func() error { _, err := r.Bundle(); return err },
			"event":        func() error { _, err := r.Event(id); return err },
			"objection":    func() error { _, err := r.Objection(id.Reference()); return err },
		}
		for name, look := range lookups {
			if err := look(); !errors.Is(err, platform.ErrNotFound) {
				t.Errorf("%s: got %v, want ErrNotFound", name, err)
			}
		}
		return nil
	})
}

func onceOnly(t *testing.T, s *session) {
	key := protocol.NewRegistrationKey()
	r := newRegistration(key, protocol.Accepted)
	hash := protocol.SHA256([]byte("body"))
	adds := map[string]func(platform.Writing) error{
		"key":          func(w platform.Writing) error { return w.IssueKey(newKey(key)) },
		"nonce":        func(w platform.Writing) error { return w.SpendNonce(platform.SpentNonce{Nonce: "n", Expires: epoch}) },
		"registration": func(w platform.Writing) error { return w.AddRegistration(r, platform.Evidence{}) },
		"rejection":    func(w platform.Writing) error { return w.AddRejection(r.ID, hash, []byte("no")) },
		"withdrawal":   func(w platform.Writing) error { return w.AddWithdrawal(platform.Withdrawal{ID: r.ID}) },
		"certificate":  func(w platform.Writing) error { return w.AddCertificate(platform.Certificate{Kid: "kid"}) },
		"event":        func(w platform.Writing) error { return w.AddEvent(platform.Event{ID: r.ID}) },
	}
	for name, add := range adds {
		s.update(add)
		if err := s.Update(context.Background(), add); !errors.Is(err, platform.ErrExists) {
			t.Errorf("%s again: got %v, want ErrExists", name, err)
		}
	}
}

func finds(t *testing.T, s *session) {
	key, other := protocol.NewRegistrationKey(), protocol.NewRegistrationKey()
	waits, done, elsewhere := newRegistration(key, protocol.Received), newRegistration(key, protocol.Accepted), newRegistration(other, protocol.Accepted)
	s.update(func(w platform.Writing) error {
		return errors.Join(w.AddRegistration(waits, platform.Evidence{}), w.AddRegistration(done, platform.Evidence{}), w.AddRegistration(elsewhere, platform.Evidence{}))
	})
	s.lists(2, 1, 0, key)
	waits.Verdict, done.Review = protocol.Accepted, &platform.Review{Asked: epoch}
	s.update(func(w platform.Writing) error {
		return errors.Join(w.KeepRegistration(waits), w.KeepRegistration(done))
	})
	s.lists(2, 0, 1, key)
	done.Review.Decision = platform.SamePerson
	s.update(func(w platform.Writing) error { return w.KeepRegistration(done) })
	s.lists(2, 0, 0, key)
}

// lists compares how many are found by key, waiting and in review.
func (s *session) lists(byKey, waiting, review int, key protocol.RegistrationKey) {
	s.t.Helper()
	s.view(func(r platform.Reading) error {
		all, err := r.RegistrationsOf(key)
		wait, err2 := r.Waiting()
		ask, err3 := r.InReview()
		if len(all) != byKey || len(wait) != waiting || len(ask) != review {
			s.t.Errorf("got %d of the key, %d waiting, %d in review; want %d, %d, %d", len(all), len(wait), len(ask), byKey, waiting, review)
		}
		return errors.Join(err, err2, err3)
	})
}

func erases(t *testing.T, s *session) {
	key := protocol.NewRegistrationKey()
	r := newRegistration(key, protocol.Received)
	r.Person = &platform.Person{Attributes: protocol.Attributes{Name: "name"}}
	r.Contest = &platform.Contest{At: epoch, By: "desk"}
	s.update(func(w platform.Writing) error {
		return w.AddRegistration(r, platform.Evidence{Registration: []byte("jws"), Photo: []byte("photo")})
	})
	s.update(func(w platform.Writing) error { return w.EraseRegistration(r.ID, epoch) })
	s.lists(0, 0, 0, key)
	s.view(func(read platform.Reading) error {
		got, err := read.Registration(r.ID)
		if err != nil || !got.Body.Equal(r.Body) || string(got.Receipt) != "receipt" || got.Person != nil || got.Erased.IsZero() || !got.Contested() || got.Contest.By != "desk" {
			t.Errorf("got %+v %v, want id, hash, receipt and contest", got.ID, err)
		}
		if _, err := read.Evidence(r.ID); !errors.Is(err, platform.ErrNotFound) {
			t.Errorf("evidence: got %v, want ErrNotFound", err)
		}
		photos, err := read.PhotosBefore(epoch.Add(time.Hour))
		if len(photos) != 0 {
			t.Error("its photo is still listed")
		}
		return err
	})
}

func dropsPhotos(t *testing.T, s *session) {
	early, late := newRegistration(protocol.NewRegistrationKey(), protocol.Accepted), newRegistration(protocol.NewRegistrationKey(), protocol.Accepted)
	late.Arrived = epoch.Add(time.Hour)
	kept := platform.Evidence{Registration: []byte("jws"), Photo: []byte("photo")}
	s.update(func(w platform.Writing) error {
		return errors.Join(w.AddRegistration(late, kept), w.AddRegistration(early, kept))
	})
	s.update(func(w platform.Writing) error {
		ids, err := w.PhotosBefore(epoch.Add(time.Minute))
		if len(ids) != 1 || ids[0] != early.ID {
			t.Errorf("before: got %v, want the early one", ids)
		}
		return errors.Join(err, w.DropPhoto(early.ID), w.AddCheck(early.ID, platform.Check{What: "looked again"}))
	})
	s.view(func(r platform.Reading) error {
		e, err := r.Evidence(early.ID)
		if e.Photo != nil || string(e.Registration) != "jws" || len(e.Checks) != 1 {
			t.Errorf("got %+v, want all but the photo, and the check", e)
		}
		return err
	})
}

func findsAccounts(t *testing.T, s *session) {
	person, moved, day := protocol.SHA256([]byte("person")), protocol.SHA256([]byte("moved")), protocol.SHA256([]byte("day"))
	a := platform.Account{ID: protocol.NewID(), Person: platform.Person{Exactly: person, Born: day}, Binding: platform.Binding{App: "old"}}
	s.update(func(w platform.Writing) error { return w.KeepAccount(a) })
	a.Person.Exactly, a.Binding.App = moved, "new"
	s.update(func(w platform.Writing) error { return w.KeepAccount(a) })
	s.view(func(r platform.Reading) error {
		_, gone := r.AccountOfPerson(person)
		_, unbound := r.AccountOfApp("old")
		if !errors.Is(gone, platform.ErrNotFound) || !errors.Is(unbound, platform.ErrNotFound) {
			t.Errorf("as it was: got %v and %v, want ErrNotFound", gone, unbound)
		}
		now, err := r.AccountOfPerson(moved)
		bound, err2 := r.AccountOfApp("new")
		born, err3 := r.AccountsBorn(day)
		if now.ID != a.ID || bound.ID != a.ID || len(born) != 1 {
			t.Errorf("as it is: got %v, %v, %d; want the account", now.ID, bound.ID, len(born))
		}
		return errors.Join(err, err2, err3)
	})
	a.Binding = platform.Binding{}
	s.update(func(w platform.Writing) error { return w.KeepAccount(a) })
	s.view(func(r platform.Reading) error {
		if _, err := r.AccountOfApp("new"); !errors.Is(err, platform.ErrNotFound) {
			t.Errorf("unbound: got %v, want ErrNotFound", err)
		}
		return nil
	})
}

func forgets(t *testing.T, s *session) {
	over, open := platform.SpentNonce{Nonce: "over", Expires: epoch}, platform.SpentNonce{Nonce: "open", Expires: epoch.Add(time.Minute)}
	s.update(func(w platform.Writing) error { return errors.Join(w.SpendNonce(over), w.SpendNonce(open)) })
	s.update(func(w platform.Writing) error {
		n, err := w.ForgetNonces(epoch.Add(time.Second))
		if n != 1 {
			t.Errorf("forgotten: got %d, want 1", n)
		}
		return err
	})
	err := s.Update(context.Background(), func(w platform.Writing) error { return w.SpendNonce(open) })
	if !errors.Is(err, platform.ErrExists) {
		t.Errorf("the open one again: got %v, want ErrExists", err)
	}
}

func serializes(t *testing.T, s *session) {
	const writers = 8
	s.update(func(w platform.Writing) error {
		return w.KeepApp(platform.App{Thumbprint: "app", PublicKey: protocol.NewPrivateKey().PublicKey()})
	})
	done := make(chan error)
	for range writers {
		go func() {
			done <- s.Update(context.Background(), func(w platform.Writing) error {
				a, err := w.App("app")
				a.WrongCodes++
				return errors.Join(err, w.KeepApp(a))
			})
		}()
	}
	for range writers {
		s.must(<-done)
	}
	s.view(func(r platform.Reading) error {
		a, err := r.App("app")
		if a.WrongCodes != writers {
			t.Errorf("counted: got %d, want %d", a.WrongCodes, writers)
		}
		return err
	})
}

// failsAlone lets updates fail and succeed at once. What a failed one wrote nobody
// may have seen at the end; what a good one wrote stays.
func failsAlone(t *testing.T, s *session) {
	const writers = 24
	fault := errors.New("fault")
	type result struct {
		n   int
		err error
	}
	done := make(chan result)
	terminal := func(n int) platform.Terminal { return platform.Terminal{ID: string(rune('a' + n))} }
	for n := range writers {
		go func() {
			done <- result{n, s.Update(context.Background(), func(w platform.Writing) error {
				err := w.KeepTerminal(terminal(n))
				if n%3 == 0 {
					err = errors.Join(err, fault)
				}
				return err
			})}
		}()
	}
	for range writers {
		if r := <-done; errors.Is(r.err, fault) != (r.n%3 == 0) {
			t.Errorf("update %d: got %v", r.n, r.err)
		}
	}
	s.view(func(r platform.Reading) error {
		for n := range writers {
			if _, err := r.Terminal(terminal(n).ID); errors.Is(err, platform.ErrNotFound) != (n%3 == 0) {
				t.Errorf("update %d: got %v afterwards", n, err)
			}
		}
		return nil
	})
}

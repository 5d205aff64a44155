package storetest

import (
	"errors"
	"testing"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// foresees is about stores that are told beforehand; for any other it is about what
// is asked as ever.
func foresees(t *testing.T, s *session) {
	there, absent := newRegistration(protocol.NewRegistrationKey(), protocol.Accepted), newRegistration(protocol.NewRegistrationKey(), protocol.Accepted)
	s.update(func(w platform.Writing) error {
		return errors.Join(w.IssueKey(newKey(there.Key)), w.AddRegistration(there, platform.Evidence{}),
			w.AddRejection(absent.ID, absent.Body, []byte("refused")), w.KeepTerminal(platform.Terminal{ID: "atm"}))
	})
	all := platform.Foreseen{
		IDs:       []protocol.ID{there.ID, absent.ID, there.ID},
		Keys:      []protocol.RegistrationKey{there.Key, absent.Key},
		Terminals: []string{"atm", "other"},
	}
	asked := func(r platform.Reading) {
		known, err := r.Registration(there.ID)
		expect(t, "registration", err, nil)
		if known.Body != there.Body || string(known.Receipt) != "receipt" {
			t.Errorf("registration: got %v", known)
		}
		_, err = r.Registration(absent.ID)
		expect(t, "no registration", err, platform.ErrNotFound)
		receipt, err := r.Rejection(absent.ID, absent.Body)
		expect(t, "rejection "+string(receipt), err, nil)
		_, err = r.Withdrawal(there.ID)
		expect(t, "no withdrawal", err, platform.ErrNotFound)
		_, err = r.Key(absent.Key)
		expect(t, "no key", err, platform.ErrNotFound)
		_, err = r.Terminal("other")
		expect(t, "no terminal", err, platform.ErrNotFound)
		_, err = r.Terminal("atm")
		expect(t, "terminal", err, nil)
	}
	s.view(func(r platform.Reading) error {
		s.foresee(r, all)
		asked(r)
		return nil
	})
	s.update(func(w platform.Writing) error {
		s.foresee(w, all)
		asked(w)
		s.changesForeseen(w, there, absent)
		return nil
	})
}

func (s *session) foresee(r platform.Reading, f platform.Foreseen) {
	s.t.Helper()
	if distant, is := s.Store.(platform.Distant); is {
		s.must(distant.Foresee(r, f))
	}
}

// changesForeseen changes what was foreseen and asks again.
func (s *session) changesForeseen(w platform.Writing, there, absent platform.Registration) {
	s.must(w.SpendKey(there.Key, platform.Spending{Registration: there.ID, At: epoch}))
	s.must(w.IssueKey(newKey(absent.Key)))
	s.must(w.AddRegistration(absent, platform.Evidence{}))
	s.must(w.KeepTerminal(platform.Terminal{ID: "other"}))
	expect(s.t, "a registration again", w.AddRegistration(there, platform.Evidence{}), platform.ErrExists)
	if k, err := w.Key(there.Key); err != nil || k.Used == nil {
		s.t.Errorf("key: got %v %v, want a used one", k.Used, err)
	}
	_, err := w.Key(absent.Key)
	expect(s.t, "key that was issued", err, nil)
	_, err = w.Registration(absent.ID)
	expect(s.t, "registration that was added", err, nil)
	_, err = w.Terminal("other")
	expect(s.t, "terminal that was admitted", err, nil)
}

func expect(t *testing.T, what string, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

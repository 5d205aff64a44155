package storetest

import (
	"errors"
	"slices"
	"testing"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// What a store promises about the reference numbers of slips.

// under is an id that begins with a reference and goes on with one byte all over.
func under(r protocol.Reference, rest byte) (id protocol.ID) {
	for i := copy(id[:], r[:]); i < len(id); i++ {
		id[i] = rest
	}
	return id
}

func findsByReference(t *testing.T, s *session) {
	wanted := protocol.Reference{0x7f, 0xff, 0xff, 0xff}
	ids := []protocol.ID{
		under(protocol.Reference{0x7f, 0xff, 0xff, 0xfe}, 0xff), under(wanted, 0x00), under(wanted, 0x80), under(wanted, 0xff),
		under(protocol.Reference{0x80}, 0x00), under(protocol.Reference{0xff, 0xff, 0xff, 0xff}, 0xff),
	}
	for _, id := range ids {
		r := newRegistration(protocol.NewRegistrationKey(), protocol.Accepted)
		r.ID = id
		s.update(func(w platform.Writing) error { return w.AddRegistration(r, platform.Evidence{}) })
	}
	for _, test := range []struct {
		what string
		r    protocol.Reference
		want []protocol.ID
	}{
		{"three of them", wanted, ids[1:4]},
		{"the last there can be", ids[5].Reference(), ids[5:]},
		{"nothing", protocol.Reference{}, nil},
	} {
		s.view(func(read platform.Reading) error {
			all, err := read.RegistrationsUnder(test.r)
			var got []protocol.ID
			for _, r := range all {
				got = append(got, r.ID)
			}
			if !slices.Equal(got, test.want) || (len(all) > 0 && string(all[0].Receipt) != "receipt") {
				t.Errorf("%s: got %v, want %v", test.what, got, test.want)
			}
			return err
		})
	}
}

func listsDisputed(t *testing.T, s *session) {
	r := newRegistration(protocol.NewRegistrationKey(), protocol.Accepted)
	s.update(func(w platform.Writing) error { return w.AddRegistration(r, platform.Evidence{}) })
	for _, step := range []struct {
		contest *platform.Contest
		want    int
	}{
		{nil, 0},
		{&platform.Contest{At: epoch, By: "desk"}, 1},
		{&platform.Contest{At: epoch, By: "desk", Ruling: platform.Restored}, 0},
		{&platform.Contest{At: epoch, By: "desk"}, 1},
		{&platform.Contest{At: epoch, By: "desk", Ruling: platform.Upheld}, 0},
		{&platform.Contest{At: epoch, By: "desk"}, 1},
	} {
		r.Contest = step.contest
		s.update(func(w platform.Writing) error { return w.KeepRegistration(r) })
		s.disputed(step.want, r.ID)
	}
	s.reopen()
	s.disputed(1, r.ID)
	s.update(func(w platform.Writing) error { return w.EraseRegistration(r.ID, epoch) })
	s.disputed(0, r.ID)
}

func (s *session) disputed(want int, id protocol.ID) {
	s.t.Helper()
	s.view(func(r platform.Reading) error {
		all, err := r.Disputed()
		if len(all) != want || (want == 1 && all[0] != id) {
			s.t.Errorf("disputed: got %v, want %d", all, want)
		}
		return err
	})
}

func keepsObjections(t *testing.T, s *session) {
	one := platform.Objection{Reference: protocol.Reference{1}, At: epoch, By: "desk", Reason: "why"}
	other := platform.Objection{Reference: protocol.Reference{2}, At: epoch, By: "another"}
	s.update(func(w platform.Writing) error { return errors.Join(w.KeepObjection(one), w.KeepObjection(other)) })
	s.objections(one.Reference, other.Reference)
	one.Dropped = epoch
	s.update(func(w platform.Writing) error { return w.KeepObjection(one) })
	s.objections(other.Reference)
	s.reopen()
	s.view(func(r platform.Reading) error {
		got, err := r.Objection(one.Reference)
		beside, err2 := r.Objection(other.Reference)
		if got.By != "desk" || got.Reason != "why" || !got.Dropped.Equal(epoch) || beside.By != "another" || !beside.Dropped.IsZero() {
			t.Errorf("got %+v and %+v, want them as they were kept last", got, beside)
		}
		return errors.Join(err, err2)
	})
	other.Heeded, one.Reason = epoch, ""
	s.update(func(w platform.Writing) error { return errors.Join(w.KeepObjection(other), w.KeepObjection(one)) })
	s.objections()
	s.reopen()
	s.view(func(r platform.Reading) error {
		got, err := r.Objection(one.Reference)
		if got.Reason != "" || got.By != "desk" {
			t.Errorf("got %+v, want nothing of what was said, and who said it", got)
		}
		return err
	})
}

// objections are those that wait.
func (s *session) objections(want ...protocol.Reference) {
	s.t.Helper()
	s.view(func(r platform.Reading) error {
		all, err := r.Objections()
		var got []protocol.Reference
		for _, o := range all {
			got = append(got, o.Reference)
		}
		if !slices.Equal(got, want) {
			s.t.Errorf("objections that wait: got %v, want %v", got, want)
		}
		return err
	})
}

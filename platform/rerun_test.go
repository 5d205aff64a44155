package platform_test

import (
	"context"
	"errors"
	"testing"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/bolt"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// twiceStore runs every change twice, and keeps the second run only: as a store
// does when another transaction got in the way of the first.
type twiceStore struct{ platform.Store }

var errInTheWay = errors.New("another transaction got in the way")

func (s twiceStore) Update(ctx context.Context, change func(platform.Writing) error) error {
	err := s.Store.Update(ctx, func(w platform.Writing) error { return errors.Join(errInTheWay, change(w)) })
	if !errors.Is(err, errInTheWay) {
		return err
	}
	return s.Store.Update(ctx, change)
}

func TestChangesThatRunAgainLeaveWhatOneRunLeaves(t *testing.T) {
	checks := map[bool]int{}
	for _, again := range []bool{false, true} {
		w := newWorld(t, func(c *platform.Config) {
			c.Store = ok(bolt.Open(c.Dir + "/store.db"))(t)
			if again {
				c.Store = twiceStore{c.Store}
			}
		})
		r := w.machine("atm-0001").registered(midori(), w.phone())
		if got := r.app.status(r.activates(true)); got.Status != protocol.Bound {
			t.Fatalf("got %s, want bound", got.Status)
		}
		checks[again] = len(ok(w.Evidence(background, r.id))(t).Checks)
	}
	if checks[true] != checks[false] {
		t.Errorf("checks in the evidence: got %d, want %d as of one run", checks[true], checks[false])
	}
}

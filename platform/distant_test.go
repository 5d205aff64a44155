package platform_test

import (
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// distantStore takes the embedded store for one that a network lies before.
type distantStore struct {
	platform.Store
	foreseen atomic.Int64                   // ids
	gate     atomic.Pointer[sync.WaitGroup] // nothing is answered until it is done
}

func (s *distantStore) Foresee(_ platform.Reading, f platform.Foreseen) error {
	if gate := s.gate.Load(); gate != nil {
		gate.Wait()
	}
	s.foreseen.Add(int64(len(f.IDs)))
	return nil
}

// into gives a world such a store.
func (s *distantStore) into(c *platform.Config) {
	near := &spyStore{}
	near.into(c)
	s.Store, c.Store = near.Store, s
}

func TestReplaysToADistantStoreBindOnce(t *testing.T) {
	s := &distantStore{}
	replays(t, 1_000, s.into)
	if s.foreseen.Load() == 0 {
		t.Error("nothing was foreseen")
	}
}

// Whoever comes with another body under an id that is taken is told so, and all
// others who went together with him get their receipts.
func TestWhoFailsOnTheWayUndoesNoOther(t *testing.T) {
	s := &distantStore{}
	w := newWorld(t, s.into)
	m, key := w.machine("atm-0001"), w.phone().registers().RegistrationKey
	var ids [7]protocol.ID
	var bodies [7][]byte
	for i := range ids {
		ids[i], _, bodies[i] = m.visits(midori(), key)
	}
	ids[6] = ids[0]
	var coming, all sync.WaitGroup
	coming.Add(len(ids))
	s.gate.Store(&coming)
	var errs [7]error
	for i := range ids {
		all.Go(func() {
			coming.Done()
			_, errs[i] = w.Import(background, ids[i], bodies[i])
		})
	}
	all.Wait()
	for i, id := range ids[:6] {
		if r, err := w.Registration(background, id); errs[i] != nil || err != nil || r.Verdict != protocol.Accepted {
			t.Errorf("%d: got %v %v %s, want accepted", i, errs[i], err, r.Verdict)
		}
	}
	var said protocol.Problem
	if err := errs[6]; err != nil && !(errors.As(err, &said) && said.Status == http.StatusConflict) {
		t.Errorf("another body: got %v, want a conflict, or a receipt if it came first", err)
	}
}

package platform_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/bolt"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// What many do at once, on any store and on several platforms that share one.

// sibling is another platform of the same folder, over the same store or another
// way to it.
func (w *world) sibling(store platform.Store) *world {
	w.t.Helper()
	s := *w
	s.config.Store = store
	s.Platform = ok(platform.New(s.config))(w.t)
	w.t.Cleanup(func() { s.Close() })
	s.serve()
	return &s
}

// atOnce asks n times at once, the platforms in turn; who is told to slow down
// waits by the clock of this world.
func atOnce(n int, worlds []*world, ask func(*world) reply) []reply {
	replies := make([]reply, n)
	var all sync.WaitGroup
	for i := range replies {
		all.Go(func() {
			w := worlds[i%len(worlds)]
			for replies[i] = ask(w); replies[i].status == 429; replies[i] = ask(w) {
				w.clock.pass(3 * time.Second)
			}
		})
	}
	all.Wait()
	return replies
}

// manyBringTheSame has one envelope delivered, and then one code activated, by 64
// clients at once.
func manyBringTheSame(t *testing.T, worlds ...*world) {
	t.Helper()
	const clients = 64
	m, app := worlds[0].machine("atm-0001"), worlds[0].phone()
	issued := app.registers()
	id, code, envelope := m.visits(midori(), issued.RegistrationKey)

	receipts := atOnce(clients, worlds, func(w *world) reply {
		return w.do(m.carry, "PUT", "/v1/registrations/"+id.String(), protocol.MediaJOSE, envelope)
	})
	for _, r := range receipts {
		if r.status != 200 || !slices.Equal(r.body, receipts[0].body) {
			t.Errorf("delivery: got %d %s, want the one receipt", r.status, r.body)
		}
	}

	var bound, late int
	for _, r := range atOnce(clients, worlds, func(w *world) reply {
		return phone{w, app.key}.activates(issued.RegistrationKey, code, true)
	}) {
		switch {
		case r.status == 200 && app.status(r).Status == protocol.Bound:
			bound++
		case r.status == 410 && r.code(t) == protocol.CodeAlreadyBound:
			late++
		default:
			t.Errorf("activation: got %d %s", r.status, r.body)
		}
	}
	if bound != 1 || late != clients-1 {
		t.Errorf("got %d bound and %d too late, want 1 and %d", bound, late, clients-1)
	}
	must(t, worlds[0].config.Store.View(background, func(r platform.Reading) error {
		key, err := r.Key(issued.RegistrationKey)
		if err != nil || key.Used == nil || key.Used.Registration != id {
			t.Errorf("key: got %+v %v, want it used by the registration", key.Used, err)
		}
		all, err := r.Accounts()
		if len(all) != 1 || len(all[0].Earlier) != 0 || all[0].Binding.Registration != id {
			t.Errorf("got %d accounts, want one with one binding", len(all))
		}
		return err
	}))
}

func TestManyWhoBringTheSameAreOneOnTheEmbeddedStore(t *testing.T) {
	w := newWorld(t, func(c *platform.Config) { c.Store = ok(bolt.Open(c.Dir + "/store.db"))(t) })
	manyBringTheSame(t, w, w.sibling(w.config.Store))
}

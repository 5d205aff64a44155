package platform_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

func TestNewPhoneTakesOverAndTheOldBindingEnds(t *testing.T) {
	store := &spyStore{}
	w := newWorld(t, store.into)
	m := w.machine("atm-0001")
	old := m.registered(midori(), w.phone())
	old.activates(true)
	renewed := m.registered(midori(), w.phone(), issued(w, haltest.IssueOptions{Renewal: 1}))
	if all := store.accounts(t); all[0].Binding.Registration != old.id {
		t.Error("the old binding ended before the new one was activated")
	}
	if got := renewed.app.status(renewed.activates(true)); got.Status != protocol.Bound {
		t.Fatalf("got %s, want bound", got.Status)
	}
	all := store.accounts(t)
	if len(all) != 1 || all[0].Binding.Registration != renewed.id || len(all[0].Earlier) != 1 || all[0].Earlier[0].Until.IsZero() {
		t.Errorf("got %d accounts, want one, bound anew, with the old binding ended", len(all))
	}
}

func TestMovedPersonKeepsTheAccountByTheOldApp(t *testing.T) {
	store := &spyStore{}
	w := newWorld(t, store.into)
	m, app := w.machine("atm-0001"), w.phone()
	m.registered(midori(), app).activates(true)
	moved := midori()
	moved.Address = "東京都架空市新町九丁目９番９号"
	moved.AddressFlags = "000000000000000"
	r := m.registered(moved, app)
	if got := app.status(r.activates(true)); got.Status != protocol.Bound {
		t.Errorf("got %s, want bound", got.Status)
	}
	if all := store.accounts(t); len(all) != 1 || all[0].Person.Attributes.Address.Reveal() != moved.Address {
		t.Errorf("got %d accounts, want one, at the new address", len(all))
	}
}

func TestSomeoneWhoOnlyLooksAlikeWaitsForADecision(t *testing.T) {
	tests := []struct {
		decision platform.Decision
		accounts int
	}{{platform.SamePerson, 1}, {platform.OtherPerson, 2}}
	for _, test := range tests {
		store := &spyStore{}
		w := newWorld(t, store.into)
		m := w.machine("atm-0001")
		m.registered(midori(), w.phone()).activates(true)
		moved := midori()
		moved.Address, moved.AddressFlags = "東京都架空市新町九丁目９番９号", "000000000000000"
		r := m.registered(moved, w.phone())
		for range 2 {
			if got := r.app.status(r.activates(true)); got.Status != protocol.Review {
				t.Errorf("got %s, want review", got.Status)
			}
		}
		if waiting := ok(w.Reviews(background))(t); len(waiting) != 1 || waiting[0].ID != r.id {
			t.Errorf("waiting: got %d, want this one", len(waiting))
		}
		w.clock.pass(48 * time.Hour)
		must(t, w.Decide(background, r.id, test.decision))
		if got := r.app.status(r.activates(true)); got.Status != protocol.Bound {
			t.Errorf("%s: got %s, want bound", test.decision, got.Status)
		}
		if all := store.accounts(t); len(all) != test.accounts {
			t.Errorf("%s: got %d accounts, want %d", test.decision, len(all), test.accounts)
		}
		if w.Decide(background, r.id, test.decision) == nil {
			t.Error("decided twice")
		}
	}
}

func TestEvidenceSaysWhatWasChecked(t *testing.T) {
	w := newWorld(t)
	r := w.machine("atm-0001").registered(midori(), w.phone())
	e := ok(w.Evidence(background, r.id))(t)
	if len(e.Checks) != 13 {
		t.Errorf("checks on record: got %d, want 13", len(e.Checks))
	}
	for _, c := range e.Checks {
		if !c.Passed {
			t.Errorf("%s: on record as failed", c.What)
		}
	}
	kept := ok(json.Marshal(ok(w.Registration(background, r.id))(t)))(t)
	if string(r.code.Whole()) == "" || containsCode(kept, r.code) {
		t.Error("the code is kept in clear")
	}
}

func containsCode(record []byte, code protocol.Code) bool {
	var fields map[string]any
	if json.Unmarshal(record, &fields) != nil {
		return true
	}
	for _, value := range fields {
		if value == string(code.Whole()) {
			return true
		}
	}
	return false
}

func TestAppStandsForOnePersonAtATime(t *testing.T) {
	store := &spyStore{}
	w := newWorld(t, store.into)
	m, app := w.machine("atm-0001"), w.phone()
	m.registered(midori(), app).activates(true)
	other := haltest.Citizens()[1]
	r := m.registered(other, app)
	if got := app.status(r.activates(true)); got.Status != protocol.Review {
		t.Fatalf("another person on a bound app: got %s, want review", got.Status)
	}
	must(t, w.Decide(background, r.id, platform.OtherPerson))
	if got := app.status(r.activates(true)); got.Status != protocol.Bound {
		t.Errorf("after the decision: got %s, want bound", got.Status)
	}
	bound := 0
	for _, a := range store.accounts(t) {
		if a.Binding.App != "" {
			bound++
		}
	}
	if bound != 1 {
		t.Errorf("accounts that the app stands for: got %d, want 1", bound)
	}
}

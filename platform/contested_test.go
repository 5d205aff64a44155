package platform_test

import (
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// desk is who takes the call.
var desk = platform.Said{By: "yamada", Reason: "called, was at no terminal"}

func (r registered) contest(t *testing.T) {
	t.Helper()
	must(t, r.app.w.Contest(background, r.id, desk))
}

func (r registered) rule(t *testing.T, how platform.Ruling) {
	t.Helper()
	must(t, r.app.w.Rule(background, r.id, how, desk))
}

// expectCase finds a registration by the number on its slip.
func (r registered) expectCase(t *testing.T, what string, want platform.CaseState) {
	t.Helper()
	all, _, err := r.app.w.Cases(background, r.id.Reference())
	if err != nil || len(all) != 1 || all[0].ID != r.id || all[0].State != want || all[0].Since.IsZero() {
		t.Errorf("%s: got %+v %v, want it %s", what, all, err, want)
	}
}

func (r registered) expectChecks(t *testing.T, want ...string) {
	t.Helper()
	var said []string
	for _, c := range ok(r.app.w.Evidence(background, r.id))(t).Checks {
		if strings.Contains(c.What, "contest") {
			said = append(said, c.What+" "+c.Detail)
		}
	}
	if len(said) != len(want) {
		t.Fatalf("evidence: got %q, want %d entries", said, len(want))
	}
	for i, w := range want {
		if !strings.Contains(said[i], w) || !strings.Contains(said[i], desk.By) || !strings.Contains(said[i], desk.Reason) {
			t.Errorf("evidence: got %q, want %s, who and why", said[i], w)
		}
	}
}

func TestContestedCodeIsDeadUntilItIsRestored(t *testing.T) {
	w := newWorld(t)
	r := w.machine("atm-0001").registered(midori(), w.phone())
	r.expectCase(t, "before", platform.CaseWaiting)
	r.contest(t)
	r.expectCase(t, "then", platform.CaseContested)
	for _, confirm := range []bool{false, true} {
		expect(t, "its code", r.activates(confirm), 410, protocol.CodeContested)
	}
	expect(t, "another code tells nothing", r.app.activates(r.key, r.other(0), true), 404, protocol.CodeWrong)
	if all := ok(w.Contests(background))(t); len(all) != 1 || all[0].ID != r.id || all[0].Contest.By != desk.By {
		t.Errorf("waiting for a ruling: got %+v, want it", all)
	}
	if err := w.Contest(background, r.id, desk); !errors.Is(err, platform.ErrContested) {
		t.Errorf("again: got %v, want that it is already", err)
	}
	r.expectChecks(t, "contested")
	r.rule(t, platform.Restored)
	r.expectCase(t, "restored", platform.CaseWaiting)
	if got := r.app.status(r.activates(true)); got.Status != protocol.Bound {
		t.Errorf("restored: got %s, want bound", got.Status)
	}
	r.expectChecks(t, "contested", "restored")
}

func TestContestedAccountIsSuspendedAndToldEverywhere(t *testing.T) {
	l := newListener(t)
	w := newWorld(t, l.into)
	r := w.machine("atm-0001").registered(midori(), w.phone())
	r.activates(true)
	l.expect(w, "activation", platform.EventBound)
	r.contest(t)
	must(t, w.Sweep(background))
	if l.heard[0].Type != platform.EventSuspended || l.heard[0].Reason != protocol.CodeContested || *l.heard[0].Registration != r.id {
		t.Errorf("told %+v, want that it is suspended as contested", l.heard)
	}
	l.kinds()
	expect(t, "its app", r.app.stands(), 410, protocol.CodeContested)
	expect(t, "its code", r.activates(true), 410, protocol.CodeContested)
	r.expectCase(t, "then", platform.CaseContested)
	r.rule(t, platform.Restored)
	l.expect(w, "restored", platform.EventReinstated)
	expect(t, "its app again", r.app.stands(), 200, "")
	r.expectCase(t, "restored", platform.CaseActive)
	r.contest(t)
	r.rule(t, platform.Upheld)
	l.expect(w, "contested again, and upheld", platform.EventSuspended, platform.EventUnbound)
	expect(t, "its app for good", r.app.stands(), 410, protocol.CodeContested)
	expect(t, "its code for good", r.activates(true), 410, protocol.CodeContested)
	r.expectCase(t, "upheld", platform.CaseUpheld)
	r.expectChecks(t, "contested", "restored", "contested", "upheld")
	for what, err := range map[string]error{
		"contested":     w.Contest(background, r.id, desk),
		"restored":      w.Rule(background, r.id, platform.Restored, desk),
		"upheld":        w.Rule(background, r.id, platform.Upheld, desk),
		"anything else": w.Rule(background, r.id, "forgotten", desk),
	} {
		if err == nil {
			t.Errorf("after it was upheld it is %s", what)
		}
	}
	if n := w.Counters().Contests; n["contested"] != 2 || n["restored"] != 1 || n["upheld"] != 1 {
		t.Errorf("counted %v", n)
	}
}

// Whoever was complained of comes with the same card again: a person decides.
func TestContestedAccountComesBackByADecisionOnly(t *testing.T) {
	for _, upheld := range []bool{false, true} {
		l := newListener(t)
		w := newWorld(t, l.into)
		m := w.machine("atm-0001")
		r := m.registered(midori(), w.phone())
		r.activates(true)
		r.contest(t)
		if upheld {
			r.rule(t, platform.Upheld)
		}
		must(t, w.Sweep(background))
		l.kinds()
		for _, app := range []phone{r.app, w.phone()} {
			again := m.registered(midori(), app)
			if got := app.status(again.activates(true)); got.Status != protocol.Review {
				t.Errorf("upheld %v, the same card again: got %s, want review", upheld, got.Status)
			}
			again.expectCase(t, "again", platform.CaseInReview)
			l.expect(w, "again", platform.EventReview)
		}
		app := w.phone()
		again := m.registered(midori(), app)
		app.status(again.activates(true))
		w.clock.pass(time.Minute)
		must(t, w.Decide(background, again.id, platform.SamePerson))
		if got := app.status(again.activates(true)); got.Status != protocol.Bound {
			t.Errorf("upheld %v, decided: got %s, want bound", upheld, got.Status)
		}
		expect(t, "the new app", app.stands(), 200, "")
		if err := w.Rule(background, r.id, platform.Restored, desk); (err == nil) == upheld {
			t.Errorf("upheld %v, restoring the old one: got %v", upheld, err)
		}
		expect(t, "the new app still", app.stands(), 200, "")
	}
}

// A decision that was made before the complaint knew nothing of it.
func TestDecisionBeforeTheContestIsAskedAgain(t *testing.T) {
	w := newWorld(t)
	m := w.machine("atm-0001")
	r := m.registered(midori(), w.phone())
	r.activates(true)
	moved := midori()
	moved.Address, moved.AddressFlags = "東京都架空市新町九丁目９番９号", "000000000000000"
	next := m.registered(moved, w.phone())
	next.activates(true)
	must(t, w.Decide(background, next.id, platform.SamePerson))
	r.contest(t)
	if got := next.app.status(next.activates(true)); got.Status != protocol.Review {
		t.Errorf("decided before the contest: got %s, want review", got.Status)
	}
	if waiting := ok(w.Reviews(background))(t); len(waiting) != 1 || waiting[0].ID != next.id {
		t.Errorf("waiting for a decision: got %d, want it", len(waiting))
	}
	next.contest(t)
	if w.Decide(background, next.id, platform.SamePerson) == nil {
		t.Error("somebody decides on what is contested itself")
	}
	next.rule(t, platform.Upheld)
	if waiting := ok(w.Reviews(background))(t); len(waiting) != 0 {
		t.Errorf("upheld: %d wait for a decision, want none", len(waiting))
	}
}

func TestContestOfASupersededRegistrationLeavesTheAccountAlone(t *testing.T) {
	w := newWorld(t)
	m := w.machine("atm-0001")
	old := m.registered(midori(), w.phone())
	old.activates(true)
	now := m.registered(midori(), w.phone())
	now.activates(true)
	old.expectCase(t, "before", platform.CaseSuperseded)
	if all, _, err := w.Cases(background, old.id.Reference()); err != nil || all[0].Successor == nil || *all[0].Successor != now.id {
		t.Errorf("whose phone went dead has the older slip: got %+v %v, want the newer registration", all, err)
	}
	old.contest(t)
	expect(t, "the app of the newer one", now.app.stands(), 200, "")
	old.expectCase(t, "then", platform.CaseContested)
}

// The card is lost, and somebody complains: neither ends with the other.
func TestContestAndRevocationSuspendEachForItself(t *testing.T) {
	l, a := newListener(t), newAuthority(t)
	w := newWorld(t, l.into, a.into)
	w.crls.Set(a.List(w.clock.now()))
	r := w.machine("atm-0001").registered(midori(), w.phone(), a.issues)
	r.activates(true)
	r.contest(t)
	l.expect(w, "contested", platform.EventBound, platform.EventSuspended)
	held := x509.RevocationListEntry{SerialNumber: a.Serial, RevocationTime: w.clock.now(), ReasonCode: 6}
	w.crls.Set(a.List(w.clock.now(), held))
	l.expect(w, "held as well", platform.EventSuspended)
	w.crls.Set(a.List(w.clock.now()))
	l.expect(w, "not held any more")
	expect(t, "contested still", r.app.stands(), 410, protocol.CodeContested)
	w.crls.Set(a.List(w.clock.now(), held))
	l.expect(w, "held again", platform.EventSuspended)
	r.rule(t, platform.Restored)
	l.expect(w, "restored while it is held")
	expect(t, "held still", r.app.stands(), 410, protocol.CodeRefused)
	w.crls.Set(a.List(w.clock.now()))
	l.expect(w, "neither", platform.EventReinstated)
	expect(t, "at last", r.app.stands(), 200, "")
}

// The terminal had no network; its envelope comes after the call.
func TestObjectionWaitsForTheEnvelope(t *testing.T) {
	w := newWorld(t)
	m, app := w.machine("atm-0001"), w.phone()
	key := app.registers().RegistrationKey
	id, code, envelope := m.visits(midori(), key)
	r := registered{app, key, id, code}
	must(t, w.Object(background, id.Reference(), desk))
	if err := w.Object(background, id.Reference(), desk); !errors.Is(err, platform.ErrContested) {
		t.Errorf("again: got %v, want that it is already", err)
	}
	if all, objected, err := w.Cases(background, id.Reference()); err != nil || len(all) != 0 || objected == nil || objected.By != desk.By {
		t.Errorf("before it arrives: got %v %v %v, want the objection alone", all, objected, err)
	}
	w.receipt(m.delivers(id, envelope), id, envelope)
	r.expectCase(t, "arrived", platform.CaseContested)
	for _, confirm := range []bool{false, true} {
		expect(t, "its code", r.activates(confirm), 410, protocol.CodeContested)
	}
	r.expectChecks(t, "contested")
	if err := w.DropObjection(background, id.Reference(), desk); !errors.Is(err, platform.ErrArrived) {
		t.Errorf("taken back when it has arrived: got %v", err)
	}
	r.rule(t, platform.Restored)
	if got := app.status(r.activates(true)); got.Status != protocol.Bound {
		t.Errorf("restored: got %s, want bound", got.Status)
	}
}

func TestObjectionToWhatIsWithdrawnWaitsNoLonger(t *testing.T) {
	w := newWorld(t)
	m := w.machine("atm-0001")
	id, _, envelope := m.visits(midori(), w.phone().registers().RegistrationKey)
	must(t, w.Object(background, id.Reference(), desk))
	m.withdraws(id)
	w.receipt(m.delivers(id, envelope), id, envelope)
	must(t, w.Sweep(background))
	if all, waiting := ok(w.Contests(background))(t), ok(w.Objections(background))(t); len(all) != 0 || len(waiting) != 0 {
		t.Errorf("got %d contests, %d waiting, want none: there is nothing left", len(all), len(waiting))
	}
}

// What was said of it goes with the evidence; that somebody objected stays.
func TestWhatWasObjectedGoesWithTheEvidenceItConcerns(t *testing.T) {
	for name, steps := range map[string][]string{
		"heeded, then withdrawn":         {"arrives", "swept", "withdrawn"},
		"withdrawn before it was heeded": {"arrives", "withdrawn", "swept"},
		"withdrawn before it arrived":    {"withdrawn", "arrives", "swept"},
	} {
		w := newWorld(t)
		m := w.machine("atm-0001")
		id, _, envelope := m.visits(midori(), w.phone().registers().RegistrationKey)
		ref := id.Reference()
		must(t, w.Object(background, ref, desk))
		for _, step := range steps {
			_, objected, err := w.Cases(background, ref)
			must(t, err)
			if objected == nil || objected.Reason != desk.Reason {
				t.Errorf("%s: before it was %s: got %+v, want what was said", name, step, objected)
			}
			switch step {
			case "arrives":
				w.receipt(m.delivers(id, envelope), id, envelope)
			case "swept":
				must(t, w.Sweep(background))
			case "withdrawn":
				m.withdraws(id)
			}
		}
		if _, objected, err := w.Cases(background, ref); err != nil || objected == nil || objected.Reason != "" || objected.By != desk.By || objected.Waits() {
			t.Errorf("%s: got %+v, %v; want who objected, and nothing of what was said", name, objected, err)
		}
	}
}

// Nobody brings the code, and the desk sees it all the same.
func TestObjectionIsHeededWhenItsRegistrationHasArrived(t *testing.T) {
	w := newWorld(t)
	m := w.machine("atm-0001")
	id, _, envelope := m.visits(midori(), w.phone().registers().RegistrationKey)
	must(t, w.Object(background, id.Reference(), desk))
	must(t, w.Sweep(background))
	if waiting := ok(w.Objections(background))(t); len(waiting) != 1 || waiting[0].By != desk.By {
		t.Errorf("before it arrives: got %+v, want the objection to wait", waiting)
	}
	w.receipt(m.delivers(id, envelope), id, envelope)
	for range 2 {
		must(t, w.Sweep(background))
		if all, waiting := ok(w.Contests(background))(t), ok(w.Objections(background))(t); len(all) != 1 || all[0].ID != id || len(waiting) != 0 {
			t.Errorf("once it has arrived: got %+v, %d waiting, want it contested", all, len(waiting))
		}
	}
}

func TestObjectionThatWasTakenBackStopsNothing(t *testing.T) {
	w := newWorld(t)
	m, app := w.machine("atm-0001"), w.phone()
	key := app.registers().RegistrationKey
	id, code, envelope := m.visits(midori(), key)
	must(t, w.Object(background, id.Reference(), desk))
	must(t, w.DropObjection(background, id.Reference(), desk))
	if err := w.DropObjection(background, id.Reference(), desk); !errors.Is(err, platform.ErrNotContested) {
		t.Errorf("taken back twice: got %v", err)
	}
	w.receipt(m.delivers(id, envelope), id, envelope)
	if got := app.status(app.activates(key, code, true)); got.Status != protocol.Bound {
		t.Errorf("got %s, want bound", got.Status)
	}
}

// The terminal takes it back: nothing is left but who contested it.
func TestWithdrawnRegistrationKeepsItsContestAndTakesNoOther(t *testing.T) {
	w := newWorld(t)
	m := w.machine("atm-0001")
	r, other := m.registered(midori(), w.phone()), m.registered(midori(), w.phone())
	r.contest(t)
	m.withdraws(r.id)
	m.withdraws(other.id)
	r.expectCase(t, "withdrawn", platform.CaseWithdrawn)
	if got := ok(w.Registration(background, r.id))(t); got.Contest == nil || got.Contest.By != desk.By {
		t.Errorf("got %+v, want who contested it", got.Contest)
	}
	if err := w.Contest(background, other.id, desk); !errors.Is(err, platform.ErrWithdrawn) {
		t.Errorf("got %v, want that it is withdrawn", err)
	}
}

func TestContestNamesWhoAndWhyInOneLine(t *testing.T) {
	w := newWorld(t)
	r := w.machine("atm-0001").registered(midori(), w.phone())
	for name, said := range map[string]platform.Said{
		"nobody":             {Reason: "why"},
		"a name of lines":    {By: "a\nb"},
		"a long name":        {By: strings.Repeat("名", 101)},
		"a reason of lines":  {By: "a", Reason: "a\x1b[2J"},
		"a long reason":      {By: "a", Reason: strings.Repeat("理", 501)},
		"what is no unicode": {By: "a", Reason: "\xff"},
	} {
		if w.Contest(background, r.id, said) == nil || w.Object(background, protocol.Reference{1}, said) == nil {
			t.Errorf("%s is written down", name)
		}
	}
	if w.Rule(background, r.id, platform.Restored, platform.Said{By: "a"}) == nil {
		t.Error("a ruling without a reason is taken")
	}
	if err := w.Contest(background, protocol.NewID(), desk); !errors.Is(err, platform.ErrNotFound) {
		t.Errorf("what never arrived: got %v, want not found", err)
	}
	must(t, w.Contest(background, r.id, platform.Said{By: strings.Repeat("名", 100)}))
	if strings.Contains(w.logged.String(), desk.Reason) {
		t.Error("the log has the reason, which may name somebody")
	}
}

func TestContestAgainstActivationHasOneOrder(t *testing.T) {
	contestAgainstActivation(t, 8, 64, (&spyStore{}).into)
}

// contestAgainstActivation has a crowd bring one code while somebody contests its
// registration, at platforms on one store. Whoever is first: in the end nobody is
// active, and what was told says in which order it came.
func contestAgainstActivation(t *testing.T, rounds, clients int, store func(*platform.Config)) {
	l := newListener(t)
	w := newWorld(t, store, l.into)
	all := crowdOf(t, w, ok(platform.New(w.config))(t), ok(platform.New(w.config))(t), ok(platform.New(w.config))(t))
	m := w.machine("atm-0001")
	boundFirst := 0
	for round := range rounds {
		r := m.registered(haltest.Citizens()[0], w.phone())
		bodies := make([][]byte, clients)
		for i := range bodies {
			said := protocol.ActivationRequest{Nonce: w.nonce(), Key: r.key, Code: r.code, Confirm: true}
			bodies[i] = ok(protocol.SignActivation(said, r.app.key))(t)
		}
		bound := r.rush(t, all, fmt.Sprintf("192.0.2.%d:1", round+1), bodies, round)
		boundFirst += bound
		kinds := []platform.EventKind{}
		if bound == 1 {
			kinds = []platform.EventKind{platform.EventBound, platform.EventSuspended}
		}
		must(t, w.Sweep(background))
		got := slices.DeleteFunc(l.kinds(), func(k platform.EventKind) bool { return k == platform.EventUnbound }) // of the phone of an earlier round
		if !slices.Equal(got, kinds) {
			t.Errorf("bound %d: told %v, want %v", bound, got, kinds)
		}
		r.expectCase(t, "in the end", platform.CaseContested)
		if bound == 1 {
			expect(t, "the app", r.app.stands(), 410, protocol.CodeContested)
			must(t, w.Rule(background, r.id, platform.Restored, desk)) // so that the next visit is no review
			l.expect(w, "restored", platform.EventReinstated)
		}
	}
	t.Logf("%d rounds of %d at once: %d were bound before the contest", rounds, clients, boundFirst)
}

// rush sends all at once, and the contest among them: as the first of them all in even
// rounds, as the last in odd ones, and they are at it together all the same.
func (r registered) rush(t *testing.T, all *crowd, from string, bodies [][]byte, round int) (bound int) {
	var crowd, call sync.WaitGroup
	answers := make([]reply, len(bodies))
	contest := func() {
		if err := all.platforms[round%len(all.platforms)].Contest(background, r.id, desk); err != nil {
			t.Error(err)
		}
	}
	if round%2 == 0 {
		call.Go(contest)
	}
	for i := range bodies {
		crowd.Go(func() { answers[i] = all.ask(i, from, "POST", protocol.PathActivations, bodies[i], nil) })
	}
	if round%2 == 1 {
		call.Go(contest)
	}
	crowd.Wait()
	call.Wait()
	for _, got := range answers {
		switch {
		case got.status == 200:
			bound++
		case got.status != 410 || !slices.Contains([]string{protocol.CodeContested, protocol.CodeAlreadyBound}, got.code(t)):
			t.Errorf("got %d %s", got.status, got.body)
		}
	}
	if bound > 1 {
		t.Errorf("bound %d times", bound)
	}
	return bound
}

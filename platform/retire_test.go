package platform_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

func (m *machine) lastWord(change ...func(*protocol.Retirement)) []byte {
	m.w.t.Helper()
	r := protocol.Retirement{TerminalID: m.id, Time: m.w.clock.now().UTC().Truncate(time.Second)}
	for _, c := range change {
		c(&r)
	}
	return ok(protocol.SignRetirement(r, m.device, m.cert))(m.w.t)
}

func (m *machine) retires(body []byte) reply {
	m.w.t.Helper()
	return m.w.do(m.carry, "POST", protocol.PathRetirements, protocol.MediaJOSE, body)
}

func TestRetiredTerminalIsRefusedEverywhere(t *testing.T) {
	w := newWorld(t)
	m := w.machine("atm-0001")
	before := m.seals()
	w.clock.pass(time.Minute)
	word := m.lastWord(func(r *protocol.Retirement) { r.Unsent, r.Forced, r.Successor = 1, true, "atm-0002" })
	expect(t, "its last word", m.retires(word), 204, "")
	expect(t, "the same again", m.retires(word), 204, "")
	expect(t, "another one", m.retires(m.lastWord()), 204, "")
	is := ok(w.Terminal(background, m.id))(t)
	if is.Retired.IsZero() || is.Successor != "atm-0002" || is.Notes[len(is.Notes)-1].What != "retired by itself" {
		t.Errorf("kept %+v", is)
	}
	id := protocol.NewID().String()
	for _, test := range []struct{ method, path, media string }{
		{"PUT", protocol.PathRegistrations + id, protocol.MediaJOSE}, {"PUT", protocol.PathWithdrawals + id, protocol.MediaJOSE},
		{"POST", protocol.PathHeartbeats, protocol.MediaJOSE}, {"GET", protocol.PathBundle, ""},
		{"POST", protocol.PathKeyQuery, protocol.MediaJOSE}, {"POST", protocol.PathESTReenroll, "application/pkcs10"},
		{"POST", protocol.PathAttestations, protocol.MediaJSON},
	} {
		expect(t, test.path, w.do(m.carry, test.method, test.path, test.media, nil), 403, protocol.CodeRetired)
	}
	after := m.seals()
	for what, test := range map[string]struct {
		s    sealed
		want string
	}{"sealed before": {before, "accepted "}, "sealed since": {after, "refused " + protocol.ReasonTerminalRevoked}} {
		receipt := ok(w.Import(background, test.s.id, test.s.body))(t)
		got := w.receipt(reply{status: 200, body: receipt}, test.s.id, test.s.body)
		if string(got.Verdict)+" "+got.Reason != test.want {
			t.Errorf("%s, brought by hand: got %s %s, want %s", what, got.Verdict, got.Reason, test.want)
		}
	}
}

func TestLastWordsThatDoNotCount(t *testing.T) {
	w := newWorld(t)
	m, other := w.machine("atm-0001"), w.machine("atm-0002")
	old := m.lastWord()
	w.clock.pass(61 * time.Minute)
	expect(t, "of another hour", m.retires(old), 400, protocol.CodeClock)
	expect(t, "from the future", m.retires(m.lastWord(func(r *protocol.Retirement) { r.Time = r.Time.Add(2 * time.Hour) })), 400, protocol.CodeClock)
	expect(t, "a heartbeat", m.retires(m.beat()), 400, protocol.CodeMalformed)
	expect(t, "carried by another", other.retires(m.lastWord()), 403, protocol.CodeOtherTerminal)
	expect(t, "of another", m.retires(m.lastWord(func(r *protocol.Retirement) { r.TerminalID = other.id })), 403, protocol.CodeOtherTerminal)
	expect(t, "by nobody", w.do(w.apps, "POST", protocol.PathRetirements, protocol.MediaJOSE, m.lastWord()), 403, protocol.CodeNotAuthorised)
	expect(t, "nothing happened", m.says(m.beat()), 204, "")
	must(t, w.Suspend(background, m.id, true))
	expect(t, "of a compromised one", m.retires(m.lastWord()), 403, protocol.CodeSuspended)
}

func TestDeadMachineIsRetiredByHandAndItsIDServesAgain(t *testing.T) {
	w := newWorld(t)
	old := w.machine("atm-0001")
	before := old.seals()
	w.clock.pass(time.Minute)
	must(t, w.Retire(background, "atm-0001", "atm-0001"))
	must(t, w.Retire(background, "atm-0001", ""))
	if is := ok(w.Terminal(background, "atm-0001"))(t); is.Successor != "atm-0001" {
		t.Errorf("the second time forgot the successor: %+v", is)
	}
	w.clock.pass(time.Minute)
	after := old.seals()
	fresh := w.machine("atm-0001")
	expect(t, "the new machine", fresh.says(fresh.beat()), 204, "")
	if got := fresh.judged(fresh.seals()); got != "accepted " {
		t.Errorf("the new machine's: got %s, want accepted", got)
	}
	expect(t, "the old machine", old.says(old.beat()), 403, protocol.CodeRetired)
	expect(t, "the old machine's last word", old.retires(old.lastWord()), 204, "")
	expect(t, "the new machine, still", fresh.says(fresh.beat()), 204, "")
	for what, test := range map[string]struct {
		s    sealed
		want string
	}{"sealed before": {before, "accepted "}, "sealed since": {after, "refused " + protocol.ReasonTerminalRevoked}} {
		if got := fresh.judged(test.s); got != test.want {
			t.Errorf("the old machine's, %s: got %s, want %s", what, got, test.want)
		}
	}
	if w.Retire(background, "atm-0009", "") == nil || w.Retire(background, "atm-0001", "two words") == nil {
		t.Error("retired nobody, or in favour of no id")
	}
}

// One after another under one id, and nobody says when one ends: what each sealed
// until its successor was heard counts, and nothing after.
func TestMachineEndsWhenItsSuccessorIsHeard(t *testing.T) {
	w := newWorld(t)
	first := w.machine("atm-0001")
	w.clock.pass(time.Minute)
	must(t, w.Retire(background, "atm-0001", ""))
	w.clock.pass(time.Minute)
	second := w.machine("atm-0001")
	expect(t, "the second", second.says(second.beat()), 204, "")
	w.clock.pass(time.Minute)
	third := w.machine("atm-0001")
	w.clock.pass(time.Minute)
	before := second.seals()
	expect(t, "the second, while the third was not heard", second.says(second.beat()), 204, "")
	w.clock.pass(time.Minute)
	expect(t, "the third", third.says(third.beat()), 204, "")
	w.clock.pass(time.Minute)
	expect(t, "the second, after it", second.says(second.beat()), 403, protocol.CodeRetired)
	expect(t, "the first", first.says(first.beat()), 403, protocol.CodeRetired)
	for what, test := range map[string]struct {
		s    sealed
		want string
	}{
		"sealed by the second before": {before, "accepted "},
		"sealed by the second since":  {second.seals(), "refused " + protocol.ReasonTerminalRevoked},
		"sealed by the first since":   {first.seals(), "refused " + protocol.ReasonTerminalRevoked},
	} {
		if got := third.judged(test.s); got != test.want {
			t.Errorf("%s: got %s, want %s", what, got, test.want)
		}
	}
}

// Certificates tell whole seconds, and a replacement may be quicker.
func TestMachinesOfOneSecondAreToldApart(t *testing.T) {
	w := newWorld(t)
	for i := range 3 { // one of them at least within one second
		id := fmt.Sprintf("atm-%d", i)
		old := w.machine(id)
		must(t, w.Retire(background, id, ""))
		fresh := w.machine(id)
		expect(t, "the new machine", fresh.says(fresh.beat()), 204, "")
		expect(t, "the old machine", old.says(old.beat()), 403, protocol.CodeRetired)
	}
}

func TestRetiredMachineHoldsNoOldCABack(t *testing.T) {
	w := newWorld(t)
	w.machine("atm-0001")
	must(t, w.RollCA(background))
	if left := ok(w.OnOldCA(background))(t); len(left) != 1 {
		t.Fatalf("left on the old CA: %v, want one", left)
	}
	must(t, w.Retire(background, "atm-0001", ""))
	if left := ok(w.OnOldCA(background))(t); len(left) != 0 {
		t.Errorf("left on the old CA: %v, want none", left)
	}
}

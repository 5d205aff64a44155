package platform_test

import (
	"slices"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// beat is a heartbeat of a terminal that is well; change may make it ill.
func (m *machine) beat(change ...func(*protocol.Heartbeat)) []byte {
	m.w.t.Helper()
	h := protocol.Heartbeat{
		TerminalID: m.id, Time: m.w.clock.now().UTC().Truncate(time.Second), Protection: protocol.ProtectionFile,
		Versions: map[string]string{"terminald": "v1.0.0"}, ReaderState: "online", PrinterState: "online", Paper: "full",
	}
	for _, c := range change {
		c(&h)
	}
	return ok(protocol.SignHeartbeat(h, m.device, m.cert))(m.w.t)
}

func (m *machine) says(beat []byte) reply {
	m.w.t.Helper()
	return m.w.do(m.carry, "POST", protocol.PathHeartbeats, protocol.MediaJOSE, beat)
}

func conditions(codes ...string) func(*protocol.Heartbeat) {
	return func(h *protocol.Heartbeat) { h.Conditions = codes }
}

// order verifies an answer to a heartbeat as a terminal does.
func (m *machine) order(r reply, beat []byte) protocol.Order {
	m.w.t.Helper()
	if r.status != 200 {
		m.w.t.Fatalf("heartbeat: got %d %s, want 200 and an order", r.status, r.body)
	}
	bundle := ok(protocol.DecodeFirstBundle(ok(m.w.Bundle())(m.w.t)))(m.w.t)
	return ok(protocol.VerifyOrder(r.body, bundle.ReceiptKeys, m.id, protocol.SHA256(beat)))(m.w.t)
}

// sealed is an envelope, and where it goes.
type sealed struct {
	id   protocol.ID
	body []byte
}

func (m *machine) seals(change ...func(*visit)) sealed {
	m.w.t.Helper()
	id, _, body := m.visits(midori(), m.w.phone().registers().RegistrationKey, change...)
	return sealed{id, body}
}

func (m *machine) judged(s sealed) string {
	m.w.t.Helper()
	got := m.w.receipt(m.delivers(s.id, s.body), s.id, s.body)
	return string(got.Verdict) + " " + got.Reason
}

func TestWhatIsTakenOfASuspendedTerminal(t *testing.T) {
	const revoked = "refused " + protocol.ReasonTerminalRevoked
	w := newWorld(t, func(c *platform.Config) { c.Limits.MaxUnsentHours = 72 })
	m := w.machine("atm-0001")
	before, tardy := m.seals(), m.seals()
	w.clock.pass(time.Minute)
	must(t, w.Suspend(background, m.id, false))
	during, held := m.seals(), m.seals()
	w.clock.pass(time.Minute)
	backdated := m.seals(func(v *visit) { v.app.Time = v.app.Time.Add(-20 * time.Minute) })

	steps := []struct {
		what, want string
		s          sealed
	}{
		{"sealed before", "accepted ", before},
		{"sealed in the second of the suspension", revoked, during},
		{"sealed since, under an earlier time than its signature", "refused " + protocol.ReasonClock, backdated},
	}
	for _, step := range steps {
		if got := m.judged(step.s); got != step.want {
			t.Errorf("%s: got %s, want %s", step.what, got, step.want)
		}
	}
	w.clock.pass(144 * time.Hour)
	w.publish()
	if got := m.judged(tardy); got != revoked {
		t.Errorf("sealed before, and come after twice the longest wait: got %s, want %s", got, revoked)
	}
	must(t, w.Reinstate(background, m.id))
	if got := m.judged(held); got != revoked {
		t.Errorf("sealed during the suspension, and come after it: got %s, want %s", got, revoked)
	}
}

func TestReinstatedTerminalServesAgain(t *testing.T) {
	w := newWorld(t)
	m := w.machine("atm-0001")
	must(t, w.Suspend(background, m.id, false))
	w.clock.pass(time.Minute)
	must(t, w.Reinstate(background, m.id))
	if got := m.judged(m.seals()); got != "accepted " {
		t.Errorf("sealed in the second of it: got %s, want accepted", got)
	}
}

func TestNothingOfACompromisedTerminalIsTakenWhateverTimeItClaims(t *testing.T) {
	w := newWorld(t)
	m := w.machine("atm-0001")
	before, byHand := m.seals(), m.seals()
	w.clock.pass(time.Minute)
	must(t, w.Suspend(background, m.id, true))
	expect(t, "by wire", m.delivers(before.id, before.body), 403, protocol.CodeSuspended)
	expect(t, "heartbeat", m.says(m.beat()), 403, protocol.CodeSuspended)
	receipt := ok(w.Import(background, byHand.id, byHand.body))(t)
	if got := w.receipt(reply{status: 200, body: receipt}, byHand.id, byHand.body); got.Reason != protocol.ReasonTerminalRevoked {
		t.Errorf("by hand: got %s %s, want refused terminal-revoked", got.Verdict, got.Reason)
	}
	if w.Reinstate(background, m.id) == nil {
		t.Error("a compromised terminal was reinstated")
	}
}

func TestTerminalIsToldThatItIsSuspendedAndThatItIsNotAnyMore(t *testing.T) {
	w := newWorld(t)
	m := w.machine("atm-0001")
	expect(t, "well", m.says(m.beat()), 204, "")
	w.clock.pass(time.Minute)
	must(t, w.Suspend(background, m.id, false))
	beat := m.beat()
	if got := m.order(m.says(beat), beat); !got.Suspended || got.Since.IsZero() {
		t.Errorf("suspended: ordered %+v", got)
	}
	must(t, w.Reinstate(background, m.id))
	w.clock.pass(time.Minute)
	beat = m.beat(conditions(protocol.ConditionSuspended))
	if got := m.order(m.says(beat), beat); got.Suspended || !got.Since.IsZero() {
		t.Errorf("reinstated: ordered %+v", got)
	}
	expect(t, "when it has heard", m.says(m.beat()), 204, "")
}

func TestPolicySuspendsByItself(t *testing.T) {
	head := func(entries uint64, last string) func(*protocol.Heartbeat) {
		return func(h *protocol.Heartbeat) { h.AuditEntries, h.AuditHead = entries, protocol.SHA256([]byte(last)) }
	}
	for name, test := range map[string]struct {
		change func(*platform.FleetPolicy)
		happen func(w *world, m *machine)
		why    string
	}{
		"tamper, flag only":    {func(*platform.FleetPolicy) {}, func(_ *world, m *machine) { m.says(m.beat(conditions("SNS-TAMPER"))) }, "not"},
		"tamper":               {func(f *platform.FleetPolicy) { f.OnTamper = "suspend" }, func(_ *world, m *machine) { m.says(m.beat(conditions("SNS-DOOR", "SNS-TAMPER"))) }, platform.ForTamper},
		"door is no tamper":    {func(f *platform.FleetPolicy) { f.OnTamper = "suspend" }, func(_ *world, m *machine) { m.says(m.beat(conditions("SNS-DOOR"))) }, "not"},
		"chain set back":       {func(f *platform.FleetPolicy) { f.OnAudit = "suspend" }, func(_ *world, m *machine) { m.says(m.beat(head(9, "9"))); m.says(m.beat(head(8, "8"))) }, platform.ForAudit},
		"chain changed":        {func(f *platform.FleetPolicy) { f.OnAudit = "suspend" }, func(_ *world, m *machine) { m.says(m.beat(head(9, "9"))); m.says(m.beat(head(9, "x"))) }, platform.ForAudit},
		"chain changed, flag":  {func(*platform.FleetPolicy) {}, func(_ *world, m *machine) { m.says(m.beat(head(9, "9"))); m.says(m.beat(head(9, "x"))) }, "not"},
		"silent, flag only":    {func(*platform.FleetPolicy) {}, func(w *world, m *machine) { m.says(m.beat()); w.clock.pass(25 * time.Hour) }, "not"},
		"silent":               {func(f *platform.FleetPolicy) { f.OnSilence = "suspend" }, func(w *world, m *machine) { m.says(m.beat()); w.clock.pass(24*time.Hour + time.Minute) }, platform.ForSilence},
		"not silent yet":       {func(f *platform.FleetPolicy) { f.OnSilence = "suspend" }, func(w *world, m *machine) { m.says(m.beat()); w.clock.pass(24*time.Hour - time.Minute) }, "not"},
		"silent since it came": {func(f *platform.FleetPolicy) { f.OnSilence, f.SilenceHours = "suspend", 2 }, func(w *world, _ *machine) { w.clock.pass(2*time.Hour + time.Minute) }, platform.ForSilence},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, func(c *platform.Config) { test.change(&c.Fleet) })
			m := w.machine("atm-0001")
			test.happen(w, m)
			w.publish()
			must(t, w.Sweep(background))
			is := ok(w.Terminal(background, m.id))(t)
			if got := map[bool]string{true: "not", false: is.SuspendedFor}[is.Suspended.IsZero()]; got != test.why {
				t.Errorf("suspended: %q, want %q", got, test.why)
			}
			must(t, w.Reinstate(background, m.id))
			must(t, w.Sweep(background))
			if is = ok(w.Terminal(background, m.id))(t); !is.Suspended.IsZero() || !is.Breach.IsZero() {
				t.Errorf("reinstated, it was suspended again at once: %+v", is)
			}
		})
	}
}

func TestTerminalThatIsStillTamperedWithIsSuspendedAgain(t *testing.T) {
	w := newWorld(t, func(c *platform.Config) { c.Fleet.OnTamper = platform.SuspendTerminal })
	m := w.machine("atm-0001")
	m.says(m.beat(conditions("SNS-TAMPER")))
	must(t, w.Reinstate(background, m.id))
	w.clock.pass(time.Minute)
	beat := m.beat(conditions("SNS-TAMPER", protocol.ConditionSuspended))
	if got := m.order(m.says(beat), beat); !got.Suspended {
		t.Error("it was let serve while it says that it is open")
	}
}

func TestPoliciesOutOfRangeAreRefused(t *testing.T) {
	for _, f := range []platform.FleetPolicy{{OnTamper: "flagg"}, {OnSilence: "Suspend"}, {OnAudit: "off"}, {SilenceHours: -1}, {SilenceHours: 24*365 + 1}} {
		w := newWorld(t)
		config := w.config
		config.Fleet = f
		if config.Validate() == nil {
			t.Errorf("%+v passes", f)
		}
	}
}

func TestManyPausesBecomeFewAndStayAsStrict(t *testing.T) {
	w := newWorld(t)
	m := w.machine("atm-0001")
	first := sealed{}
	for n := range 40 {
		must(t, w.Suspend(background, m.id, false))
		if n == 0 {
			first = m.seals()
		}
		w.clock.pass(time.Minute)
		must(t, w.Reinstate(background, m.id))
		w.clock.pass(time.Minute)
	}
	is := ok(w.Terminal(background, m.id))(t)
	if len(is.Pauses) > 32 || !slices.IsSortedFunc(is.Pauses, func(a, b platform.Pause) int { return a.From.Compare(b.From) }) {
		t.Errorf("keeps %d pauses, or in no order", len(is.Pauses))
	}
	if got := m.judged(first); got != "refused "+protocol.ReasonTerminalRevoked {
		t.Errorf("sealed in the first pause: got %s, want refused", got)
	}
}

package platform_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/fleet"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// reasonsOf are codes with their urgencies.
func reasonsOf(m fleet.Machine) string {
	var all []string
	for _, r := range m.Reasons {
		all = append(all, r.Code+" "+r.Urgency.String())
	}
	return strings.Join(all, ", ")
}

func (w *world) inFleet(id string) fleet.Machine {
	w.t.Helper()
	for _, m := range ok(fleet.Read(background, w.Platform))(w.t).Terminals {
		if m.ID == id {
			return m
		}
	}
	w.t.Fatalf("the fleet lacks %s", id)
	return fleet.Machine{}
}

func TestEachThingThatIsWrongIsAReason(t *testing.T) {
	w := newWorld(t, func(c *platform.Config) { c.Limits = protocol.Limits{MaxUnsentHours: 72, MaxSkewSeconds: 300} })
	m := w.machine("atm-0001")
	days := func(n int) func(*protocol.Heartbeat) {
		return func(h *protocol.Heartbeat) { h.CertificateDays = &n }
	}
	const file = "FLT-KEY note"
	for name, test := range map[string]struct {
		change func(*protocol.Heartbeat)
		state  fleet.State
		want   string
	}{
		"all is well":              {func(*protocol.Heartbeat) {}, fleet.StateServing, file},
		"a key in a TPM":           {func(h *protocol.Heartbeat) { h.Protection = "tpm-attested" }, fleet.StateServing, ""},
		"paper low":                {func(h *protocol.Heartbeat) { h.Paper = "low" }, fleet.StateServing, "FLT-PAPER-LOW soon, " + file},
		"paper out, told twice":    {func(h *protocol.Heartbeat) { h.Paper, h.Conditions = "out", []string{"PRN-PAPER"} }, fleet.StateClosed, "PRN-PAPER now, " + file},
		"cover, and so offline":    {func(h *protocol.Heartbeat) { h.PrinterState, h.Conditions = "offline", []string{"PRN-COVER"} }, fleet.StateClosed, "PRN-COVER now, " + file},
		"printer off":              {func(h *protocol.Heartbeat) { h.PrinterState = "powerOff" }, fleet.StateServing, "PRN-OFFLINE now, " + file},
		"reader gone":              {func(h *protocol.Heartbeat) { h.ReaderState = "noDevice" }, fleet.StateServing, "RDR-NONE now, " + file},
		"tamper":                   {conditions("SNS-TAMPER"), fleet.StateClosed, "SNS-TAMPER now, " + file},
		"somebody is there":        {func(h *protocol.Heartbeat) { h.Maintenance, h.Conditions = true, []string{"SNS-SWITCH", "SNS-DOOR"} }, fleet.StateMaintenance, "FLT-MAINTENANCE note, SNS-SWITCH note, SNS-DOOR note, " + file},
		"starting":                 {conditions("TRM-STARTING"), fleet.StateClosed, "TRM-STARTING note, " + file},
		"out of hours":             {conditions("HOURS-CLOSED"), fleet.StateClosed, "HOURS-CLOSED note, " + file},
		"not told yet":             {conditions("TERM-SUSPENDED"), fleet.StateClosed, file},
		"a code of next year":      {conditions("NEW-CODE"), fleet.StateClosed, "NEW-CODE now, " + file},
		"queue at half its age":    {func(h *protocol.Heartbeat) { h.OldestUnsentSeconds = 36 * 3600 }, fleet.StateServing, file},
		"queue past half its age":  {func(h *protocol.Heartbeat) { h.OldestUnsentSeconds = 36*3600 + 1 }, fleet.StateServing, "FLT-QUEUE soon, " + file},
		"queue too old":            {func(h *protocol.Heartbeat) { h.OldestUnsentSeconds = 72*3600 + 1 }, fleet.StateServing, "QUEUE-OLD now, " + file},
		"clock at half the limit":  {func(h *protocol.Heartbeat) { h.ClockSkewSeconds = 150 }, fleet.StateServing, file},
		"clock past half of it":    {func(h *protocol.Heartbeat) { h.ClockSkewSeconds = -151 }, fleet.StateServing, "FLT-CLOCK soon, " + file},
		"clock wrong":              {func(h *protocol.Heartbeat) { h.ClockSkewSeconds = -301 }, fleet.StateServing, "CLOCK now, " + file},
		"forged photos":            {func(h *protocol.Heartbeat) { h.ForgedPhotos = 2 }, fleet.StateServing, "FLT-PHOTO note, " + file},
		"quarantined":              {func(h *protocol.Heartbeat) { h.Quarantined = 1 }, fleet.StateServing, "FLT-QUARANTINED soon, " + file},
		"lost":                     {func(h *protocol.Heartbeat) { h.Lost = 2 }, fleet.StateServing, "FLT-LOST now, " + file},
		"unknown":                  {func(h *protocol.Heartbeat) { h.Unknown = 2 }, fleet.StateServing, "FLT-UNKNOWN note, " + file},
		"certificate for 30 days":  {days(30), fleet.StateServing, file},
		"certificate for 29 days":  {days(29), fleet.StateServing, "FLT-CERT-ENDS soon, " + file},
		"certificate of yesterday": {days(-1), fleet.StateServing, "FLT-CERT-ENDED now, " + file},
	} {
		w.clock.pass(time.Second)
		expect(t, name, m.says(m.beat(test.change)), map[bool]int{true: 200, false: 204}[name == "not told yet"], "")
		is := w.inFleet(m.id)
		if got := reasonsOf(is); got != test.want || is.State != test.state {
			t.Errorf("%s: %s for %s, want %s for %s", name, is.State, got, test.state, test.want)
		}
		for _, r := range is.Reasons {
			if r.Ja.What == "" || r.Ja.Remedy == "" || r.En.What == "" || r.En.Remedy == "" {
				t.Errorf("%s: %s has no words", name, r.Code)
			}
		}
	}
}

func TestStandingOfATerminalIsAReason(t *testing.T) {
	w := newWorld(t, func(c *platform.Config) { c.CertificateDays = 30 })
	head := func(last string) func(*protocol.Heartbeat) {
		return func(h *protocol.Heartbeat) { h.AuditEntries, h.AuditHead = 5, protocol.SHA256([]byte(last)) }
	}
	silent, late := w.machine("silent"), w.machine("unheard")
	silent.says(silent.beat())
	w.clock.pass(24*time.Hour + time.Minute)
	for _, id := range []string{"audit", "compromised", "new", "retired", "suspended"} {
		m := w.machine(id)
		if id != "new" {
			m.says(m.beat(head("five")))
		}
		switch id {
		case "audit":
			m.says(m.beat(head("another five")))
		case "retired":
			expect(t, id, m.retires(m.lastWord()), 204, "")
		case "suspended", "compromised":
			must(t, w.Suspend(background, id, id == "compromised"))
		}
	}
	w.clock.pass(time.Hour)
	f := ok(fleet.Read(background, w.Platform))(t)
	const ends = ", FLT-CERT-ENDS soon"
	want := map[string]string{
		"audit": "serving FLT-AUDIT now" + ends + ", FLT-KEY note", "compromised": "compromised FLT-COMPROMISED now" + ends + ", FLT-KEY note",
		"new": "new FLT-CERT-ENDS soon, FLT-NEW note", "retired": "retired ", "silent": "silent FLT-SILENT now" + ends + ", FLT-KEY note",
		"suspended": "suspended FLT-SUSPENDED now" + ends + ", FLT-KEY note", late.id: "silent FLT-SILENT now" + ends,
	}
	for _, m := range f.Terminals {
		if got := string(m.State) + " " + reasonsOf(m); got != want[m.ID] {
			t.Errorf("%s: got %s, want %s", m.ID, got, want[m.ID])
		}
	}
	if f.Terminals[len(f.Terminals)-1].ID != "retired" || f.States[fleet.StateSilent] != 2 || f.Visits != 6 {
		t.Errorf("states %v, %d visits; the last is %s", f.States, f.Visits, f.Terminals[len(f.Terminals)-1].ID)
	}
}

func TestTerminalsThatNeedAVisitComeFirst(t *testing.T) {
	w := newWorld(t)
	say := func(id string, change ...func(*protocol.Heartbeat)) { m := w.machine(id); m.says(m.beat(change...)) }
	attested := func(h *protocol.Heartbeat) { h.Protection = "tpm-attested" }
	say("a-well", attested)
	say("b-low", attested, func(h *protocol.Heartbeat) { h.Paper = "low" })
	say("c-open", attested, conditions("PRN-COVER"))
	say("d-forced", attested, conditions("SNS-TAMPER", "SNS-DOOR"))
	say("e-old", attested, func(h *protocol.Heartbeat) { h.Versions = map[string]string{"terminald": "v0.9.9"} })
	say("f-devel", attested, func(h *protocol.Heartbeat) { h.Versions = map[string]string{"terminald": "(devel)"} })
	f := ok(fleet.Read(background, w.Platform))(t)
	var order []string
	for _, m := range f.Terminals {
		order = append(order, m.ID)
	}
	if want := []string{"d-forced", "c-open", "b-low", "e-old", "a-well", "f-devel"}; !slices.Equal(order, want) || f.Visits != 3 {
		t.Errorf("order %v and %d visits, want %v and 3", order, f.Visits, want)
	}
	if f.Newest["terminald"] != "v1.0.0" {
		t.Errorf("the newest are %v", f.Newest)
	}
	text := ok(json.Marshal(f))(t)
	var again fleet.Report
	must(t, json.Unmarshal(text, &again))
	if len(again.Terminals) != 6 || again.Terminals[0].Reasons[0].Urgency != fleet.Now {
		t.Error("the JSON does not come back")
	}
}

// Package fleet tells which terminals need a visit, why, and what mends it, from what the
// platform keeps of each and what each last said of itself. It knows no citizen and
// changes nothing: who is suspended for being unwell, the platform decides.
package fleet

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/digital-watashi/kiosk/platform"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Report is every terminal, those first that somebody has to go to, and why.
type Report struct {
	At          platform.Moment      `json:"at"`
	Platform    string               `json:"platform"`
	Environment protocol.Environment `json:"environment"`
	// Newest is the newest version of each program that any of them runs.
	Newest    map[string]string `json:"newest_versions,omitempty"`
	States    map[State]int     `json:"states"`
	Visits    int               `json:"visits"` // terminals with a reason that is not merely Note
	Terminals []Machine         `json:"terminals"`
}

// State is how a terminal is, in one word.
type State string

// The states, the gravest first: a terminal is in the first that holds.
const (
	StateRetired     State = "retired"
	StateCompromised State = "compromised"
	StateSuspended   State = "suspended"
	StateNew         State = "new"    // admitted, and never heard
	StateSilent      State = "silent" // longer than the policy has it
	StateMaintenance State = "maintenance"
	StateClosed      State = "closed" // takes no card in
	StateServing     State = "serving"
)

// States lists them.
func States() []State {
	return []State{StateServing, StateClosed, StateMaintenance, StateSilent, StateNew, StateSuspended, StateCompromised, StateRetired}
}

// Machine is one terminal of a Report. It holds facts about the machine and nothing
// of any citizen.
type Machine struct {
	ID            string          `json:"id"`
	State         State           `json:"state"`
	Admitted      platform.Moment `json:"admitted"`
	Seen          platform.Moment `json:"seen,omitzero"`
	SilentSeconds int             `json:"silent_seconds"`
	Suspended     platform.Moment `json:"suspended,omitzero"`
	SuspendedFor  string          `json:"suspended_for,omitempty"` // silence, tamper or audit; else somebody did
	Retired       platform.Moment `json:"retired,omitzero"`
	Successor     string          `json:"successor,omitempty"`
	// CertificateDays are left of the certificate that runs out first.
	CertificateDays *int     `json:"certificate_days,omitempty"`
	Reasons         []Reason `json:"reasons"` // for a visit, the most urgent first
	// Heartbeat is what it last said of itself, as signed.
	Heartbeat *protocol.Heartbeat `json:"heartbeat,omitempty"`
	Error     string              `json:"error,omitempty"` // why that cannot be read
}

// Read reads how all terminals of a platform are.
func Read(ctx context.Context, p *platform.Platform) (Report, error) {
	all, err := p.Terminals(ctx)
	if err != nil {
		return Report{}, err
	}
	c := p.Config()
	f := Report{At: c.Now().UTC().Truncate(time.Second), Platform: p.ID(), Environment: p.Environment(), States: map[State]int{}, Terminals: make([]Machine, 0, len(all))}
	for _, t := range all {
		m := Machine{ID: t.ID}
		if beat, said, err := p.LastHeartbeat(ctx, t); err != nil {
			m.Error = "the last heartbeat cannot be read"
		} else if said {
			m.Heartbeat = &beat
		}
		f.Terminals = append(f.Terminals, m)
	}
	f.Newest = newest(f.Terminals)
	for i := range f.Terminals {
		f.describe(&f.Terminals[i], all[i], c)
	}
	f.order()
	return f, nil
}

// describe fills in what the record says, and what follows from both.
func (f *Report) describe(m *Machine, t platform.Terminal, c platform.Config) {
	m.Admitted, m.Seen, m.Suspended, m.SuspendedFor = t.Admitted, t.Seen, t.Suspended, t.SuspendedFor
	m.Retired, m.Successor = t.Retired, t.Successor
	if since := t.SilentSince(); !since.IsZero() {
		m.SilentSeconds = int(max(0, f.At.Sub(since)).Seconds())
	}
	m.CertificateDays = daysLeft(t, m.Heartbeat, f.At)
	m.State = stateOf(t, m, f.At, c.Fleet)
	m.Reasons = reasons(t, m, f, c)
	f.States[m.State]++
}

func stateOf(t platform.Terminal, m *Machine, now platform.Moment, policy platform.FleetPolicy) State {
	switch {
	case !t.Retired.IsZero():
		return StateRetired
	case t.Compromised:
		return StateCompromised
	case !t.Suspended.IsZero():
		return StateSuspended
	case t.Silent(now, policy):
		return StateSilent
	case m.Heartbeat == nil:
		return StateNew
	case m.Heartbeat.Maintenance:
		return StateMaintenance
	case len(m.Heartbeat.Conditions) > 0:
		return StateClosed
	}
	return StateServing
}

// daysLeft is of the certificate that runs out first: of the two that were issued
// last, and of what the terminal says that it signs with.
func daysLeft(t platform.Terminal, beat *protocol.Heartbeat, now platform.Moment) *int {
	var least *int
	note := func(days int) {
		if least == nil || days < *least {
			least = &days
		}
	}
	for _, h := range []platform.Holding{t.Device, t.TLS} {
		if !h.Expires.IsZero() {
			note(wholeDays(h.Expires.Sub(now)))
		}
	}
	if beat != nil && beat.CertificateDays != nil {
		note(*beat.CertificateDays - max(0, wholeDays(now.Sub(beat.Time))))
	}
	return least
}

// wholeDays rounds down, so that what ran out an hour ago has -1 left.
func wholeDays(d time.Duration) int {
	const day = 24 * time.Hour
	days := int(d / day)
	if d < 0 && d%day != 0 {
		days--
	}
	return days
}

// order puts those first that somebody has to go to.
func (f *Report) order() {
	for _, m := range f.Terminals {
		if m.urgency() > Note {
			f.Visits++
		}
	}
	slices.SortStableFunc(f.Terminals, func(a, b Machine) int {
		return cmp.Or(-cmp.Compare(a.urgency(), b.urgency()), -cmp.Compare(a.count(Now), b.count(Now)),
			-cmp.Compare(len(a.Reasons), len(b.Reasons)), compareBool(a.State == StateRetired, b.State == StateRetired), cmp.Compare(a.ID, b.ID))
	})
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

func (m Machine) urgency() Urgency {
	if len(m.Reasons) == 0 {
		return 0
	}
	return m.Reasons[0].Urgency
}

func (m Machine) count(u Urgency) (n int) {
	for _, r := range m.Reasons {
		if r.Urgency == u {
			n++
		}
	}
	return n
}

// newest finds the newest version of each program. What is no row of numbers, as
// the version of a build by hand, is neither newer nor older than anything.
func newest(all []Machine) map[string]string {
	found := map[string]string{}
	for _, m := range all {
		if m.Heartbeat == nil {
			continue
		}
		for program, version := range m.Heartbeat.Versions {
			if best, known := found[program]; parseVersion(version) != nil && (!known || older(best, version)) {
				found[program] = version
			}
		}
	}
	return found
}

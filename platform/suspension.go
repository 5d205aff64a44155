package platform

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/digital-watashi/kiosk/platform/keyring"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Suspension stops a terminal until a person has looked at it. What follows:
//
//	sealed before the suspension      judged as ever, if it arrives within twice the
//	                                  longest time that bodies may wait at a terminal
//	sealed since                      refused, also when it arrives after the terminal
//	                                  was reinstated
//	questions about keys              403, so that no visit begins
//	heartbeats, bundle, withdrawals   taken and given; the answer to a heartbeat is a
//	                                  signed order to close
//
// Only the terminal's own signature says when it sealed. Whoever may have had its
// key could lie about that, so what a compromised one signed is refused whole,
// whenever it claims to be from.

// FleetPolicy says what the platform does by itself about a terminal that is not
// well. Its zero value suspends nobody.
type FleetPolicy struct {
	// SilenceHours is how long a terminal may say nothing; 0 is 24.
	SilenceHours int    `json:"silence_hours"`
	OnSilence    string `json:"on_silence"` // FlagOnly, as "", or SuspendTerminal: flag or suspend
	OnTamper     string `json:"on_tamper"`  // flag or suspend
	OnAudit      string `json:"on_audit"`   // flag or suspend, when its audit chain was set back or changed
}

// What a FleetPolicy can say.
const (
	FlagOnly        = "flag"
	SuspendTerminal = "suspend"
)

func (f FleetPolicy) withDefaults() FleetPolicy {
	f.SilenceHours = cmp.Or(f.SilenceHours, 24)
	f.OnSilence, f.OnTamper, f.OnAudit = cmp.Or(f.OnSilence, FlagOnly), cmp.Or(f.OnTamper, FlagOnly), cmp.Or(f.OnAudit, FlagOnly)
	return f
}

func (f FleetPolicy) check() error {
	for _, what := range []string{f.OnSilence, f.OnTamper, f.OnAudit} {
		if what != FlagOnly && what != SuspendTerminal {
			return fmt.Errorf("policy of the fleet %q is neither %s nor %s", what, FlagOnly, SuspendTerminal)
		}
	}
	if f.SilenceHours < 1 || f.SilenceHours > 24*365 {
		return errors.New("silence of terminals is not 1 hour to a year")
	}
	return nil
}

// Why a terminal is suspended; "" is that somebody said so.
const (
	ForSilence = "silence"
	ForTamper  = "tamper"
	ForAudit   = "audit"
)

// Pause is a suspension that is over. What was sealed in it stays refused.
type Pause struct {
	From  Moment `json:"from"`
	Until Moment `json:"until"`
}

// maxPauses is how many are kept. Beyond it the two oldest become one, which lets
// no more through than they did.
const maxPauses = 32

// suspend stops a terminal that is not stopped yet.
func (t *Terminal) suspend(why string, now Moment) bool {
	if !t.Suspended.IsZero() || !t.Retired.IsZero() {
		return false
	}
	t.Suspended, t.SuspendedFor = now, why
	if why != "" {
		t.remark("suspended: "+why, now)
	}
	return true
}

// reinstate lets it serve again, and takes what was found about it as looked at.
func (t *Terminal) reinstate(now Moment) {
	if !t.Suspended.IsZero() {
		t.Pauses = append(t.Pauses, Pause{From: t.Suspended, Until: now})
	}
	if len(t.Pauses) > maxPauses {
		t.Pauses[1].From = t.Pauses[0].From
		t.Pauses = t.Pauses[1:]
	}
	t.Suspended, t.SuspendedFor, t.Reinstated = Moment{}, "", now
	t.Breach, t.BreachWas = Moment{}, ""
}

// revoked judges what a terminal sealed, when it said so, and when it came. grace
// is how long after a suspension what was sealed before may come.
func (t *Terminal) revoked(device *x509.Certificate, sealed, arrived Moment, grace time.Duration) bool {
	retired := t.retiredAt(device)
	switch {
	case t.Compromised:
		return true
	case !retired.IsZero() && !sealed.Before(retired):
		return true
	case !t.Suspended.IsZero() && (!sealed.Before(t.Suspended) || arrived.After(t.Suspended.Add(grace))):
		return true
	}
	return slices.ContainsFunc(t.Pauses, func(p Pause) bool { return !sealed.Before(p.From) && sealed.Before(p.Until) })
}

// grace is twice the longest time that bodies may wait at a terminal: as long as
// the keys are kept that open them.
func (p *Platform) grace() time.Duration {
	return 2 * time.Duration(p.config.Limits.MaxUnsentHours) * time.Hour
}

// SilentSince is when a terminal was last heard, or should have begun to be; zero
// for one that is not expected to say anything.
func (t *Terminal) SilentSince() Moment {
	if !t.Retired.IsZero() {
		return Moment{}
	}
	latest := t.Admitted
	for _, at := range []Moment{t.Since, t.Seen, t.Reinstated} {
		if at.After(latest) {
			latest = at
		}
	}
	return latest
}

// Silent reports whether that is longer ago than the policy has it.
func (t *Terminal) Silent(now Moment, policy FleetPolicy) bool {
	since := t.SilentSince()
	return !since.IsZero() && now.Sub(since) > time.Duration(policy.SilenceHours)*time.Hour
}

// suspendSilent suspends who was not heard for too long, if the policy says so.
func (p *Platform) suspendSilent(ctx context.Context) error {
	if p.config.Fleet.OnSilence != SuspendTerminal {
		return nil
	}
	all, err := p.Terminals(ctx)
	if err != nil {
		return err
	}
	now := p.now()
	for _, t := range all {
		if t.Suspended.IsZero() && t.Silent(now, p.config.Fleet) {
			err = errors.Join(err, p.suspendIfSilent(ctx, t.ID, now))
		}
	}
	return err
}

// suspendIfSilent looks again: it may have been heard since.
func (p *Platform) suspendIfSilent(ctx context.Context, id string, now Moment) error {
	done := false
	err := p.store.Update(ctx, func(w Writing) error {
		done = false
		t, err := w.Terminal(id)
		if err != nil || !t.Silent(now, p.config.Fleet) {
			return err
		}
		if done = t.suspend(ForSilence, now); !done {
			return nil
		}
		return w.KeepTerminal(t)
	})
	if err == nil && done {
		p.tally.suspended.add(ForSilence)
		p.log.Warn("terminal suspended", "terminal", id, "why", ForSilence)
	}
	return err
}

// conditionTamper is how a terminal tells that its case was opened.
const conditionTamper = "SNS-TAMPER"

// hear notes what a heartbeat says of tampering, and what was found about its audit
// chain, and suspends for it if the policy says so. It reports why it did.
func (p *Platform) hear(t *Terminal, beat protocol.Heartbeat, breach string, now Moment) (suspended string) {
	tampered := slices.Contains(beat.Conditions, conditionTamper)
	if breach != "" {
		t.Breach, t.BreachWas = now, breach
		t.remark(breach, now)
	}
	switch {
	case tampered && p.config.Fleet.OnTamper == SuspendTerminal && t.suspend(ForTamper, now):
		return ForTamper
	case breach != "" && p.config.Fleet.OnAudit == SuspendTerminal && t.suspend(ForAudit, now):
		return ForAudit
	}
	return ""
}

// orderFor answers a heartbeat with what its terminal has to know, signed; nothing
// where that is nothing.
func (p *Platform) orderFor(t Terminal, beat protocol.Heartbeat, body []byte, now Moment) ([]byte, error) {
	suspended := !t.Suspended.IsZero()
	if !suspended && !slices.Contains(beat.Conditions, protocol.ConditionSuspended) {
		return nil, nil
	}
	return protocol.SignOrder(protocol.Order{
		TerminalID: t.ID, Heartbeat: protocol.SHA256(body), Suspended: suspended, Since: t.Suspended, Time: now,
	}, p.keys.Current(keyring.ReceiptKey))
}

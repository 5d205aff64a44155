package platform

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Case is a registration as whoever takes a call about it has to know it. It says
// nothing of who the person is.
type Case struct {
	ID       protocol.ID `json:"id"`
	Terminal string      `json:"terminal"`
	Sealed   Moment      `json:"sealed"` // by the terminal's clock: the time on the slip
	Arrived  Moment      `json:"arrived"`
	State    CaseState   `json:"state"`
	Since    Moment      `json:"since"`
	Contest  *Contest    `json:"contest,omitempty"`
	// Successor is the registration that the account stands on now, of one that was
	// superseded: whose phone went dead has the slip of the older one.
	Successor *protocol.ID `json:"successor,omitempty"`
}

// CaseState is where the registration of a Case stands.
type CaseState string

// Where a registration can stand.
const (
	CaseReceived   CaseState = "received"   // no list of revocations was at hand yet
	CaseWaiting    CaseState = "waiting"    // for its code
	CaseExpired    CaseState = "expired"    // nobody brought its code in time
	CaseInReview   CaseState = "in-review"  // a person has to decide whose account it is
	CaseActive     CaseState = "active"     // an account stands on it
	CaseSuspended  CaseState = "suspended"  // an account stands on it whose certificate was revoked
	CaseSuperseded CaseState = "superseded" // another registration took its place
	CaseContested  CaseState = "contested"
	CaseUpheld     CaseState = "contest-upheld" // over for good
	CaseRefused    CaseState = "refused"
	CaseWithdrawn  CaseState = "withdrawn"
)

// Cases finds what somebody calls about, by the reference number on a slip, and what
// was objected before it arrived, if that stands; nil is nothing.
func (p *Platform) Cases(ctx context.Context, ref protocol.Reference) (all []Case, objected *Objection, err error) {
	now := p.now()
	err = p.store.View(ctx, func(read Reading) error {
		all, objected = nil, nil
		found, err := read.RegistrationsUnder(ref)
		if err != nil {
			return err
		}
		o, err := read.Objection(ref)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		if o.stands() {
			objected = &o
		}
		for _, r := range found {
			if o.stands() && r.Contest == nil { // as it will be when somebody asks for it
				r.Contest = &Contest{At: o.At, By: o.By}
			}
			c, err := caseOf(read, r, now)
			if err != nil {
				return err
			}
			all = append(all, c)
		}
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("looking for %s: %w", ref, err)
	}
	return all, objected, nil
}

// Contests lists what a person has to rule on, the oldest contest first.
func (p *Platform) Contests(ctx context.Context) (all []Case, err error) {
	now := p.now()
	err = p.store.View(ctx, func(read Reading) error {
		all = nil
		ids, err := read.Disputed()
		for _, id := range ids {
			r, fault := read.Registration(id)
			if fault != nil {
				return fault
			}
			c, fault := caseOf(read, r, now)
			if fault != nil {
				return fault
			}
			all = append(all, c)
		}
		return err
	})
	slices.SortStableFunc(all, func(a, b Case) int { return a.Contest.At.Compare(b.Contest.At) })
	return all, err
}

func caseOf(read Reading, r Registration, now Moment) (Case, error) {
	c := Case{ID: r.ID, Terminal: r.TerminalID, Sealed: r.Sealed, Arrived: r.Arrived, Contest: r.Contest}
	a, stands, err := standsOn(read, r)
	if err == nil && !stands {
		c.Successor, err = successor(read, r)
	}
	if err != nil {
		return c, err
	}
	switch {
	case !r.Erased.IsZero():
		c.State, c.Since = CaseWithdrawn, r.Erased
	case r.Contested() && r.Contest.Ruling == Upheld:
		c.State, c.Since = CaseUpheld, r.Contest.Ruled
	case r.Contested():
		c.State, c.Since = CaseContested, r.Contest.At
	case stands && !a.Revoked.IsZero():
		c.State, c.Since = CaseSuspended, a.Revoked
	case stands:
		c.State, c.Since = CaseActive, r.Activated
	case !r.Activated.IsZero():
		c.State, c.Since = CaseSuperseded, r.Activated
	default:
		c.State, c.Since = unactivated(r, now)
	}
	return c, nil
}

// successor finds the registration that an account stands on now which stood on r.
func successor(read Reading, r Registration) (*protocol.ID, error) {
	if r.Activated.IsZero() || r.Person == nil {
		return nil, nil
	}
	all, err := read.AccountsBorn(r.Person.Born)
	for _, a := range all {
		was := slices.ContainsFunc(a.Earlier, func(b Binding) bool { return b.Registration == r.ID })
		if was && a.Binding.App != "" {
			return &a.Binding.Registration, nil
		}
	}
	return nil, err
}

// unactivated is where a registration stands that no account ever stood on.
func unactivated(r Registration, now Moment) (CaseState, Moment) {
	switch {
	case r.Verdict == protocol.Refused:
		return CaseRefused, r.Judged
	case r.Verdict == protocol.Received:
		return CaseReceived, r.Arrived
	case r.Review != nil:
		return CaseInReview, r.Review.Asked
	case !now.Before(r.Activate):
		return CaseExpired, r.Activate
	}
	return CaseWaiting, r.Judged
}

package platform

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// "This was not me." Every slip says whom to call then, and under which reference
// number. Whoever takes the call contests the registration:
//
//	not arrived yet      the objection waits for it (Object)
//	not activated yet    its code is dead
//	active               its account is suspended, and told so by the webhook
//	superseded           it is on record; the account stands on another registration
//	withdrawn            nothing is left to contest
//
// A contest stands until a person rules on it. Restored: all is as before. Upheld: the
// code is dead for good and the binding ends. What has been contested never becomes
// active meanwhile, in whatever order things happen; and an account that was contested
// comes back by a ruling, or by a new registration on which a person has decided since
// (accounts.go), and in no other way.
//
// Who did what, when and why is added to the evidence.

// Said is who did something about a contest, and why.
type Said struct {
	By     string // a name that the operator knows
	Reason string // may be personal: it goes into the evidence and nowhere else
}

// The most that is written down, in characters.
const (
	maxBy     = 100
	maxReason = 500
)

func (s Said) check() error {
	switch {
	case strings.TrimSpace(s.By) == "":
		return errors.New("nobody's name is given for it")
	case !plain(s.By, maxBy):
		return fmt.Errorf("the name is not one line of %d characters at most", maxBy)
	case !plain(s.Reason, maxReason):
		return fmt.Errorf("the reason is not one line of %d characters at most", maxReason)
	}
	return nil
}

func plain(s string, most int) bool {
	return utf8.ValidString(s) && utf8.RuneCountInString(s) <= most && !strings.ContainsFunc(s, unicode.IsControl)
}

// evidence is what goes into the evidence.
func (s Said) evidence(what string, now Moment) Check {
	why := s.Reason
	if why == "" {
		why = "no reason given"
	}
	return Check{What: what, Passed: what == whatRestored, At: now, Detail: "by " + s.By + ": " + why}
}

// What the evidence says of a contest.
const (
	whatContested = "contested: somebody said that it was not them"
	whatRestored  = "the contest ended: restored"
	whatUpheld    = "the contest ended: upheld"
)

// eventContested is the reason of the events that come of a contest.
const eventContested = "contested"

// Errors of a contest that callers look for.
var (
	// ErrContested: it is contested already; nothing was changed.
	ErrContested = errors.New("contested already")
	// ErrNotContested: there is no contest to rule on.
	ErrNotContested = errors.New("not contested")
	// ErrRuled: it was upheld, and that is for good.
	ErrRuled = errors.New("ruled on already: the contest was upheld, for good")
	// ErrWithdrawn: the terminal took it back, and nothing is left of it.
	ErrWithdrawn = errors.New("withdrawn by its terminal: its code never works")
	// ErrArrived: the registration is here: contest that.
	ErrArrived = errors.New("the registration has arrived")
)

// Contested reports whether a contest stands or was upheld: nobody activates it.
func (r *Registration) Contested() bool { return r.Contest != nil && r.Contest.Ruling != Restored }

// InReview reports whether a person has yet to decide whose account it is.
func (r *Registration) InReview() bool {
	return r.Review != nil && r.Review.Decision == "" && r.Erased.IsZero()
}

// Disputed reports whether a contest stands that a person has to rule on.
func (r *Registration) Disputed() bool {
	return r.Contest != nil && r.Contest.Ruling == "" && r.Erased.IsZero()
}

// Contest stops a registration, and the account that stands on it.
func (p *Platform) Contest(ctx context.Context, id protocol.ID, said Said) error {
	return p.dispute(ctx, id, said, "contested", func(w Writing, r *Registration, now Moment) error {
		switch {
		case !r.Erased.IsZero():
			return ErrWithdrawn
		case r.Contested() && r.Contest.Ruling == Upheld:
			return ErrRuled
		case r.Contested():
			return ErrContested
		}
		return p.contest(w, r, said, now)
	})
}

// Rule ends a contest.
func (p *Platform) Rule(ctx context.Context, id protocol.ID, how Ruling, said Said) error {
	if how != Restored && how != Upheld {
		return fmt.Errorf("ruling on %s: %q is no ruling", id.Reference(), how)
	}
	if said.Reason == "" {
		return fmt.Errorf("ruling on %s: a ruling needs its reason", id.Reference())
	}
	return p.dispute(ctx, id, said, string(how), func(w Writing, r *Registration, now Moment) error {
		if err := p.heedObjection(w, r, now); err != nil {
			return err
		}
		switch {
		case !r.Erased.IsZero():
			return ErrWithdrawn
		case !r.Contested():
			return ErrNotContested
		case r.Contest.Ruling == Upheld:
			return ErrRuled
		}
		return p.rule(w, r, how, said, now)
	})
}

// dispute changes one registration about a contest, and tells of it.
func (p *Platform) dispute(ctx context.Context, id protocol.ID, said Said, word string, change func(Writing, *Registration, Moment) error) error {
	err := said.check()
	if err == nil {
		err = p.store.Update(ctx, func(w Writing) error {
			r, err := w.Registration(id)
			if err != nil {
				return err
			}
			return change(w, &r, p.now())
		})
	}
	if err != nil {
		return fmt.Errorf("%s: %w", id.Reference(), err)
	}
	p.tally.contests.add(word)
	p.log.Warn("contest of a registration", "id", id.String(), "what", word, "by", said.By)
	return nil
}

// contest stops r, whatever it has come to.
func (p *Platform) contest(w Writing, r *Registration, said Said, now Moment) error {
	r.Contest = &Contest{At: now, By: said.By}
	a, stands, err := standsOn(w, *r)
	if err != nil {
		return err
	}
	if stands && a.Contested.IsZero() {
		a.Contested, a.ContestedOf = now, r.ID
		event := Event{Kind: EventSuspended, Account: a.ID, App: a.Binding.App, Registration: &r.ID, Reason: eventContested, At: now}
		err = errors.Join(w.KeepAccount(a), p.announce(w, event))
	}
	if stands {
		r.Contest.Account = &a.ID
	}
	return errors.Join(err, w.KeepRegistration(*r), w.AddCheck(r.ID, said.evidence(whatContested, now)))
}

// standsOn finds the account whose binding a registration is, if there is one now.
func standsOn(read Reading, r Registration) (a Account, stands bool, err error) {
	if r.Activated.IsZero() {
		return Account{}, false, nil
	}
	key, err := read.Key(r.Key)
	if err != nil {
		return Account{}, false, err
	}
	a, err = read.AccountOfApp(key.App)
	if errors.Is(err, ErrNotFound) {
		return Account{}, false, nil
	}
	return a, err == nil && a.Binding.Registration == r.ID, err
}

// rule ends the contest of r.
func (p *Platform) rule(w Writing, r *Registration, how Ruling, said Said, now Moment) error {
	c := *r.Contest
	c.Ruling, c.Ruled, c.RuledBy = how, now, said.By
	r.Contest = &c
	what, follows := whatRestored, p.revive
	if how == Upheld {
		what, follows = whatUpheld, p.unbind
	}
	// The account first: it may change the registration as well.
	return errors.Join(follows(w, r, now), w.KeepRegistration(*r), w.AddCheck(r.ID, said.evidence(what, now)))
}

// disputed finds the account that was suspended with r, if it still is because of r.
func disputed(read Reading, r *Registration) (a Account, is bool, err error) {
	if r.Contest.Account == nil {
		return Account{}, false, nil
	}
	a, err = read.Account(*r.Contest.Account)
	return a, err == nil && !a.Contested.IsZero() && a.ContestedOf == r.ID, err
}

// revive lets the account go on, if nothing else holds it.
func (p *Platform) revive(w Writing, r *Registration, now Moment) error {
	a, is, err := disputed(w, r)
	if err != nil || !is {
		return err
	}
	a.Contested, a.ContestedOf = Moment{}, protocol.ID{}
	err = w.KeepAccount(a)
	if a.Binding.Registration == r.ID && a.Revoked.IsZero() {
		event := Event{Kind: EventReinstated, Account: a.ID, App: a.Binding.App, Registration: &r.ID, Reason: eventContested, At: now}
		err = errors.Join(err, p.announce(w, event))
	}
	return err
}

// unbind ends the binding for good. The account stays contested: who comes next for
// that person is looked at by somebody.
func (p *Platform) unbind(w Writing, r *Registration, now Moment) error {
	r.Recheck = Moment{}
	if r.InReview() {
		r.Review.Decided, r.Review.Decision = now, decidedByContest
	}
	a, is, err := disputed(w, r)
	if err != nil || !is || a.Binding.Registration != r.ID {
		return err
	}
	app, err := w.App(a.Binding.App)
	if err != nil {
		return err
	}
	app.Ended, app.Contested = now, true
	ended := a.Binding
	a.rebind(Binding{From: now})
	return errors.Join(w.KeepApp(app), w.KeepAccount(a), p.announce(w, unbound(a.ID, ended, eventContested, now)))
}

package platform

import (
	"context"
	"errors"
	"fmt"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Whose account is it? A registration binds to the account with exactly the same
// four attributes, or to the one that its app stands for already, if it can be
// the same person after a move or a new name. Someone who only looks like an
// account's person waits for a human decision; everyone else is new.
//
// An account that was contested is given to nobody without a decision that was made
// since: else whoever was complained of would come back by another visit.
//
// The earlier binding ends in the moment the new one begins, and not before.

// bind gives the registration's person to the app, once.
func (p *Platform) bind(w Writing, r Registration, holder App, now Moment) (outcome, error) {
	account, sure, err := accountFor(w, r, holder.Thumbprint)
	if err != nil {
		return outcome{}, err
	}
	if !sure || !undisputed(account, r.Review) {
		return p.hold(w, r, account, now)
	}
	if err := p.release(w, holder.Thumbprint, account.ID, now); err != nil {
		return outcome{}, err
	}
	before := account.Binding
	if err := retire(w, before, holder.Thumbprint, now); err != nil {
		return outcome{}, err
	}
	account.Person = *r.Person
	account.Revoked, account.Contested, account.ContestedOf = Moment{}, Moment{}, protocol.ID{}
	account.rebind(Binding{App: holder.Thumbprint, Registration: r.ID, From: now})
	r.Activated = now
	holder.WrongCodes, holder.Ended, holder.Contested = 0, Moment{}, false
	at := now
	out := p.about(protocol.Bound, r)
	out.Time = &at
	return outcome{answer: out}, errors.Join(
		w.KeepAccount(account), w.KeepRegistration(r), w.KeepApp(holder),
		w.SpendKey(r.Key, Spending{Registration: r.ID, At: now}), p.announceBinding(w, account, before, now),
	)
}

// undisputed reports whether an account was never contested, or a person has decided since.
func undisputed(a Account, v *Review) bool {
	return a.Contested.IsZero() || (v != nil && v.Decision != "" && v.Decided.After(a.Contested))
}

// rebind ends the binding there is, if any, and begins the next.
func (a *Account) rebind(next Binding) {
	if a.Binding.App != "" {
		ended := a.Binding
		ended.Until = next.From
		a.Earlier = append([]Binding{ended}, a.Earlier...)
	}
	a.Binding = next
}

// release ends the binding of an app to any other account: one app stands for
// one person.
func (p *Platform) release(w Writing, app string, but protocol.ID, now Moment) error {
	other, err := w.AccountOfApp(app)
	if errors.Is(err, ErrNotFound) || (err == nil && other.ID == but) {
		return nil
	}
	if err != nil {
		return err
	}
	before := other.Binding
	other.rebind(Binding{From: now})
	return errors.Join(w.KeepAccount(other), retire(w, before, app, now), p.announce(w, unbound(other.ID, before, reasonNewPerson, now)))
}

// accountFor finds the account, or a new one; sure is false when a person has to
// decide, and the account is then the one that looks alike.
func accountFor(r Reading, reg Registration, app string) (a Account, sure bool, err error) {
	if v := reg.Review; v != nil {
		return decided(r, v)
	}
	if a, err = r.AccountOfPerson(reg.Person.Exactly); err == nil {
		return a, !standsForAnother(r, app, a.ID), nil
	}
	if !errors.Is(err, ErrNotFound) {
		return Account{}, false, err
	}
	a, err = r.AccountOfApp(app)
	if err == nil {
		return a, couldBe(a.Person, *reg.Person), nil
	}
	if !errors.Is(err, ErrNotFound) {
		return Account{}, false, err
	}
	return newOrAlike(r, reg)
}

// standsForAnother reports whether the app is bound to some other account: one
// app for two people is nothing to decide here.
func standsForAnother(r Reading, app string, id protocol.ID) bool {
	a, err := r.AccountOfApp(app)
	return err == nil && a.ID != id
}

// couldBe reports whether one person could have had first these attributes and
// then those: a name and an address change, a birth date does not.
func couldBe(before, now Person) bool {
	return before.Attributes.BirthDate == now.Attributes.BirthDate &&
		(before.Attributes.Name == now.Attributes.Name || before.Attributes.Address == now.Attributes.Address)
}

// newOrAlike opens an account unless somebody has one who was born the same day
// under the same name.
func newOrAlike(r Reading, reg Registration) (Account, bool, error) {
	all, err := r.AccountsBorn(reg.Person.Born)
	if err != nil {
		return Account{}, false, err
	}
	for _, a := range all {
		if a.Person.Attributes.Name == reg.Person.Attributes.Name && a.Person.Attributes.Sex == reg.Person.Attributes.Sex {
			return a, false, nil
		}
	}
	return Account{ID: protocol.NewID()}, true, nil
}

// decided follows what a person decided, or waits for it.
func decided(r Reading, v *Review) (Account, bool, error) {
	switch v.Decision {
	case SamePerson:
		a, err := r.Account(*v.Account)
		return a, true, err
	case OtherPerson:
		return Account{ID: protocol.NewID()}, true, nil
	}
	return Account{}, false, nil
}

// hold keeps a registration for a person's decision. Its code is not asked again
// for how old it is: it was redeemed in time. What was decided before its account was
// contested is asked again.
func (p *Platform) hold(w Writing, r Registration, alike Account, now Moment) (outcome, error) {
	if r.Review == nil || r.Review.Decision != "" {
		r.Review = &Review{Asked: now, Account: &alike.ID}
		asked := Event{Kind: EventReview, Account: alike.ID, Registration: &r.ID, At: now}
		if err := errors.Join(w.KeepRegistration(r), p.announce(w, asked)); err != nil {
			return outcome{}, err
		}
	}
	return outcome{answer: protocol.Activation{Status: protocol.Review, RegistrationID: &r.ID}}, nil
}

// Reviews lists the registrations that wait for a person's decision.
func (p *Platform) Reviews(ctx context.Context) (all []Registration, err error) {
	err = p.store.View(ctx, func(r Reading) error {
		ids, err := r.InReview()
		if err != nil {
			return err
		}
		for _, id := range ids {
			found, err := r.Registration(id)
			if err != nil {
				return err
			}
			all = append(all, found)
		}
		return nil
	})
	return all, err
}

// Decide answers a review. It takes effect when the app asks again.
func (p *Platform) Decide(ctx context.Context, id protocol.ID, d Decision) error {
	if d != SamePerson && d != OtherPerson {
		return fmt.Errorf("deciding on %s: %q is no decision", id, d)
	}
	err := p.store.Update(ctx, func(w Writing) error {
		r, err := w.Registration(id)
		if err != nil {
			return err
		}
		if !r.InReview() {
			return errors.New("not in review")
		}
		if r.Contested() {
			return errors.New("contested: rule on that first")
		}
		r.Review.Decision, r.Review.Decided = d, p.now()
		return w.KeepRegistration(r)
	})
	if err != nil {
		return fmt.Errorf("deciding on %s: %w", id, err)
	}
	p.log.Info("review decided", "id", id.String(), "decision", string(d))
	return nil
}

package platform

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// A terminal without network sends later, and who calls meanwhile has a reference
// number of nothing. The objection waits for what begins with it: that is contested as
// soon as a sweep or an activation meets it, whichever is first.

// Object keeps the word of somebody whose registration has not arrived: it is
// contested when it comes, before its code does anything.
func (p *Platform) Object(ctx context.Context, ref protocol.Reference, said Said) error {
	return p.objection(ctx, ref, said, "objected", func(w Writing, o Objection, now Moment) (Objection, error) {
		if o.stands() {
			return o, ErrContested
		}
		return Objection{Reference: ref, At: now, By: said.By, Reason: said.Reason}, nil
	})
}

// DropObjection takes back what Object kept.
func (p *Platform) DropObjection(ctx context.Context, ref protocol.Reference, said Said) error {
	return p.objection(ctx, ref, said, "dropped", func(w Writing, o Objection, now Moment) (Objection, error) {
		if !o.stands() {
			return o, ErrNotContested
		}
		o.Dropped, o.DroppedBy, o.Why = now, said.By, said.Reason
		return o, nil
	})
}

// objection changes what is kept under a reference that nothing has arrived for.
func (p *Platform) objection(ctx context.Context, ref protocol.Reference, said Said, word string, change func(Writing, Objection, Moment) (Objection, error)) error {
	err := said.check()
	if err == nil {
		err = p.store.Update(ctx, func(w Writing) error {
			if there, err := w.RegistrationsUnder(ref); err != nil || len(there) > 0 {
				return errors.Join(err, ErrArrived)
			}
			o, err := w.Objection(ref)
			if err != nil && !errors.Is(err, ErrNotFound) {
				return err
			}
			if o, err = change(w, o, p.now()); err != nil {
				return err
			}
			return w.KeepObjection(o)
		})
	}
	if err != nil {
		return fmt.Errorf("%s: %w", ref, err)
	}
	p.tally.contests.add(word)
	p.log.Warn("objection to a registration that has not arrived", "reference", ref.String(), "what", word, "by", said.By)
	return nil
}

func (o Objection) stands() bool { return !o.At.IsZero() && o.Dropped.IsZero() }

// heedObjection contests r if somebody objected before it arrived.
func (p *Platform) heedObjection(w Writing, r *Registration, now Moment) error {
	if r.Contest != nil || !r.Erased.IsZero() {
		return nil
	}
	o, err := w.Objection(r.ID.Reference())
	if errors.Is(err, ErrNotFound) || (err == nil && !o.stands()) {
		return nil
	}
	if err != nil {
		return err
	}
	o.Heeded = now
	reason := "before it arrived, " + o.At.UTC().Format("2006-01-02T15:04:05Z") + ": " + o.Reason
	return errors.Join(p.contest(w, r, Said{By: o.By, Reason: reason}, now), w.KeepObjection(o))
}

// heedAll contests what has arrived since somebody objected to it, so that it is seen
// among the contests, although nobody has brought its code.
func (p *Platform) heedAll(ctx context.Context) error {
	waiting, err := p.Objections(ctx)
	for _, o := range waiting {
		err = errors.Join(err, p.store.Update(ctx, func(w Writing) error { return p.heedArrived(w, o.Reference) }))
	}
	return err
}

// heedArrived meets an objection with what has arrived under its reference, which may
// have been withdrawn or contested already.
func (p *Platform) heedArrived(w Writing, ref protocol.Reference) error {
	now := p.now()
	all, err := w.RegistrationsUnder(ref)
	for _, r := range all {
		err = errors.Join(err, p.heedObjection(w, &r, now))
	}
	if err != nil || len(all) == 0 {
		return err
	}
	o, err := w.Objection(ref)
	if err != nil || !o.Waits() {
		return err
	}
	if o.Heeded = now; allErased(all) {
		o.Reason = ""
	}
	return w.KeepObjection(o)
}

// erase forgets a registration. With its evidence goes what was said of it before it
// came; that somebody objected, who and when, stays, as who contested it does.
func erase(w Writing, id protocol.ID, at Moment) error {
	if err := w.EraseRegistration(id, at); err != nil {
		return err
	}
	o, err := w.Objection(id.Reference())
	switch {
	case errors.Is(err, ErrNotFound), err == nil && (o.Heeded.IsZero() || o.Reason == ""):
		return nil // one that waits meets what is erased in a sweep
	case err != nil:
		return err
	}
	all, err := w.RegistrationsUnder(o.Reference)
	if err != nil || !allErased(all) {
		return err
	}
	o.Reason = ""
	return w.KeepObjection(o)
}

func allErased(all []Registration) bool {
	return !slices.ContainsFunc(all, func(r Registration) bool { return r.Erased.IsZero() })
}

// Objections lists those that wait for their registration.
func (p *Platform) Objections(ctx context.Context) (all []Objection, err error) {
	err = p.store.View(ctx, func(read Reading) (err error) {
		all, err = read.Objections()
		return err
	})
	return all, err
}

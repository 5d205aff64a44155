package platform

import (
	"context"
	"crypto/x509"
	"errors"
	"time"

	"github.com/digital-watashi/kiosk/platform/jpki"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// What is looked at again later: registrations whose revocation nobody could
// check on arrival, and the certificates of all that were accepted. Several
// platforms on one store share this: each claims what it looks at.

const (
	claimLife  = 2 * time.Minute
	claimBatch = 50

	// recheckEvery is how often a certificate is looked up again without a new list.
	recheckEvery = 24 * time.Hour
	// recheckSoon is when it is after nobody could say anything.
	recheckSoon = time.Hour
)

// mine is a claim of this platform.
func (p *Platform) mine() Claim {
	now := p.now()
	return Claim{Owner: p.owner, Now: now, Until: now.Add(claimLife)}
}

// Rejudge decides on the registrations that wait for lists of revocations, as
// far as there is an answer now. Their receipts stay what they were: received. Run
// does it every minute; whoever brings a new list may do it at once.
func (p *Platform) Rejudge(ctx context.Context) (err error) {
	var last protocol.ID
	for {
		var waiting []protocol.ID
		fault := p.store.Update(ctx, func(w Writing) (err error) {
			waiting, err = w.ClaimWaiting(p.mine(), last, claimBatch)
			return err
		})
		if fault != nil || len(waiting) == 0 {
			return errors.Join(err, fault)
		}
		for _, id := range waiting {
			err = errors.Join(err, p.rejudge(ctx, id))
		}
		last = waiting[len(waiting)-1]
	}
}

func (p *Platform) rejudge(ctx context.Context, id protocol.ID) error {
	cert, err := p.citizenCertificate(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return nil // it was withdrawn meanwhile
	}
	if err != nil {
		return err
	}
	now := p.now()
	known, err := p.revoked.Ask(ctx, cert, now)
	if err != nil {
		return err
	}
	return p.store.Update(ctx, func(w Writing) error { return p.settleWaiting(w, id, known, now) })
}

// settleWaiting applies what is known now. Without an answer only time can pass.
func (p *Platform) settleWaiting(w Writing, id protocol.ID, known jpki.Revocation, now Moment) error {
	r, err := w.Registration(id)
	if err != nil || r.Verdict != protocol.Received || !r.Erased.IsZero() {
		return err
	}
	key, err := w.Key(r.Key)
	if err != nil {
		return err
	}
	if key.Used != nil {
		r.settle(protocol.Refused, protocol.ReasonKeyUsed, now)
	} else {
		p.applyRevocation(&r, known, now)
	}
	if r.Verdict == protocol.Received {
		return nil
	}
	p.count(judgedLater)
	p.log.Info("registration judged", "id", id.String(), "terminal", r.TerminalID, "verdict", string(r.Verdict), "reason", r.Reason)
	return errors.Join(w.KeepRegistration(r), w.AddCheck(id, revocationCheck(known, now)))
}

func (p *Platform) citizenCertificate(ctx context.Context, id protocol.ID) (*x509.Certificate, error) {
	e, err := p.Evidence(ctx, id)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(e.Certificate)
}

// Evidence is what proves a registration later: who signed what, and what was
// checked when.
func (p *Platform) Evidence(ctx context.Context, id protocol.ID) (e Evidence, err error) {
	err = p.store.View(ctx, func(r Reading) (err error) {
		e, err = r.Evidence(id)
		return err
	})
	return e, err
}

// Registration is where a registration stands.
func (p *Platform) Registration(ctx context.Context, id protocol.ID) (found Registration, err error) {
	err = p.store.View(ctx, func(r Reading) (err error) {
		found, err = r.Registration(id)
		return err
	})
	return found, err
}

// recheck looks every certificate up again that stands behind an account, or
// behind a code that may still activate: those that are due, and all of them when
// a new list has come since.
func (p *Platform) recheck(ctx context.Context) error {
	edition, err := p.revoked.Newest(ctx)
	if err != nil {
		p.log.Error("lists of revocations cannot be read", "cause", err.Error())
	}
	if edition > 0 && int64(edition) != p.rechecked.Swap(int64(edition)) {
		p.newList.Store(max(p.now().Unix(), p.newList.Load()+1)) // two lists may come in one second
	}
	then := p.now()
	// Whatever was looked up before the list came is due, and in the same second.
	if came := p.newList.Load(); came > 0 {
		then = later(then, time.Unix(came+1, 0).UTC().Add(recheckEvery))
	}
	for err == nil {
		var due []protocol.ID
		err = p.store.Update(ctx, func(w Writing) (err error) {
			due, err = w.ClaimRechecks(p.mine(), then, claimBatch)
			return err
		})
		if len(due) == 0 {
			return err
		}
		for _, id := range due {
			err = errors.Join(err, p.recheckOne(ctx, id, then))
		}
	}
	return err
}

func later(a, b Moment) Moment {
	if a.After(b) {
		return a
	}
	return b
}

// recheckOne looks one certificate up and says when to do it again: never before
// then, or this sweep would not end.
func (p *Platform) recheckOne(ctx context.Context, id protocol.ID, then Moment) error {
	cert, err := p.citizenCertificate(ctx, id)
	if err != nil {
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		return err
	}
	now := p.now()
	known, err := p.revoked.LookUp(ctx, cert, now)
	if err != nil {
		return err
	}
	next := now.Add(recheckEvery)
	switch {
	case now.After(cert.NotAfter):
		next = Moment{} // lists do not speak of what ran out
	case !known.Known:
		next = now.Add(recheckSoon)
	}
	if !next.IsZero() {
		next = later(next, then)
	}
	p.count(rechecked)
	return p.store.Update(ctx, func(w Writing) error { return p.applyRecheck(w, id, known, now, next) })
}

// applyRecheck writes down what came of it.
func (p *Platform) applyRecheck(w Writing, id protocol.ID, known jpki.Revocation, now, next Moment) error {
	r, err := w.Registration(id)
	if err != nil || r.Recheck.IsZero() {
		return err
	}
	r.Recheck = next
	ended := r.Activated.IsZero() && r.Review == nil && !now.Before(r.Activate)
	if ended || (known.Revoked && !known.Held) {
		r.Recheck = Moment{}
	}
	if r.Activated.IsZero() {
		if known.Revoked {
			err = p.refuseRevoked(w, &r, known, now)
		}
		return errors.Join(err, w.KeepRegistration(r))
	}
	return errors.Join(w.KeepRegistration(r), p.recheckAccount(w, r, known, now))
}

// refuseRevoked ends a registration before its code was used. The caller keeps it.
func (p *Platform) refuseRevoked(w Writing, r *Registration, known jpki.Revocation, now Moment) error {
	r.settle(protocol.Refused, protocol.ReasonCitizenRevoked, now)
	r.Recheck = Moment{}
	p.log.Info("registration judged", "id", r.ID.String(), "terminal", r.TerminalID, "verdict", string(r.Verdict), "reason", r.Reason)
	return w.AddCheck(r.ID, revocationCheck(known, now))
}

// recheckAccount suspends the account that stands on a registration, or lets it
// go on when what held its certificate is over.
func (p *Platform) recheckAccount(w Writing, r Registration, known jpki.Revocation, now Moment) error {
	a, stands, err := standsOn(w, r)
	if err != nil || !stands { // superseded meanwhile
		return err
	}
	event := Event{Account: a.ID, App: a.Binding.App, Registration: &r.ID, At: now}
	switch {
	case known.Revoked && a.Revoked.IsZero():
		a.Revoked, event.Kind, event.Reason = now, EventSuspended, protocol.ReasonCitizenRevoked
		p.log.Info("account suspended: its certificate is revoked", "account", a.ID.String())
	case known.Known && !known.Revoked && !a.Revoked.IsZero():
		a.Revoked, event.Kind = Moment{}, EventReinstated
		if !a.Contested.IsZero() { // suspended it stays
			return errors.Join(w.KeepAccount(a), w.AddCheck(r.ID, revocationCheck(known, now)))
		}
		p.log.Info("account reinstated: its certificate is not held any more", "account", a.ID.String())
	default:
		return nil
	}
	p.count(eventCounter(event.Kind))
	return errors.Join(w.KeepAccount(a), p.announce(w, event), w.AddCheck(r.ID, revocationCheck(known, now)))
}

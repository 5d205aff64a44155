package platform

import (
	"context"
	"crypto/x509"
	"errors"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Rejudge decides on the registrations that wait for lists of revocations, as
// far as there are lists now. Their receipts stay what they were: received. Run
// does it every minute; whoever brings a new list may do it at once.
func (p *Platform) Rejudge(ctx context.Context) error {
	var waiting []protocol.ID
	err := p.store.View(ctx, func(r Reading) (err error) {
		waiting, err = r.Waiting()
		return err
	})
	for _, id := range waiting {
		err = errors.Join(err, p.rejudge(ctx, id))
	}
	return err
}

func (p *Platform) rejudge(ctx context.Context, id protocol.ID) error {
	cert, err := p.citizenCertificate(ctx, id)
	if err != nil {
		return err
	}
	now := p.now()
	known, err := p.revoked.status(ctx, cert, now)
	if err != nil {
		return err
	}
	return p.store.Update(ctx, func(w Writing) error { return p.settleWaiting(w, id, known, now) })
}

// settleWaiting applies what the lists say now. Without one only time can pass.
func (p *Platform) settleWaiting(w Writing, id protocol.ID, known revocation, now Moment) error {
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

// recheck looks every account's certificate up again: a person who moved, or
// lost the card, has to come to a terminal again.
func (p *Platform) recheck(ctx context.Context) error {
	edition, err := p.revoked.edition(ctx)
	if err != nil || int64(edition) == p.rechecked.Load() {
		return err
	}
	var accounts []Account
	err = p.store.View(ctx, func(r Reading) (err error) {
		accounts, err = r.Accounts()
		return err
	})
	for _, a := range accounts {
		if a.Revoked.IsZero() && a.Binding.App != "" {
			err = errors.Join(err, p.recheckAccount(ctx, a))
		}
	}
	if err == nil {
		p.rechecked.Store(int64(edition))
	}
	return err
}

func (p *Platform) recheckAccount(ctx context.Context, a Account) error {
	cert, err := p.citizenCertificate(ctx, a.Binding.Registration)
	if err != nil {
		return err
	}
	known, err := p.revoked.status(ctx, cert, p.now())
	if err != nil || !known.revoked {
		return err
	}
	p.log.Info("account's certificate is revoked", "account", a.ID.String())
	return p.store.Update(ctx, func(w Writing) error {
		now, err := w.Account(a.ID)
		if err != nil || now.Binding.Registration != a.Binding.Registration {
			return err
		}
		now.Revoked = p.now()
		return errors.Join(w.KeepAccount(now), w.AddCheck(a.Binding.Registration, revocationCheck(known, now.Revoked)))
	})
}

// dropPhotos erases photos that were kept long enough.
func (p *Platform) dropPhotos(ctx context.Context) error {
	limit := p.now().Add(-time.Duration(p.config.PhotoDays) * 24 * time.Hour)
	return p.store.Update(ctx, func(w Writing) error {
		old, err := w.PhotosBefore(limit)
		for _, id := range old {
			err = errors.Join(err, w.DropPhoto(id))
		}
		return err
	})
}

package platform

import (
	"context"
	"errors"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// What is not kept for good: the photo, what is kept of the code, nonces, and
// events that were told. Evidence stays, and with it what was objected before it came;
// when a registration is withdrawn, both go (objection.go).

const day = 24 * time.Hour

// forget drops what was kept long enough.
func (p *Platform) forget(ctx context.Context) error {
	return errors.Join(p.dropPhotos(ctx), p.dropCodes(ctx), p.forgetNonces(ctx), p.forgetEvents(ctx))
}

// before is how long ago that many days are.
func (p *Platform) before(days int) Moment { return p.now().Add(-time.Duration(days) * day) }

// dropPhotos erases photos that were kept long enough.
func (p *Platform) dropPhotos(ctx context.Context) error {
	return p.dropOld(ctx, func(w Writing) ([]protocol.ID, error) { return w.PhotosBefore(p.before(p.config.PhotoDays)) }, Writing.DropPhoto)
}

// dropCodes erases what is kept of codes that cannot activate any more. One that
// was redeemed in time and waits for a person's decision still can.
func (p *Platform) dropCodes(ctx context.Context) error {
	old := func(w Writing) ([]protocol.ID, error) { return w.CodesBefore(p.before(p.config.CodeDays)) }
	return p.dropOld(ctx, old, func(w Writing, id protocol.ID) error {
		r, err := w.Registration(id)
		if err != nil || (r.Review != nil && r.Activated.IsZero()) || open(r, p.now()) {
			return err
		}
		return w.DropCode(id)
	})
}

// dropOld drops what is old, in one transaction.
func (p *Platform) dropOld(ctx context.Context, old func(Writing) ([]protocol.ID, error), drop func(Writing, protocol.ID) error) error {
	return p.store.Update(ctx, func(w Writing) error {
		ids, err := old(w)
		for _, id := range ids {
			err = errors.Join(err, drop(w, id))
		}
		return err
	})
}

func (p *Platform) forgetNonces(ctx context.Context) error {
	return p.store.Update(ctx, func(w Writing) error {
		_, err := w.ForgetNonces(p.now())
		return err
	})
}

func (p *Platform) forgetEvents(ctx context.Context) error {
	return p.store.Update(ctx, func(w Writing) error {
		_, err := w.ForgetEvents(p.before(p.config.EventDays))
		return err
	})
}

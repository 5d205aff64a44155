package conformance

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Activation: the app brings the code (端末認証番号) from the slip.

const atOnceActivations = 16

func activationPromises() []Promise {
	return []Promise{
		{"activation-asks-first", "without confirm the app is told whose name it is, and nothing is bound", "activate; schema/activation.json", asksFirst},
		{"activation-binds-once", "with confirm it is bound, the key is used, and the code does nothing again", "activate: 410", bindsOnce},
		{"activation-at-once-binds-once", fmt.Sprintf("of %d activations of one code at once exactly one binds", atOnceActivations), "activate: 410", bindsOnceAtOnce},
		{"activation-not-repeated", "an activation that was answered is not taken again", "getNonce: A nonce for one request of an app", activationNotRepeated},
		{"activation-needs-signature", "an activation that another app signed in the owner's name is refused", "activate: 400, 403", activationNeedsSignature},
	}
}

func asksFirst(ctx context.Context, t *trial) error {
	s, err := t.registered(ctx)
	if err != nil {
		return err
	}
	for range 2 {
		a, err := s.status(ctx, false, protocol.Confirm)
		if err != nil {
			return err
		}
		if a.Name != t.attrs.Name {
			return errors.New("POST " + protocol.PathActivations + ": the name is not the citizen's")
		}
		if a.RegistrationID == nil || *a.RegistrationID != s.v.path {
			return fmt.Errorf("POST %s: got the registration %v, want %s", protocol.PathActivations, a.RegistrationID, s.v.path)
		}
	}
	_, err = t.machines[0].verdict(ctx, s.issued.RegistrationKey, protocol.KeyOpen)
	return err
}

func bindsOnce(ctx context.Context, t *trial) error {
	s, err := t.registered(ctx)
	if err != nil {
		return err
	}
	if _, err := s.status(ctx, true, protocol.Bound); err != nil {
		return err
	}
	if _, err := t.machines[0].verdict(ctx, s.issued.RegistrationKey, protocol.KeyUsed); err != nil {
		return err
	}
	for _, confirm := range []bool{false, true} {
		r, err := s.activates(ctx, confirm)
		if err != nil {
			return err
		}
		if err := r.want(http.StatusGone, ""); err != nil {
			return err
		}
	}
	return nil
}

// bindsOnceAtOnce makes all requests first, so that they meet.
func bindsOnceAtOnce(ctx context.Context, t *trial) error {
	s, err := t.registered(ctx)
	if err != nil {
		return err
	}
	ready := make(chan query, atOnceActivations) // holds all of them
	for range atOnceActivations {
		q, err := s.app.claim(s.issued.RegistrationKey, s.v.content.Code, true)(ctx)
		if err != nil {
			return err
		}
		ready <- q
	}
	replies, err := together(atOnceActivations, func() (reply, error) { return t.once(ctx, t.apps, <-ready) })
	if err != nil {
		return err
	}
	bound := 0
	for _, r := range replies {
		if r.status == http.StatusOK {
			bound++
		} else if err := r.wantOneOf(http.StatusGone, http.StatusTooManyRequests, http.StatusServiceUnavailable); err != nil {
			return err
		}
	}
	if bound != 1 {
		return fmt.Errorf("POST %s: %d of %d activations of one code at once were answered 200, want 1", protocol.PathActivations, bound, atOnceActivations)
	}
	return nil
}

func activationNotRepeated(ctx context.Context, t *trial) error {
	s, err := t.registered(ctx)
	if err != nil {
		return err
	}
	var last query
	r, err := t.ask(ctx, t.apps, func(ctx context.Context) (q query, err error) {
		last, err = s.app.claim(s.issued.RegistrationKey, s.v.content.Code, false)(ctx)
		return last, err
	})
	if err != nil {
		return err
	}
	if _, err := activation(r, protocol.Confirm); err != nil {
		return err
	}
	if r, err = t.ask(ctx, t.apps, asIs(last)); err != nil {
		return err
	}
	return r.want(http.StatusBadRequest, protocol.CodeNonce)
}

// activationNeedsSignature has a thief sign, who knows key and code, and name the
// owner's kid.
func activationNeedsSignature(ctx context.Context, t *trial) error {
	s, err := t.registered(ctx)
	if err != nil {
		return err
	}
	thief := t.phone()
	r, err := t.ask(ctx, t.apps, func(ctx context.Context) (query, error) {
		q, err := thief.claim(s.issued.RegistrationKey, s.v.content.Code, true)(ctx)
		if err != nil {
			return q, err
		}
		q.body, err = named(q.body, s.app.key.Kid())
		return q, err
	})
	if err != nil {
		return err
	}
	if err := r.wantOneOf(http.StatusBadRequest, http.StatusForbidden); err != nil {
		return err
	}
	_, err = s.status(ctx, false, protocol.Confirm)
	return err
}

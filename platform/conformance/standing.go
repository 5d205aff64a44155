package conformance

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Afterwards: does an app still stand for a person?

func standingPromises() []Promise {
	return []Promise{
		{"standing-is-told", "an app is told that it was never bound, that it is, and that another took its place", "getStanding: 200, 404, 410", standingIsTold},
		{"standing-needs-nonce", "a question about standing that was answered is not answered again", "getNonce: A nonce for one request of an app", standingNeedsNonce},
	}
}

// wonders is a request that asks whether the app stands, signed by it.
func (a phone) wonders(ctx context.Context) (query, error) {
	q, err := a.asks(ctx)
	q.path = protocol.PathStanding
	return q, err
}

// stands demands an answer of that status.
func (a phone) stands(ctx context.Context, status int, code string) (reply, error) {
	r, err := a.t.ask(ctx, a.t.apps, a.wonders)
	if err != nil {
		return r, err
	}
	return r, r.want(status, code)
}

// standingIsTold has the same citizen bind one app after the other.
func standingIsTold(ctx context.Context, t *trial) error {
	first, err := t.registered(ctx)
	if err != nil {
		return err
	}
	if _, err := first.app.stands(ctx, http.StatusNotFound, ""); err != nil {
		return fmt.Errorf("before it is bound: %w", err)
	}
	if err := bindAndStand(ctx, first); err != nil {
		return err
	}
	second, err := t.registered(ctx)
	if err != nil {
		return err
	}
	if err := bindAndStand(ctx, second); err != nil {
		return err
	}
	if _, err := first.app.stands(ctx, http.StatusGone, protocol.CodeExpired); err != nil {
		return fmt.Errorf("after another app took its place: %w", err)
	}
	return nil
}

func bindAndStand(ctx context.Context, s slip) error {
	if _, err := s.status(ctx, true, protocol.Bound); err != nil {
		return err
	}
	r, err := s.app.stands(ctx, http.StatusOK, "")
	if err != nil {
		return fmt.Errorf("once it is bound: %w", err)
	}
	a, err := activation(r, protocol.Bound)
	if err == nil && (a.RegistrationID == nil || *a.RegistrationID != s.v.path || a.Time == nil) {
		err = errors.New("POST " + protocol.PathStanding + ": it does not tell by which registration, and since when")
	}
	return err
}

func standingNeedsNonce(ctx context.Context, t *trial) error {
	app := t.phone()
	var last query
	r, err := t.ask(ctx, t.apps, func(ctx context.Context) (q query, err error) {
		last, err = app.wonders(ctx)
		return last, err
	})
	if err != nil {
		return err
	}
	if err := r.want(http.StatusNotFound, ""); err != nil {
		return err
	}
	if r, err = t.ask(ctx, t.apps, asIs(last)); err != nil {
		return err
	}
	return r.want(http.StatusBadRequest, protocol.CodeNonce)
}

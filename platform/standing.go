package platform

import (
	"context"
	"errors"
	"net/http"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// tellStanding is POST /v1/standing: an app asks whether it still stands for a
// person. It proves possession of its key as it did for its first registration
// key; the nonce serves once, for either.
//
// Bound is the only good answer. 410 says why it is over: the certificate was
// revoked (a terminal has to be visited again), somebody said that it was not them, or
// another app took its place.
func (p *Platform) tellStanding(ctx context.Context, c call) (answer, error) {
	if wait := p.limits.codesPerAddress.wait(c.address(), c.now); wait > 0 {
		return answer{}, slowDown(wait)
	}
	said, err := protocol.VerifyKeyRequest(c.body)
	if err != nil {
		return answer{}, problem(http.StatusBadRequest, protocol.CodeMalformed, "not signed by its own key")
	}
	spent, err := p.nonces.check(said.Nonce, c.now)
	if err != nil {
		return answer{}, problem(http.StatusBadRequest, protocol.CodeNonce, "")
	}
	app := said.JWK.Kid()
	if wait := p.limits.standingPerApp.wait(app, c.now); wait > 0 {
		return answer{}, slowDown(wait)
	}
	var out outcome
	err = p.store.Update(ctx, func(w Writing) (err error) {
		if err = spendNonce(w, spent); err == nil {
			out, err = standing(w, app)
		}
		return err
	})
	if err != nil {
		return answer{}, err
	}
	if out.problem != nil {
		return answer{}, *out.problem
	}
	return jsonAnswer(http.StatusOK, out.answer)
}

func standing(r Reading, app string) (outcome, error) {
	a, err := r.AccountOfApp(app)
	if errors.Is(err, ErrNotFound) {
		return unboundStanding(r, app)
	}
	if err != nil {
		return outcome{}, err
	}
	if out := suspension(a); out != nil {
		return *out, nil
	}
	return outcome{answer: protocol.Activation{Status: protocol.Bound, RegistrationID: &a.Binding.Registration, Time: &a.Binding.From}}, nil
}

// suspension is why nobody signs in to an account; nil is that they may.
func suspension(a Account) *outcome {
	var out outcome
	switch {
	case !a.Contested.IsZero():
		out = contested()
	case !a.Revoked.IsZero():
		out = refusal(http.StatusGone, protocol.CodeRefused, protocol.ReasonCitizenRevoked)
	default:
		return nil
	}
	return &out
}

func unboundStanding(r Reading, app string) (outcome, error) {
	known, err := r.App(app)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return outcome{}, err
	}
	if known.Contested {
		return contested(), nil
	}
	if !known.Ended.IsZero() {
		return refusal(http.StatusGone, protocol.CodeExpired, "another app took the place of this one"), nil
	}
	return refusal(http.StatusNotFound, protocol.CodeNotFound, "this app was never bound"), nil
}

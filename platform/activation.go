package platform

import (
	"context"
	"crypto/subtle"
	"crypto/x509"
	"errors"
	"net/http"
	"slices"

	"github.com/digital-watashi/kiosk/platform/jpki"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Activation: the app brings the code from the slip, signed by the key that
// asked for the registration key. The first time it is told the name; when it
// comes again with confirm, person and app are bound.
//
// The limits, from small to large: five wrong codes end a registration, a hundred
// in a row an app, and too many a minute from everywhere stop all.

const (
	triesPerCode = 5
	triesPerApp  = 100
)

// activate is POST /v1/activations.
func (p *Platform) activate(ctx context.Context, c call) (answer, error) {
	if wait := max(p.limits.brake.wait(c.now), p.limits.codesPerAddress.wait(c.address(), c.now)); wait > 0 {
		return answer{}, slowDown(wait)
	}
	said, app, err := p.claim(ctx, c.body)
	if err != nil {
		return answer{}, err
	}
	defer said.Code.Wipe()
	spent, err := p.nonces.check(said.Nonce, c.now)
	if err != nil {
		return answer{}, problem(http.StatusBadRequest, protocol.CodeNonce, "")
	}
	if wait := p.limits.codesPerApp.wait(app.Thumbprint, c.now); wait > 0 {
		return answer{}, slowDown(wait)
	}
	known, err := p.revocationNow(ctx, said, c.now)
	if err != nil {
		return answer{}, err
	}
	var out outcome
	err = p.store.Update(ctx, func(w Writing) (err error) {
		if err = spendNonce(w, spent); err == nil {
			out, err = p.decide(w, said, app.Thumbprint, known, c.now)
		}
		return err
	})
	if err != nil {
		return answer{}, err
	}
	p.count(activationCounter(out))
	return p.tell(out, app.Thumbprint, c.now)
}

// claim verifies that a known app signed the request.
func (p *Platform) claim(ctx context.Context, jws []byte) (said protocol.ActivationRequest, app App, err error) {
	err = p.store.View(ctx, func(r Reading) (err error) {
		app, err = r.App(protocol.ClaimedKid(jws))
		return err
	})
	if errors.Is(err, ErrNotFound) {
		return said, app, problem(http.StatusForbidden, protocol.CodeForeignKey, "")
	}
	if err != nil {
		return said, app, err
	}
	if said, err = protocol.VerifyActivation(jws, app.PublicKey); err != nil {
		return said, app, problem(http.StatusBadRequest, protocol.CodeMalformed, "not an activation signed by its app")
	}
	return said, app, nil
}

// outcome is what became of an activation: an answer, or a problem that is kept
// on record like any other outcome.
type outcome struct {
	answer  protocol.Activation
	problem *protocol.Problem
	wrong   bool // counts against the brake
}

func refusal(status int, code, detail string) outcome {
	said := problem(status, code, detail)
	return outcome{problem: &said}
}

// tell applies what is counted in memory and makes the answer.
func (p *Platform) tell(out outcome, app string, now Moment) (answer, error) {
	if out.wrong {
		p.limits.brake.note(now)
	}
	if out.answer.Status == protocol.Pending {
		if wait := p.limits.pendingPerApp.wait(app, now); wait > 0 {
			return answer{}, slowDown(wait)
		}
	}
	if out.problem != nil {
		return answer{}, *out.problem
	}
	return jsonAnswer(http.StatusOK, out.answer)
}

// decide looks at key, owner and code, and binds when all is well.
func (p *Platform) decide(w Writing, said protocol.ActivationRequest, app string, known *fresh, now Moment) (outcome, error) {
	holder, err := w.App(app)
	if err != nil {
		return outcome{}, err
	}
	if holder.WrongCodes >= triesPerApp {
		return refusal(http.StatusForbidden, protocol.CodeAppLocked, ""), nil
	}
	key, err := w.Key(said.Key)
	switch {
	case errors.Is(err, ErrNotFound):
		return wrongCode(w, holder, nil)
	case err != nil:
		return outcome{}, err
	case key.App != app:
		return refusal(http.StatusForbidden, protocol.CodeForeignKey, ""), nil
	}
	all, err := w.RegistrationsOf(said.Key)
	if err != nil {
		return outcome{}, err
	}
	if r, ok := p.match(all, said.Code); ok && !spentTries(r) {
		if known != nil && known.id == r.ID && known.Revoked && live(r, now) {
			return p.tooLate(w, r, known.Revocation, now)
		}
		return p.redeem(w, r, key, holder, said.Confirm, now)
	}
	return unmatched(w, key, all, holder, now)
}

// fresh is what was found out about one registration a moment ago.
type fresh struct {
	id protocol.ID
	jpki.Revocation
}

// revocationNow looks up the certificate that is about to be bound: it may have
// been revoked since it was accepted. It is looked up outside the transaction,
// since a responder may have to be asked.
func (p *Platform) revocationNow(ctx context.Context, said protocol.ActivationRequest, now Moment) (*fresh, error) {
	if !said.Confirm {
		return nil, nil
	}
	var e Evidence
	var r Registration
	err := p.store.View(ctx, func(read Reading) error {
		all, err := read.RegistrationsOf(said.Key)
		if err != nil {
			return err
		}
		found, ok := p.match(all, said.Code)
		if !ok || spentTries(found) || !live(found, now) {
			return ErrNotFound
		}
		r = found
		e, err = read.Evidence(r.ID)
		return err
	})
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(e.Certificate)
	if err != nil {
		return nil, err
	}
	known, err := p.revoked.Ask(ctx, cert, now)
	return &fresh{r.ID, known}, err
}

// tooLate refuses a registration whose certificate was revoked before it was bound.
func (p *Platform) tooLate(w Writing, r Registration, known jpki.Revocation, now Moment) (outcome, error) {
	err := p.refuseRevoked(w, &r, known, now)
	return refusal(http.StatusGone, protocol.CodeRefused, r.Reason), errors.Join(err, w.KeepRegistration(r))
}

// match finds the registration that the code belongs to. Every one is compared,
// in constant time.
func (p *Platform) match(all []Registration, code protocol.Code) (found Registration, ok bool) {
	for _, r := range all {
		if r.CodeHand.IsZero() {
			continue // dropped by policy
		}
		kept, chars := r.CodeHand, code.Human()
		if code.Complete() {
			kept, chars = r.CodeWhole, code.Whole()
		}
		given := p.codeHash(r.ID, chars)
		if subtle.ConstantTimeCompare(kept[:], given[:]) == 1 {
			found, ok = r, true
		}
	}
	return found, ok
}

func spentTries(r Registration) bool { return r.Tries >= triesPerCode }

// open reports whether a code is guessed at that belongs to the registration: a
// contest shows to nobody but who has the right one.
func open(r Registration, now Moment) bool {
	return r.Verdict == protocol.Accepted && r.Activated.IsZero() && now.Before(r.Activate)
}

// live reports whether a code could still activate the registration.
func live(r Registration, now Moment) bool { return open(r, now) && !r.Contested() }

// unmatched says what a code means that belongs to nothing here: a wrong one, if
// there was something to guess; else its envelope may be on its way yet.
func unmatched(w Writing, key Key, all []Registration, holder App, now Moment) (outcome, error) {
	var guessed []Registration
	exhausted := false
	for _, r := range all {
		if open(r, now) {
			guessed = append(guessed, r)
			exhausted = exhausted || spentTries(r)
		}
	}
	switch {
	case key.Used != nil:
		return refusal(http.StatusGone, protocol.CodeKeyUsed, ""), nil
	case len(guessed) > 0 && exhausted && !anyLeft(guessed):
		return refusal(http.StatusGone, protocol.CodeTriesSpent, "visit a terminal again"), nil
	case len(guessed) > 0:
		return wrongCode(w, holder, guessed)
	case !now.Before(key.Expires):
		return refusal(http.StatusGone, protocol.CodeExpired, "the registration key"), nil
	case slices.ContainsFunc(all, codeDropped):
		return refusal(http.StatusGone, protocol.CodeExpired, "the code"), nil
	}
	return outcome{answer: protocol.Activation{Status: protocol.Pending}}, nil
}

func codeDropped(r Registration) bool { return r.CodeHand.IsZero() && r.Activated.IsZero() }

func anyLeft(all []Registration) bool {
	for _, r := range all {
		if !spentTries(r) {
			return true
		}
	}
	return false
}

// wrongCode counts a try against the app and against every registration that was
// guessed at. Wrong code and wrong key have this one answer.
func wrongCode(w Writing, holder App, guessed []Registration) (outcome, error) {
	holder.WrongCodes++
	err := w.KeepApp(holder)
	for _, r := range guessed {
		r.Tries++
		err = errors.Join(err, w.KeepRegistration(r))
	}
	out := refusal(http.StatusNotFound, protocol.CodeWrong, "")
	out.wrong = true
	return out, err
}

// redeem answers the right code for a registration.
func (p *Platform) redeem(w Writing, r Registration, key Key, holder App, confirmed bool, now Moment) (outcome, error) {
	if err := p.heedObjection(w, &r, now); err != nil {
		return outcome{}, err
	}
	inReview := r.Review != nil
	switch {
	case r.Contested():
		return contested(), nil
	case !r.Activated.IsZero():
		return boundAlready(w, holder.Thumbprint)
	case key.Used != nil:
		return refusal(http.StatusGone, protocol.CodeKeyUsed, ""), nil
	case r.Verdict == protocol.Refused:
		return refusal(http.StatusGone, protocol.CodeRefused, r.Reason), nil
	case r.Verdict == protocol.Received:
		return outcome{answer: protocol.Activation{Status: protocol.Pending}}, nil
	case !inReview && !now.Before(r.Activate): // a code in review was redeemed in time
		return refusal(http.StatusGone, protocol.CodeExpired, "the code"), nil
	case !confirmed:
		return outcome{answer: p.about(protocol.Confirm, r)}, nil
	}
	return p.bind(w, r, holder, now)
}

// boundAlready answers a code that did its work: unless the account was suspended since.
func boundAlready(read Reading, app string) (outcome, error) {
	a, err := read.AccountOfApp(app)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return outcome{}, err
	}
	if out := suspension(a); out != nil {
		return *out, nil
	}
	return refusal(http.StatusGone, protocol.CodeAlreadyBound, "by this code, to this app"), nil
}

// contested is the answer about what somebody said was not them.
func contested() outcome {
	return refusal(http.StatusGone, protocol.CodeContested, "call the number on the slip")
}

// about is an answer that names the person, for whoever proved key and code, and
// says how they were proofed.
func (p *Platform) about(status string, r Registration) protocol.Activation {
	a := protocol.Activation{Status: status, RegistrationID: &r.ID}
	if r.Person != nil {
		a.Name = r.Person.Attributes.Name
	}
	a.Notice = &protocol.Notice{PlatformID: p.keys.PlatformID, TerminalID: r.TerminalID, Time: r.Sealed, Contact: p.config.Contact}
	return a
}

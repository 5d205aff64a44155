package platform

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/digital-watashi/kiosk/platform/jpki"
	"github.com/digital-watashi/kiosk/platform/keyring"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// takeRegistration is PUT /v1/registrations/{id}.
func (p *Platform) takeRegistration(ctx context.Context, c call) (answer, error) {
	id, err := c.id()
	if err != nil {
		return answer{}, err
	}
	receipt, err := p.take(ctx, id, c.body, c.carrier)
	return signedAnswer(receipt), err
}

// Import takes in an envelope that came by hand, such as on a USB stick from a
// machine without a network. Its signatures are judged just the same.
func (p *Platform) Import(ctx context.Context, id protocol.ID, envelope []byte) (receipt []byte, err error) {
	if len(envelope) > protocol.MaxBody {
		return nil, tooLarge()
	}
	return p.take(ctx, id, envelope, nil)
}

// take answers an envelope with its receipt: the one it got before, or a new one.
// Who carried it is nil when it came by hand.
func (p *Platform) take(ctx context.Context, id protocol.ID, envelope []byte, carrier *Terminal) ([]byte, error) {
	body := protocol.SHA256(envelope)
	if receipt, err := p.receiptOf(ctx, id, body); err == nil || !errors.Is(err, ErrNotFound) {
		return receipt, err
	}
	a := &arrival{id: id, body: body, carrier: carrier, now: p.now(), envelope: envelope}
	defer a.content.Code.Wipe()
	found, err := p.judge(ctx, a)
	if err != nil {
		return nil, err
	}
	known, err := p.revocationOf(ctx, a, found)
	if err != nil {
		return nil, err
	}
	r, err := p.commit(ctx, a, found, known)
	if err != nil {
		return nil, err
	}
	if r.Verdict != "" { // else somebody was faster
		p.count(verdictCounter(r.Verdict))
		if r.Verdict == protocol.Refused {
			p.tally.refusals.add(r.Reason)
		}
		p.log.Info("registration judged", "id", id.String(), "terminal", a.terminal, "verdict", string(r.Verdict), "reason", r.Reason)
	}
	return r.Receipt, nil
}

// receiptOf finds what the same body was answered. Another body under an id that
// is taken is a conflict; ErrNotFound is neither.
func (p *Platform) receiptOf(ctx context.Context, id protocol.ID, body protocol.Digest) (receipt []byte, err error) {
	err = p.look(ctx, Foreseen{IDs: []protocol.ID{id}}, func(r Reading) (err error) {
		receipt, err = knownReceipt(r, id, body)
		return err
	})
	return receipt, err
}

func knownReceipt(r Reading, id protocol.ID, body protocol.Digest) ([]byte, error) {
	known, err := r.Registration(id)
	switch {
	case err == nil && known.Body.Equal(body):
		return known.Receipt, nil
	case err == nil:
		return nil, problem(http.StatusConflict, protocol.CodeConflict, "another body came under this id before")
	case !errors.Is(err, ErrNotFound):
		return nil, err
	}
	return r.Rejection(id, body)
}

// revocationOf asks lists and responder, unless the registration is refused
// anyway.
func (p *Platform) revocationOf(ctx context.Context, a *arrival, found *flaw) (jpki.Revocation, error) {
	if found != nil {
		return jpki.Revocation{}, nil
	}
	return p.revoked.Ask(ctx, a.signer, a.now)
}

// commit decides and keeps, in one transaction with what the decision rests on.
func (p *Platform) commit(ctx context.Context, a *arrival, found *flaw, known jpki.Revocation) (r Registration, err error) {
	before := a.checks
	err = p.decideOn(ctx, a.foreseen(), func(w Writing) error {
		a.checks = slices.Clone(before) // a store may run this again
		if receipt, err := knownReceipt(w, a.id, a.body); err == nil || !errors.Is(err, ErrNotFound) {
			r = Registration{Receipt: receipt} // somebody was faster with the same body
			return err
		}
		if !a.sender {
			r, err = p.reject(w, a, found)
			return err
		}
		r, err = p.keepArrival(w, a, found, known)
		return err
	})
	return r, err
}

// foreseen is what the decision rests on.
func (a *arrival) foreseen() Foreseen {
	f := Foreseen{IDs: []protocol.ID{a.id}}
	if a.sender {
		f.Keys = []protocol.RegistrationKey{a.said.RegistrationKey}
	}
	return f
}

// reject answers a body that proved no sender. Only the answer is kept, under id
// and body, so that nobody can take an id that is not theirs.
func (p *Platform) reject(w Writing, a *arrival, found *flaw) (Registration, error) {
	r := Registration{ID: a.id, Body: a.body, Verdict: protocol.Refused, Reason: found.code, Judged: a.now}
	if err := p.sign(&r); err != nil {
		return Registration{}, err
	}
	return r, w.AddRejection(a.id, a.body, r.Receipt)
}

// keepArrival decides on a registration whose sender is proven.
func (p *Platform) keepArrival(w Writing, a *arrival, found *flaw, known jpki.Revocation) (Registration, error) {
	r := p.record(a)
	withdrawn, err := isWithdrawn(w, a.id)
	if err != nil {
		return Registration{}, err
	}
	if found == nil && !withdrawn {
		if found, err = p.lookAtKey(w, a); err != nil {
			return Registration{}, err
		}
	}
	switch {
	case withdrawn:
		r.settle(protocol.Refused, protocol.ReasonWithdrawn, a.now)
	case found != nil:
		r.settle(protocol.Refused, found.code, a.now)
	default:
		p.applyRevocation(&r, known, a.now)
		a.checks = append(a.checks, revocationCheck(known, a.now))
	}
	if err := p.sign(&r); err != nil {
		return Registration{}, err
	}
	if err := w.AddRegistration(r, a.evidence()); err != nil {
		return Registration{}, err
	}
	if withdrawn { // "forget that id" was said already
		return r, erase(w, r.ID, a.now)
	}
	return r, nil
}

func isWithdrawn(r Reading, id protocol.ID) (bool, error) {
	_, err := r.Withdrawal(id)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// lookAtKey judges the registration key: its life at sealing, its use now.
func (p *Platform) lookAtKey(r Reading, a *arrival) (*flaw, error) {
	key, err := r.Key(a.said.RegistrationKey)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return nil, err
	}
	var f *flaw
	switch {
	case err != nil:
		f = &flaw{protocol.ReasonKeyUnknown}
	case key.Used != nil:
		f = &flaw{protocol.ReasonKeyUsed}
	case !a.said.Time.Before(key.Expires):
		f = &flaw{protocol.ReasonKeyExpired}
	}
	c := Check{What: "the registration key was open", Passed: f == nil, At: a.now}
	if f != nil {
		c.Detail = f.code
	}
	a.checks = append(a.checks, c)
	return f, nil
}

// applyRevocation says what the lists make of a registration that is otherwise
// good: accepted, refused, or kept until there is a list.
func (p *Platform) applyRevocation(r *Registration, known jpki.Revocation, now Moment) {
	accepted, atMost := p.codeLife()
	until := r.Sealed.Add(atMost)
	switch {
	case known.Revoked:
		r.settle(protocol.Refused, protocol.ReasonCitizenRevoked, now)
	case !now.Before(until):
		r.settle(protocol.Refused, protocol.ReasonCodeExpired, now)
	case !known.Known:
		r.settle(protocol.Received, "", now)
	default:
		r.settle(protocol.Accepted, "", now)
		r.Activate = now.Add(accepted)
		if until.Before(r.Activate) {
			r.Activate = until
		}
		r.Recheck = now.Add(recheckEvery)
	}
}

func revocationCheck(known jpki.Revocation, now Moment) Check {
	c := Check{What: "the certificate stands in no list of revocations", Passed: known.Known && !known.Revoked, At: now}
	switch {
	case !known.Known:
		c.Detail = "no fresh list at hand, nor a responder"
	case known.Revoked:
		c.Detail = fmt.Sprintf("revoked %s by %s", known.At.UTC().Format("2006-01-02T15:04:05Z"), known.By)
	default:
		c.Detail = known.By
	}
	return c
}

func (r *Registration) settle(v protocol.Verdict, reason string, now Moment) {
	r.Verdict, r.Reason, r.Judged = v, reason, now
}

// sign makes the receipt for how r stands.
func (p *Platform) sign(r *Registration) (err error) {
	receipt := protocol.Receipt{ID: r.ID, BodySHA256: r.Body, Verdict: r.Verdict, Reason: r.Reason, Time: r.Judged}
	if r.Verdict == protocol.Accepted {
		receipt.CodeExpires = &r.Activate
	}
	r.Receipt, err = protocol.SignReceipt(receipt, p.keys.Current(keyring.ReceiptKey))
	return err
}

// record is what is kept of a registration whose sender is proven.
func (p *Platform) record(a *arrival) Registration {
	code := a.content.Code
	return Registration{
		ID: a.id, Body: a.body, TerminalID: a.terminal, Key: a.said.RegistrationKey,
		Sealed: a.said.Time.UTC(), Arrived: a.now,
		CodeHand: p.codeHash(a.id, code.Human()), CodeWhole: p.codeHash(a.id, code.Whole()),
		Person: p.person(a),
	}
}

// codeHash is what is kept of a code; the id keeps equal codes apart.
func (p *Platform) codeHash(id protocol.ID, chars []byte) protocol.Digest {
	return p.keys.Hash("code", id[:], chars)
}

func (p *Platform) person(a *arrival) *Person {
	s := a.said.Attributes
	return &Person{
		Attributes: s, Serial: a.signer.SerialNumber.String(), IssuerKey: a.signer.AuthorityKeyId,
		Exactly: p.keys.Hash("person", []byte(s.Name), []byte(s.Address), []byte(s.BirthDate), []byte(s.Sex)),
		Born:    p.keys.Hash("born", []byte(s.BirthDate)),
	}
}

func (a *arrival) evidence() Evidence {
	return Evidence{
		Registration: a.content.Registration, Certificate: a.signer.Raw, Issuer: issuerName(a.signer),
		Terminal: protocol.CertificateKid(a.device), Signed: a.signed, Checks: a.checks, Photo: a.content.Photo,
	}
}

// issuerName is the issuer as evidence names it; the key identifier beside it
// says which generation.
func issuerName(cert *x509.Certificate) string { return strings.TrimSpace(cert.Issuer.String()) }

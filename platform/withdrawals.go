package platform

import (
	"context"
	"errors"
	"net/http"

	"github.com/digital-watashi/kiosk/platform/keyring"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// takeWithdrawal is PUT /v1/withdrawals/{id}: "forget that id". The tombstone
// stays, so that it does not matter which of the two arrives first.
func (p *Platform) takeWithdrawal(ctx context.Context, c call) (answer, error) {
	id, err := c.id()
	if err != nil {
		return answer{}, err
	}
	said, cert, err := protocol.VerifyWithdrawal(c.body, p.deviceCertificate(ctx))
	if err != nil || said.ID != id {
		return answer{}, problem(http.StatusBadRequest, protocol.CodeMalformed, "not a terminal's withdrawal of this id")
	}
	if id, until, err := p.keys.CA.Signer(cert); err != nil || id != said.TerminalID || id != c.peer || !vouchedAt(until, said.Time) {
		return answer{}, otherTerminal()
	}
	t := Withdrawal{ID: id, Body: protocol.SHA256(c.body), TerminalID: said.TerminalID, Arrived: c.now}
	err = p.store.Update(ctx, func(w Writing) error { return p.withdraw(w, &t) })
	if err != nil {
		return answer{}, err
	}
	p.count(withdrawalsTaken)
	p.log.Info("registration withdrawn", "id", id.String(), "terminal", t.TerminalID, "verdict", string(t.Verdict))
	return signedAnswer(t.Receipt), nil
}

// withdraw buries a registration, or answers as it was answered before.
func (p *Platform) withdraw(w Writing, t *Withdrawal) error {
	known, err := w.Withdrawal(t.ID)
	switch {
	case err == nil && !known.Body.Equal(t.Body):
		return problem(http.StatusConflict, protocol.CodeConflict, "another withdrawal came under this id before")
	case err == nil:
		*t = known
		return nil
	case !errors.Is(err, ErrNotFound):
		return err
	}
	if t.Verdict, err = bury(w, t); err != nil {
		return err
	}
	t.Receipt, err = protocol.SignReceipt(protocol.Receipt{
		ID: t.ID, BodySHA256: t.Body, Verdict: t.Verdict, Time: t.Arrived,
	}, p.keys.Current(keyring.ReceiptKey))
	if err != nil {
		return err
	}
	return w.AddWithdrawal(*t)
}

// bury erases what is kept of a registration, unless it is too late for that.
func bury(w Writing, t *Withdrawal) (protocol.Verdict, error) {
	r, err := w.Registration(t.ID)
	switch {
	case errors.Is(err, ErrNotFound):
		return protocol.Withdrawn, nil
	case err != nil:
		return "", err
	case r.TerminalID != t.TerminalID:
		return "", problem(http.StatusForbidden, protocol.CodeOtherTerminal, "the registration came from another terminal")
	case !r.Activated.IsZero():
		return protocol.Activated, nil
	}
	return protocol.Withdrawn, erase(w, t.ID, t.Arrived)
}

// ImportWithdrawal takes in a withdrawal that came by hand, as Import does an
// envelope.
func (p *Platform) ImportWithdrawal(ctx context.Context, id protocol.ID, withdrawal []byte) (receipt []byte, err error) {
	if len(withdrawal) > protocol.MaxBody {
		return nil, tooLarge()
	}
	put := new(http.Request)
	put.SetPathValue("id", id.String())
	a, err := p.takeWithdrawal(ctx, call{request: put, body: withdrawal, now: p.now()})
	return a.body, err
}

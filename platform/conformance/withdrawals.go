package conformance

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Withdrawals: "forget that id", whichever of the two arrives first.

func withdrawalPromises() []Promise {
	return []Promise{
		{"withdrawal-buries", "a withdrawn registration activates nothing any more", "putWithdrawal", withdrawalBuries},
		{"withdrawal-before-registration", "an id that was withdrawn first is refused when its envelope comes", "putWithdrawal: whether its envelope came or comes", withdrawalFirst},
		{"withdrawal-replay-same-receipt", "the same withdrawal again gets the same receipt, byte for byte; another one under its id is refused", "putWithdrawal: Idempotent; 409", withdrawalReplay},
		{"withdrawal-after-activation", "a withdrawal that comes too late is answered activated, and the binding stays", "schema/receipt.json verdict activated", withdrawalTooLate},
		{"withdrawal-needs-signature", "a withdrawal that no admitted device key signed, or of another id, buries nothing", "putWithdrawal: 400, 403", withdrawalNeedsSignature},
		{"withdrawal-of-another", "one terminal cannot withdraw what another registered", "putWithdrawal: 403", withdrawalOfAnother},
	}
}

// withdrawn has a machine withdraw an id and demands a verdict.
func (m *machine) withdrawn(ctx context.Context, id protocol.ID, want protocol.Verdict) (reply, []byte, error) {
	r, body, err := m.withdraws(ctx, id)
	if err != nil {
		return r, body, err
	}
	receipt, err := m.t.receipt(r, id, body)
	if err != nil {
		return r, body, err
	}
	return r, body, wantVerdict(r, receipt, want)
}

// dead demands that a code does nothing, whatever it is told.
func (s slip) dead(ctx context.Context) error {
	for _, confirm := range []bool{false, true} {
		r, err := s.activates(ctx, confirm)
		if err != nil {
			return err
		}
		var a protocol.Activation
		if r.status == http.StatusOK {
			if err := r.read(&a); err != nil {
				return err
			}
		}
		if a.Status == protocol.Confirm || a.Status == protocol.Bound || a.Status == protocol.Review {
			return fmt.Errorf("%s: got the status %q for a registration that was withdrawn", r.asked, a.Status)
		}
	}
	return nil
}

func withdrawalBuries(ctx context.Context, t *trial) error {
	s, err := t.registered(ctx)
	if err != nil {
		return err
	}
	if _, _, err := t.machines[0].withdrawn(ctx, s.v.path, protocol.Withdrawn); err != nil {
		return err
	}
	return s.dead(ctx)
}

func withdrawalFirst(ctx context.Context, t *trial) (err error) {
	s := slip{app: t.phone()}
	if s.issued, err = s.app.registers(ctx); err != nil {
		return err
	}
	m := t.machines[0]
	s.v = m.visit(s.issued.RegistrationKey)
	if _, _, err := m.withdrawn(ctx, s.v.path, protocol.Withdrawn); err != nil {
		return err
	}
	if _, _, err := m.judged(ctx, s.v, protocol.Refused, protocol.ReasonWithdrawn); err != nil {
		return err
	}
	return s.dead(ctx)
}

func withdrawalReplay(ctx context.Context, t *trial) error {
	m, id := t.machines[0], protocol.NewID()
	first, body, err := m.withdrawn(ctx, id, protocol.Withdrawn)
	if err != nil {
		return err
	}
	again, err := t.ask(ctx, m.carry, asIs(put(protocol.PathWithdrawals, id, body)))
	if err != nil {
		return err
	}
	if err := again.want(http.StatusOK, ""); err != nil {
		return err
	}
	if !bytes.Equal(first.body, again.body) {
		return fmt.Errorf("%s: the same body got another receipt", again.asked)
	}
	if body, err = m.withdrawal(id, now().Add(-time.Minute)); err != nil {
		return err
	}
	if again, err = t.ask(ctx, m.carry, asIs(put(protocol.PathWithdrawals, id, body))); err != nil {
		return err
	}
	return again.want(http.StatusConflict, protocol.CodeConflict)
}

func withdrawalTooLate(ctx context.Context, t *trial) error {
	s, err := t.registered(ctx)
	if err != nil {
		return err
	}
	if _, err := s.status(ctx, true, protocol.Bound); err != nil {
		return err
	}
	if _, _, err := t.machines[0].withdrawn(ctx, s.v.path, protocol.Activated); err != nil {
		return err
	}
	_, err = t.machines[0].verdict(ctx, s.issued.RegistrationKey, protocol.KeyUsed)
	return err
}

func withdrawalNeedsSignature(ctx context.Context, t *trial) error {
	s, err := t.registered(ctx)
	if err != nil {
		return err
	}
	m := t.machines[0]
	key, cert, err := impostor(m, false)
	if err != nil {
		return err
	}
	liar := &machine{t: t, Terminal: Terminal{Device: key, DeviceCertificate: cert}}
	forged, err := liar.withdrawal(s.v.path, now())
	if err != nil {
		return err
	}
	ofAnother, err := m.withdrawal(protocol.NewID(), now())
	if err != nil {
		return err
	}
	for _, body := range [][]byte{forged, ofAnother, []byte("no.withdrawal.")} {
		r, err := t.ask(ctx, m.carry, asIs(put(protocol.PathWithdrawals, s.v.path, body)))
		if err != nil {
			return err
		}
		if err := r.wantOneOf(http.StatusBadRequest, http.StatusForbidden); err != nil {
			return err
		}
	}
	_, err = s.status(ctx, false, protocol.Confirm)
	return err
}

func withdrawalOfAnother(ctx context.Context, t *trial) error {
	thief, err := t.second()
	if err != nil {
		return err
	}
	s, err := t.registered(ctx)
	if err != nil {
		return err
	}
	r, _, err := thief.withdraws(ctx, s.v.path)
	if err != nil {
		return err
	}
	if err := r.want(http.StatusForbidden, protocol.CodeOtherTerminal); err != nil {
		return err
	}
	_, err = s.status(ctx, false, protocol.Confirm)
	return err
}

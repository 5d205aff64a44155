package conformance

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// Deliveries: whatever the network does, one id is one registration.

func registrationPromises() []Promise {
	return []Promise{
		{"receipt-names-body", "the receipt is signed, and names the id and the SHA-256 of the body", "components.responses.receipt", receiptNamesBody},
		{"replay-same-receipt", "the same body again gets the same receipt, byte for byte", "putRegistration: Idempotent", replaySameReceipt},
		{"conflict-refused", "another body under a taken id is refused, and the first one stands", "putRegistration: 409", conflictRefused},
		{"at-once-one-registration", "eight deliveries of one body at once get one receipt", "putRegistration: Idempotent", atOnce},
		{"stranger-takes-no-id", "what proves no sender is refused, and the id stays free for its owner", "putRegistration; receipt envelope-invalid", strangerTakesNoID},
		{"carried-by-another", "what one terminal signed another cannot deliver, and its own still can", "putRegistration: 403", carriedByAnother},
	}
}

func receiptNamesBody(ctx context.Context, t *trial) error {
	for range 2 { // one receipt for all would fit the first
		if _, err := t.delivered(ctx); err != nil {
			return err
		}
	}
	return nil
}

func replaySameReceipt(ctx context.Context, t *trial) error {
	s, err := t.delivered(ctx)
	if err != nil {
		return err
	}
	return t.stands(ctx, s)
}

// stands demands that a registration's body gets the receipt that it got.
func (t *trial) stands(ctx context.Context, s slip) error {
	for range 2 {
		r, err := t.machines[0].delivers(ctx, s.v.path, s.envelope)
		if err != nil {
			return err
		}
		if err := r.want(http.StatusOK, ""); err != nil {
			return err
		}
		if !bytes.Equal(r.body, s.receipt.body) {
			return fmt.Errorf("%s: the same body got another receipt", r.asked)
		}
	}
	return nil
}

func conflictRefused(ctx context.Context, t *trial) error {
	s, err := t.delivered(ctx)
	if err != nil {
		return err
	}
	second, err := s.v.seal() // the same content, sealed anew: other bytes
	if err != nil {
		return err
	}
	r, err := t.machines[0].delivers(ctx, s.v.path, second)
	if err != nil {
		return err
	}
	if err := refusedAsConflict(t, r, s.v.path, second); err != nil {
		return err
	}
	return t.stands(ctx, s)
}

func refusedAsConflict(t *trial, r reply, id protocol.ID, body []byte) error {
	if r.status != http.StatusOK {
		return r.want(http.StatusConflict, protocol.CodeConflict)
	}
	receipt, err := t.receipt(r, id, body)
	if err != nil {
		return err
	}
	return wantVerdict(r, receipt, protocol.Refused, protocol.ReasonEnvelopeConflict)
}

func atOnce(ctx context.Context, t *trial) error {
	key, err := t.sharedKey(ctx)
	if err != nil {
		return err
	}
	m := t.machines[0]
	v := m.visit(key)
	envelope, err := v.seal()
	if err != nil {
		return err
	}
	replies, err := together(8, func() (reply, error) { return m.delivers(ctx, v.path, envelope) })
	if err != nil {
		return err
	}
	for _, r := range replies {
		receipt, err := t.receipt(r, v.path, envelope)
		if err != nil {
			return err
		}
		if receipt.Verdict != protocol.Received && !bytes.Equal(r.body, replies[0].body) {
			return fmt.Errorf("%s: deliveries of one body at once got different receipts", r.asked)
		}
	}
	return nil
}

// together does something n times at once.
func together(n int, do func() (reply, error)) ([]reply, error) {
	replies, failed := make([]reply, n), make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { replies[i], failed[i] = do() })
	}
	all.Wait()
	return replies, errors.Join(failed...)
}

func strangerTakesNoID(ctx context.Context, t *trial) error {
	key, err := t.sharedKey(ctx)
	if err != nil {
		return err
	}
	m := t.machines[0]
	v := m.visit(key)
	rubbish := []byte("no.envelope.at.all.")
	r, err := m.delivers(ctx, v.path, rubbish)
	if err != nil {
		return err
	}
	receipt, err := t.receipt(r, v.path, rubbish)
	if err != nil {
		return err
	}
	if err := wantVerdict(r, receipt, protocol.Refused, protocol.ReasonEnvelopeInvalid); err != nil {
		return err
	}
	_, _, err = m.judged(ctx, v, protocol.Accepted)
	return err
}

func carriedByAnother(ctx context.Context, t *trial) error {
	thief, err := t.second()
	if err != nil {
		return err
	}
	key, err := t.sharedKey(ctx)
	if err != nil {
		return err
	}
	v := t.machines[0].visit(key)
	envelope, err := v.seal()
	if err != nil {
		return err
	}
	r, err := thief.delivers(ctx, v.path, envelope)
	if err != nil {
		return err
	}
	if err := r.want(http.StatusForbidden, protocol.CodeOtherTerminal); err != nil {
		return err
	}
	r, receipt, err := t.machines[0].settled(ctx, v.path, envelope)
	if err != nil {
		return err
	}
	return wantVerdict(r, receipt, protocol.Accepted)
}

package protocol

import (
	"errors"
	"fmt"
	"time"
)

// Order is the platform's answer to a heartbeat when there is more to say than
// "noted": whether the terminal may serve. It is signed, as what carries it to the
// terminal could lie, and over the heartbeat it answers, so that an old one cannot
// open a terminal again.
type Order struct {
	TerminalID string    `json:"terminal_id"`
	Heartbeat  Digest    `json:"heartbeat_sha256"`
	Suspended  bool      `json:"suspended"`
	Since      time.Time `json:"since,omitzero"` // of the suspension
	Time       time.Time `json:"time"`
}

// ConditionSuspended is the condition of a terminal that takes no card in as it was
// suspended.
const ConditionSuspended = "TERM-SUSPENDED"

// ErrOtherHeartbeat: the order answers another heartbeat, or another terminal's.
var ErrOtherHeartbeat = errors.New("order is not for this heartbeat")

func (o *Order) check() error {
	if o.Heartbeat.IsZero() || o.Suspended == o.Since.IsZero() {
		return errors.New("order: no heartbeat, or suspended and since do not go together")
	}
	errs := []error{checkTerminalID(o.TerminalID), wireTime("order", o.Time)}
	if o.Suspended {
		errs = append(errs, wireTime("order", o.Since))
	}
	return errors.Join(errs...)
}

func orderKind() jwsKind { return jwsKind{typ: "watashi-order+jws"} }

// SignOrder signs with a receipt key.
func SignOrder(o Order, key PrivateKey) ([]byte, error) {
	o.Time, o.Since = o.Time.UTC(), o.Since.UTC()
	jws, err := signJSON(orderKind(), &o, key, key.Kid())
	if err != nil {
		return nil, fmt.Errorf("signing order: %w", err)
	}
	return jws, nil
}

// VerifyOrder verifies a platform's signature, and that the order answers that
// heartbeat of that terminal.
func VerifyOrder(jws []byte, keys []PublicKey, terminalID string, heartbeat Digest) (Order, error) {
	var o Order
	if err := verifyJSON(orderKind(), jws, &o, oneOf(keys)); err != nil {
		return Order{}, fmt.Errorf("verifying order: %w", err)
	}
	if o.TerminalID != terminalID || !o.Heartbeat.Equal(heartbeat) {
		return Order{}, fmt.Errorf("verifying order: %w", ErrOtherHeartbeat)
	}
	return o, nil
}

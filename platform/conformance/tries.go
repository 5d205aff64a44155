package conformance

import (
	"bytes"
	"context"
	"fmt"
	"net/http"

	"github.com/digital-watashi/kiosk/platform/protocol"
)

// What a wrong code costs, and what costs nothing.

// triesPerCode is how many wrong codes end a registration.
const triesPerCode = 5

func tryPromises() []Promise {
	return []Promise{
		{"wrong-code-like-wrong-key", "a wrong code and a wrong key have one answer", "activate: 404 is the one answer for a wrong code and a wrong key", wrongAlike},
		{"five-tries", "after five wrong codes the right one is too late, and not before", "activate: 410 tries spent", fiveTries},
		{"another-app-counts-nothing", "another app's activation is refused with 403 and counts no try", "activate: 403 with key-of-another-app counts no try", anotherApp},
		{"pending-counts-nothing", "a code whose envelope has not arrived is pending, and counts no try", "schema/activation.json status pending", pending},
	}
}

func wrongAlike(ctx context.Context, t *trial) error {
	s, err := t.registered(ctx)
	if err != nil {
		return err
	}
	code, err := s.app.activates(ctx, s.issued.RegistrationKey, other(s.v.content.Code, 1), true)
	if err != nil {
		return err
	}
	if err := code.want(http.StatusNotFound, protocol.CodeWrong); err != nil {
		return err
	}
	key, err := s.app.activates(ctx, protocol.NewRegistrationKey(), s.v.content.Code, true)
	if err != nil {
		return err
	}
	if key.status != code.status || !bytes.Equal(key.body, code.body) {
		return fmt.Errorf("%s: got %s for a wrong code and %s for a wrong key, or bodies that differ", key.asked, code, key)
	}
	return nil
}

func fiveTries(ctx context.Context, t *trial) error {
	s, err := t.registered(ctx)
	if err != nil {
		return err
	}
	for n := range triesPerCode {
		if n == triesPerCode-1 {
			if _, err := s.status(ctx, false, protocol.Confirm); err != nil {
				return fmt.Errorf("after %d wrong codes: %w", n, err)
			}
		}
		r, err := s.app.activates(ctx, s.issued.RegistrationKey, other(s.v.content.Code, n+1), true)
		if err != nil {
			return err
		}
		if err := r.want(http.StatusNotFound, protocol.CodeWrong); err != nil {
			return err
		}
	}
	r, err := s.activates(ctx, true)
	if err != nil {
		return err
	}
	if err := r.want(http.StatusGone, protocol.CodeTriesSpent); err != nil {
		return fmt.Errorf("after %d wrong codes: %w", triesPerCode, err)
	}
	return nil
}

// anotherApp is one that the platform knows: it asked for a key of its own.
func anotherApp(ctx context.Context, t *trial) error {
	s, err := t.registered(ctx)
	if err != nil {
		return err
	}
	foreign := t.phone()
	if _, err := foreign.registers(ctx); err != nil {
		return err
	}
	for n := range triesPerCode + 1 {
		code := s.v.content.Code
		if n > 0 {
			code = other(code, n)
		}
		r, err := foreign.activates(ctx, s.issued.RegistrationKey, code, true)
		if err != nil {
			return err
		}
		if err := r.want(http.StatusForbidden, protocol.CodeForeignKey); err != nil {
			return err
		}
	}
	_, err = s.status(ctx, false, protocol.Confirm)
	return err
}

func pending(ctx context.Context, t *trial) error {
	app := t.phone()
	issued, err := app.registers(ctx)
	if err != nil {
		return err
	}
	v := t.machines[0].visit(issued.RegistrationKey)
	for n := range triesPerCode + 1 {
		code := v.content.Code
		if n > 0 {
			code = other(code, n)
		}
		r, err := app.activates(ctx, issued.RegistrationKey, code, true)
		if err != nil {
			return err
		}
		if _, err := activation(r, protocol.Pending); err != nil {
			return err
		}
	}
	if _, _, err := t.machines[0].judged(ctx, v, protocol.Accepted); err != nil {
		return err
	}
	r, err := app.activates(ctx, issued.RegistrationKey, v.content.Code, true)
	if err != nil {
		return err
	}
	_, err = activation(r, protocol.Bound)
	return err
}

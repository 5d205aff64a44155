package mynumber

import (
	"context"
	"fmt"

	"github.com/digital-watashi/kiosk/hal/apdu"
)

// VerifySigningPIN verifies the signing PIN. Letters may come in either case;
// the card knows capitals only. The form is checked before any command, and
// ErrPINShape says that no try was spent. Exactly one VERIFY is sent, or none:
// no call repeats it. A refusal is a *WrongPINError, a PIN without tries
// ErrPINBlocked, and a card that left hal.ErrCardRemoved.
//
// pin is overwritten before the call returns, whatever the outcome.
func (c *Card) VerifySigningPIN(ctx context.Context, pin []byte) error {
	defer clear(pin)
	upper(pin)
	if !isSigningPIN(pin) {
		return ErrPINShape
	}
	if err := c.prepareVerify(ctx); err != nil {
		return fmt.Errorf("verifying the signing PIN: %w", err)
	}
	sw, err := c.verify(ctx, signingPIN(), pin, &c.tries)
	if err != nil {
		return fmt.Errorf("verifying the signing PIN: %w", err)
	}
	return c.signingVerdict(sw)
}

// prepareVerify stands in the JPKI application with a counter that is known and
// not at its end.
func (c *Card) prepareVerify(ctx context.Context) error {
	if err := c.line.enter(ctx, jpki()); err != nil {
		return err
	}
	if !c.tries.known {
		return c.askTries(ctx)
	}
	if c.tries.left == 0 {
		return ErrPINBlocked
	}
	return nil
}

// verify sends the one VERIFY, and keeps what its answer says of the counter.
// The reference was tried by the empty VERIFY, which asked the counter in the
// same form: a secret is never sent to find out what the card understands.
func (c *Card) verify(ctx context.Context, f ef, secret []byte, tries *counter) (apdu.SW, error) {
	*tries = counter{left: tries.left}
	reference := 0x80 | f.id
	if c.line.selectEF {
		r, err := c.line.selectFile(ctx, f)
		if err == nil {
			err = r.Err()
		}
		if err != nil {
			return 0, err
		}
		reference = 0x80
	}
	r, err := c.line.send(ctx, apdu.Command{INS: 0x20, P2: reference, Data: secret})
	if err != nil {
		return 0, err
	}
	if n, ok := r.SW.Retries(); ok {
		*tries = counter{left: n, known: true}
	} else if r.SW.Is(apdu.ErrBlocked) {
		*tries = counter{known: true}
	}
	return r.SW, nil
}

func (c *Card) signingVerdict(sw apdu.SW) error {
	switch n, counted := sw.Retries(); {
	case sw == apdu.OK:
		return nil
	case counted:
		return &WrongPINError{TriesLeft: n}
	case sw.Is(apdu.ErrBlocked):
		return fmt.Errorf("%w: %w", ErrPINBlocked, sw)
	case sw.Is(apdu.ErrWrongSecret):
		return &WrongPINError{TriesLeft: -1}
	}
	return fmt.Errorf("verifying the signing PIN: %w", sw)
}

// isSigningPIN is the rule of J-LIS: 6 to 16 capital letters and digits, at least
// one of each.
func isSigningPIN(pin []byte) bool {
	if len(pin) < 6 || len(pin) > 16 {
		return false
	}
	var letters, digits int
	for _, b := range pin {
		switch {
		case b >= 'A' && b <= 'Z':
			letters++
		case isDigit(b):
			digits++
		}
	}
	return letters > 0 && digits > 0 && letters+digits == len(pin)
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// allDigits reports whether b is n decimal digits.
func allDigits(b []byte, n int) bool {
	for _, d := range b {
		if !isDigit(d) {
			return false
		}
	}
	return len(b) == n
}

// upper turns ASCII letters into capitals, in place, so that no copy remains.
func upper(b []byte) {
	for i, ch := range b {
		if ch >= 'a' && ch <= 'z' {
			b[i] = ch - ('a' - 'A')
		}
	}
}

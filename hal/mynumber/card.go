package mynumber

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/apdu"
)

// Card is a My Number card in a reader, for as long as it stays there.
type Card struct {
	line  *line
	trust Trust
	// The counter of the signing PIN, as the card told it last. While the card
	// is held exclusively nobody else can spend a try.
	tries   counter
	numberB counter
}

// counter is a count of tries left that may not be known.
type counter struct {
	left  int
	known bool
}

// tokens are those in EF 0006 of the JPKI application, by which it tells what it
// lives on, and what they mean to a registration.
func tokens() map[string]error {
	return map[string]error{
		"JPKIAPICCTOKEN2": nil,
		"JPKIAPICCTOKEN":  ErrOldCard,
		"JPKIAPGPSETOKEN": ErrPhone, // Android
		"JPKIAPIOSTOKEN":  ErrPhone, // iPhone
	}
}

const tokenLen = 32

// certificateIssued is byte 0 of EF 0008 where a signing certificate was issued.
const certificateIssued = 0x8F

// Open recognises the card and asks the counter of the signing PIN. It sends
// nothing that needs a PIN. One insertion is opened once. It fails with
// ErrNotMyNumber, ErrUnknownCard, ErrPhone, ErrOldCard, ErrFaceCard,
// ErrNoSigningCertificate, ErrPINBlocked or an error of the line.
func Open(ctx context.Context, c hal.Card, t Trust) (*Card, error) {
	card := &Card{line: newLine(c), trust: t}
	err := inTurn(ctx, card.enterJPKI, card.checkToken, card.checkIssued, card.askTries)
	if err != nil {
		return nil, fmt.Errorf("opening the card: %w", err)
	}
	return card, nil
}

// OpenKnown is Open for a card of which the token and the issuance state are
// known, as from an earlier visit, or need not be: it asks the counter alone,
// which is two exchanges fewer. A card that says anything unexpected is looked at
// as Open does, so it fails in the same words. What it cannot tell is a phone
// whose certificates are in order.
func OpenKnown(ctx context.Context, c hal.Card, t Trust) (*Card, error) {
	card := &Card{line: newLine(c), trust: t}
	err := inTurn(ctx, card.enterJPKI, card.askTries)
	if errors.Is(err, ErrPINBlocked) || isAnswer(err) && !errors.Is(err, ErrNotMyNumber) {
		err = cmp.Or(inTurn(ctx, card.checkToken, card.checkIssued), err)
	}
	if err != nil {
		return nil, fmt.Errorf("opening the card: %w", err)
	}
	return card, nil
}

// inTurn takes steps up to the first that fails.
func inTurn(ctx context.Context, steps ...func(context.Context) error) error {
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// TriesLeft is how many tries of the signing PIN are left, as the card told last.
// Of a card that does not tell it is 1: the next try may be the last.
func (c *Card) TriesLeft() int { return c.tries.left }

// AskTriesLeft asks the card anew, as after ErrNotVerified; the question is free.
// With none left it is ErrPINBlocked. A second Open of the same insertion would
// not do: its guard and the first one's would not know of each other's SELECTs.
func (c *Card) AskTriesLeft(ctx context.Context) (int, error) {
	if err := c.line.enter(ctx, jpki()); err != nil {
		return 0, err
	}
	err := c.askTries(ctx)
	return c.tries.left, err
}

func (c *Card) enterJPKI(ctx context.Context) error {
	err := c.line.enter(ctx, jpki())
	if sw := apdu.SW(0); errors.As(err, &sw) {
		return fmt.Errorf("%w: %w", ErrNotMyNumber, err)
	}
	return err
}

func (c *Card) checkToken(ctx context.Context) error {
	b, err := c.line.read(ctx, tokenInfo(), tokenLen, exactly(tokenLen))
	if isAnswer(err) && !errors.Is(err, apdu.NoDiagnosis) { // a card that is broken is of no other kind
		return fmt.Errorf("%w: %w", ErrUnknownCard, err)
	}
	if err != nil {
		return err
	}
	token := strings.TrimRight(string(b), " \x00")
	verdict, known := tokens()[token]
	if !known {
		return fmt.Errorf("%w: token %q", ErrUnknownCard, token)
	}
	return verdict
}

// checkIssued reads the issuance state. A card that does not show it is not
// refused: reading the certificate will tell.
func (c *Card) checkIssued(ctx context.Context) error {
	b, err := c.line.read(ctx, issuanceState(), 3, exactly(3))
	switch {
	case isAnswer(err):
		return nil
	case err == nil && b[0] != certificateIssued:
		return c.unsigned(ctx, fmt.Errorf("issuance state %02X", b[0]))
	}
	return err
}

// unsigned says why there is no signing certificate. A 顔認証マイナンバーカード is
// issued without PINs, so its authentication PIN takes no tries from the
// beginning. No public source shows such a card: that its counter stands at
// nought is inferred, and a child's card whose PIN was blocked looks the same.
func (c *Card) unsigned(ctx context.Context, why error) error {
	kind := ErrNoSigningCertificate
	n, err := c.askCounter(ctx, authPIN(), new(counter))
	switch {
	case err != nil && !isAnswer(err):
		return err
	case err == nil && n == 0:
		kind = ErrFaceCard
	}
	return fmt.Errorf("%w: %w", kind, why)
}

func (c *Card) askTries(ctx context.Context) error {
	n, err := c.askCounter(ctx, signingPIN(), &c.tries)
	switch {
	case errors.Is(err, apdu.ErrNotFound):
		return c.unsigned(ctx, err)
	case err != nil:
		return err
	case n == 0:
		return ErrPINBlocked
	}
	return nil
}

// askCounter sends the empty VERIFY, which costs no try. ISO/IEC 7816-4, 7.5.6.
func (c *Card) askCounter(ctx context.Context, f ef, to *counter) (int, error) {
	*to = counter{}
	sw, err := c.line.query(ctx, f)
	if err != nil {
		return 0, fmt.Errorf("asking the tries left of the %s: %w", f.name, err)
	}
	n, ok := triesOf(sw)
	if !ok {
		return 0, fmt.Errorf("asking the tries left of the %s: no counter: %w", f.name, sw)
	}
	*to = counter{left: n, known: true}
	return n, nil
}

// triesOf is what the answer to an empty VERIFY says of the counter. 6300 says
// that there is no counter to show, 9000 that the secret stands verified: then
// the next try is taken for the last.
func triesOf(sw apdu.SW) (int, bool) {
	switch n, counted := sw.Retries(); {
	case counted:
		return n, true
	case sw.Is(apdu.ErrBlocked): // 6983, 6984
		return 0, true
	case sw == apdu.OK, sw == apdu.Refused:
		return 1, true
	}
	return 0, false
}

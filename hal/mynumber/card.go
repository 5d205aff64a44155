package mynumber

import (
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

// Tokens in EF 0006 of the JPKI application, by which it tells what it lives on.
const (
	tokenCard    = "JPKIAPICCTOKEN2"
	tokenOldCard = "JPKIAPICCTOKEN"
	tokenLen     = 32
)

// certificateIssued is byte 0 of EF 0008 where a signing certificate was issued.
const certificateIssued = 0x8F

// Open recognises the card and asks the counter of the signing PIN. It sends
// nothing that needs a PIN. One insertion is opened once. It fails with ErrNotMyNumber, ErrOldCard,
// ErrNoSigningCertificate, ErrPINBlocked or an error of the line.
func Open(ctx context.Context, c hal.Card, t Trust) (*Card, error) {
	card := &Card{line: newLine(c), trust: t}
	for _, step := range []func(context.Context) error{
		card.enterJPKI, card.checkToken, card.checkIssued, card.askTries,
	} {
		if err := step(ctx); err != nil {
			return nil, fmt.Errorf("opening the card: %w", err)
		}
	}
	return card, nil
}

// TriesLeft is how many tries of the signing PIN are left, as the card told last.
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
	if sw := apdu.SW(0); errors.As(err, &sw) || errors.Is(err, ErrMalformed) {
		return fmt.Errorf("%w: %w", ErrNotMyNumber, err)
	}
	if err != nil {
		return err
	}
	switch token := strings.TrimRight(string(b), " \x00"); token {
	case tokenCard:
		return nil
	case tokenOldCard:
		return ErrOldCard
	default:
		return fmt.Errorf("%w: token %q", ErrNotMyNumber, token)
	}
}

// checkIssued reads the issuance state. A card that does not show it is not
// refused: reading the certificate will tell.
func (c *Card) checkIssued(ctx context.Context) error {
	b, err := c.line.read(ctx, issuanceState(), 3, exactly(3))
	if sw := apdu.SW(0); errors.As(err, &sw) || errors.Is(err, ErrMalformed) {
		return nil
	}
	if err == nil && b[0] != certificateIssued {
		return fmt.Errorf("%w: issuance state %02X", ErrNoSigningCertificate, b[0])
	}
	return err
}

func (c *Card) askTries(ctx context.Context) error {
	n, err := c.askCounter(ctx, signingPIN(), &c.tries)
	switch {
	case errors.Is(err, apdu.ErrNotFound):
		return fmt.Errorf("%w: %w", ErrNoSigningCertificate, err)
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
	r, err := c.line.at(ctx, f, func(reference byte) apdu.Command {
		return apdu.Command{INS: 0x20, P2: reference}
	})
	if err != nil {
		return 0, fmt.Errorf("asking the tries left of the %s: %w", f.name, err)
	}
	n, ok := r.SW.Retries()
	if !ok && !r.SW.Is(apdu.ErrBlocked) {
		return 0, fmt.Errorf("asking the tries left of the %s: no counter: %w", f.name, r.SW)
	}
	if !ok {
		n = 0 // 6983, 6984
	}
	*to = counter{left: n, known: true}
	return n, nil
}

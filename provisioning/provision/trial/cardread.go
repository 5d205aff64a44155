package trial

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/apdu"
	"github.com/digital-watashi/kiosk/hal/mynumber"
	"github.com/digital-watashi/kiosk/provisioning/provision/console"
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
	"github.com/digital-watashi/kiosk/provisioning/provision/system"
)

// CardOptions say how a card is read.
type CardOptions struct {
	Reader                     string        // a part of the reader's name; empty as the configuration says
	Wait                       time.Duration // for a card
	PIN, LastTry, Quick, Photo bool          // ask for the PIN; also on the last try; not the kind; the photo too
	CAs                        []string      // files with the CAs to trust, in place of the compiled-in ones
	BirthFormat                string        // era or western: how the card prints the birth date
	Expiry                     int           // the Western year that the card prints
}

// ReadCard reads one card and judges it. Everything is ready before the card is touched.
func ReadCard(ctx context.Context, d *desk.Desk, o CardOptions) (*CardReport, error) {
	r := &CardReport{}
	a, err := anchorsFor(d, o.CAs)
	if err != nil {
		return r, err
	}
	readers, err := pickReader(ctx, d, o.Reader)
	if err != nil {
		return r, err
	}
	v := &visit{flags: o, anchors: a, report: r, desk: d}
	if _, err := d.Ask(ctx); err == nil {
		d.Hint("watashi-terminald runs and serves cards as well. If it takes this one: " + system.This().StopTerminald)
	}
	return r, attendOne(ctx, d, readerPart(d, o.Reader), o.Wait, readers, v)
}

// visit is one card, from its insertion to the power-down.
type visit struct {
	flags   CardOptions
	anchors anchors
	report  *CardReport
	desk    *desk.Desk
}

// attend does all that is asked of the card, and counts.
func (v *visit) attend(ctx context.Context, c hal.Card) error {
	line, begin := &counted{card: c}, v.desk.Now()
	defer func() { v.report.count(line, v.desk.Now().Sub(begin)) }()
	v.report.ATR = fmt.Sprintf("%X", c.ATR())
	open := mynumber.Open
	if v.flags.Quick {
		open = mynumber.OpenKnown
	}
	card, err := open(ctx, line, v.anchors.Trust)
	v.report.kind(err, v.flags.Quick)
	if err != nil {
		return v.senseless(err)
	}
	v.report.tries(card.TriesLeft())
	v.desk.Hint("Card found; %s of the signing PIN left.", tries(card.TriesLeft()))
	if !v.flags.PIN {
		return nil
	}
	return v.senseless(v.withPIN(ctx, card))
}

// senseless names an answer of the card for which nothing else has a name.
func (v *visit) senseless(err error) error {
	if sw := apdu.SW(0); errors.As(err, &sw) && v.desk.Verdict(err).Unknown {
		return fmt.Errorf("%w: %w", ErrCard, err)
	}
	return err
}

// withPIN does what needs the signing PIN.
func (v *visit) withPIN(ctx context.Context, card *mynumber.Card) error {
	if err := v.verify(ctx, card); err != nil {
		return err
	}
	h, verdict, err := card.Examine(ctx)
	if err != nil {
		return err
	}
	v.report.certificate(h)
	v.report.judge(v.anchors, h.Certificate, verdict)
	signed := v.sign(h)
	v.report.signed(signed)
	switch {
	case interrupted(ctx, signed):
		return signed
	case errors.Is(signed, mynumber.ErrUnsupportedKey):
		signed = nil // the verdict says so
	}
	// The gravest comes first, and nothing stops the rest from being told.
	return errors.Join(signed, inWords(verdict), v.readPhoto(ctx, card, h))
}

// interrupted reports whether an error is the end of the visit.
func interrupted(ctx context.Context, err error) bool { return err != nil && ctx.Err() != nil }

// verify tries the PIN once, unless it may be the last time.
func (v *visit) verify(ctx context.Context, card *mynumber.Card) error {
	if card.TriesLeft() <= 1 && !v.flags.LastTry {
		return ErrLastTry
	}
	pin, err := console.AskSecret(ctx, v.desk.In, v.desk.Says, "Signing PIN (nothing is shown)")
	defer clear(pin)
	if errors.Is(err, console.ErrSecretLine) {
		return ErrPINShape
	}
	if err != nil {
		return err
	}
	err = card.VerifySigningPIN(ctx, pin)
	var wrong *mynumber.WrongPINError
	if errors.As(err, &wrong) && wrong.TriesLeft != 0 {
		v.report.wrong(wrong.TriesLeft)
		return fmt.Errorf("%w; %s left", ErrWrongPIN, tries(wrong.TriesLeft))
	}
	v.report.Verified = err == nil
	return err
}

// challengeLabel keeps what the card signs here apart from everything else that
// anybody might have it sign.
const challengeLabel = "watashi-provision device card read: a test, no declaration of intent\n"

// sign has the card sign something it cannot have signed before, and checks it
// with the certificate.
func (v *visit) sign(h *mynumber.Holder) error {
	challenge := append([]byte(challengeLabel), make([]byte, 32)...)
	if _, err := rand.Read(challenge[len(challengeLabel):]); err != nil {
		return fmt.Errorf("making a challenge: %w", err)
	}
	digest := sha256.Sum256(challenge)
	signature, err := h.Signer.Sign(nil, digest[:], crypto.SHA256)
	if err != nil {
		return err
	}
	if err := h.Certificate.CheckSignature(x509.SHA256WithRSA, challenge, signature); err != nil {
		return fmt.Errorf("%w: %w", ErrBadSignature, err)
	}
	return nil
}

// tries is how many are left, in words.
func tries(n int) string {
	switch {
	case n < 0:
		return "an unknown number of tries"
	case n == 1:
		return "1 try"
	}
	return fmt.Sprintf("%d tries", n)
}

package main

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"strings"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/apdu"
	"github.com/digital-watashi/kiosk/hal/mynumber"
	"github.com/digital-watashi/kiosk/provisioning/provision/console"
	"github.com/digital-watashi/kiosk/provisioning/provision/desk"
	"github.com/digital-watashi/kiosk/provisioning/provision/system"
)

const cardReadHelp = `Reads a My Number card, on any machine with a reader: no terminal need be set up.
Without a PIN it tells what kind of card it is and how many tries are left. With
the signing PIN it reads the certificate and judges it, and has the card sign a
fresh challenge. Attributes are shown masked. The card is powered down at the end.

The PIN is the first line of standard input, as in
  watashi-provision device card read --pin-stdin
which asks without echo, or from a pipe. A PIN is tried once, never again by
itself; before that its shape is checked and the tries left are asked, which
costs none. Whether the certificate was revoked is not checked: only the platform
can.
`

// cardFlags are those of card read.
type cardFlags struct {
	reader                  string
	pin, last, quick, photo bool
	wait                    time.Duration
	ca                      fileList
	birth                   string
	expiry                  int
}

// fileList is a flag that may be given more than once.
type fileList []string

// String is for package flag.
func (l *fileList) String() string { return strings.Join(*l, " ") }

// Set adds one.
func (l *fileList) Set(name string) error {
	*l = append(*l, name)
	return nil
}

func (f *cardFlags) register(flags *flag.FlagSet) {
	flags.StringVar(&f.reader, "reader", "", "")
	flags.BoolVar(&f.pin, "pin-stdin", false, "")
	flags.BoolVar(&f.last, "last-try-too", false, "")
	flags.BoolVar(&f.quick, "quick", false, "")
	flags.DurationVar(&f.wait, "wait", 30*time.Second, "")
	flags.Var(&f.ca, "ca", "")
	flags.BoolVar(&f.photo, "photo", false, "")
	flags.StringVar(&f.birth, "birth-format", "", "")
	flags.IntVar(&f.expiry, "expiry", 0, "")
}

const cardReadFlags = `  --reader NAME       a part of the reader's name (default: as in the configuration, else any)
  --wait DURATION     how long to wait for a card (default 30s)
  --pin-stdin         read the signing PIN from the first line of standard input
  --last-try-too      also when only one try is left; a wrong PIN then blocks the card
  --ca FILE           a signing CA to trust instead of the compiled-in ones, PEM or DER; may be repeated
  --quick             do not ask which kind of card it is; two exchanges fewer
  --photo             read the face photo, check it and forget it: it is kept nowhere; the security
                      code under the printed photo is the second line of standard input
  --birth-format F    era or western: how the card prints the birth date (with --photo)
  --expiry YYYY       the Western year until which the card is valid, as printed (with --photo)
`

// whole reports whether the flags make sense together.
func (f *cardFlags) whole() bool {
	if f.wait <= 0 {
		return false
	}
	if !f.photo {
		return f.birth == "" && f.expiry == 0 && (f.pin || !f.last)
	}
	return f.pin && (f.birth == "era" || f.birth == "western") && f.expiry > 0
}

func runCardRead(ctx context.Context, d *call, args []string) int {
	var f cardFlags
	if code, ok := d.parse("card read", args, f.register); !ok {
		return code
	}
	if !f.whole() {
		return d.misuse("card read", "")
	}
	r := &cardReport{}
	return d.End(r, readCard(ctx, d.Desk, f, r))
}

// readCard has everything ready before the card is touched.
func readCard(ctx context.Context, d *desk.Desk, f cardFlags, r *cardReport) error {
	a, err := anchorsFor(d, f.ca)
	if err != nil {
		return err
	}
	readers, err := pickReader(ctx, d, f.reader)
	if err != nil {
		return err
	}
	v := &visit{flags: f, anchors: a, report: r, desk: d}
	if _, err := d.Ask(ctx); err == nil {
		d.Hint("watashi-terminald runs and serves cards as well. If it takes this one: " + system.This().StopTerminald)
	}
	return attendOne(ctx, d, readerPart(d, f.reader), f.wait, readers, v)
}

// visit is one card, from its insertion to the power-down.
type visit struct {
	flags   cardFlags
	anchors anchors
	report  *cardReport
	desk    *desk.Desk
}

// attend does all that is asked of the card, and counts.
func (v *visit) attend(ctx context.Context, c hal.Card) error {
	line, begin := &counted{card: c}, v.desk.Now()
	defer func() { v.report.count(line, v.desk.Now().Sub(begin)) }()
	v.report.ATR = fmt.Sprintf("%X", c.ATR())
	open := mynumber.Open
	if v.flags.quick {
		open = mynumber.OpenKnown
	}
	card, err := open(ctx, line, v.anchors.Trust)
	v.report.kind(err, v.flags.quick)
	if err != nil {
		return senseless(err)
	}
	v.report.tries(card.TriesLeft())
	v.desk.Hint("Card found; %s of the signing PIN left.", tries(card.TriesLeft()))
	if !v.flags.pin {
		return nil
	}
	return senseless(v.withPIN(ctx, card))
}

// senseless names an answer of the card for which nothing else has a name.
func senseless(err error) error {
	if sw := apdu.SW(0); errors.As(err, &sw) && judged(err).Unknown {
		return fmt.Errorf("%w: %w", errCard, err)
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
	if card.TriesLeft() <= 1 && !v.flags.last {
		return errLastTry
	}
	pin, err := console.AskSecret(ctx, v.desk.In, v.desk.Says, "Signing PIN (nothing is shown)")
	defer clear(pin)
	if errors.Is(err, console.ErrSecretLine) {
		return errPINShape
	}
	if err != nil {
		return err
	}
	err = card.VerifySigningPIN(ctx, pin)
	var wrong *mynumber.WrongPINError
	if errors.As(err, &wrong) && wrong.TriesLeft != 0 {
		v.report.wrong(wrong.TriesLeft)
		return fmt.Errorf("%w; %s left", errWrongPIN, tries(wrong.TriesLeft))
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
		return fmt.Errorf("%w: %w", errBadSignature, err)
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

package mynumber_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/mynumber"
)

// held is a card with its PIN verified and its holder read.
func held(t testing.TB, ctx context.Context, card hal.Card, trust mynumber.Trust) (*mynumber.Card, *mynumber.Holder) {
	t.Helper()
	m, err := mynumber.Open(ctx, card, trust)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.VerifySigningPIN(ctx, pin(adult().Password)); err != nil {
		t.Fatal(err)
	}
	h, err := m.Holder(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return m, h
}

func digest() []byte {
	d := sha256.Sum256([]byte("application"))
	return d[:]
}

func TestSignerSignsOnce(t *testing.T) {
	card, trust := newCard(t)
	_, h := held(t, context.Background(), card, trust)
	if !card.Certificate().PublicKey.(*rsa.PublicKey).Equal(h.Signer.Public()) {
		t.Error("the signer's key is not the certificate's")
	}
	if err := signsOnce(h); err != nil {
		t.Fatal(err)
	}
	before := len(card.Transcript())
	signature, err := h.Signer.Sign(nil, digest(), crypto.SHA256)
	if !errors.Is(err, mynumber.ErrAlreadySigned) || signature != nil {
		t.Errorf("second signature: got %v, want %v", err, mynumber.ErrAlreadySigned)
	}
	if len(card.Transcript()) != before {
		t.Error("a second signature was asked of the card")
	}
}

func TestSignerRefusesWhatIsNoSHA256(t *testing.T) {
	card, trust := newCard(t)
	_, h := held(t, context.Background(), card, trust)
	before := len(card.Transcript())
	for name, try := range map[string]struct {
		digest []byte
		opts   crypto.SignerOpts
	}{
		"SHA-1":      {make([]byte, 20), crypto.SHA1},
		"SHA-384":    {make([]byte, 48), crypto.SHA384},
		"31 bytes":   {make([]byte, 31), crypto.SHA256},
		"33 bytes":   {make([]byte, 33), crypto.SHA256},
		"no hash":    {digest(), crypto.Hash(0)},
		"no options": {digest(), nil},
		"PSS":        {digest(), &rsa.PSSOptions{Hash: crypto.SHA256}},
	} {
		if signature, err := h.Signer.Sign(nil, try.digest, try.opts); err == nil || signature != nil {
			t.Errorf("%s was signed", name)
		}
	}
	if len(card.Transcript()) != before {
		t.Error("the card was asked")
	}
	if err := signsOnce(h); err != nil {
		t.Errorf("a refused request used the signature up: %v", err)
	}
}

func TestSignerOfAMissingCardSaysSo(t *testing.T) {
	ctx, leave := context.WithCancelCause(context.Background())
	card, trust := newCard(t)
	_, h := held(t, ctx, card, trust)
	leave(hal.ErrCardRemoved)
	if _, err := h.Signer.Sign(nil, digest(), crypto.SHA256); !errors.Is(err, hal.ErrCardRemoved) {
		t.Errorf("got %v, want %v", err, hal.ErrCardRemoved)
	}
}

// A signature of which the answer was lost may have been made.
func TestSignerDoesNotRepeatALostSignature(t *testing.T) {
	card, trust := newCard(t)
	_, h := held(t, context.Background(), card, trust)
	card.Break(haltest.Fault{Lost: true})
	if _, err := h.Signer.Sign(nil, digest(), crypto.SHA256); !errors.Is(err, hal.ErrCardRemoved) {
		t.Errorf("got %v, want %v", err, hal.ErrCardRemoved)
	}
	if _, err := h.Signer.Sign(nil, digest(), crypto.SHA256); !errors.Is(err, mynumber.ErrAlreadySigned) {
		t.Errorf("again: got %v, want %v", err, mynumber.ErrAlreadySigned)
	}
}

// altered changes answers on their way.
type altered struct {
	hal.Card
	change func(command, answer []byte) []byte
}

func (a altered) Transmit(ctx context.Context, command []byte) ([]byte, error) {
	answer, err := a.Card.Transmit(ctx, command)
	if err != nil {
		return nil, err
	}
	return a.change(command, answer), nil
}

func TestSignatureOfAnotherKeyIsRefused(t *testing.T) {
	for name, change := range map[string]func([]byte) []byte{
		"a bit":     func(b []byte) []byte { b[7] ^= 1; return b },
		"cut":       func(b []byte) []byte { return b[1:] },
		"no answer": func(b []byte) []byte { return b[256:] },
		"longer":    func(b []byte) []byte { return append([]byte{0}, b...) },
	} {
		card, trust := newCard(t)
		_, h := held(t, context.Background(), altered{card, func(command, answer []byte) []byte {
			if command[1] == 0x2A {
				return change(answer)
			}
			return answer
		}}, trust)
		signature, err := h.Signer.Sign(nil, digest(), crypto.SHA256)
		if !errors.Is(err, mynumber.ErrBadSignature) || signature != nil {
			t.Errorf("%s: got %v, want %v", name, err, mynumber.ErrBadSignature)
		}
	}
}

// Some cards may forget the PIN when another application is selected. Then it is
// asked for again, with its counter, and the signature is still to be had.
func TestSignerAsksForThePINAgainWhenTheCardForgotIt(t *testing.T) {
	card, trust := newCard(t)
	m, h := held(t, context.Background(), card, trust)
	card.Reset() // forgets, and the driver does not know
	if _, err := m.PhotoTriesLeft(context.Background()); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Signer.Sign(nil, digest(), crypto.SHA256); !errors.Is(err, mynumber.ErrNotVerified) {
		t.Fatalf("got %v, want %v", err, mynumber.ErrNotVerified)
	}
	if n, err := m.AskTriesLeft(context.Background()); n != 5 || err != nil {
		t.Errorf("got %d, %v, want 5 tries", n, err)
	}
	if err := m.VerifySigningPIN(context.Background(), pin(adult().Password)); err != nil {
		t.Fatal(err)
	}
	if err := signsOnce(h); err != nil {
		t.Error(err)
	}
	sent := strings.Join(commands(card), "\n")
	if got := strings.Count(sent, "00 20 00 9B\n"); got != 2 {
		t.Errorf("the counter was asked %d times, want before each VERIFY", got)
	}
}

// The random source of crypto.Signer is not used: PKCS #1 v1.5 has no need of it.
func TestSignerNeedsNoRandomness(t *testing.T) {
	card, trust := newCard(t)
	_, h := held(t, context.Background(), card, trust)
	signature, err := h.Signer.Sign(iotestErrReader{}, digest(), crypto.SHA256)
	if err != nil || bytes.Equal(signature, make([]byte, 256)) {
		t.Error(err)
	}
}

type iotestErrReader struct{}

func (iotestErrReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

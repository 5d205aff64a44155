package mynumber_test

import (
	"context"
	"crypto"
	"crypto/sha256"
	"testing"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/mynumber"
)

// otherClient are the exchanges for certificate and signature of another client
// that verifies once and asks the counter: nunnun/jpki-local-signer at 30b97eb.
const otherClient = 15

// BenchmarkRegister is certificate and one signature, with token, issuance state
// and tries. A virtual card takes no time, so what counts is how often it was
// asked: on a real one each exchange costs tens of milliseconds.
func BenchmarkRegister(b *testing.B) {
	b.Run("short", func(b *testing.B) { register(b, func(c *counted) hal.Card { return c }) })
	b.Run("extended", func(b *testing.B) { register(b, func(c *counted) hal.Card { return roomy{c} }) })
}

// counted counts exchanges and bytes.
type counted struct {
	hal.Card
	exchanges, sent, got int
}

func (c *counted) Transmit(ctx context.Context, command []byte) ([]byte, error) {
	answer, err := c.Card.Transmit(ctx, command)
	c.exchanges++
	c.sent += len(command)
	c.got += len(answer)
	return answer, err
}

// roomy is a card behind a reader that passes extended lengths.
type roomy struct{ *counted }

func (roomy) MaxData() int { return 65536 }

func register(b *testing.B, behind func(*counted) hal.Card) {
	card, trust := newCard(b)
	digest := sha256.Sum256([]byte("an application"))
	var c *counted
	for b.Loop() {
		card.PowerOff()
		card.PowerOn()
		c = &counted{Card: card}
		m, err := mynumber.Open(b.Context(), behind(c), trust)
		if err != nil {
			b.Fatal(err)
		}
		if err := m.VerifySigningPIN(b.Context(), pin(adult().Password)); err != nil {
			b.Fatal(err)
		}
		holder, err := m.Holder(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		if _, err := holder.Signer.Sign(nil, digest[:], crypto.SHA256); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(c.exchanges), "exchanges")
	b.ReportMetric(float64(c.sent+c.got), "bytes")
	b.ReportMetric(float64(c.exchanges)/otherClient, "x-other-client")
}

package trial

import (
	"context"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/apdu"
	"github.com/digital-watashi/kiosk/hal/mynumber"
)

// counted is a card with a count of what passes. It looks at lengths only: the
// bytes may be a VERIFY.
type counted struct {
	card                      hal.Card
	exchanges, sent, received int
}

// ATR is the card's.
func (c *counted) ATR() []byte { return c.card.ATR() }

// Transmit counts what went and what came.
func (c *counted) Transmit(ctx context.Context, command []byte) ([]byte, error) {
	response, err := c.card.Transmit(ctx, command)
	c.exchanges++
	c.sent += len(command)
	c.received += len(response)
	return response, err
}

// MaxData is the card's, if it says.
func (c *counted) MaxData() int {
	if x, ok := c.card.(mynumber.Extender); ok {
		return x.MaxData()
	}
	return apdu.MaxShort
}

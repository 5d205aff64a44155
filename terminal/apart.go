package terminal

import (
	"context"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/confined"
	"github.com/digital-watashi/kiosk/hal/mynumber"
)

// A driver of cards may call into C, which cannot be done in confinement. So it is
// called outside.

type apartCard struct{ hal.Card }

func (c apartCard) Transmit(ctx context.Context, command []byte) (answer []byte, err error) {
	confined.Outside(func() { answer, err = c.Card.Transmit(ctx, command) })
	return answer, err
}

// extenderApart is one whose driver says what its reader passes.
type extenderApart struct {
	apartCard
	mynumber.Extender
}

// apart is a card whose driver is called outside.
func apart(c hal.Card) hal.Card {
	if x, says := c.(mynumber.Extender); says {
		return extenderApart{apartCard{c}, x}
	}
	return apartCard{c}
}

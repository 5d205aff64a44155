package mynumber

import "github.com/digital-watashi/kiosk/hal"

// Guard is the allow-list, for the tests that prove it.
func Guard(card hal.Card) hal.Card { return &guard{card: card} }

package street

import (
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/haltest/pcscdtest"
)

// Insert puts a card in. pcscd sees a change of cards only when it is slow.
func (s *Street) Insert(card *haltest.Card) (remove func()) {
	s.T.Helper()
	<-time.After(time.Until(s.taken.Add(time.Second)))
	take := pcscdtest.Insert(s.T, card)
	return func() {
		take()
		s.taken = time.Now()
	}
}

//go:build e2e

package e2e_test

import "github.com/digital-watashi/kiosk/hal/haltest"

// leftLying leaves a card in a real reader: nobody is welcomed before it is taken.
func (s *shop) leftLying() {
	v := s.visit(haltest.Citizens()[0], "ja")
	v.through("password")
	s.screen.Press("stop")
	s.screen.Shows("goodbye")
	s.screen.Press("finish")
	s.screen.Shows("card-left")
	s.screen.Says("カードをお取りください")
	v.remove()
	s.screen.Shows("welcome")
}

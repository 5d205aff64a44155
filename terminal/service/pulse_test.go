package service_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/digital-watashi/kiosk/terminal/service"
)

func TestPulseIsAsOldAsTheLastTurnOfTheLoop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p service.Pulse
		healthy := p.Within(10 * time.Second)
		if healthy(t.Context()) == nil {
			t.Error("a loop that never turned is well")
		}
		p.Beat()
		time.Sleep(10 * time.Second)
		if err := healthy(t.Context()); err != nil {
			t.Errorf("after one whole turn: %v", err)
		}
		time.Sleep(time.Millisecond)
		if healthy(t.Context()) == nil {
			t.Error("a loop that hangs is well")
		}
		p.Beat()
		if err := healthy(t.Context()); err != nil {
			t.Errorf("after another turn: %v", err)
		}
	})
}

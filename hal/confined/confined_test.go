package confined_test

import (
	"testing"

	"github.com/digital-watashi/kiosk/hal/confined"
)

func TestWhatIsConfinedAndWhatIsOutsideHasRunOnReturn(t *testing.T) {
	var ran []string
	confined.Do(func() {
		ran = append(ran, "inside")
		confined.Outside(func() { ran = append(ran, "outside") })
		ran = append(ran, "inside again")
	})
	confined.Outside(func() { ran = append(ran, "outside of nothing") })
	if len(ran) != 4 || ran[1] != "outside" {
		t.Errorf("ran %q", ran)
	}
}

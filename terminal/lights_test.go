package terminal

import (
	"fmt"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/hal"
)

func TestLightsOfEveryStateAreAsReviewed(t *testing.T) {
	var text strings.Builder
	fmt.Fprintf(&text, "%-32s %-12s %-8s %s\n", "", "reader", "printer", "scanner")
	for _, s := range sampleStates() {
		g := guide(s.value, true)
		fmt.Fprintf(&text, "%-32s %-12s %-8s %s\n", s.name(), word(g.CardReader), word(g.ReceiptPrinter), word(g.Scanner))
	}
	compareGolden(t, "testdata/lights.txt", text.String())
}

func word(g hal.Glow) string {
	if g == hal.GlowOff {
		return "-"
	}
	return string(g)
}

func TestNoLightPointsToAScannerThatIsNotThere(t *testing.T) {
	for _, s := range sampleStates() {
		if g := guide(s.value, false); g.Scanner != hal.GlowOff {
			t.Errorf("%s: the scanner's light glows %s", s.name(), g.Scanner)
		}
	}
}

package haltest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal"
)

// LightsFixture is guide lights to be tested, and the eyes that look at them.
type LightsFixture struct {
	Lights hal.Lights
	// Lit is how they are seen to glow. It may take the time that an eye needs to
	// tell a light that flashes from one that does not.
	Lit func() hal.GuideLights
	// Unplug takes the lights away, and Plug brings them back. Without them it is not
	// tested that Light tells so.
	Unplug, Plug func()
	// Patience is how long the lights may take; 0 is ten seconds.
	Patience time.Duration
}

// TestLights holds lights to what hal.Lights promises. It leaves them dark.
func TestLights(t testing.TB, f LightsFixture) {
	t.Helper()
	if f.Patience == 0 {
		f.Patience = 10 * time.Second
	}
	lightsGlowAsTold(t, f)
	lightsStayForADeadContext(t, f)
	lightsTellThatTheyAreGone(t, f)
	mustLight(t, f, hal.GuideLights{})
}

// glows are all ways for three lights to glow, dark ones between.
func glows() (all []hal.GuideLights) {
	ways := []hal.Glow{hal.GlowOff, hal.GlowSlow, hal.GlowContinuous}
	for _, reader := range ways {
		for _, printer := range ways {
			for _, scanner := range ways {
				all = append(all, hal.GuideLights{CardReader: reader, ReceiptPrinter: printer, Scanner: scanner})
			}
		}
	}
	return all
}

func mustLight(t testing.TB, f LightsFixture, g hal.GuideLights) {
	t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), f.Patience)
	defer stop()
	if err := f.Lights.Light(ctx, g); err != nil {
		t.Fatalf("lighting %q: %v", g, err)
	}
	if got := f.Lit(); got != g {
		t.Errorf("the lights glow %q, want %q", got, g)
	}
}

func lightsGlowAsTold(t testing.TB, f LightsFixture) {
	t.Helper()
	for _, g := range glows() {
		mustLight(t, f, g)
		mustLight(t, f, g) // twice is as once
	}
}

func lightsStayForADeadContext(t testing.TB, f LightsFixture) {
	t.Helper()
	lit := hal.GuideLights{CardReader: hal.GlowContinuous}
	mustLight(t, f, lit)
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errOver{})
	if err := f.Lights.Light(ctx, hal.GuideLights{}); !errors.Is(err, errOver{}) {
		t.Errorf("Light with a dead context: %v, want its cause", err)
	}
	if got := f.Lit(); got != lit {
		t.Errorf("a dead context made the lights %q, which were %q", got, lit)
	}
}

func lightsTellThatTheyAreGone(t testing.TB, f LightsFixture) {
	t.Helper()
	if f.Unplug == nil || f.Plug == nil {
		return
	}
	for _, g := range []hal.GuideLights{{}, {Scanner: hal.GlowContinuous}, {CardReader: hal.GlowSlow}} {
		mustLight(t, f, g)
		f.Unplug()
		if err := f.Lights.Light(context.Background(), hal.GuideLights{ReceiptPrinter: hal.GlowSlow}); err == nil {
			t.Error("lights that are unplugged tell nothing")
		}
		f.Plug()
		mustLight(t, f, hal.GuideLights{ReceiptPrinter: hal.GlowSlow})
	}
}

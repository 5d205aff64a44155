package haltest

import (
	"context"
	"fmt"
	"sync"

	"github.com/digital-watashi/kiosk/hal"
)

// Lights are guide lights that can be looked at. They may be used from any
// goroutine.
type Lights struct {
	mu        sync.Mutex
	lit       hal.GuideLights
	unplugged bool
}

var _ hal.Lights = (*Lights)(nil)

// NewLights are dark.
func NewLights() *Lights { return &Lights{} }

// Light makes them glow.
func (l *Lights) Light(ctx context.Context, g hal.GuideLights) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.unplugged {
		return fmt.Errorf("lighting the guide lights: %w", hal.ErrGone)
	}
	l.lit = g
	return nil
}

// Lit is how they glow.
func (l *Lights) Lit() hal.GuideLights {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lit
}

// Unplug cuts the lights off: they are dark, and Light says so.
func (l *Lights) Unplug() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.unplugged, l.lit = true, hal.GuideLights{}
}

// Plug connects them again. They stay dark until somebody lights them.
func (l *Lights) Plug() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.unplugged = false
}

package service

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"
)

// Pulse tells whether a loop still turns. The loop beats; the watchdog asks. Its
// zero value has never beaten.
type Pulse struct{ last atomic.Pointer[time.Time] }

// Beat marks one turn of the loop.
func (p *Pulse) Beat() {
	now := time.Now()
	p.last.Store(&now)
}

// Within is for Watch: it finds wrong that the last beat is longer ago than one turn
// of the loop may take.
func (p *Pulse) Within(turn time.Duration) func(context.Context) error {
	return func(ctx context.Context) error {
		if last := p.last.Load(); last == nil || time.Since(*last) > turn {
			return fmt.Errorf("no turn of the loop in %s", turn)
		}
		return context.Cause(ctx)
	}
}

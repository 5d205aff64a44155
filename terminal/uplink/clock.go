package uplink

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

// What can be wrong with the terminal's clock.
var (
	// ErrClockBehind: earlier than a time that is surely past.
	ErrClockBehind = errors.New("clock is behind")
	// ErrClockSkewed: too far from the platform's.
	ErrClockSkewed = errors.New("clock differs from the platform's")
)

const defaultSkew = 5 * time.Minute

// Clock judges the terminal's clock. A wrong one would sign applications with a
// wrong time, and judge certificates by it. It may be shared.
type Clock struct {
	limit func() time.Duration // zero or less: five minutes
	floor func() time.Time     // a time that is surely past

	mu       sync.Mutex
	platform time.Time // what the platform's clock showed
	heard    time.Time // when, by ours; its monotonic part outlives a set clock
}

// NewClock takes how far off is too far, and a time that is surely past, as the
// last one that the platform signed.
func NewClock(limit func() time.Duration, floor func() time.Time) *Clock {
	return &Clock{limit: limit, floor: floor}
}

// Hear takes what the platform's clock shows.
func (c *Clock) Hear(platform time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.platform, c.heard = platform, time.Now()
}

// Fault is nil while the clock can be trusted.
func (c *Clock) Fault() error {
	now := time.Now()
	if floor := c.floor(); now.Before(floor) {
		return fmt.Errorf("%w: earlier than %s", ErrClockBehind, floor.Format(time.RFC3339))
	}
	skew, limit := c.Skew(), c.limit()
	if limit <= 0 {
		limit = defaultSkew
	}
	if skew.Abs() > limit {
		return fmt.Errorf("%w by %s, more than %s", ErrClockSkewed, skew.Round(time.Second), limit)
	}
	return nil
}

// Skew is how far our clock is ahead of the platform's; zero before the first
// contact. A clock that is set in between shows at once.
func (c *Clock) Skew() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.heard.IsZero() {
		return 0
	}
	now := time.Now()
	expected := c.platform.Add(now.Sub(c.heard)) // by the monotonic clock
	return now.Round(0).Sub(expected.Round(0))
}

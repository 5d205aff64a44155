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
	signed   time.Time // the last of these that was signed, and when
	believed time.Time
}

// An unsigned time comes through uplinkd, which could tell any. For as long as a
// signed one is fresh, only what agrees with it is taken.
const (
	signedLife  = 24 * time.Hour
	signedApart = time.Minute
)

// NewClock takes how far off is too far, and a time that is surely past, as the
// last one that the platform signed.
func NewClock(limit func() time.Duration, floor func() time.Time) *Clock {
	return &Clock{limit: limit, floor: floor}
}

// Hear takes what the platform's clock is said to show.
func (c *Clock) Hear(platform time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	if since := now.Sub(c.believed); !c.believed.IsZero() && since < signedLife &&
		platform.Sub(c.signed.Add(since)).Abs() > signedApart {
		return
	}
	c.platform, c.heard = platform, now
}

// HearSigned takes a time that the platform has just signed.
func (c *Clock) HearSigned(platform time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	c.platform, c.heard, c.signed, c.believed = platform, now, platform, now
}

// Fault is nil while the clock can be trusted.
func (c *Clock) Fault() error {
	now := time.Now()
	if floor := c.floor(); now.Before(floor) {
		return fmt.Errorf("%w: it shows %s, and it is %s or later: set it", ErrClockBehind, now.Format(time.RFC3339), floor.Format(time.RFC3339))
	}
	skew, limit := c.Skew(), c.limit()
	if limit <= 0 {
		limit = defaultSkew
	}
	if skew.Abs() > limit {
		return fmt.Errorf("%w: it is %s, and %s is allowed: set it", ErrClockSkewed, skewWords(skew), limit)
	}
	return nil
}

// skewWords tells a skew to people.
func skewWords(skew time.Duration) string {
	if skew < 0 {
		return skew.Abs().Round(time.Second).String() + " behind"
	}
	return skew.Round(time.Second).String() + " ahead"
}

// Words tells the technician how the clock is.
func (c *Clock) Words() string {
	if err := c.Fault(); err != nil {
		return err.Error()
	}
	c.mu.Lock()
	unheard := c.heard.IsZero()
	c.mu.Unlock()
	switch skew := c.Skew(); {
	case unheard:
		return "not compared with the platform's clock yet"
	case skew.Abs() < 2*time.Second: // HTTP tells whole seconds
		return "agrees with the platform's clock"
	default:
		return "is " + skewWords(skew) + ", by the platform's clock"
	}
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

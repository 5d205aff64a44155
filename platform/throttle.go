package platform

import (
	"sync"
	"time"
)

// Rate limits live in memory: they slow a flood down, and a restart forgives
// them. What must outlive a restart, the wrong codes of a registration and of an
// app, is counted in the store.

// rate is how many at once, and one more after every interval.
type rate struct {
	burst int
	every time.Duration
}

// throttle limits each of many names to one rate: a token bucket for each,
// forgotten as soon as it would be full again.
type throttle struct {
	rate rate

	mu    sync.Mutex
	full  map[string]time.Time // guarded by mu: when the name's bucket is full again
	sweep time.Time            // guarded by mu: when to look for names to forget
}

// maxNames bounds the memory of a throttle; beyond it, everyone new waits.
const maxNames = 1 << 17

func newThrottle(r rate) *throttle { return &throttle{rate: r, full: map[string]time.Time{}} }

// wait takes one from the name's bucket and returns 0, or returns how long until
// there is one.
func (t *throttle) wait(name string, now time.Time) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.forget(now)
	full, known := t.full[name]
	if !known && len(t.full) >= maxNames {
		return t.rate.every
	}
	if full.Before(now) {
		full = now
	}
	// The bucket is empty when it is burst intervals away from full.
	full = full.Add(t.rate.every)
	if over := full.Sub(now) - time.Duration(t.rate.burst)*t.rate.every; over > 0 {
		return over
	}
	t.full[name] = full
	return 0
}

// forget drops the names whose buckets are full, once an interval.
func (t *throttle) forget(now time.Time) {
	if now.Before(t.sweep) {
		return
	}
	t.sweep = now.Add(max(t.rate.every, time.Second))
	for name, full := range t.full {
		if !full.After(now) {
			delete(t.full, name)
		}
	}
}

// brake stops everyone when there are too many wrong codes from anywhere: a
// guess spread over many accounts passes every smaller limit.
type brake struct {
	limit  int
	window time.Duration

	mu    sync.Mutex
	wrong []time.Time // guarded by mu: the newest limit wrong codes, oldest first
}

// wait says how long until codes are taken again; 0 is now.
func (b *brake) wait(now time.Time) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.wrong) < b.limit {
		return 0
	}
	return max(0, b.window-now.Sub(b.wrong[0]))
}

// note counts a wrong code.
func (b *brake) note(now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.wrong = append(b.wrong, now)
	if len(b.wrong) > b.limit {
		b.wrong = append(b.wrong[:0], b.wrong[1:]...)
	}
}

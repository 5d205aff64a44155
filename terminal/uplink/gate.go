package uplink

import (
	"math"
	"sync"
	"time"
)

// parallel is how many items are under way at once. Each ends in a durable commit
// of the journal, which takes together what comes while the last one runs; so each
// item in flight gains the time of the way to the platform and back, and a part of
// a commit.
const parallel = 8

// Tens of thousands of terminals lose the platform together and find it again
// together. What they kept is spread over a time that grows with the outage, so
// that the platform meets no more than it could carry all along.
const (
	spreadPart = 8 // of the outage
	spreadMin  = 2 * time.Second
	spreadMax  = 15 * time.Minute
)

// spread is the time over which a backlog is sent after an outage.
func spread(outage time.Duration) time.Duration {
	return max(spreadMin, min(outage/spreadPart, spreadMax))
}

// forever stands for "until something changes".
const forever = time.Duration(math.MaxInt64)

// gate decides when what waits may go. It holds back the whole terminal, as an
// item's own back-off cannot: while the line is down, after it came back, and
// while the platform says that it is too much. Somebody who stands and waits
// does not pass through here.
//
// It reads no clock, so that a simulation can drive it.
type gate struct {
	mu     sync.Mutex
	down   bool
	trial  time.Time // while down: when one item may go all the same
	until  time.Time // the end of the time over which the backlog is spread
	rises  int       // how often the line came back
	opens  time.Time // before, the platform wants nothing
	strain int       // answers of "too much", one after another
	room   int       // items under way at once
	busy   int
	turned chan struct{} // closed and replaced when something above changes, but busy
	vacant chan struct{} // room for the news, for one who waits, that somebody has left
}

func newGate(now time.Time) *gate {
	g := &gate{room: parallel, turned: make(chan struct{}), vacant: make(chan struct{}, 1)}
	g.fall(now)
	return g
}

// fall closes the gate: the line is down. Should the probe be wrong about it, as
// when only what it asks for fails, one item in a long while still goes.
func (g *gate) fall(now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.down, g.trial = true, now.Add(backoffCap+jitter(backoffCap))
	g.turn()
}

// rise opens it: the line is back after an outage. A line that flaps does not
// make the time shorter over which a longer outage is spread.
func (g *gate) rise(now time.Time, outage time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.down = false
	g.rises++
	if until := now.Add(spread(outage)); until.After(g.until) {
		g.until = until
	}
	g.turn()
}

// place is a random moment in what is left of the spread, for one item, and the
// rise for which it holds.
func (g *gate) place(now time.Time) (at time.Time, rise int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if left := g.until.Sub(now); left > 0 {
		return now.Add(jitter(left)), g.rises
	}
	return now, g.rises
}

// enter lets one item in, or says when to ask again, at the latest.
func (g *gate) enter(now time.Time) (wait time.Duration, in bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case g.down && now.Before(g.trial):
		return g.trial.Sub(now), false
	case now.Before(g.opens):
		return g.opens.Sub(now), false
	case g.busy >= g.places():
		return forever, false
	}
	if g.down {
		g.trial = now.Add(backoffCap + jitter(backoffCap))
	}
	g.busy++
	return 0, true
}

// push lets one item in without asking, as somebody waits for it.
func (g *gate) push() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.busy++
}

// places is one while the platform is strained: the next to go is a trial.
func (g *gate) places() int {
	if g.strain > 0 {
		return 1
	}
	return g.room
}

// leave lets one item out. Only one of those who wait is told: what is learnt from
// the outcome concerns them all.
func (g *gate) leave(now time.Time, o outcome) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.busy--
	opens, places := g.opens, g.places()
	g.learn(now, o)
	if g.opens != opens || g.places() != places {
		g.turn()
	}
	g.offer()
}

// pass hands the news of a place on, from one who was told and does not need it,
// or has taken one where there are more.
func (g *gate) pass() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.offer()
}

func (g *gate) offer() {
	if g.busy >= g.places() {
		return // who leaves next will tell
	}
	select {
	case g.vacant <- struct{}{}:
	default: // somebody is told already
	}
}

// learn closes the gate for a while when the platform says that it is too much.
// One such answer may speak of its item only, whose own wait honours the wish of
// the platform; so the gate closes briefly. When the item that goes next meets
// the same, it is the platform, and the gate honours the wish too.
func (g *gate) learn(now time.Time, o outcome) {
	switch {
	case o.overload() && now.Before(g.opens): // sent before the gate closed
	case o.overload():
		g.strain++
		hold := jitter(backoffBase)
		if g.strain > 1 {
			hold = o.after + jitter(max(span(backoffBase, backoffCap, g.strain), o.after))
		}
		g.opens = now.Add(hold)
	case o.status != 0:
		g.strain = 0
	}
}

// changes is closed at the next change.
func (g *gate) changes() <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.turned
}

func (g *gate) turn() {
	close(g.turned)
	g.turned = make(chan struct{})
}

package platform

import (
	"errors"
	"sync"
)

// Transactions that wait for one another share one, and so one fsync or one journey
// to the database: while one is under way, the others gather and go together in the
// next. Each still sees the whole as if it were alone, since they run one after the
// other.

// together is the most that share a transaction.
const together = 64

// errInterrupted: the transaction it shared was broken off by a panic.
var errInterrupted = errors.New("the transaction was broken off")

// gathering is the queue before a store, of those who read or of those who write.
type gathering[R Reading] struct {
	run func([]*pending[R]) // one transaction for all

	mu      sync.Mutex
	waiting []*pending[R] // guarded by mu; the first leads next
	busy    bool          // guarded by mu: one leads
}

// pending is one of them on its way.
type pending[R Reading] struct {
	ask      func(R) error
	foreseen Foreseen
	err      error     // after turn said false, or by the leader itself
	turn     chan bool // true: lead; false: done
}

// do runs ask, with others, and returns when that is over: a change is kept then.
func (g *gathering[R]) do(f Foreseen, ask func(R) error) error {
	p := &pending[R]{ask: ask, foreseen: f, err: errInterrupted, turn: make(chan bool, 1)}
	g.mu.Lock()
	g.waiting = append(g.waiting, p)
	first := !g.busy
	g.busy = true
	g.mu.Unlock()
	if first || <-p.turn {
		g.lead()
	}
	return p.err
}

// lead runs the first that wait, the leader among them, and hands over.
func (g *gathering[R]) lead() {
	g.mu.Lock()
	n := min(len(g.waiting), together)
	batch := g.waiting[:n:n]
	g.waiting = g.waiting[n:]
	g.mu.Unlock()
	defer g.handOver(batch[1:]) // whatever is asked does to this goroutine
	g.run(batch)
}

// handOver lets the next lead and tells the others that they are done.
func (g *gathering[R]) handOver(done []*pending[R]) {
	g.mu.Lock()
	if g.busy = len(g.waiting) > 0; g.busy {
		g.waiting[0].turn <- true
	}
	g.mu.Unlock()
	for _, p := range done {
		p.turn <- false
	}
}

// Together has changes that wait for one another share one transaction of a store, and
// so one fsync: update is what makes one change in one transaction. Each is undone alone.
func Together(update func(change func(Writing) error) error) func(change func(Writing) error) error {
	g := &gathering[Writing]{run: func(batch []*pending[Writing]) { changeTogether(batch, update) }}
	return func(change func(Writing) error) error { return g.do(Foreseen{}, change) }
}

// changeTogether makes all changes in one transaction, or, when one of them fails,
// each in its own: what it saw of the others is undone then.
func changeTogether(batch []*pending[Writing], update func(func(Writing) error) error) {
	failed := false
	err := update(func(w Writing) error {
		failed = false // a store may run this again
		for _, p := range batch {
			if err := p.ask(w); err != nil {
				failed = true
				return err
			}
		}
		return nil
	})
	for _, p := range batch {
		if p.err = err; failed && len(batch) > 1 {
			p.err = update(p.ask)
		}
	}
}

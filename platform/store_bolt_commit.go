package platform

import (
	"errors"
	"sync"

	bolt "go.etcd.io/bbolt"
)

// Updates that wait for one another share a transaction, and so one fsync: while
// one is written, the others gather and go together in the next. Each still sees
// the whole as if it were alone, since they run one after the other.

// together is the most that share a transaction.
const together = 64

// errInterrupted: the transaction it shared was broken off by a panic.
var errInterrupted = errors.New("the transaction was broken off")

// commits is the queue before the file.
type commits struct {
	db *bolt.DB

	mu      sync.Mutex
	waiting []*pending // guarded by mu; the first leads next
	busy    bool       // guarded by mu: one leads
}

// pending is one update on its way.
type pending struct {
	change func(Writing) error
	err    error     // after turn said false, or by the leader itself
	turn   chan bool // true: lead; false: done
}

// commit runs the change, with others, and returns when it is on disk.
func (c *commits) commit(change func(Writing) error) error {
	p := &pending{change: change, err: errInterrupted, turn: make(chan bool, 1)}
	c.mu.Lock()
	c.waiting = append(c.waiting, p)
	first := !c.busy
	c.busy = true
	c.mu.Unlock()
	if first || <-p.turn {
		c.lead()
	}
	return p.err
}

// lead commits the first that wait, the leader among them, and hands over.
func (c *commits) lead() {
	c.mu.Lock()
	n := min(len(c.waiting), together)
	batch := c.waiting[:n:n]
	c.waiting = c.waiting[n:]
	c.mu.Unlock()
	defer c.handOver(batch[1:]) // whatever a change does to this goroutine
	c.run(batch)
}

// handOver lets the next lead and tells the others that they are done.
func (c *commits) handOver(done []*pending) {
	c.mu.Lock()
	if c.busy = len(c.waiting) > 0; c.busy {
		c.waiting[0].turn <- true
	}
	c.mu.Unlock()
	for _, p := range done {
		p.turn <- false
	}
}

// run commits all in one transaction, or, when one of them fails, each in its own:
// what it saw of the others is undone then.
func (c *commits) run(batch []*pending) {
	failed := false
	err := c.db.Update(func(tx *bolt.Tx) error {
		for _, p := range batch {
			if err := p.change(boltTx{tx}); err != nil {
				failed = true
				return err
			}
		}
		return nil
	})
	for _, p := range batch {
		if p.err = err; failed && len(batch) > 1 {
			p.err = c.db.Update(func(tx *bolt.Tx) error { return p.change(boltTx{tx}) })
		}
	}
}

package gpio

import (
	"slices"
	"sync"
	"time"
)

// steady is how many looks in a row show the same level before it counts.
const steady = int(debounce / glance)

// polled are lines of a chip that tells no edges, or none that the kernel could free
// from bounces: one on USB or I2C. They are looked at again and again.
type polled struct {
	lines  source
	turned func(edge)
	stop   chan struct{}
	over   chan struct{}

	mu     sync.Mutex // guards what follows
	active []bool     // what counts
	err    error      // of the last look; the goroutine has ended
}

// source is lines that can be read.
type source interface {
	Active() ([]bool, error)
	Close() error
}

// poll takes over lines. What they say at first counts at once.
func poll(lines source, turned func(edge)) (*polled, error) {
	active, err := lines.Active()
	if err != nil {
		return nil, err
	}
	p := &polled{lines: lines, turned: turned, active: active, stop: make(chan struct{}), over: make(chan struct{})}
	go p.watch(slices.Clone(active))
	return p, nil
}

// watch looks until the lines are closed or cannot be read. One look that fails is made
// again: an adapter on USB misses one now and then, and a citizen would be sent away.
func (p *polled) watch(before []bool) {
	defer close(p.over)
	looks, stood := time.NewTicker(glance), make([]int, len(before))
	defer looks.Stop()
	missed := false
	for {
		select {
		case <-looks.C:
		case <-p.stop:
			return
		}
		now, err := p.lines.Active()
		if err != nil && missed {
			p.fail(err)
			return
		}
		if missed = err != nil; missed {
			continue
		}
		for i := range now {
			stood[i]++
			if now[i] != before[i] {
				stood[i] = 0
			}
			if stood[i] >= steady {
				p.settle(i, now[i])
			}
		}
		before = now
	}
}

// settle tells of a level that has stood, if it is another one than before.
func (p *polled) settle(line int, active bool) {
	p.mu.Lock()
	news := p.active[line] != active
	p.active[line] = active
	p.mu.Unlock()
	if news {
		p.turned(edge{line, active})
	}
}

func (p *polled) fail(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.err = err
}

func (p *polled) Active() ([]bool, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.active), p.err
}

func (p *polled) Close() error {
	close(p.stop)
	<-p.over
	return p.lines.Close()
}

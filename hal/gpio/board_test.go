package gpio_test

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/gpio"
)

// A fakeBoard is a chip that does not exist. Its lines are known by their offset,
// and active or not.
type fakeBoard struct {
	mu      sync.Mutex
	broken  error // of all that is tried
	active  map[int]bool
	watched []*fakeLoops
	driven  []*fakeLamps
	taken   int
	flips   []flip
}

// A flip is an output that was set to something else.
type flip struct {
	at   time.Time
	line int
	to   bool
}

func newBoard() *fakeBoard { return &fakeBoard{active: map[int]bool{}} }

func (b *fakeBoard) Watch(lines []gpio.Line, turned func(gpio.Edge)) (gpio.Loops, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.taken++
	if b.broken != nil {
		return nil, b.broken
	}
	l := &fakeLoops{board: b, offsets: offsets(lines), edges: make(chan gpio.Edge, 16), over: make(chan struct{})}
	b.watched = append(b.watched, l)
	go func() {
		defer close(l.over)
		for e := range l.edges {
			turned(e)
		}
	}()
	return l, nil
}

func (b *fakeBoard) Drive(lines []gpio.Line) (gpio.Lamps, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.taken++
	if b.broken != nil {
		return nil, b.broken
	}
	l := &fakeLamps{board: b, offsets: offsets(lines)}
	b.driven = append(b.driven, l)
	return l, nil
}

func offsets(lines []gpio.Line) (all []int) {
	for _, l := range lines {
		all = append(all, l.Offset)
	}
	return all
}

// set makes lines active or not, one edge for each that changes.
func (b *fakeBoard) set(line int, active bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.active[line] == active {
		return
	}
	b.active[line] = active
	for _, l := range b.watched {
		if i := slices.Index(l.offsets, line); i >= 0 {
			l.edges <- gpio.Turned(i, active)
		}
	}
}

// slip makes a line active or not without an edge, as when the kernel lost it.
func (b *fakeBoard) slip(line int, active bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.active[line] = active
}

func (b *fakeBoard) unplug(why error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.broken = why
	b.active = map[int]bool{}
}

func (b *fakeBoard) plug() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.broken = nil
	for _, l := range b.watched {
		l.dead = true
	}
	for _, l := range b.driven {
		l.dead = true
	}
}

// held is how many requests are open.
func (b *fakeBoard) held() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.watched) + len(b.driven)
}

type fakeLoops struct {
	board   *fakeBoard
	offsets []int
	edges   chan gpio.Edge
	over    chan struct{}
	dead    bool // of a chip that went and came back
}

func (l *fakeLoops) Active() (all []bool, err error) {
	l.board.mu.Lock()
	defer l.board.mu.Unlock()
	if l.dead || l.board.broken != nil {
		return nil, fmt.Errorf("%w: no such device", hal.ErrGone)
	}
	for _, offset := range l.offsets {
		all = append(all, l.board.active[offset])
	}
	return all, nil
}

func (l *fakeLoops) Close() error {
	l.board.mu.Lock()
	l.board.watched = slices.DeleteFunc(l.board.watched, func(o *fakeLoops) bool { return o == l })
	close(l.edges)
	l.board.mu.Unlock()
	<-l.over
	return nil
}

type fakeLamps struct {
	board   *fakeBoard
	offsets []int
	dead    bool
}

func (l *fakeLamps) Set(active []bool) error {
	l.board.mu.Lock()
	defer l.board.mu.Unlock()
	if l.dead || l.board.broken != nil {
		return fmt.Errorf("%w: no such device", hal.ErrGone)
	}
	for i, offset := range l.offsets {
		if l.board.active[offset] != active[i] {
			l.board.flips = append(l.board.flips, flip{time.Now(), offset, active[i]})
		}
		l.board.active[offset] = active[i]
	}
	return nil
}

func (l *fakeLamps) Close() error {
	l.board.mu.Lock()
	defer l.board.mu.Unlock()
	l.board.driven = slices.DeleteFunc(l.board.driven, func(o *fakeLamps) bool { return o == l })
	return nil
}

// flipped is how often a line was set to something else since.
func (b *fakeBoard) flipped(line int, since time.Time) (n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, f := range b.flips {
		if f.line == line && f.at.After(since) {
			n++
		}
	}
	return n
}

func (b *fakeBoard) isActive(line int) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.active[line]
}

package terminal

import (
	"sync"

	"github.com/digital-watashi/kiosk/ui"
)

// A pad holds a password while it is typed: one fixed buffer in memory that is
// locked where the system can do that, and never copied. The loop writes keys
// into it; the card effect reads it once and leaves it empty.
type pad struct {
	mu     sync.Mutex
	buffer []byte // longestPassword bytes, for good
	count  int
}

func newPad() *pad { return &pad{buffer: lockedMemory(longestPassword)} }

// key takes one key and says how many characters stand there then. What is not
// a key of a signing password changes nothing. Small letters become capitals:
// the card knows no others.
func (p *pad) key(key string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case key == ui.KeyClear:
		p.clear()
	case key == ui.KeyBackspace && p.count > 0:
		p.count--
		p.buffer[p.count] = 0
	case len(key) == 1 && p.count < len(p.buffer):
		p.add(key[0])
	}
	return p.count
}

func (p *pad) add(c byte) {
	if c >= 'a' && c <= 'z' {
		c -= 'a' - 'A'
	}
	if c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' {
		p.buffer[p.count] = c
		p.count++
	}
}

// use lends what was typed to one call, and wipes it whatever the call does.
func (p *pad) use(f func(typed []byte) error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	defer p.clear()
	return f(p.buffer[:p.count])
}

// wipe forgets what was typed.
func (p *pad) wipe() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
}

func (p *pad) clear() {
	clear(p.buffer)
	p.count = 0
}

func (p *pad) close() {
	p.wipe()
	unlockMemory(p.buffer)
}

// String hides what was typed.
func (*pad) String() string { return redacted }

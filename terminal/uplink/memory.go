package uplink

import (
	"sync"
	"time"
)

// memory keeps the tries of items that the Desk lists no more for the moment, as
// others go before them: without it they would begin anew each time.
type memory struct {
	mu    sync.Mutex
	known map[item]tries
}

type tries struct {
	count   int
	until   time.Time // no earlier try
	unheard bool      // unless the line comes back
}

// rememberMost bounds the memory; forgetting only makes a try come earlier.
const rememberMost = 16 << 10

func (m *memory) recall(i item) tries {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.known[i]
}

func (m *memory) keep(i item, t tries) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known == nil || len(m.known) >= rememberMost {
		m.known = map[item]tries{}
	}
	m.known[i] = t
}

func (m *memory) forget(i item) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.known, i)
}

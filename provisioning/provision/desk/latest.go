package desk

import "sync"

// Latest keeps what was told last. Its zero value was told nothing; any goroutine may
// use it.
type Latest[T any] struct {
	mu    sync.Mutex
	value T
}

// Set tells it.
func (l *Latest[T]) Set(value T) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.value = value
}

// Get is what was told last.
func (l *Latest[T]) Get() T {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.value
}

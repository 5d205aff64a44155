package main

import (
	"context"
	"log/slog"
	"os"
	"runtime"
	"runtime/debug"
	"time"
)

// An aftermath has what a visit left in memory erased, when the visit is over. What
// was allocated in confinement is erased as soon as the collector finds that nobody
// has it: so it is told to look, and what is free is given back to the system.
//
// The browser has what it showed in memory that nobody can erase. Whoever keeps it
// sees by the time of the file with the page's address that another one is wanted.
type aftermath struct {
	told chan struct{}
	page string // the file
	log  *slog.Logger
}

func newAftermath(page string, log *slog.Logger) aftermath {
	return aftermath{make(chan struct{}, 1), page, log}
}

// tell says that a visit is over. It does not wait.
func (a aftermath) tell() {
	select {
	case a.told <- struct{}{}:
	default: // it is to look already
	}
}

// lingering is how long somebody may still hold what was of a visit: a card that is
// being powered down, a screen that is being drawn.
const lingering = time.Second

// Run erases after each visit, until ctx ends.
func (a aftermath) Run(ctx context.Context) error {
	for {
		select {
		case <-a.told:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		if err := os.Chtimes(a.page, time.Time{}, time.Now()); err != nil {
			a.log.Warn("browser not replaced", "error", err)
		}
		erase()
		select {
		case <-time.After(lingering):
			erase()
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// erase looks three times: what lies in a sync.Pool is let go by the second.
func erase() {
	runtime.GC()
	runtime.GC()
	debug.FreeOSMemory()
}

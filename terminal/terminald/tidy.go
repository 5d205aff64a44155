package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/digital-watashi/kiosk/terminal/journal"
)

// tidy has the journal's file compacted at the start and now and then, while nobody
// is served: nobody should wait for it.
type tidy struct {
	journal *journal.Journal
	idle    func() bool
	log     *slog.Logger
}

// tidyEvery is how often it looks, and tidyRetry how soon again when somebody is
// served.
const (
	tidyEvery = 6 * time.Hour
	tidyRetry = time.Minute
)

// Run tidies until ctx ends. The journal itself knows whether it is worth while,
// and is as it was when it does not succeed.
func (t tidy) Run(ctx context.Context) error {
	for wait := time.Duration(0); ; {
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return context.Cause(ctx)
		}
		if wait = tidyRetry; !t.idle() {
			continue
		}
		wait = tidyEvery
		if err := t.journal.Compact(ctx); err != nil && ctx.Err() == nil {
			t.log.Error("journal not compacted", "error", err)
		}
	}
}

package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/digital-watashi/kiosk/terminal/journal"
)

// importPause ends an import: what one user brings without such a pause is one.
const importPause = 5 * time.Second

// imports makes one entry of the audit of the receipts that are brought one by one.
type imports struct {
	journal *journal.Journal
	log     *slog.Logger
	now     func() time.Time

	mu    sync.Mutex // guards what follows
	under journal.ByHand
	last  time.Time
}

func newImports(j *journal.Journal, log *slog.Logger) *imports {
	return &imports{journal: j, log: log, now: time.Now}
}

// count takes one receipt into account.
func (i *imports) count(user *uint32, settled bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if !sameUser(i.under.User, user) {
		i.end()
	}
	i.under.User, i.last = user, i.now()
	if settled {
		i.under.Settled++
	} else {
		i.under.Left++
	}
}

func sameUser(a, b *uint32) bool { return a == b || a != nil && b != nil && *a == *b }

// end writes the entry. It needs the lock.
func (i *imports) end() {
	if err := i.journal.AuditImport(i.under); err != nil {
		i.log.Error("auditing receipts by hand", "error", err)
	}
	i.under = journal.ByHand{}
}

// Run ends imports until ctx ends, and with it the last one.
func (i *imports) Run(ctx context.Context) error {
	ticker := time.NewTicker(importPause)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			i.look()
		case <-ctx.Done():
			i.mu.Lock()
			defer i.mu.Unlock()
			i.end()
			return context.Cause(ctx)
		}
	}
}

// look ends an import after its pause.
func (i *imports) look() {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.now().Sub(i.last) >= importPause {
		i.end()
	}
}

package main

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/digital-watashi/kiosk/terminal/journal"
)

// What one person brings in one go is one entry, also when terminald ends over it.
func TestReceiptsByHandAreOneEntryOfTheAudit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j, err := journal.Open(filepath.Join(t.TempDir(), "journal.db"))
		if err != nil {
			t.Fatal(err)
		}
		defer j.Close()
		i, ctx, anna, ben := newImports(j, slog.New(slog.DiscardHandler)), t.Context(), uint32(1000), uint32(1001)
		ctx, cancel := context.WithCancel(ctx)
		done := make(chan struct{})
		go func() { defer close(done); i.Run(ctx) }()
		for n := range 30 {
			i.count(&anna, n%10 > 0)
			time.Sleep(time.Second)
		}
		time.Sleep(2 * importPause)
		i.count(&anna, true)
		again := anna
		i.count(&again, true)
		i.count(&ben, true)
		i.count(nil, false)
		cancel()
		<-done
		var told []journal.ByHand
		if err := j.AuditTrail(func(e journal.Entry) { told = append(told, *e.ByHand) }); err != nil {
			t.Fatal(err)
		}
		want := []journal.ByHand{{User: &anna, Settled: 27, Left: 3}, {User: &anna, Settled: 2}, {User: &ben, Settled: 1}, {Left: 1}}
		if len(told) != len(want) {
			t.Fatalf("%d entries, want %d: %+v", len(told), len(want), told)
		}
		for n, w := range want {
			if is := told[n]; !sameUser(is.User, w.User) || is.Settled != w.Settled || is.Left != w.Left {
				t.Errorf("entry %d says %+v, want %+v", n, is, w)
			}
		}
	})
}

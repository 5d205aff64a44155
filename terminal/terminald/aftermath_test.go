package main

import (
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"
)

// Whoever keeps the browser watches the time of the file.
func TestAfterAVisitAnotherBrowserIsWanted(t *testing.T) {
	page := filepath.Join(t.TempDir(), "screen.url")
	if err := os.WriteFile(page, []byte("http://127.0.0.1:8420/"), 0o600); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		changed := func() time.Time {
			info, err := os.Stat(page)
			if err != nil {
				t.Fatal(err)
			}
			return info.ModTime()
		}
		ctx, stop := context.WithCancel(t.Context())
		a := newAftermath(page, slog.New(slog.NewTextHandler(io.Discard, nil)))
		go a.Run(ctx)
		before := changed()
		synctest.Wait()
		if !changed().Equal(before) {
			t.Error("a browser is wanted though nobody was there")
		}
		a.tell()
		time.Sleep(2 * lingering)
		if changed().Equal(before) {
			t.Error("no other browser is wanted")
		}
		stop()
		synctest.Wait()
	})
}

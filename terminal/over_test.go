package terminal_test

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
)

func TestEachVisitIsToldToBeOverOnce(t *testing.T) {
	for script, want := range map[string]int32{
		"insert midori; password; press yes; key; press sign; press finish": 1,
		"insert midori; press stop; press finish":                           1,
		"insert midori; remove; insert midori; password; remove; wait 31s":  2,
		"wait 31s": 0,
	} {
		synctest.Test(t, func(t *testing.T) {
			var over atomic.Int32
			b := newBench(t, furnished, func(b *bench) { b.config.Over = func() { over.Add(1) } })
			defer b.stop()
			b.play(script)
			if got := over.Load(); got != want {
				t.Errorf("%s: told %d times, want %d", script, got, want)
			}
		})
	}
}

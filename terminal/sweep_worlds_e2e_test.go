//go:build e2e && linux && cgo

package terminal_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/digital-watashi/kiosk/hal/haltest/pcscdtest"
)

// What takes time over a real pcscd is waiting: the service looks for cards every
// 400 ms, and misses a swap that is faster. So several people sweep at the same
// time, each in a world of their own.
const sweepers = 24

const (
	// sweepAll is the environment variable that says how much is swept: SWEEP=all has
	// everything strike everywhere, which takes many minutes; without it a part that
	// is the same each time.
	sweepAll = "SWEEP"
	// sweepCounts is the folder in which each sweeper leaves how much they swept.
	sweepCounts = "WATASHI_SWEEP_COUNTS"
)

func sweepsAll() bool { return os.Getenv(sweepAll) == "all" }

// A share is one sweeper's part of a sweep.
type share struct {
	sweeper int
	next    int
	swept   map[string]int
}

// mine deals out what is to be swept: every sweeper asks as often, in the same
// order.
func (s *share) mine() bool {
	s.next++
	return s.next%sweepers == s.sweeper
}

func (s *share) count(what string) { s.swept[what]++ }

// sweepInWorlds has all sweepers do their share, and holds that it came to so much.
func sweepInWorlds(t *testing.T, least int, sweep func(t *testing.T, s *share)) {
	folder, inside := os.LookupEnv(sweepCounts) // inside: this process is one of the sweepers
	if !inside {
		folder = t.TempDir()
		t.Setenv(sweepCounts, folder)
	}
	var all sync.WaitGroup
	for i := range sweepers { // t.Parallel would let no more sweep than there are processors
		all.Go(func() {
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				pcscdtest.Within(t, func(t *testing.T) {
					s := &share{sweeper: i, swept: map[string]int{}}
					sweep(t, s)
					s.leave(t, folder)
				})
			})
		})
	}
	all.Wait()
	if !inside {
		sweptAtLeast(t, folder, least)
	}
}

// leave writes down what was swept.
func (s *share) leave(t *testing.T, folder string) {
	t.Helper()
	text, err := json.Marshal(s.swept)
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, fmt.Sprint(s.sweeper)), text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// sweptAtLeast adds up what all sweepers left.
func sweptAtLeast(t *testing.T, folder string, least int) {
	t.Helper()
	sum, each := 0, map[string]int{}
	for i := range sweepers {
		swept := map[string]int{}
		text, err := os.ReadFile(filepath.Join(folder, fmt.Sprint(i)))
		if err == nil {
			err = json.Unmarshal(text, &swept)
		}
		if err != nil {
			t.Errorf("sweeper %d has not come to the end: %v", i, err)
		}
		for what, n := range swept {
			each[what] += n
			sum += n
		}
	}
	t.Logf("swept %d over pcscd: %v", sum, each)
	if sum < least {
		t.Errorf("swept %d over pcscd, want at least %d", sum, least)
	}
}

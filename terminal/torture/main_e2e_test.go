//go:build e2e

package torture_test

import (
	"fmt"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/terminal/torture/powercut"
)

// workFolder in the environment makes this binary the workload that is recorded.
const workFolder = "WATASHI_TORTURE_WORK"

func TestMain(m *testing.M) {
	if folder := os.Getenv(workFolder); folder != "" {
		if err := work(folder); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		os.Exit(0)
	}
	result := m.Run()
	if os.Getenv("TORTURE") != "" {
		fmt.Println(total)
	}
	os.Exit(result)
}

func work(folder string) error {
	seed, err := strconv.ParseUint(os.Getenv(workFolder+"_SEED"), 10, 64)
	if err != nil {
		return err
	}
	steps, err := strconv.Atoi(os.Getenv(workFolder + "_STEPS"))
	if err != nil {
		return err
	}
	return powercut.Work(folder, seed, steps)
}

// tally is what all tests of this binary have tried and found. It is made once and
// guarded by its lock.
type tally struct {
	mu                                          sync.Mutex
	states, kills, networkFaults, registrations int
	lost, doubled, unoffered, personal          int
}

var total = new(tally)

func (t *tally) add(change func(*tally)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	change(t)
}

func (t *tally) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return fmt.Sprintf("crash states %d, kills %d, network faults %d, registrations %d: lost %d, doubled %d, never-offered-yet-active %d, personal data found %d",
		t.states, t.kills, t.networkFaults, t.registrations, t.lost, t.doubled, t.unoffered, t.personal)
}

// duration is how long a test may go on: what TORTURE says, or short.
func duration(t *testing.T, short time.Duration) time.Duration {
	t.Helper()
	text := os.Getenv("TORTURE")
	if text == "" {
		return short
	}
	long, err := time.ParseDuration(text)
	if err != nil {
		t.Fatalf("TORTURE is no duration: %v", err)
	}
	return long
}

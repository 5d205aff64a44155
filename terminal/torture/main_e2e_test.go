//go:build e2e

package torture_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/terminal/torture/powercut"
)

// workFolder in the environment makes this binary the workload that is recorded.
const workFolder = "WATASHI_TORTURE_WORK"

// tallyFile in the environment names the file in which all processes count.
const tallyFile = "WATASHI_TORTURE_TALLY"

func TestMain(m *testing.M) {
	if folder := os.Getenv(workFolder); folder != "" {
		if err := work(folder); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		os.Exit(0)
	}
	if os.Getenv(tallyFile) != "" { // within a world
		os.Exit(m.Run())
	}
	os.Exit(counted(m))
}

// counted runs the tests, and ends with what all processes of this run have counted.
func counted(m *testing.M) int {
	file, err := os.CreateTemp("", "torture")
	if err == nil {
		err = errors.Join(file.Close(), os.Setenv(tallyFile, file.Name()))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	defer os.Remove(file.Name())
	result := m.Run()
	sum, err := total(file.Name())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	if os.Getenv("TORTURE") != "" {
		fmt.Println(sum)
	}
	return result
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
	if os.Getenv(workFolder+"_SALVAGE") != "" {
		return powercut.WorkSalvage(folder, seed, steps)
	}
	if os.Getenv(workFolder+"_COMPACTION") != "" {
		return powercut.WorkCompaction(folder, seed, steps)
	}
	return powercut.Work(folder, seed, steps)
}

// tally is what a test has tried and found.
type tally struct {
	States, Kills, NetworkFaults, Registrations int
	Lost, Doubled, Unoffered, Personal          int
}

// count adds a tally to the others. A test may run in a process of its own, so they
// stand in a file, one a line.
func count(t *testing.T, c tally) {
	t.Helper()
	line, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(os.Getenv(tallyFile), os.O_APPEND|os.O_WRONLY, 0)
	if err == nil {
		_, err = file.Write(append(line, '\n'))
		err = errors.Join(err, file.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}

func total(path string) (sum tally, err error) {
	text, err := os.ReadFile(path)
	for line := range bytes.Lines(text) {
		var c tally
		err = errors.Join(err, json.Unmarshal(line, &c))
		sum.States, sum.Kills = sum.States+c.States, sum.Kills+c.Kills
		sum.NetworkFaults, sum.Registrations = sum.NetworkFaults+c.NetworkFaults, sum.Registrations+c.Registrations
		sum.Lost, sum.Doubled = sum.Lost+c.Lost, sum.Doubled+c.Doubled
		sum.Unoffered, sum.Personal = sum.Unoffered+c.Unoffered, sum.Personal+c.Personal
	}
	return sum, err
}

func (t tally) String() string {
	return fmt.Sprintf("crash states %d, kills %d, network faults %d, registrations %d: lost %d, doubled %d, never-offered-yet-active %d, personal data found %d",
		t.States, t.Kills, t.NetworkFaults, t.Registrations, t.Lost, t.Doubled, t.Unoffered, t.Personal)
}

// share is how long a test may go on: that part of what TORTURE says, or short.
func share(t *testing.T, part float64, short time.Duration) time.Duration {
	t.Helper()
	text := os.Getenv("TORTURE")
	if text == "" {
		return short
	}
	long, err := time.ParseDuration(text)
	if err != nil {
		t.Fatalf("TORTURE is no duration: %v", err)
	}
	return time.Duration(float64(long) * part)
}

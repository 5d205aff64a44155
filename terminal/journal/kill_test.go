package journal_test

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/journal"
)

// childPath in the environment makes this binary the child of the test below.
const childPath = "JOURNAL_TEST_CHILD"

func TestMain(m *testing.M) {
	if path := os.Getenv(childPath); path != "" {
		if err := writeUntilKilled(path, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// writeUntilKilled does random calls. It announces each before it is made, and
// what became of the record after the call returned.
func writeUntilKilled(path string, out io.Writer) error {
	seed, err := strconv.ParseUint(os.Getenv(childPath+"_SEED"), 10, 64)
	if err != nil {
		return err
	}
	j, err := journal.Open(path)
	if err != nil {
		return err
	}
	r, m := rand.New(rand.NewPCG(seed, 2)), newModel()
	for {
		o := m.random(r)
		o.id[15] = byte(seed) // each child has registrations of its own
		fmt.Fprintln(out, "try", o.id)
		err := call(j, o)
		if legal := m.apply(o); legal != (err == nil) {
			return fmt.Errorf("%s of %s is legal %v: %w", o.name, o.id, legal, err)
		}
		if err == nil {
			fmt.Fprintln(out, "did", o.id, m.facts[o.id])
		}
	}
}

// A child is killed at a random moment, again and again on the same file. What
// it was told is done must be done; the one call in flight may be done or not.
func TestNothingAcknowledgedIsLostWhenTheProcessIsKilled(t *testing.T) {
	kills := 25
	if testing.Short() {
		kills = 5
	}
	path := filepath.Join(t.TempDir(), "journal.db")
	known := map[protocol.ID]string{}
	for seed := range kills {
		inFlight := killOne(t, path, seed, 1+rand.IntN(120), known)
		j, err := journal.Open(path) // checks everything
		if err != nil {
			t.Fatalf("after kill %d: %v", seed, err)
		}
		records, err := j.Records()
		must(t, err)
		found := map[protocol.ID]string{}
		for _, r := range records {
			found[r.ID] = state(t, j, r.ID)
		}
		for id, want := range known {
			if found[id] != want && id != inFlight {
				t.Errorf("after kill %d: %s is %q, want %q", seed, id, found[id], want)
			}
		}
		if _, err := j.Recover(); err != nil {
			t.Errorf("after kill %d: %v", seed, err)
		}
		for id := range found {
			known[id] = state(t, j, id)
		}
		must(t, j.Close())
	}
}

// killOne runs a child, kills it after so many lines, and keeps what it has
// acknowledged. It returns the registration whose call was in flight.
func killOne(t *testing.T, path string, seed, lines int, known map[protocol.ID]string) (inFlight protocol.ID) {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	child := exec.CommandContext(t.Context(), self)
	child.Env = append(os.Environ(), childPath+"="+path, fmt.Sprintf("%s_SEED=%d", childPath, seed))
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	must(t, err)
	must(t, child.Start())
	scanner := bufio.NewScanner(out)
	for n := 1; scanner.Scan(); n++ {
		word, rest, _ := strings.Cut(scanner.Text(), " ")
		name, state, _ := strings.Cut(rest, " ")
		id, err := protocol.ParseID(name)
		if err != nil {
			break // the last line may be cut
		}
		inFlight = id
		if word == "did" {
			known[id] = state
		}
		if n == lines {
			must(t, child.Process.Kill())
		}
	}
	if err := child.Wait(); err == nil || child.ProcessState.Exited() {
		t.Fatalf("child ended by itself: %v", err)
	}
	return inFlight
}

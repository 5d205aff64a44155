package journal_test

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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
		for i := range o.all {
			o.all[i].id[15] = byte(seed)
		}
		announce(out, o)
		done, err := call(j, o)
		legal := m.apply(o)
		if !slices.Equal(legal, done) {
			return fmt.Errorf("%s of %s is legal %v, but done %v: %w", o.name, o.id, legal, done, err)
		}
		for i, part := range o.parts() {
			if legal[i] {
				fmt.Fprintln(out, "did", part.id, m.facts[part.id])
			}
		}
	}
}

// announce names in one line all registrations that a call is about.
func announce(out io.Writer, o operation) {
	words := []any{"try"}
	for _, part := range o.parts() {
		words = append(words, part.id)
	}
	fmt.Fprintln(out, words...)
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
			if found[id] != want && !inFlight[id] {
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
// acknowledged. It returns the registrations that the call in flight was about.
func killOne(t *testing.T, path string, seed, lines int, known map[protocol.ID]string) (inFlight map[protocol.ID]bool) {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	child := exec.CommandContext(t.Context(), self)
	child.Env = append(os.Environ(), childPath+"="+path, fmt.Sprintf("%s_SEED=%d", childPath, seed))
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	must(t, err)
	must(t, child.Start())
	for read, n := bufio.NewReader(out), 1; ; n++ {
		line, err := read.ReadString('\n')
		if err != nil {
			break // the last line may be cut
		}
		switch word, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " "); word {
		case "try":
			inFlight = map[protocol.ID]bool{}
			for _, name := range strings.Fields(rest) {
				inFlight[parsed(t, name)] = true
			}
		case "did":
			name, state, _ := strings.Cut(rest, " ")
			known[parsed(t, name)] = state
			delete(inFlight, parsed(t, name))
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

func parsed(t *testing.T, name string) protocol.ID {
	t.Helper()
	id, err := protocol.ParseID(name)
	must(t, err)
	return id
}

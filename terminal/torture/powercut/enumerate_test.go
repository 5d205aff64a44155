package powercut_test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/terminal/torture/powercut"
)

// shapes are the states after some operations, each as "name:content name:content";
// a run of one letter is told by letter and number of sectors.
func shapes(t *testing.T, ops []powercut.Op) []string {
	t.Helper()
	found := map[string]bool{}
	powercut.Enumerate(ops, 1, 8, func(s powercut.State) bool {
		dir := t.TempDir()
		if err := s.Write(dir); err != nil {
			t.Fatal(err)
		}
		var files []string
		entries, _ := os.ReadDir(dir)
		for _, entry := range entries {
			content, _ := os.ReadFile(filepath.Join(dir, entry.Name()))
			files = append(files, entry.Name()+":"+shape(content))
		}
		found[strings.Join(files, " ")] = true
		return true
	})
	return slices.Sorted(maps.Keys(found))
}

func shape(content []byte) string {
	var b strings.Builder
	for len(content) > 0 {
		rest := bytes.TrimLeft(content, string(content[:1]))
		letter := strings.ReplaceAll(string(content[:1]), "\x00", "0")
		fmt.Fprintf(&b, "%s%g", letter, float64(len(content)-len(rest))/512)
		content = rest
	}
	return b.String()
}

func page(letter string) []byte { return bytes.Repeat([]byte(letter), 4096) }

func durable(name string) []powercut.Op {
	return []powercut.Op{{Kind: powercut.Create, File: 1, Name: name}, {Kind: powercut.SyncNames}}
}

func TestWhatIsSyncedIsInEveryStateAfter(t *testing.T) {
	ops := append(durable("a"), powercut.Op{Kind: powercut.Write, File: 1, Data: page("x")}, powercut.Op{Kind: powercut.Sync, File: 1})
	for _, state := range shapes(t, append(ops, powercut.Op{Kind: powercut.Write, File: 1, Offset: 4096, Data: page("y")})) {
		if strings.Contains(state, "y") && !strings.HasPrefix(state, "a:x8") {
			t.Errorf("after the sync: %s", state)
		}
	}
}

func TestUnsyncedPagesComeInAnyOrderAndTorn(t *testing.T) {
	write := powercut.Op{Kind: powercut.Write, File: 1, Data: append(page("x"), page("y")...)}
	got := shapes(t, append(durable("a"), write))
	for _, want := range []string{"", "a:", "a:x8", "a:x8y8", "a:08y8"} {
		if !slices.Contains(got, want) {
			t.Errorf("%q is missing in %q", want, got)
		}
	}
	torn := func(state string) bool {
		return strings.Count(state, "x")+strings.Count(state, "y") > 0 && strings.Count(state, "8") < 2 && state != "a:x8"
	}
	if !slices.ContainsFunc(got, torn) {
		t.Errorf("no torn page in %q", got)
	}
}

func TestLongerFileMayHaveItsLengthOrNot(t *testing.T) {
	grow := powercut.Op{Kind: powercut.Truncate, File: 1, Size: 512}
	if got, want := shapes(t, append(durable("a"), grow)), []string{"", "a:", "a:01"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestRenameMayHaveHappenedUntilTheFolderIsSynced(t *testing.T) {
	ops := append(durable("new"), powercut.Op{Kind: powercut.Rename, File: 1, Name: "new", To: "old"})
	if got, want := shapes(t, ops), []string{"", "new:", "old:"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	after := append(ops, powercut.Op{Kind: powercut.SyncNames}, powercut.Op{Kind: powercut.Acknowledge, Data: []byte("did")})
	powercut.Enumerate(after, 1, 8, func(s powercut.State) bool {
		dir := t.TempDir()
		if err := s.Write(dir); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(filepath.Join(dir, "old")); err != nil && len(s.Acknowledged) > 0 {
			t.Error("the rename is not there after the sync of the folder")
		}
		return true
	})
}

func TestTwoNamesOfAFileStayOneFile(t *testing.T) {
	ops := append(durable("a"), powercut.Op{Kind: powercut.Link, File: 1, Name: "a", To: "b"}, powercut.Op{Kind: powercut.SyncNames})
	linked := 0
	powercut.Enumerate(ops, 1, 8, func(s powercut.State) bool {
		dir := t.TempDir()
		if err := s.Write(dir); err != nil {
			t.Fatal(err)
		}
		one, err := os.Stat(filepath.Join(dir, "a"))
		two, err2 := os.Stat(filepath.Join(dir, "b"))
		if err == nil && err2 == nil {
			linked++
			if !os.SameFile(one, two) {
				t.Error("the two names are two files")
			}
		}
		return true
	})
	if linked == 0 {
		t.Error("no state has both names")
	}
}

func TestNoStateIsVisitedTwice(t *testing.T) {
	write := powercut.Op{Kind: powercut.Write, File: 1, Data: page("x")}
	count := func(ops ...powercut.Op) (n int) {
		powercut.Enumerate(append(durable("a"), ops...), 1, 8, func(powercut.State) bool { n++; return true })
		return n
	}
	sync := powercut.Op{Kind: powercut.Sync, File: 1}
	once, twice := count(write, sync), count(write, sync, write, sync, write, sync)
	if once != twice {
		t.Errorf("%d states, and %d after the same page was written again", once, twice)
	}
}

func TestPlanIsTheSameFromTheSameSeed(t *testing.T) {
	one, known := powercut.Plan(7, 200)
	two, _ := powercut.Plan(7, 200)
	calls := map[string]int{}
	for i := range one {
		if one[i].Call != two[i].Call || one[i].ID != two[i].ID || !bytes.Equal(one[i].Body, two[i].Body) {
			t.Fatalf("step %d differs", i)
		}
		calls[one[i].Call]++
	}
	if len(known) != len(one)+1 {
		t.Errorf("%d steps, but %d facts", len(one), len(known))
	}
	if len(calls) < 12 {
		t.Errorf("200 steps make %d kinds of calls only: %v", len(calls), calls)
	}
}

// The workload itself is right where no power is cut.
func TestWorkloadEndsAsPlanned(t *testing.T) {
	for seed := range uint64(3) {
		dir := t.TempDir()
		if err := powercut.Work(dir, seed, 80); err != nil {
			t.Fatal(err)
		}
		_, known := powercut.Plan(seed, 80)
		last := known[len(known)-1]
		if found, words := powercut.Judge(dir, last, last); found.Any() {
			t.Errorf("seed %d: %+v %q", seed, found, words)
		}
	}
}

// Each row is a journal that is not as it should be.
func TestJudgeFindsWhatIsWrong(t *testing.T) {
	const steps = 60
	_, known := powercut.Plan(1, steps)
	last := known[steps]
	judge := func(change func(*powercut.Knowledge)) powercut.Findings {
		dir := t.TempDir()
		if err := powercut.Work(dir, 1, steps); err != nil {
			t.Fatal(err)
		}
		other := powercut.Knowledge{Facts: maps.Clone(last.Facts), Tampered: last.Tampered}
		change(&other)
		found, _ := powercut.Judge(dir, other, other)
		return found
	}
	if found := judge(func(k *powercut.Knowledge) { k.Tampered = !k.Tampered }); found.Lost == 0 {
		t.Error("a tampering that was lost is not found")
	}
	if found := judge(func(k *powercut.Knowledge) { k.Facts[[16]byte{99}] = powercut.Fact{Delivery: "sealed"} }); found.Lost == 0 {
		t.Error("a registration that was lost is not found")
	}
	for id := range last.Facts {
		if found := judge(func(k *powercut.Knowledge) { delete(k.Facts, id) }); found.Doubled == 0 {
			t.Error("a registration that never was is not found")
		}
		break
	}
	if found, _ := powercut.Judge(t.TempDir(), last, last); found.Lost == 0 {
		t.Error("a journal that is gone is not found")
	}
}

// A call of several registrations that is done for some of them only.
func TestJudgeFindsACallThatIsHalfDone(t *testing.T) {
	const steps = 60
	dir := t.TempDir()
	if err := powercut.Work(dir, 1, steps); err != nil {
		t.Fatal(err)
	}
	_, known := powercut.Plan(1, steps)
	before, after := powercut.Knowledge{Facts: maps.Clone(known[steps].Facts)}, powercut.Knowledge{Facts: maps.Clone(known[steps].Facts)}
	before.Tampered, after.Tampered = known[steps].Tampered, known[steps].Tampered
	for n, id := range slices.Collect(maps.Keys(before.Facts))[:2] {
		side := []powercut.Knowledge{before, after}[n] // one is as after, the other as before
		f := side.Facts[id]
		f.HandOver = "otherwise"
		side.Facts[id] = f
	}
	if found, _ := powercut.Judge(dir, before, after); found.Lost != 1 {
		t.Errorf("found %+v, want one loss", found)
	}
}

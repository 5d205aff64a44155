//go:build e2e && linux

package e2e_test

import (
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest/pcscdtest"
	"github.com/digital-watashi/kiosk/terminal/residue"
	"github.com/digital-watashi/kiosk/terminal/street"
	"github.com/digital-watashi/kiosk/ui/uitest"
)

// A laboratory looks for what citizens left behind: journeys on the shipped programs,
// each with a password, a key, a code and a name of its own, and then the memory of
// the programs as they run on.
type laboratory struct {
	*shop
	glass  *glass
	random *rand.Rand
	grams  residue.Grams // of the memories before the first journey

	used, unused []residue.Secret
	lines        []string // of the report
}

// TestE2ENoResidueOfAVisitor is a slice of `make residue`: RESIDUE says of how many
// journeys the whole is.
func TestE2ENoResidueOfAVisitor(t *testing.T) {
	// A program that crashes shall leave a core behind, if anything lets it.
	t.Setenv("GOTRACEBACK", "crash")
	if err := syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{Cur: 1 << 30, Max: 1 << 30}); err != nil {
		t.Fatal(err)
	}
	pcscdtest.Within(t, func(t *testing.T) {
		journeys := 4
		if n, err := strconv.Atoi(os.Getenv("RESIDUE")); err == nil {
			journeys = n
		}
		l := newLaboratory(t)
		for i := range journeys {
			l.journey(i)
		}
		l.examine("terminald", residue.Process(l.Terminald.PID()))
		l.examine("uplinkd", residue.Process(l.Uplinkd.PID()))
		l.examine("pcscd", residue.Named("pcscd")...)
		for _, line := range l.lines {
			t.Log(line)
		}
	})
}

func newLaboratory(t *testing.T) *laboratory {
	t.Helper()
	s := &shop{life: t, used: street.Secrets{}}
	s.Street = street.New(t, street.Plan{Platform: "platform-e2e", Patience: uitest.Patience})
	seed := uint64(time.Now().UnixNano())
	t.Logf("drawn with seed %d", seed)
	l := &laboratory{shop: s, random: rand.New(rand.NewPCG(seed, 0))}
	l.glass = newGlass(s.Street)
	l.glass.shows("welcome")
	for _, p := range l.processes() {
		if _, err := p.Read(func(text []byte, _, _ int) { l.grams.Note(text) }); err != nil {
			t.Fatal(err)
		}
	}
	for range controls {
		l.unused = append(l.unused, l.stranger().secrets()...)
	}
	return l
}

// controls is of how many people, who never come, something is looked for as well:
// what is found of them stands there by chance.
const controls = 100

// processes are all that the citizen's data may pass.
func (l *laboratory) processes() []residue.Process {
	return slices.Concat([]residue.Process{residue.Process(l.Terminald.PID()), residue.Process(l.Uplinkd.PID())}, residue.Named("pcscd"), browsers())
}

// browsers are the processes of Chromium.
func browsers() []residue.Process {
	return slices.Concat(residue.Named("chromium"), residue.Named("chrome"))
}

// examine counts what the processes of one kind hold.
func (l *laboratory) examine(name string, processes ...residue.Process) *residue.Tally {
	l.T.Helper()
	if len(processes) == 0 {
		l.T.Fatalf("there is no %s to look into", name)
	}
	search, tally := residue.NewSearch(slices.Concat(l.used, l.unused)), residue.NewTally(name)
	for _, p := range processes {
		if err := tally.Search(p, search, len(l.used)); err != nil {
			l.T.Fatal(err)
		}
	}
	l.lines = append(l.lines, tally.String())
	return tally
}

// A stranger is a person whom nobody has seen before.
type stranger struct{ name, address, password, key, code string }

func (l *laboratory) stranger() stranger {
	return stranger{
		name: l.kanji(3) + "\u3000" + l.kanji(3), address: l.kanji(14), password: l.grams.Password(l.random),
		key: l.digits(12), code: l.digits(6),
	}
}

func (l *laboratory) kanji(n int) string {
	var b strings.Builder
	for range n {
		b.WriteRune(0x4E00 + rune(l.random.IntN(0x5000)))
	}
	return b.String()
}

func (l *laboratory) digits(n int) string {
	var b strings.Builder
	for range n {
		b.WriteByte('0' + byte(l.random.IntN(10)))
	}
	return b.String()
}

func (s stranger) secrets() []residue.Secret {
	return []residue.Secret{
		{Kind: residue.PIN, Text: s.password}, {Kind: residue.Key, Text: s.key}, {Kind: residue.Code, Text: s.code},
		{Kind: residue.Attribute, Text: s.name}, {Kind: residue.Attribute, Text: s.address},
	}
}

//go:build e2e && linux

package e2e_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest/pcscdtest"
	"github.com/digital-watashi/kiosk/terminal/residue"
	"github.com/digital-watashi/kiosk/terminal/street"
	"github.com/digital-watashi/kiosk/ui/uitest"
)

// A laboratory looks for what citizens left behind: journeys on the shipped programs,
// each with a password, a key, a code and a name of its own, and then the memory of
// the programs as they run on, their swap, their disk and what they leave when they
// crash.
type laboratory struct {
	*shop
	glass  *glass
	random *rand.Rand
	grams  residue.Grams // of the memories before the first journey

	used, unused []residue.Secret
	report       []string
	sum          map[residue.Kind]residue.Counts
	ofTheCard    int     // attributes of the last card that pcscd keeps
	chance       float64 // fragments of the used passwords that are to be expected by chance
}

// controls is of how many people, who never come, something is looked for as well:
// what is found of them stands there by chance.
const controls = 200

// TestE2ENoResidueOfAVisitor is a slice of `make residue`: RESIDUE says of how many
// journeys the whole is, of which each tenth is in a real browser, and REPORT where its
// report goes.
func TestE2ENoResidueOfAVisitor(t *testing.T) {
	leaveCores(t)
	pcscdtest.Within(t, func(t *testing.T) {
		all, err := strconv.Atoi(os.Getenv("RESIDUE"))
		if err != nil {
			all = 3
		}
		inBrowser := all / 10
		l := newLaboratory(t, inBrowser > 0)
		l.findsWhatIsPlanted()
		for i := range all - inBrowser {
			l.journey(i)
		}
		if inBrowser > 0 {
			l.inBrowser(inBrowser)
		}
		l.services()
		l.swapAndDisk()
		l.crash()
		l.tell(all)
	})
}

// newLaboratory knows what fragments the programs hold before anybody comes.
func newLaboratory(t *testing.T, browser bool) *laboratory {
	t.Helper()
	s := &shop{life: t, used: street.Secrets{}}
	s.Street = street.New(t, street.Plan{Platform: "platform-e2e", Patience: uitest.Patience})
	seed := uint64(time.Now().UnixNano())
	t.Logf("drawn with seed %d", seed)
	l := &laboratory{shop: s, random: rand.New(rand.NewPCG(seed, 0)), sum: map[residue.Kind]residue.Counts{}}
	if browser {
		l.withBrowser("a browser at rest", func() { l.knows(browsers()) })
	}
	l.glass = newGlass(s.Street)
	l.glass.shows("welcome")
	l.knows(slices.Concat(l.terminald(), l.uplinkd(), pcscd()))
	for range controls {
		l.unused = append(l.unused, l.secrets(l.stranger())...)
	}
	return l
}

func (l *laboratory) knows(processes []residue.Process) {
	l.T.Helper()
	for _, p := range processes {
		if _, err := p.Read(func(text []byte, _, _ int) {
			l.grams.Note(text)
			l.grams.NoteNumbers(text)
		}); err != nil {
			l.T.Fatal(err)
		}
	}
}

func (l *laboratory) terminald() []residue.Process {
	return []residue.Process{residue.Process(l.Terminald.PID())}
}

func (l *laboratory) uplinkd() []residue.Process {
	return []residue.Process{residue.Process(l.Uplinkd.PID())}
}

func pcscd() []residue.Process { return residue.Named("pcscd") }

// browsers are the processes of Chromium: the one that was started, and its children.
func browsers() []residue.Process {
	return slices.Concat(residue.Named("chromium"), residue.Named("chrome"), residue.Named("headless_shell"))
}

// services holds that none of the two services, and not pcscd, keeps anything. What
// comes off a card passes pcscd in clear, and its last answers lie in its buffers until
// the next card's: that is told, and judged for what the card must not know of.
func (l *laboratory) services() {
	l.T.Helper()
	l.clean(l.examine("terminald", l.used, l.terminald()), residue.Kinds()...)
	l.clean(l.examine("uplinkd", l.used, l.uplinkd()), residue.Kinds()...)
	service := l.examine("pcscd", l.used, pcscd())
	l.clean(service, residue.PIN, residue.Key, residue.Code)
	l.ofTheCard = service.Copies(residue.Attribute)
}

// examine counts what the processes of one name hold, and puts it into the report.
func (l *laboratory) examine(name string, secrets []residue.Secret, processes []residue.Process) *residue.Tally {
	l.T.Helper()
	tally := l.count(name, secrets, processes)
	l.report = append(l.report, tally.String())
	return tally
}

func (l *laboratory) count(name string, secrets []residue.Secret, processes []residue.Process) *residue.Tally {
	l.T.Helper()
	if len(processes) == 0 {
		l.T.Fatalf("there is no %s to look into", name)
	}
	tally := residue.NewTally(name)
	if err := tally.Search(secrets, l.unused, processes...); err != nil {
		l.T.Fatal(err)
	}
	if tally.Bytes == 0 {
		l.T.Fatalf("nothing was read of %s", name)
	}
	return tally
}

// clean holds that nothing of these kinds was found. Of a password, four characters
// that stand together are a find, which chance makes now and then: they may be as many
// as is to be expected of passwords that nobody typed, and what luck adds.
func (l *laboratory) clean(t *residue.Tally, kinds ...residue.Kind) {
	l.T.Helper()
	expected := t.Expected()
	l.chance += expected
	for _, kind := range kinds {
		c, most := t.Found[kind], 0
		if kind == residue.PIN {
			most = int(expected*3) + 3
		}
		if t.Copies(kind) > 0 || c.Fragments > most || t.Longest[kind] > 5 {
			l.T.Errorf("residue: %v", t)
		}
		sum := l.sum[kind]
		l.sum[kind] = residue.Counts{Whole: sum.Whole + c.Whole, Wide: sum.Wide + c.Wide, Fragments: sum.Fragments + c.Fragments}
	}
}

// tell ends with one line.
func (l *laboratory) tell(journeys int) {
	var copies []string
	wide, fragments := 0, 0
	for _, kind := range residue.Kinds() {
		c := l.sum[kind]
		copies = append(copies, fmt.Sprintf("%d %s", c.Whole+c.Wide, kind))
		wide, fragments = wide+c.Wide, fragments+c.Fragments
	}
	last := l.report[len(l.report)-1]
	l.report[len(l.report)-1] = fmt.Sprintf("residue: %s (pcscd: %d of the last card), %d in UTF-16, %d fragments (%.1f by chance), %s; %d journeys",
		strings.Join(copies, ", "), l.ofTheCard, wide, fragments, l.chance, last, journeys)
	text := strings.Join(l.report, "\n") + "\n"
	l.T.Logf("\n%s", text)
	if path := os.Getenv("REPORT"); path != "" {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			l.T.Error(err)
		}
	}
}

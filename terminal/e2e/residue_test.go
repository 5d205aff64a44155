//go:build e2e && linux

package e2e_test

import (
	"fmt"
	"image"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/haltest/pcscdtest"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/residue"
	"github.com/digital-watashi/kiosk/terminal/street"
	"github.com/digital-watashi/kiosk/ui/uitest"
)

// A laboratory looks for what citizens left behind: journeys on the shipped programs,
// each with a password, a key, a code, a name and a face of its own, and then the
// memory of the programs as they run on, their swap, their disk and what they leave
// when they crash.
type laboratory struct {
	*shop
	glass   *glass
	scanner *haltest.Scanner
	random  *rand.Rand
	grams   residue.Grams // of the memories before the first journey
	slips   []image.Image
	catches []catch

	temporary string // the folder of temporary files

	used, unused []residue.Secret
	report       []string
	sum          *residue.Tally // of the two services, and of the browser after its replacement
	planted      int            // secrets that were found
	ofTheCard    int            // what pcscd keeps of the last cards
	chance       float64        // fragments of the used passwords that are to be expected by chance
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
		l.tell(all, l.swap(), l.crash(), l.disk())
	})
}

// newLaboratory knows what fragments the programs hold before anybody comes.
func newLaboratory(t *testing.T, browser bool) *laboratory {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	t.Logf("drawn with seed %d", seed)
	l := &laboratory{
		shop: &shop{life: t, used: street.Secrets{}}, scanner: haltest.NewScanner(), random: rand.New(rand.NewPCG(seed, 0)), sum: residue.NewTally("all"),
	}
	l.scratch(t)
	l.Street = street.New(t, street.Plan{Platform: "platform-e2e", Patience: uitest.Patience, Founded: photoOptional, Provisioned: func(s *street.Street) {
		scannerOnSerial(l.scanner)(s)
		s.Devices["voice"] = voice()
	}})
	if browser {
		l.withBrowser("a browser at rest", func() { l.knows(browsers()) })
	}
	l.glass = newGlass(l.Street)
	l.glass.shows("welcome")
	l.knows(slices.Concat(l.terminald(), l.uplinkd(), pcscd()))
	for range controls {
		nobody := l.stranger()
		nobody.Photo = nil // what is so long stands nowhere by chance
		l.unused = append(l.unused, l.secrets(nobody)...)
	}
	return l
}

// photoOptional has the platform wish for the photo of whoever comes.
func photoOptional(s *street.Street) {
	s.Edit(s.Path("platform", "platformd.json"), map[string]any{"photo": protocol.PhotoOptional})
}

// voice is how the machine speaks: Japanese by the engines of its defaults, into an ear
// that keeps the sound for a moment, and English by an engine of which the sound is the
// text, so that the sound can be searched for it as well.
func voice() map[string]any {
	return map[string]any{
		"kind": "speech", "engines": map[string]any{"en": [][]string{{"cat"}}},
		"player": []string{"sh", "-c", "sound=$(cat); sleep 0.3"},
	}
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

// terminald is that program, and what speaks for it.
func (l *laboratory) terminald() []residue.Process {
	return residue.Process(l.Terminald.PID()).Children()
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
// others cover them: that is told, and judged for what the card must not know of.
func (l *laboratory) services() {
	l.T.Helper()
	l.used = append(l.used, l.drawn()...)
	l.meanwhile()
	l.clean(l.examine("terminald", l.used, l.terminald()), residue.Kinds()...)
	l.clean(l.examine("uplinkd", l.used, l.uplinkd()), residue.Kinds()...)
	service := l.examine("pcscd", l.used, pcscd())
	l.clean(service, residue.PIN, residue.Number, residue.Key, residue.Code, residue.Slip)
	for _, kind := range []residue.Kind{residue.Attribute, residue.Birth, residue.Photo, residue.Certificate} {
		l.ofTheCard += service.Copies(kind)
	}
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
		most := 0
		if kind == residue.PIN {
			most = int(expected*3) + 3
		}
		if t.Copies(kind) > 0 || t.Found[kind].Fragments > most || t.Longest[kind] > 5 {
			l.T.Errorf("residue of a %s: %v", kind, t)
		}
	}
	l.sum.Add(t.Only(kinds...))
}

// tell ends with one line.
func (l *laboratory) tell(journeys int, more ...string) {
	sum := l.sum.Sum()
	l.report = append(l.report, fmt.Sprintf("residue: %s (pcscd: %d of the last cards), %d in UTF-16, %d fragments (%.1f by chance), %s, %d planted and found; %d journeys",
		l.sum.Whole(), l.ofTheCard, sum.Wide, sum.Fragments, l.chance, strings.Join(more, ", "), l.planted, journeys))
	text := strings.Join(l.report, "\n") + "\n"
	l.T.Logf("\n%s", text)
	if path := os.Getenv("REPORT"); path != "" {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			l.T.Error(err)
		}
	}
}

//go:build e2e

package soak_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest/pcscdtest"
	"github.com/digital-watashi/kiosk/terminal/soak"
	"github.com/digital-watashi/kiosk/terminal/street"
)

// patience is how long anything may take that must happen in the end.
const patience = 60 * time.Second

// uses: each fifth citizen's app enters the code.
const uses = 5

// laboratory is one machine with all round it, that serves visit after visit.
type laboratory struct {
	*street.Street
	plan
	cable  *cable
	screen *street.Screen // that was opened last
	random *rand.Rand
	all    []*scale
	hands  []street.Hand
	slips  int
	unread int // of those that a phone should have read
	astray int // visits that did not go their way

	phantoms int // cards that pcscd saw and nobody else
}

// plan is how long a soak is, and what it lets grow.
type plan struct {
	visits int // all of them
	warmUp int // that are not judged: what is made once is made then
	every  int // visits between two weighings
	seldom int // rounds between two of what takes its time
	limits limits
}

// brief is the slice of a soak that runs with all other tests: each way once, and then
// enough visits that one more of something with each would be seen. The heap is young
// then, and the machine may have other things to do.
func brief() plan {
	return plan{visits: len(ways()) + 24, warmUp: len(ways()), every: 3, seldom: 10, limits: limits{
		memory: soak.Limit{Plus: 24}, counts: soak.Limit{Plus: 8}, threads: soak.Limit{Plus: 8}, work: soak.Told(), visit: soak.Told(),
	}}
}

// long is a soak of that many visits. What a visit takes is said by the work of the
// processor; how long it lasts is also said by what else the machine does. Of 5,000
// visits the middles of first and last quarter are 3,375 apart: a kilobyte with each is
// twice what memory may grow here. What the collector leaves differs by less.
func long(visits int) plan {
	return plan{visits: visits, warmUp: visits / 10, every: visits / 100, seldom: 4, limits: limits{
		memory: soak.Limit{Share: 0.03, Plus: 1}, counts: soak.Limit{Plus: 1}, threads: soak.Limit{Plus: 2},
		work: soak.Limit{Share: 0.15, Plus: 1}, visit: soak.Limit{Share: 0.5},
	}}
}

// fewestVisits of a long soak: some rounds of all ways before it is judged.
const fewestVisits = 500

// ways are those of one round.
func ways() []way {
	return []way{
		{}, {language: "en"}, {wrong: true}, {language: "zh-Hans"}, {typo: true},
		{photo: true}, {language: "ko"}, {leaves: "attributes"}, {language: "vi"}, {stops: "key"},
		{before: (*laboratory).paperOut, seldom: true}, {language: "ne"}, {language: "en", voice: true}, {leaves: "password"}, {},
		{missing: true}, {language: "id"}, {missing: true, declines: true},
		{before: func(l *laboratory) { l.cable.pull() }, after: func(l *laboratory) { l.cable.plug() }, seldom: true}, {language: "pt-BR"},
		{before: (*laboratory).maintained}, {language: "en", photo: true}, {language: "zh-Hant"}, {leaves: "key"}, {language: "ja-x-easy"},
	}
}

// TestE2ESoakIsFlat is a slice of `make soak`: SOAK says of how many visits the whole
// is, and REPORT where its report goes.
func TestE2ESoakIsFlat(t *testing.T) {
	pcscdtest.Swiftly(t, func(t *testing.T) {
		l := newLaboratory(t)
		begun := time.Now()
		ledger := &soak.Ledger{}
		for n := range l.visits {
			took := l.visit(n)
			if n < l.warmUp {
				continue
			}
			ledger.Note("a visit", "takes", "ms", l.limits.visit, float64(took.Microseconds())/1000)
			l.glance(ledger)
			if (n+1)%l.every == 0 {
				l.weigh(ledger)
				l.tell(fmt.Sprintf("%d visits in %v\n%s", n+1, time.Since(begun).Round(time.Second), soak.Table(ledger.Findings())))
			}
		}
		took := time.Since(begun).Round(time.Second)
		l.findsALeak()
		compacted := l.compacted()
		all := ledger.Findings()
		line := fmt.Sprintf("soak: %d visits in %v, %s; %s; %s", l.visits, took, l.agreed(), compacted,
			soak.Line(all, "takes", work, memory, descriptors, goroutines, threads))
		l.tell(soak.Table(all) + line + "\n")
		t.Logf("\n%s%s", soak.Table(all), line)
		if !soak.Flat(all) {
			t.Error("something grows with each visit")
		}
	})
}

func newLaboratory(t *testing.T) *laboratory {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	t.Logf("drawn with seed %d", seed)
	l := &laboratory{plan: brief(), random: rand.New(rand.NewPCG(seed, 0))}
	if text := os.Getenv("SOAK"); text != "" {
		visits, err := strconv.Atoi(text)
		if err != nil || visits < fewestVisits {
			t.Fatalf("SOAK=%s is not a number of visits from %d on", text, fewestVisits)
		}
		l.plan = long(visits)
	}
	l.Street = street.New(t, street.Plan{
		Platform: "platform-soak", Patience: patience,
		Founded: func(s *street.Street) {
			s.Edit(s.Path("platform", "platformd.json"), map[string]any{"photo": "optional"})
		},
		Provisioned: func(s *street.Street) {
			s.Devices["voice"] = map[string]any{"kind": "speech", "player": []string{"cat"}} // to nobody's ear
			l.cable = layCable(t, street.PlatformAddress)
			s.Edit(s.Path("uplink", "platform.json"), map[string]any{"host": l.cable.address})
		},
	})
	l.all = l.scales()
	return l
}

// visit has the n-th citizen come and go, and returns how long that took.
func (l *laboratory) visit(n int) time.Duration {
	l.T.Helper()
	round, w := n/len(ways()), ways()[n%len(ways())]
	if w.seldom && round%l.seldom != 0 {
		w = way{}
	}
	v := l.visitor(n, w)
	if w.before != nil {
		w.before(l)
	}
	took := l.serve(v)
	if w.after != nil {
		w.after(l)
	}
	if n%uses == 0 && v.takes() {
		l.binds(v)
	}
	l.hands, l.slips = append(l.hands, v.hand()), l.slips+len(v.paper)
	if !v.foreseen() {
		l.astray++
		l.T.Logf("visit %d did not go its way: %+v, %d slips", n, w, len(v.paper))
	}
	return took
}

// findsALeak holds that the laboratory is not blind: with one that is planted in
// terminald, that is found there, and nowhere else.
func (l *laboratory) findsALeak() {
	l.T.Helper()
	ledger := &soak.Ledger{}
	outer := l.limits
	l.limits.counts = soak.Limit{Plus: 4}
	for range 12 {
		l.plantLeak()
		l.weigh(ledger)
	}
	l.limits = outer
	for _, f := range ledger.Findings() {
		counts := f.What == descriptors || f.What == goroutines
		if want := counts && f.Of == "terminald"; counts && f.Grown() != want {
			l.T.Errorf("with a leak planted in terminald: %+v", f)
		}
	}
}

// agreed says whether terminal, platform and citizens agree in the end.
func (l *laboratory) agreed() string {
	l.T.Helper()
	bound := 0
	for _, h := range l.hands {
		bound += h.Bound
	}
	l.Uplinkd.Stop()
	l.Terminald.Stop()
	l.Platformd.Stop()
	c := l.Judge(l.hands)
	for _, word := range c.Words {
		l.T.Error(word)
	}
	if bound == 0 || c.Codes == 0 {
		l.T.Error("nobody got a code that was bound")
	}
	if few := 1 + l.visits/200; l.astray > few || l.unread > few {
		l.T.Errorf("%d visits did not go their way, %d slips were not read", l.astray, l.unread)
	}
	return fmt.Sprintf("%d went astray, %d phantom cards of pcscd, %d registrations, %d slips, %d codes taken home, %d bound: lost %d, doubled %d, never-offered-yet-active %d",
		l.astray, l.phantoms, c.Registrations, l.slips, c.Codes, bound, c.Lost, c.Doubled, c.Unoffered)
}

// tell writes the report as it stands.
func (l *laboratory) tell(text string) {
	l.T.Helper()
	if path := os.Getenv("REPORT"); path != "" {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			l.T.Error(err)
		}
	}
}

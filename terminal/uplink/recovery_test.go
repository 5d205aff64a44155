package uplink_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/terminal/uplink"
)

// The simulation: terminals that lose the platform at 0 and have it back after
// outage. What they do and when is decided by the code that ships; here are only
// the clock, the citizens and the platform.
const (
	terminals = 50_000
	outage    = 2 * time.Hour
	capacity  = 1000 // envelopes a second that the platform takes in
	perHour   = 6    // registrations of a terminal, on average
	queueable = 2 * time.Second
	retryWish = 30 * time.Second
)

type happening uint8

const (
	probing happening = iota
	beating
	trying
	answered
	visiting
)

// event is what happens next, to one item of one terminal where it is about one.
type event struct {
	at       time.Duration
	terminal int32
	what     happening
	item     *letter
	status   int
}

// letter is one envelope on its way.
type letter struct {
	try    int
	live   bool // committed after the platform was back
	parked bool
	turn   int // events of an earlier turn are void
}

// events is a heap, the next on top. That of the standard library would put each
// event on the free store.
type events []event

func (e *events) push(v event) {
	*e = append(*e, v)
	h := *e
	for i := len(h) - 1; i > 0 && h[i].at < h[(i-1)/4].at; i = (i - 1) / 4 {
		h[i], h[(i-1)/4] = h[(i-1)/4], h[i]
	}
}

func (e *events) pop() event {
	h := *e
	top, last := h[0], len(h)-1
	h[0], h[last] = h[last], event{}
	*e = h[:last]
	e.sink()
	return top
}

func (e events) sink() {
	for i := 0; ; {
		least := i
		for c := 4*i + 1; c <= 4*i+4 && c < len(e); c++ {
			if e[c].at < e[least].at {
				least = c
			}
		}
		if least == i {
			return
		}
		e[i], e[least] = e[least], e[i]
		i = least
	}
}

// machine is one terminal.
type machine struct {
	pacing  *uplink.Pacing
	up      bool
	probes  int
	listed  []*letter
	waiting int // beyond what is listed
}

// fleet is all of them, and the platform.
type fleet struct {
	random   *rand.Rand
	events   events
	machines []machine
	now      time.Duration
	backlog  int           // committed before the platform was back, and not delivered yet
	free     time.Duration // when the platform has worked off what it took in
	requests []int         // a second, after the outage
	intake   []int         // of these, envelopes
	refused  int
	total    int
	last     time.Duration
}

func zero() time.Time { return time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC) }

func (f *fleet) clock() time.Time { return zero().Add(f.now) }

func (f *fleet) at(wait time.Duration, e event) {
	e.at = f.now + wait
	f.events.push(e)
}

// newFleet has every terminal notice the outage within a minute, by its heartbeat,
// and keep what a skewed share of citizens bring.
func newFleet(seed uint64, mean float64) *fleet {
	f := &fleet{random: rand.New(rand.NewPCG(seed, seed)), machines: make([]machine, terminals)}
	for n := range f.machines {
		m := &f.machines[n]
		m.pacing, m.up = uplink.NewPacing(zero().Add(-time.Hour)), true
		m.waiting = int(f.random.ExpFloat64() * mean)
		f.total += m.waiting
		f.at(time.Duration(f.random.Int64N(int64(time.Minute))), event{terminal: int32(n), what: probing})
	}
	f.backlog = f.total
	f.at(outage, event{what: visiting})
	return f
}

// run plays until everything that waited is delivered.
func (f *fleet) run() {
	for f.backlog > 0 && f.now < outage+3*time.Hour {
		e := f.events.pop()
		f.now = e.at
		m := &f.machines[e.terminal]
		switch e.what {
		case probing:
			f.probe(e.terminal, m)
		case beating:
			f.arrive(false)
			f.at(f.spreadOver(uplink.HeartbeatEvery), e)
		case trying:
			if !e.item.parked && e.status == e.item.turn {
				f.send(e.terminal, m, e.item)
			}
		case answered:
			f.hear(e.terminal, m, e.item, e.status)
		case visiting:
			f.visit()
		}
	}
}

// spreadOver is d, give or take a tenth.
func (f *fleet) spreadOver(d time.Duration) time.Duration {
	return d - d/10 + time.Duration(f.random.Int64N(int64(d/5)))
}

// arrive counts a request that meets a platform that is there.
func (f *fleet) arrive(envelope bool) {
	second := int((f.now - outage) / time.Second)
	for len(f.requests) <= second {
		f.requests, f.intake = append(f.requests, 0), append(f.intake, 0)
	}
	f.requests[second]++
	if envelope {
		f.intake[second]++
	}
}

func (f *fleet) probe(n int32, m *machine) {
	up := f.now >= outage
	if up {
		f.arrive(false)
	}
	wait, rose := m.pacing.Probed(up, f.clock(), m.probes)
	m.probes++
	if up {
		m.probes = 0
	}
	f.at(wait, event{terminal: n, what: probing})
	if m.up = up; rose {
		f.at(0, event{terminal: n, what: beating})
		for _, l := range m.listed {
			f.place(n, m, l)
		}
	}
	f.list(n, m)
}

// list has items carried, as many as the Desk lists.
func (f *fleet) list(n int32, m *machine) {
	for ; m.waiting > 0 && len(m.listed) < uplink.Listed; m.waiting-- {
		l := &letter{}
		m.listed = append(m.listed, l)
		f.place(n, m, l)
	}
}

// place has an item tried at its place in the spread.
func (f *fleet) place(n int32, m *machine, l *letter) {
	l.parked = false
	l.turn++
	f.at(m.pacing.Place(f.clock()).Sub(f.clock()), event{terminal: n, what: trying, item: l, status: l.turn})
}

// send brings an item to the platform if the gate lets it.
func (f *fleet) send(n int32, m *machine, l *letter) {
	wait, in := m.pacing.Enter(f.clock())
	switch {
	case in:
		f.deliver(n, l)
	case wait == uplink.Forever, !m.up && l != m.listed[0]: // one trial tells for all
		l.parked = true
	default:
		f.at(wait, event{terminal: n, what: trying, item: l, status: l.turn})
	}
}

// deliver is the platform: it takes in what it can, in order, and refuses what
// would wait too long.
func (f *fleet) deliver(n int32, l *letter) {
	if f.now < outage {
		f.at(time.Second, event{terminal: n, what: answered, item: l})
		return
	}
	f.arrive(true)
	f.free = max(f.free, f.now)
	if f.free-f.now > queueable {
		f.refused++
		f.at(20*time.Millisecond, event{terminal: n, what: answered, item: l, status: 503})
		return
	}
	f.free += time.Second / capacity
	f.at(f.free-f.now+20*time.Millisecond, event{terminal: n, what: answered, item: l, status: 200})
}

// hear has the terminal do with an answer what it does.
func (f *fleet) hear(n int32, m *machine, l *letter, status int) {
	var after time.Duration
	if status == 503 {
		after = retryWish
	}
	m.pacing.Leave(f.clock(), status, after)
	if status == 200 {
		if !l.live {
			f.backlog--
			f.last = f.now - outage
		}
		m.listed = slices.DeleteFunc(m.listed, func(o *letter) bool { return o == l })
		f.list(n, m)
	} else {
		l.try++
		l.turn++
		f.at(uplink.Retry(status, after, l.try), event{terminal: n, what: trying, item: l, status: l.turn})
	}
	for _, o := range m.listed {
		if o.parked {
			f.place(n, m, o)
		}
	}
}

// visit is the next citizen somewhere. Where the line is up, they wait for it.
func (f *fleet) visit() {
	n := int32(f.random.IntN(terminals))
	m, l := &f.machines[n], &letter{live: true}
	m.listed = append(m.listed, l)
	if m.up {
		m.pacing.Push()
		f.deliver(n, l)
	} else {
		f.place(n, m, l)
	}
	every := float64(time.Hour) / (terminals * perHour)
	f.at(time.Duration(f.random.ExpFloat64()*every), event{what: visiting})
}

func (f *fleet) judge(t *testing.T) {
	t.Helper()
	for name, seconds := range map[string][]int{"requests": f.requests, "envelopes": f.intake} {
		window := seconds[:int(f.last/time.Second)+1]
		sum, peak := 0, 0
		for _, n := range window {
			sum, peak = sum+n, max(peak, n)
		}
		mean := float64(sum) / float64(len(window))
		t.Logf("%s: mean %.0f/s, peak %d/s (%.2f times the mean) over %v", name, mean, peak, float64(peak)/mean, f.last.Round(time.Second))
		if float64(peak) > 2*mean {
			t.Errorf("%s: a peak of %d/s is more than twice the mean of %.0f/s", name, peak, mean)
		}
	}
	t.Logf("%d terminals, %d envelopes kept, %d of them left, %d answered 503, last after %v", terminals, f.total, f.backlog, f.refused, f.last.Round(time.Second))
	if f.backlog != 0 || f.last > 30*time.Minute {
		t.Errorf("%d left, the last was delivered after %v, want 30 minutes at most", f.backlog, f.last)
	}
}

func TestFiftyThousandTerminalsComeBackWithoutARush(t *testing.T) {
	t.Parallel()
	f := newFleet(1, perHour*outage.Hours())
	f.run()
	f.judge(t)
}

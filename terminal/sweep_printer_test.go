package terminal_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/escpos"
	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/journal"
	"github.com/digital-watashi/kiosk/ui"
)

var accidents = []haltest.PrinterAccident{
	haltest.PrinterPaperOut, haltest.PrinterCoverOpen, haltest.PrinterGone, haltest.PrinterSilent, haltest.PrinterPowerCycle,
}

// answers are what a citizen says when asked whether they have their code.
var answers = []string{"yes", "no", "walks away"}

// A slip breaks at its first bytes, at its last, before and behind each command,
// and at places between. The citizens answer in turn.
func TestSweepOfPrinterAccidentsInMidSlip(t *testing.T) {
	var swept, whole atomic.Int32
	faces, ca := escpos.LoadFaces(escpos.SystemFontDirs()...), haltest.NewCAAt(epoch())
	t.Run("accidents", func(t *testing.T) {
		for _, accident := range accidents {
			t.Run(string(accident), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					s := newShop(t, faces, ca)
					defer s.stop()
					struck, printed := s.sweep(accident)
					swept.Add(int32(struck))
					whole.Add(int32(printed))
					if struck < 200 {
						t.Errorf("swept %d places, want at least 200", struck)
					}
				})
			})
		}
	})
	t.Logf("swept %d accidents: in %d the printer confirmed the slip all the same", swept.Load(), whole.Load())
}

// sweep has an accident happen at one place of a slip after another.
func (s *shop) sweep(accident haltest.PrinterAccident) (struck, printed int) {
	for i, at := range s.places() {
		was, confirmed := s.serve(accident, at, answers[i%len(answers)])
		struck += btoi(was)
		printed += btoi(was && confirmed)
	}
	return struck, printed
}

// A shop is a bench with a printer under the real driver, where one citizen comes
// after another: what an accident leaves in the printer is there for the next.
type shop struct {
	*visitor
	paper  *haltest.Printer
	line   *counting
	slips  *copies
	known  map[protocol.ID]bool
	last   journal.Record // of the citizen who was there last
	attend func()         // a citizen comes with their card, does what the screen asks, and takes it out
	mended func()         // lets the terminal find out that the printer is in order
}

// Paper of 58 mm takes half the time of 80 mm.
func narrowPrinter() *haltest.Printer {
	return haltest.NewPrinter(haltest.PrinterWidth(escpos.Paper58mm))
}

func narrowDriver(line hal.Port, faces *escpos.Faces) *escpos.Printer {
	return escpos.New(line, escpos.Options{Faces: faces, Dots: escpos.Paper58mm})
}

// unopenedShop is a shop whose terminal does not run yet.
func unopenedShop(t *testing.T, faces *escpos.Faces, ca *haltest.CA, driver func(*shop) *escpos.Printer) *shop {
	t.Helper()
	s := &shop{paper: narrowPrinter(), line: &counting{}, known: map[protocol.ID]bool{}}
	s.slips = &copies{Printer: driver(s), faces: faces, line: s.line}
	b := unstartedBench(t, ca, func(b *bench) {
		b.config.Printer = s.slips
		b.bundle.Limits.MaxUnsent = 1 << 20
	})
	b.card = b.person("midori")
	s.visitor = &visitor{bench: b, pass: b.wait, quiet: 2500 * time.Millisecond}
	return s
}

func newShop(t *testing.T, faces *escpos.Faces, ca *haltest.CA) *shop {
	t.Helper()
	s := unopenedShop(t, faces, ca, func(s *shop) *escpos.Printer {
		return narrowDriver(counted{s.paper, s.line}, faces)
	})
	s.attend = func() {
		s.insert(s.card)
		s.visit()
		s.reader.Remove()
		s.settle()
	}
	s.mended = func() { s.wait(30 * time.Second) }
	s.start()
	s.wait(10 * time.Second)
	return s
}

// A place is the byte of a job after which something is to happen.
type place struct {
	at   int
	last bool // counted from the command that cuts the slip off
}

func (p place) String() string {
	if p.last {
		return fmt.Sprintf("%d bytes from the cut", p.at)
	}
	return fmt.Sprintf("%d bytes", p.at)
}

// places are where things happen in a sweep. Slips differ in length by a few
// dots, so their last bytes are counted from the cut.
func (s *shop) places() (all []place) {
	s.serve("", place{}, "yes")
	s.serve("", place{}, "yes") // the first one tidied up besides
	for _, at := range s.bytes() {
		all = append(all, place{at: at})
	}
	for i := range s.line.sent - s.line.cut {
		all = append(all, place{at: 1 + i, last: true})
	}
	return all
}

func (s *shop) bytes() []int {
	all := map[int]bool{}
	add := func(n int) {
		if n > 0 && n <= s.line.cut {
			all[n] = true
		}
	}
	for i := range 8 {
		add(1 + i)
	}
	for i, end := range s.line.ends { // behind every other command, or a byte before or after
		if i%2 == 0 {
			add(end + i%3 - 1)
		}
	}
	for i := 1; len(all) < 200; i++ {
		add(i * 997 % s.line.cut) // anywhere
	}
	return slices.Sorted(maps.Keys(all))
}

// serve is one citizen's visit during which the printer has an accident. It says
// whether it came to that, and whether the printer confirmed the slip.
func (s *shop) serve(accident haltest.PrinterAccident, at place, answer string) (struck, printed bool) {
	s.t.Helper()
	before := len(s.paper.Slips())
	s.begins(accident, at, answer)
	s.attend()
	struck = accident != "" && s.line.sent >= at.at+btoi(at.last)*s.line.cut
	printed = s.story(fmt.Sprintf("%s after %v of %d, citizen %s", accident, at, s.line.sent, answer), answer, s.paper.Slips()[before:])
	s.paper.Break(haltest.PrinterFaults{})
	s.mended()
	if s.screen().Screen != "welcome" {
		s.t.Fatalf("%s after %v, and mended: the terminal is at %s", accident, at, screenWord(s.screen()))
	}
	return struck, printed
}

func (s *shop) begins(accident haltest.PrinterAccident, at place, answer string) {
	s.mu.Lock()
	s.all = nil
	s.mu.Unlock()
	s.answer = answer
	s.before = func(screen string) {
		if screen == "confirm" {
			s.line.restart(at.last, func() { s.paper.Break(haltest.PrinterFaults{After: at.at, Then: accident}) })
		}
	}
}

// story holds that screen, journal and paper say the same.
func (s *shop) story(what, answer string, paper []image.Image) (printed bool) {
	s.t.Helper()
	r := s.youngest(what)
	code, asked := s.codeShown()
	told := fmt.Sprintf("%s: hand-over %s, withdrawal %q, screens %v, %d pieces of paper", what, r.HandOver, r.Withdrawal, s.ended(), len(paper))
	switch {
	case !asked:
		if r.HandOver != journal.Done || r.Withdrawal != journal.Standing || !s.endsAt("take-card") || !s.slips.among(paper) {
			s.t.Errorf("%s; nobody was asked, so want a whole slip, done and take-card", told)
		}
	case code != s.platform.codes[r.ID]:
		s.t.Errorf("%s; the screen shows another code than the platform has", told)
	case answer == "yes":
		if r.HandOver != journal.Done || r.Withdrawal != journal.Standing || !s.endsAt("take-card") {
			s.t.Errorf("%s; want done and take-card", told)
		}
	case answer == "no":
		if r.Withdrawal == journal.Standing || !s.endsAt("goodbye:SES-WITHDRAWN") {
			s.t.Errorf("%s; want it withdrawn, and said so", told)
		}
	default:
		if r.HandOver != journal.Unknown || r.Withdrawal != journal.Standing || !s.endsAt("take-card") {
			s.t.Errorf("%s; want unknown and take-card", told)
		}
	}
	s.nothingLeft()
	s.noSecretsIn(strings.Join(words(s.screen()), "\n"), "screen that waits for the next citizen")
	return !asked
}

// youngest is the one registration that was not there before.
func (s *shop) youngest(what string) journal.Record {
	s.t.Helper()
	records, err := s.journal.Records()
	if err != nil {
		s.t.Fatal(err)
	}
	records = slices.DeleteFunc(records, func(r journal.Record) bool { return s.known[r.ID] })
	if len(records) != 1 {
		s.t.Fatalf("%s: %d registrations in the journal, want 1; screens %v", what, len(records), s.ended())
	}
	s.known[records[0].ID], s.last = true, records[0]
	return s.last
}

// codeShown is the code that the citizen was shown and asked about.
func (s *shop) codeShown() (string, bool) {
	i := slices.IndexFunc(s.views(), func(v ui.View) bool { return v.Code != nil })
	if i < 0 {
		return "", false
	}
	return strings.Join(s.views()[i].Code.Groups, ""), true
}

// endsAt reports whether the session ended there; that the printer is out of
// service afterwards is no end of a session.
func (s *shop) endsAt(want string) bool {
	ends := slices.DeleteFunc(s.ended(), func(e string) bool { return strings.HasPrefix(e, "out-of-service") })
	return len(ends) == 1 && ends[0] == want
}

// counting counts the bytes of a job.
type counting struct {
	mu    sync.Mutex
	job   bool // under way
	sent  int
	ends  []int // of what was written at once: commands
	cut   int   // the bytes before the command that cuts
	atCut func()
}

// restart begins a job that is to break: now, or at the command that cuts.
func (c *counting) restart(atCut bool, breakIt func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.job, c.sent, c.ends, c.cut, c.atCut = true, 0, nil, 0, nil
	if atCut {
		c.atCut = breakIt
		return
	}
	breakIt()
}

// sends sends b over a line, and counts it.
func (c *counting) sends(line hal.Port, b []byte) (int, error) {
	c.begin(b)
	n, err := line.Write(b)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.job {
		c.sent += n
		c.ends = append(c.ends, c.sent)
	}
	return n, err
}

// over ends the counting: what follows is about the next citizen.
func (c *counting) over() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.job = false
}

// begin looks for the cut that ends a job: one before the strips tidies up.
func (c *counting) begin(b []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.ends) < 20 || len(b) > 16 || !bytes.Contains(b, []byte("\x1dV")) {
		return
	}
	c.cut = c.sent
	if c.atCut != nil {
		c.atCut()
		c.atCut = nil
	}
}

// counted is a line on which somebody counts.
type counted struct {
	hal.Port
	by *counting
}

func (c counted) Write(b []byte) (int, error) { return c.by.sends(c.Port, b) }

// copies is the real driver, and remembers what it was last asked to print.
type copies struct {
	*escpos.Printer
	faces *escpos.Faces
	line  *counting
	last  escpos.Slip
}

func (c *copies) Print(ctx context.Context, s escpos.Slip) error {
	c.last = escpos.Slip{Language: s.Language}
	for _, block := range s.Blocks {
		switch b := block.(type) {
		case escpos.Code:
			b.Text = bytes.Clone(b.Text)
			block = b
		case escpos.QR:
			b.Content = bytes.Clone(b.Content)
			block = b
		}
		c.last.Blocks = append(c.last.Blocks, block)
	}
	defer c.line.over()
	return c.Printer.Print(ctx, s)
}

// among reports whether exactly one piece of paper is the whole slip, dot for
// dot: as it comes out of a printer in which nothing happened.
func (c *copies) among(paper []image.Image) bool {
	fresh := narrowPrinter()
	if err := narrowDriver(fresh, c.faces).Print(context.Background(), c.last); err != nil {
		return false
	}
	want, n := fresh.Last().(*image.Gray), 0
	for _, p := range paper {
		n += btoi(bytes.Equal(p.(*image.Gray).Pix, want.Pix))
	}
	return n == 1
}

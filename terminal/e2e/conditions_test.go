//go:build e2e && linux && cgo

package e2e_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/ebfe/scard"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/haltest/pcscdtest"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
	"github.com/digital-watashi/kiosk/terminal/street"
)

// The table of conditions is a page of the manual that is written by meeting
// each of them: on the programs that ship, over pcscd, with Chromium on the
// screen. What cannot be met so names the test that meets it.
//
//	go test ./terminal/e2e -tags e2e -run Conditions -update
var update = flag.Bool("update", false, "write terminal/CONDITIONS.md anew")

const conditionsFile = "../CONDITIONS.md"

// A condition is something that may be the matter with a card or a device.
type condition struct {
	what   string
	screen string         // on which it is told
	code   catalogue.Code // under which; empty where nothing is wrong
	meet   func(*scene)   // brings it about
	metric string         // where the technician is told, if nowhere else
	says   catalogue.Key  // what the citizen reads beside the title

	// read is what both see where the screen does not tell; nil where it does.
	read func(*scene) (citizen, technician string)

	patient bool // takes so long that it has a world of its own
}

// A scene is the shop while a condition is met.
type scene struct {
	*shop
	bus     *pcscdtest.Bus
	scanner *haltest.Scanner
	card    *haltest.Card
	undo    []func() // what puts it right again, the last first
	repairs []func() // what is left to be done when the session has been counted
	log     int      // how long the log was before
	beside  string   // the status socket of another machine that stands here; empty is none
}

func (s *scene) later(f func()) { s.undo = append(s.undo, f) }

// repaired puts something right that a terminal does not get over by itself.
func (s *scene) repaired(f func()) { s.repairs = append(s.repairs, f) }

func TestE2EConditionsAreToldAsTheManualSays(t *testing.T) {
	folder, outside := inWorlds(t)
	if !outside {
		return
	}
	if rows, whole := gathered(t, folder); whole { // half a manual is compared with nothing, and written nowhere
		compareManual(t, rows+metElsewhere(t))
	}
}

// met brings a condition about, reads what everybody is told, and puts it right.
func (c condition) met(s *scene) (row string) {
	s.T.Helper()
	s.screen.Shows("welcome")
	s.screen.Speak("ja")
	s.log = len(s.logged())
	before := s.sessions(c.code)
	c.meet(s)
	read := c.read
	if read == nil {
		read = c.shown
	}
	citizen, technician := read(s)
	s.undoes(&s.undo)
	s.goesHome()
	if f, known := catalogue.Find(c.code); known && f.Severity == catalogue.Ended && s.sessions(c.code) != before+1 {
		s.T.Errorf("%d sessions that ended with %s are counted, want %d", s.sessions(c.code), c.code, before+1)
	}
	if len(s.repairs) > 0 {
		s.undoes(&s.repairs)
		s.goesHome()
	}
	return c.row(citizen, technician)
}

// undoes does what is in a list, the last first.
func (s *scene) undoes(list *[]func()) {
	for len(*list) > 0 {
		last := len(*list) - 1
		(*list)[last]()
		*list = (*list)[:last]
	}
}

// shown is what stands on the screen, in both languages, and what is told of it.
func (c condition) shown(s *scene) (citizen, technician string) {
	s.T.Helper()
	s.screen.Shows(c.screen)
	s.until("the page says "+string(c.code), func() bool { return s.shownCode() == string(c.code) })
	ja := s.shownTitle() + s.reads("ja", c.says)
	s.screen.Speak("en")
	s.screen.Keep(c.screen + "-en")
	en := s.shownTitle() + s.reads("en", c.says)
	s.titled(c, ja, en)
	return cell(ja) + "<br>" + cell(en), s.technicianSees(c)
}

// reads waits for a text beside the title, and gives it as it stands in the manual.
func (s *scene) reads(language string, key catalogue.Key) string {
	if key == "" {
		return ""
	}
	text := catalogue.Text(language, key)
	s.screen.Says(text)
	return " – " + text
}

// goesHome goes on to welcome from wherever a condition left the screen; or until
// the machine is out of service, where that has still to be repaired.
func (s *scene) goesHome() {
	s.T.Helper()
	ends := []string{"welcome", "fault", "goodbye", "take-card", "code"}
	if len(s.repairs) > 0 {
		ends = append(ends, "out-of-service")
	}
	for {
		switch s.screen.Shows(ends...) {
		case "welcome", "out-of-service":
			return
		case "code":
			s.screen.Press("yes")
		default:
			s.screen.Press("finish")
		}
	}
}

// titled holds that the page speaks as the catalogue does.
func (s *scene) titled(c condition, ja, en string) {
	s.T.Helper()
	if c.code == "" {
		return
	}
	if want := catalogue.Explain("ja", c.code).Title; ja != want {
		s.T.Errorf("the page says %q, the catalogue %q", ja, want)
	}
	if want := catalogue.Explain("en", c.code).Title; en != want {
		s.T.Errorf("the page says %q, the catalogue %q", en, want)
	}
}

func (s *scene) shownCode() (code string) {
	s.screen.Run("reading the code", chromedp.Evaluate(`document.querySelector("#notice .fault")?.innerText ?? ""`, &code))
	return strings.TrimSpace(code)
}

// shownTitle is the title, or that of the notice where it stands beside.
func (s *scene) shownTitle() (title string) {
	s.screen.Run("reading the title", chromedp.Evaluate(`(() => {
		const whole = ["fault", "goodbye", "out-of-service"].includes(document.getElementById("app").dataset.screen);
		const beside = document.querySelector("#notice .fault") && document.querySelector("#notice h2");
		return (!whole && beside || document.getElementById("title")).innerText;
	})()`, &title))
	return strings.TrimSpace(title)
}

func (s *scene) logged() string {
	return s.Terminald.Logged()
}

// loggedDay differs from one year to the next.
var loggedDay = regexp.MustCompile(`\d{4}-\d{2}-\d{2}`)

// loggedID is drawn anew each time.
var loggedID = regexp.MustCompile(`[0-9a-f]{32}`)

var loggedError = regexp.MustCompile(`msg="(talking to the card|checking the card's photo|printing a slip|committing a registration|writing the journal)" error=("(?:[^"\\]|\\.)*"|\S+)((?: (?:signature_valid|chip_genuine)=\S+)*)`)

// technicianSees is the word of the status socket for a terminal that is out of
// service, and the log's for a card or a slip.
func (s *scene) technicianSees(c condition) string {
	s.T.Helper()
	if c.screen == "out-of-service" {
		return s.statusSays(c.code)
	}
	if c.metric != "" {
		s.until(c.metric, func() bool { return s.Metric(c.metric) == "1" })
		return "metrics: `" + c.metric + "` 1"
	}
	found := loggedError.FindAllStringSubmatch(s.logged()[s.log:], -1)
	switch f, _ := catalogue.Find(c.code); {
	case f.Severity != catalogue.Ended && len(found) == 0:
		return "nothing: the visit goes on"
	case c.code == catalogue.CardRemoved || len(found) == 0: // which exchange met it, is chance
		return fmt.Sprintf("metrics: `watashi_sessions_total{fault=%q}`", c.code)
	}
	last := found[len(found)-1]
	text, err := strconv.Unquote(last[2])
	if err != nil {
		text = last[2]
	}
	text = loggedID.ReplaceAllString(loggedDay.ReplaceAllString(text, "(a day)"), "(an id)")
	return "log: " + last[1] + ": " + strings.ReplaceAll(text, s.Path()+"/", "") + strings.ReplaceAll(last[3], " ", ", ")
}

// statusSays is the word of the status socket: of a terminal that is out of service,
// or of a machine that is none yet.
func (s *scene) statusSays(code catalogue.Code) (word string) {
	s.T.Helper()
	socket := s.beside
	if socket == "" {
		socket = s.Path("status.sock")
	}
	s.until("the status says "+string(code), func() bool {
		all, err := street.StatusAt(socket)
		word = "out_of_service"
		if all.OutOfService == "" {
			word = "fault"
		}
		return err == nil && (all.OutOfService == string(code) || all.Fault == string(code))
	})
	return "status: `" + word + "` " + string(code)
}

// sessions is how many ended with a fault so far.
func (s *scene) sessions(code catalogue.Code) (n int) {
	fmt.Sscan(s.Metric(fmt.Sprintf(`watashi_sessions_total{fault=%q}`, code)), &n)
	return n
}

const tableHead = "| condition | screen | code | the citizen reads | the technician sees | what it means, and what to mend | what the citizen is told to do |\n" +
	"|---|---|---|---|---|---|---|\n"

func (c condition) row(citizen, technician string) string {
	f, code := catalogue.Explain("en", c.code, catalogue.Contact("…")), c.code
	if code == "" {
		f.Staff, f.Steps, code = "–", []string{"–"}, "–"
	}
	return fmt.Sprintf("| %s | %s | %s | %s | %s | %s | %s |\n",
		c.what, c.screen, code, citizen, cell(technician), cell(f.Staff), cell(strings.Join(f.Steps, " ")))
}

func cell(text string) string {
	return strings.NewReplacer("|", "\\|", "\n", " ").Replace(text)
}

const manualHead = `# What may be the matter, and what is said of it

Each row with a screen and a technician's word was met on the programs that ship: terminald, uplinkd and platformd,
pcscd with virtual readers, a virtual printer, a scanner on a serial line, Chromium on the screen. What no shop has at
hand is as follows. The disk of the terminal is a small one that is filled, or whose writes end in an error. A TPM is a
software one, with a line to it that answers as a chip in trouble does. Terminald and platformd have clocks that can be
set, as those of a machine. A production machine of test parts, which nothing that ships makes, was put together by
hand. Time that passes, passes: nobody touches the screen for a minute and a half.

The last tables say which other tests meet what is in them, and why. ` + "`go test ./terminal/e2e -tags e2e -run Conditions`" + `
compares this file with what it sees; ` + "`-update`" + ` writes it anew.

A code stands on the screen, in the status and in the metrics alike. "Nothing: the visit goes on" in the technician's
column means that the citizen can help himself, or needs no help.
`

func compareManual(t *testing.T, rows string) {
	t.Helper()
	want := manualHead + rows
	if *update {
		if err := os.WriteFile(conditionsFile, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(conditionsFile)
	if err != nil {
		t.Fatal(err)
	}
	written, seen := strings.Split(string(got), "\n"), strings.Split(want, "\n")
	for i := range max(len(written), len(seen)) {
		if a, b := line(written, i), line(seen, i); a != b {
			t.Errorf("%s, line %d:\nwritten %s\nseen    %s", filepath.Base(conditionsFile), i+1, a, b)
		}
	}
}

func line(all []string, i int) string {
	if i < len(all) {
		return all[i]
	}
	return ""
}

// holding is another program that has the card in the first reader for itself.
func holding(t *testing.T, reader string) (release func()) {
	t.Helper()
	other, err := scard.EstablishContext()
	if err != nil {
		t.Fatal(err)
	}
	var card *scard.Card
	for deadline := time.Now().Add(10 * time.Second); ; {
		card, err = other.Connect(reader, scard.ShareExclusive, scard.ProtocolAny)
		if err == nil || time.Now().After(deadline) {
			break
		}
	}
	if err != nil {
		t.Fatal("holding the card as another program: ", err)
	}
	return func() {
		_ = card.Disconnect(scard.UnpowerCard)
		_ = other.Release()
	}
}

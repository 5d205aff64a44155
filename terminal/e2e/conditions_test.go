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
}

// A scene is the shop while a condition is met.
type scene struct {
	*shop
	bus     *pcscdtest.Bus
	scanner *haltest.Scanner
	card    *haltest.Card
	undo    []func() // what puts it right again, the last first
	log     int      // how long the log was before
}

func (c *scene) later(f func()) { c.undo = append(c.undo, f) }

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
	s.rights()
	s.goesHome()
	if f, known := catalogue.Find(c.code); known && f.Severity == catalogue.Ended && s.sessions(c.code) != before+1 {
		s.T.Errorf("%d sessions that ended with %s are counted, want %d", s.sessions(c.code), c.code, before+1)
	}
	return c.row(citizen, technician)
}

// rights puts right again what was brought about.
func (s *scene) rights() {
	for len(s.undo) > 0 {
		last := len(s.undo) - 1
		s.undo[last]()
		s.undo = s.undo[:last]
	}
}

// shown is what stands on the screen, in both languages, and what is told of it.
func (c condition) shown(s *scene) (citizen, technician string) {
	s.T.Helper()
	s.screen.Shows(c.screen)
	s.until("the page says "+string(c.code), func() bool { return s.shownCode() == string(c.code) })
	ja := s.shownTitle() + s.reads("ja", c.says)
	s.screen.Speak("en")
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

// goesHome goes on to welcome from wherever a condition left the screen.
func (s *scene) goesHome() {
	s.T.Helper()
	for {
		switch s.screen.Shows("welcome", "fault", "goodbye", "take-card", "code") {
		case "welcome":
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

var loggedError = regexp.MustCompile(`msg="(talking to the card|checking the card's photo|printing a slip)" error=("(?:[^"\\]|\\.)*"|\S+)((?: (?:signature_valid|chip_genuine)=\S+)*)`)

// technicianSees is the word of the status socket for a terminal that is out of
// service, and the log's for a card or a slip.
func (s *scene) technicianSees(c condition) string {
	s.T.Helper()
	if c.screen == "out-of-service" {
		s.until("the status says "+string(c.code), func() bool {
			all, err := s.Status()
			return err == nil && all.OutOfService == string(c.code)
		})
		return "status: `out_of_service` " + string(c.code)
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
	return "log: " + last[1] + ": " + loggedDay.ReplaceAllString(text, "(a day)") + strings.ReplaceAll(last[3], " ", ", ")
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

Each row was met on the programs that ship: terminald, uplinkd and platformd, pcscd with virtual readers, a virtual
printer, a scanner on a serial line, Chromium on the screen. ` + "`go test ./terminal/e2e -tags e2e -run Conditions`" + ` compares
this file with what it sees; ` + "`-update`" + ` writes it anew.

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

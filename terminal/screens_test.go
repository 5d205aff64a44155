package terminal

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
	"github.com/digital-watashi/kiosk/ui"
)

// The twelve screens that docs/screens.md shows, as the audit draws them. Beside the
// pictures lies what they were drawn from: nothing compares a picture dot by dot, and
// one that shows what is no longer so is found all the same.

// shownFolder holds the pictures, and shownViews what they were drawn from.
const (
	shownFolder = "../docs/screens"
	shownIndex  = "../docs/screens.md"
	shownViews  = "views.txt"
)

// shownScreen is a screen that the documents show.
type shownScreen struct {
	name, language string
	size           auditSize
	state          State
}

// file is the name of its picture.
func (s shownScreen) file() string { return s.name + ".webp" }

// view is what the picture shows, on a machine that has everything. It is none for
// tests, so it bears no banner.
func (s shownScreen) view() ui.View {
	around := someSurroundings()
	around.test, around.voice, around.languages = false, true, nil
	for _, l := range catalogue.Languages() {
		around.languages = append(around.languages, l.Tag)
	}
	visit := s.state.visit()
	visit.Manner = Manner{Language: s.language}
	return view(around, 0, s.state.with(visit))
}

// shownScreens are in the order of a visit.
func shownScreens() []shownScreen {
	v, p := someVisit(someRules()), somePerson()
	with := someVisit(withPhoto(PhotoRequired))
	return []shownScreen{
		{"01-welcome", "ja", auditTall, Welcome{Visit: Visit{Manner: plain()}}},
		{"02-password", "ja", auditTall, AskingPassword{Visit: v, Tries: 5, Typed: shortestPassword}},
		{"03-last-try", "ja", auditWide, AskingLastTry{v}},
		{"04-attributes", "ja", auditTall, ShowingAttributes{v, p}},
		{"05-photo", "ja", auditWide, AskingSecurityCode{with, p, 10, false, typedDigits("2035"), typedDigits("228")}},
		{"06-key", "en", auditWide, EnteringKey{Visit: v, Applicant: Applicant{Person: p}, Typed: typedDigits("00000000009")}},
		{"07-confirm", "ja", auditTall, Confirming{v, someDraft(), [2]protocol.Picture{"sun", "fish"}}},
		{"08-sending", "ja", auditWide, Delivering{v, someIssue()}},
		{"09-take-card", "ne", auditTall, TakingCard{v, someIssue(), Active, true}},
		{"10-code", "en", auditTall, ShowingCode{v, someIssue(), Unreached, false}},
		{"11-blocked", "ja", auditWide, Stopped{v, catalogue.CardBlocked}},
		{"12-maintenance", "ja", auditWide, Maintenance{Visit: v}},
	}
}

// shownNow is what the pictures would be drawn from now, a line each.
func shownNow(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, s := range shownScreens() {
		content, err := json.Marshal(s.view())
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&all, "%s %s %s %x\n", s.file(), s.size, s.language, sha256.Sum256(content))
	}
	return all.String()
}

func TestScreensInTheDocumentsAreThoseOfNow(t *testing.T) {
	drawn, err := os.ReadFile(filepath.Join(shownFolder, shownViews))
	if err != nil {
		t.Fatal(err)
	}
	was, is := strings.Split(string(drawn), "\n"), strings.Split(shownNow(t), "\n")
	for _, line := range is {
		if !slices.Contains(was, line) {
			t.Errorf("%s shows a screen that has changed since: run make screens, and look at it", strings.Fields(line)[0])
		}
	}
	if len(was) != len(is) {
		t.Errorf("%s has %d lines, want %d: run make screens", shownViews, len(was), len(is))
	}
}

// linkedPicture is a picture in a document, which says what it shows.
var linkedPicture = regexp.MustCompile(`!\[([^\]]+)\]\(screens/([^)]+)\)`)

func TestScreensInTheDocumentsAreAllThereAndNamed(t *testing.T) {
	index, err := os.ReadFile(shownIndex)
	if err != nil {
		t.Fatal(err)
	}
	var named []string
	for _, found := range linkedPicture.FindAllStringSubmatch(string(index), -1) {
		named = append(named, found[2])
	}
	wanted := []string{}
	for _, s := range shownScreens() {
		wanted = append(wanted, s.file())
	}
	if !slices.Equal(named, wanted) {
		t.Errorf("%s shows %q, want %q", shownIndex, named, wanted)
	}
	there, err := os.ReadDir(shownFolder)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range there {
		if file.Name() != shownViews && !slices.Contains(wanted, file.Name()) {
			t.Errorf("%s is a picture that nobody shows", file.Name())
		}
	}
	if len(there) != len(wanted)+1 {
		t.Errorf("there are %d files, want %d pictures and %s", len(there), len(wanted), shownViews)
	}
}

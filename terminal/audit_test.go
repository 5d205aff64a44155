package terminal

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
	"github.com/digital-watashi/kiosk/ui"
)

// auditManner is a way in which every screen has to look well.
type auditManner struct {
	name string
	ease Ease
}

var (
	auditNormal   = auditManner{name: "normal"}
	auditContrast = auditManner{"contrast", Ease{Contrast: true}}
	auditLarge    = auditManner{"large", Ease{Large: true}}
)

// auditSize is a glass. Nothing may scroll where it is strict.
type auditSize struct {
	width, height int64
	strict        bool
}

func (s auditSize) String() string { return fmt.Sprintf("%dx%d", s.width, s.height) }

var (
	auditTall  = auditSize{1080, 1920, true}
	auditWide  = auditSize{1280, 800, true}
	auditOther = []auditSize{{1024, 768, false}, {800, 480, false}}
)

// auditPage is one page to look at. Each sheet of the foot is one, too.
type auditPage struct {
	screen, language string
	manner           auditManner
	size             auditSize
	view             ui.View
	sheet            string // opens a sheet over the screen; empty: none
	judged           bool   // by the rules of WCAG as well; the look of it always is
}

func (p auditPage) name() string {
	return fmt.Sprintf("%s-%s-%s-%s", p.size, p.manner.name, p.screen, p.language)
}

// auditScreen is a screen in all languages.
type auditScreen struct {
	name, sheet string
	views       func(language string, m auditManner) ui.View
}

// auditScreens are all that a citizen or a technician can meet, each once.
func auditScreens() (all []auditScreen) {
	seen := make(map[string]bool)
	names := make(map[string]int)
	add := func(s State, sheet string) {
		draw := auditDraw(s)
		view := draw("ja", auditNormal)
		content, err := json.Marshal(view)
		if err != nil {
			panic(err)
		}
		if key := sheet + string(content); !seen[key] {
			seen[key] = true
			name := auditName(view, sheet)
			if names[name]++; names[name] > 1 {
				name += fmt.Sprint("-", names[name])
			}
			all = append(all, auditScreen{name, sheet, draw})
		}
	}
	for _, s := range auditStates() {
		add(s, "")
	}
	add(AskingPassword{Visit: someVisit(someRules()), Tries: 5}, "languages")
	add(AskingPassword{Visit: someVisit(someRules()), Tries: 5}, "ease")
	return all
}

// auditName is a screen's name, with a fault's code if it has one.
func auditName(v ui.View, sheet string) string {
	name := v.Screen
	if v.Notice != nil && v.Notice.Code != "" {
		name += "-" + strings.ToLower(v.Notice.Code)
	}
	if sheet != "" {
		name += "-" + sheet
	}
	return name
}

// auditStates are the samples, each fault as it ends a visit or closes the
// terminal, and some screens whose time runs out.
func auditStates() (all []State) {
	for _, s := range sampleStates() {
		all = append(all, s.value)
	}
	visit := someVisit(someRules())
	for _, f := range catalogue.Faults() {
		switch f.Severity {
		case catalogue.Ended:
			all = append(all, Stopped{visit, f.Code})
		case catalogue.Closed:
			all = append(all, OutOfService{Visit{Manner: visit.Manner}, []catalogue.Code{f.Code}, 0})
		}
	}
	late := visit
	late.Warned = true
	covered := visit
	covered.Ease.Cover = true
	return append(all, AskingPassword{Visit: late, Tries: 5, Typed: shortestPassword}, ShowingCode{late, someIssue(), Unreached, false},
		EnteringKey{Visit: late, Applicant: Applicant{Person: somePerson()}}, Confirming{late, someDraft(), [2]protocol.Picture{"sun", "fish"}},
		ShowingAttributes{covered, somePerson()}, Confirming{covered, someDraft(), [2]protocol.Picture{"sun", "fish"}})
}

// auditDraw gives a state's view in a language and a manner.
func auditDraw(s State) func(string, auditManner) ui.View {
	around := someSurroundings()
	around.voice, around.languages = true, nil
	for _, l := range catalogue.Languages() {
		around.languages = append(around.languages, l.Tag)
	}
	return func(language string, m auditManner) ui.View {
		visit := s.visit()
		cover := visit.Ease.Cover
		visit.Manner = Manner{Language: language, Ease: m.ease}
		visit.Ease.Cover = cover
		return view(around, 0, s.with(visit))
	}
}

// strict: larger text may move below its title.
func (p auditPage) strict() bool { return p.size.strict && !p.manner.ease.Large }

// auditPages are every screen in every language and manner at the two sizes we
// are made for, and as they are at first at the smaller ones.
func auditPages() (all []auditPage) {
	screens := auditScreens()
	for _, size := range []auditSize{auditTall, auditWide} {
		for _, m := range []auditManner{auditNormal, auditContrast, auditLarge} {
			all = append(all, auditPagesOf(screens, size, m, auditLanguages, true)...)
		}
	}
	for _, size := range auditOther {
		all = append(all, auditPagesOf(screens, size, auditNormal, auditLanguages, false)...)
	}
	return all
}

// auditSlice is what every run of the tests looks at: each screen in the language
// in which it is longest, and some screens in all languages and the longest in the other manners.
func auditSlice() (all []auditPage) {
	screens := auditScreens()
	some := slices.DeleteFunc(slices.Clone(screens), func(s auditScreen) bool {
		return !slices.Contains([]string{"welcome", "password", "attributes", "confirm", "code", "code-prn-unconfirmed"}, s.name)
	})
	for _, size := range []auditSize{auditTall, auditWide} {
		all = append(all, auditPagesOf(screens, size, auditNormal, auditLongest, true)...)
		all = append(all, auditPagesOf(some, size, auditNormal, auditLanguages, false)...)
		all = append(all, auditPagesOf(some, size, auditContrast, auditLongest, true)...)
		all = append(all, auditPagesOf(some, size, auditLarge, auditLongest, true)...)
	}
	return all
}

func auditPagesOf(screens []auditScreen, size auditSize, m auditManner, languages func(auditScreen) []string, judged bool) (all []auditPage) {
	for _, s := range screens {
		for _, language := range languages(s) {
			all = append(all, auditPage{s.name, language, m, size, s.views(language, m), s.sheet, judged})
		}
	}
	return all
}

func auditLanguages(auditScreen) (all []string) {
	for _, l := range catalogue.Languages() {
		all = append(all, l.Tag)
	}
	return all
}

// auditLongest is the language in which a screen needs most room.
func auditLongest(s auditScreen) []string {
	return []string{slices.MaxFunc(auditLanguages(s), func(a, b string) int {
		return auditWidth(s.views(a, auditNormal)) - auditWidth(s.views(b, auditNormal))
	})}
}

// auditWidth is about how wide all that is said stands in one line: a Han
// character is as wide as two letters.
func auditWidth(v ui.View) (width int) {
	v.Languages, v.Ease, v.Live = nil, nil, ""
	content, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	for _, r := range string(content) {
		if width++; r >= 0x2e80 {
			width++
		}
	}
	return width
}

package terminal

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/terminal/catalogue"
	"github.com/digital-watashi/kiosk/ui"
)

// aloud gives every view with the voice on, and what is said of it.
func aloud(f func(name string, s State, v ui.View, said string)) {
	for _, cover := range []bool{false, true} {
		everyView(func(name string, s State, _ ui.View) {
			visit := s.visit()
			visit.Ease = Ease{Voice: true, Cover: cover}
			s = s.with(visit)
			around := someSurroundings()
			around.voice = true
			v := view(around, 1, s)
			f(name, s, v, whole(v))
		})
	}
}

func TestEveryScreenSpeaksAndSaysHowToGoOn(t *testing.T) {
	aloud(func(name string, s State, v ui.View, said string) {
		if !strings.Contains(said, v.Title) {
			t.Errorf("%s: the title is not said", name)
		}
		for _, text := range v.Text {
			if !strings.Contains(said, strings.TrimSpace(text)) {
				t.Errorf("%s: %q is not said", name, text)
			}
		}
		for _, a := range v.Actions {
			choice := catalogue.Text(v.Language, catalogue.VoiceChoice, catalogue.Choice(a.Label), catalogue.Press("§"))
			before, _, _ := strings.Cut(choice, "§")
			if strings.Contains(said, before) != a.Enabled {
				t.Errorf("%s: %q is open: %v, and that is not what is said", name, a.Label, a.Enabled)
			}
		}
		ways := []catalogue.Key{catalogue.VoiceWait, catalogue.VoiceAgain, catalogue.VoiceHold, catalogue.VoiceSeconds}
		if !slices.ContainsFunc(ways, func(k catalogue.Key) bool {
			return strings.Contains(said, catalogue.Text(v.Language, k, catalogue.Press(keyAgain), catalogue.Seconds(lockSeconds(v))))
		}) {
			t.Errorf("%s: nothing says how to go on: %s", name, said)
		}
		if strings.ContainsAny(said, "{}") {
			t.Errorf("%s: a placeholder is said: %s", name, said)
		}
	})
}

func lockSeconds(v ui.View) int {
	if v.Locked == nil {
		return 0
	}
	return v.Locked.Seconds
}

func TestCoveredDetailsAreSaidOnlyWhenAskedFor(t *testing.T) {
	person := somePerson()
	aloud(func(name string, s State, v ui.View, said string) {
		names := strings.Contains(said, person.Name.Value) || strings.Contains(said, person.Address.Value)
		if s.visit().Ease.Cover && names {
			t.Errorf("%s: says whose card it is, unasked", name)
		}
		if _, shown := s.(ShowingAttributes); shown && !s.visit().Ease.Cover && !names {
			t.Errorf("%s: does not say whose card it is", name)
		}
		if asked := details(v); v.Progress != nil && len(v.Fields) > 0 && !strings.Contains(asked, person.Name.Value) {
			t.Errorf("%s: does not say it when asked, but %q", name, asked)
		}
	})
}

func TestMaskedEntryIsOnlyCounted(t *testing.T) {
	around := someSurroundings()
	around.voice = true
	for _, l := range catalogue.Languages() {
		visit := someVisit(someRules())
		visit.Manner = Manner{l.Tag, Ease{Voice: true}}
		before := view(around, 1, AskingPassword{visit, 5, 0, ""})
		for n := 1; n <= longestPassword; n++ {
			after := view(around, 1, AskingPassword{visit, 5, n, ""})
			// An invented page that leaks what it must not know says no more.
			after.Entry.Shown = strings.Repeat("Q", n)
			got := spoken(before, after)
			if want := catalogue.Text(l.Tag, catalogue.VoiceTyped, catalogue.Count(n)); !strings.HasPrefix(got, want) {
				t.Errorf("%s: %d characters are told as %q", l.Tag, n, got)
			}
			if strings.Contains(got+whole(after), "Q") {
				t.Errorf("%s: a masked character is said", l.Tag)
			}
			before = after
		}
	}
}

func TestDigitsThatMayBeSeenAreSaidOneByOne(t *testing.T) {
	around := someSurroundings()
	around.voice = true
	visit := someVisit(someRules())
	visit.Manner = Manner{"en", Ease{Voice: true}}
	at := func(typed string) ui.View {
		return view(around, 1, EnteringKey{Visit: visit, Applicant: Applicant{Person: somePerson()}, Typed: typedDigits(typed)})
	}
	for _, step := range []struct{ before, after, want string }{
		{"", "1", "1."},
		{"1", "12", "2."},
		{"12", "1", "One character deleted.\n1."},
		{"12", "", "Nothing is typed yet."},
		{"12345678901", "123456789012", "2.\nFor “Next”, press Enter or hash."},
	} {
		if got := spoken(at(step.before), at(step.after)); got != step.want {
			t.Errorf("%q to %q is told as %q, want %q", step.before, step.after, got, step.want)
		}
	}
	if got := whole(at("12")); !strings.Contains(got, "\n1, 2.\n") {
		t.Errorf("what stands there is not said again: %s", got)
	}
}

func TestCodeIsSaidCharacterByCharacterInItsGroups(t *testing.T) {
	around := someSurroundings()
	for lang, want := range map[string]string{"ja": "1、2、4。\n5、7、8。", "en": "1, 2, 4.\n5, 7, 8.", "ne": "1, 2, 4।\n5, 7, 8।"} {
		visit := someVisit(someRules())
		visit.Language = lang
		if got := whole(view(around, 1, ShowingCode{Visit: visit, Issue: someIssue(), Outcome: Active})); !strings.Contains(got, want) {
			t.Errorf("%s: got %s, want %q in it", lang, got, want)
		}
	}
}

func TestKeyThatIsSignedIsSaidDigitByDigit(t *testing.T) {
	visit := someVisit(someRules())
	visit.Language = "en"
	if got, want := whole(view(someSurroundings(), 1, Confirming{Visit: visit, Draft: someDraft()})), "0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 8."; !strings.Contains(got, want) {
		t.Errorf("got %s, want %q in it", got, want)
	}
}

func TestWarningAndTurnedWaysAreSaidAloneAndNothingTwice(t *testing.T) {
	around := someSurroundings()
	around.voice = true
	visit := someVisit(someRules())
	visit.Manner = Manner{"en", Ease{Voice: true}}
	calm := view(around, 1, ShowingAttributes{visit, somePerson()})
	if got := spoken(calm, calm); got != "" {
		t.Errorf("what did not change is said: %q", got)
	}
	visit.Warned = true
	got := spoken(calm, view(around, 1, ShowingAttributes{visit, somePerson()}))
	if !regexp.MustCompile(`20 seconds.*\nFor “.*”, press 4\.$`).MatchString(got) {
		t.Errorf("the warning is told as %q", got)
	}
	visit.Warned, visit.Ease.Large = false, true
	if got := spoken(calm, view(around, 1, ShowingAttributes{visit, somePerson()})); got != "Larger text, on." {
		t.Errorf("larger text is told as %q", got)
	}
}

package terminal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/digital-watashi/kiosk/terminal/catalogue"
	"github.com/digital-watashi/kiosk/ui"
)

func someSurroundings() surroundings {
	facts := someFacts()
	return surroundings{
		machine: &facts, scanner: true, lights: true,
		test: true, languages: []string{"ja", "en"},
		contact: map[string]string{"ja": "登録センター 0120-000-000", "en": "Registration centre, 0120-000-000"},
	}
}

// everyView calls f with the view of every state, warned or not, in every
// language.
func everyView(f func(name string, s State, v ui.View)) {
	for _, sample := range sampleStates() {
		for _, l := range catalogue.Languages() {
			for _, warn := range []bool{false, true} {
				visit := sample.value.visit()
				visit.Language, visit.Warned = l.Tag, warn
				s := sample.value.with(visit)
				f(fmt.Sprintf("%s %s warned=%v", sample.name(), l.Tag, warn), s, view(someSurroundings(), 1, s))
			}
		}
	}
}

func TestEveryViewIsComplete(t *testing.T) {
	everyView(func(name string, _ State, v ui.View) {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(strings.ReplaceAll(string(text), `"`, ""), "{}") || placeholder(v) {
			t.Errorf("%s: a placeholder is left: %s", name, text)
		}
		if v.Title == "" || v.Screen == "" || v.TestText == "" || slices.Contains(v.Text, "") {
			t.Errorf("%s: an empty text: %s", name, text)
		}
		if v.Picture != "" && !slices.Contains(ui.Pictures(), v.Picture) {
			t.Errorf("%s: no picture %q", name, v.Picture)
		}
		checkActions(t, name, v)
	})
}

// placeholder looks for {name} in what is read.
func placeholder(v ui.View) bool {
	texts := append([]string{v.Title, v.Live}, v.Text...)
	if v.Notice != nil {
		texts = append(append(texts, v.Notice.Title, v.Notice.Text), v.Notice.Steps...)
	}
	for _, f := range v.Fields {
		texts = append(texts, f.Label, f.Value)
	}
	for _, f := range v.Findings {
		texts = append(texts, f.Title, f.Text, f.At)
	}
	for _, t := range v.Trials {
		texts = append(texts, t.Label, t.Result)
	}
	return slices.ContainsFunc(texts, func(s string) bool { return strings.ContainsAny(s, "{}") })
}

func checkActions(t *testing.T, name string, v ui.View) {
	t.Helper()
	seen, primary := map[string]bool{}, 0
	for _, a := range v.Actions {
		if seen[a.ID] || a.Label == "" || !slices.Contains(allActions(), a.ID) {
			t.Errorf("%s: action %+v", name, a)
		}
		seen[a.ID] = true
		if a.Style == ui.Primary {
			primary++
		}
	}
	if primary > 1 || v.TimeLeft != nil && !seen[v.TimeLeft.MoreAction] {
		t.Errorf("%s: %d primary actions, time left %+v", name, primary, v.TimeLeft)
	}
}

func TestEveryViewFitsTheSchemaOfTheScreen(t *testing.T) {
	raw, err := fs.ReadFile(ui.Schema, "view.json")
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("view.json", document); err != nil {
		t.Fatal(err)
	}
	schema := compiler.MustCompile("view.json")
	everyView(func(name string, _ State, v ui.View) {
		text, _ := json.Marshal(v)
		instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(instance); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	})
}

func TestEveryFaultFillsAScreen(t *testing.T) {
	for _, f := range catalogue.Faults() {
		for _, l := range catalogue.Languages() {
			s := State(Stopped{Visit{ID: theSession(), Manner: Manner{Language: l.Tag}}, f.Code})
			if f.Severity == catalogue.Closed {
				s = OutOfService{Visit{Manner: Manner{Language: l.Tag}}, []catalogue.Code{f.Code}, 0}
			}
			v := view(someSurroundings(), 1, s)
			if f.Severity != catalogue.Again && (placeholder(v) || v.Notice.Code != string(f.Code) || len(v.Notice.Steps) == 0) {
				t.Errorf("%s in %s: %+v", f.Code, l.Tag, v.Notice)
			}
		}
	}
}

func TestPasswordScreenSaysTheTriesAndKnowsNoCharacter(t *testing.T) {
	for _, tries := range []int{1, 2, 5} {
		v := view(someSurroundings(), 1, AskingPassword{Visit: Visit{ID: theSession(), Manner: Manner{Language: "en"}}, Tries: tries, Typed: 6})
		if !slices.Contains(v.Text, fmt.Sprintf("Tries left: %d", tries)) || v.Entry.Shown != "" || !v.Entry.Masked || v.Entry.Typed != 6 {
			t.Errorf("at %d tries: %v, %d typed", tries, v.Text, v.Entry.Typed)
		}
	}
}

func TestSubstitutedCharactersAreToldInWords(t *testing.T) {
	v := view(someSurroundings(), 1, ShowingAttributes{someVisit(someRules()), somePerson()})
	if note := v.Fields[0].Note; !strings.HasSuffix(note, "「見」") || v.Fields[1].Note != "" {
		t.Errorf("notes %q and %q, want one that names 「見」 and none", note, v.Fields[1].Note)
	}
	if birth := v.Fields[2].Value; birth != "昭和55年2月17日（1980年）" {
		t.Errorf("birth date reads %q", birth)
	}
}

func TestNothingPersonalPrintsUnderAnyVerb(t *testing.T) {
	secrets := []string{"見本", "架空市", "124578", "000000000098", "2035", "2285", "jp2", "1980", "[49 50", "0x6a7032"}
	check := func(what, text string) {
		for _, secret := range secrets {
			if strings.Contains(text, secret) {
				t.Errorf("%s prints %q: %s", what, secret, text)
			}
		}
	}
	print := func(name string, v any) {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
			check(name+" "+verb, fmt.Sprintf(verb, v))
		}
		var log bytes.Buffer
		slog.New(slog.NewJSONHandler(&log, timeless())).Info("x", "v", v)
		slog.New(slog.NewTextHandler(&log, timeless())).Info("x", "v", v)
		check(name+" in a log", log.String())
	}
	for _, s := range sampleStates() {
		print(s.name(), s.value)
	}
	for _, e := range sampleEvents() {
		print(e.name(), e.value)
	}
	for _, e := range personalEffects() {
		print(kind(e), e)
	}
}

// timeless keeps the time out of a log: its digits may be those of a secret.
func timeless() *slog.HandlerOptions {
	return &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}
}

func personalEffects() []Effect {
	s := signature{cms: []byte("見本"), code: someIssue().Code, salt: []byte("124578"), photo: photo("jp2")}
	o := of{theSession()}
	return []Effect{
		ReadPhoto{o, somePerson().BirthDate, false, typedDigits("2035"), typedDigits("2285")}, QueryKey{o, someKey()},
		Sign{o, someVisit(someRules()), someDraft()}, Commit{o, s}, Print{o, someVisit(someRules()), someIssue(), Active},
	}
}

func TestLeftStatesAreWiped(t *testing.T) {
	term := New(Config{})
	defer term.pad.close()
	for _, sample := range sampleStates() {
		issue, face := issueOf(sample.value), photoOf(sample.value)
		term.state = sample.value
		term.pad.key("A")
		term.forget(Welcome{})
		if !issue.Code.IsZero() {
			t.Errorf("%s leaves its code behind", sample.name())
		}
		if bytes.Equal(face, []byte("jp2")) {
			t.Errorf("%s leaves its photo behind", sample.name())
		}
		if term.pad.count != 0 || term.pad.buffer[0] != 0 {
			t.Errorf("%s leaves a password behind", sample.name())
		}
	}
}

func TestPadTakesWhatASigningPasswordIsMadeOf(t *testing.T) {
	for _, test := range []struct {
		keys []string
		want string
	}{
		{[]string{"a", "B", "1"}, "AB1"},
		{[]string{"A", "é", "-", " ", "AB", ""}, "A"},
		{[]string{"A", "B", ui.KeyBackspace, "C"}, "AC"},
		{[]string{ui.KeyBackspace, "A"}, "A"},
		{[]string{"A", "B", ui.KeyClear, "C"}, "C"},
		{strings.Split("ABCDEFGHIJKLMNOP", ""), "ABCDEFGHIJKLMNOP"},
		{strings.Split("ABCDEFGHIJKLMNOPQ", ""), "ABCDEFGHIJKLMNOP"},
	} {
		p := newPad()
		count := 0
		for _, key := range test.keys {
			count = p.key(key)
		}
		var got string
		p.use(func(typed []byte) error { got = string(typed); return nil })
		if got != test.want || count != len(test.want) {
			t.Errorf("%q: got %q (%d), want %q", test.keys, got, count, test.want)
		}
		if p.count != 0 || !bytes.Equal(p.buffer, make([]byte, longestPassword)) {
			t.Errorf("%q: the pad is not empty after its use", test.keys)
		}
		p.close()
	}
}

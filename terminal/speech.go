package terminal

import (
	"strconv"
	"strings"

	"github.com/digital-watashi/kiosk/terminal/catalogue"
	"github.com/digital-watashi/kiosk/ui"
)

// What is said of a View, in its language. It is read off the View and nothing else,
// so that the ear is told what the eye is shown: no character of a masked entry is
// there to be said. What names the citizen is said as the screen shows it, and where
// it is covered only when it is asked for.

// keys of the handset where nothing is typed in.
const (
	keyAgain   = "0"
	keyDetails = "9"
)

// spoken is what is said when one View follows another, both with the voice on;
// empty for nothing new.
func spoken(before, after ui.View) string {
	if after.Page != before.Page || after.Language != before.Language || after.Title != before.Title {
		return whole(after)
	}
	t := teller{language: after.Language}
	t.turned(before.Ease, after.Ease)
	if n := after.Notice; n != nil && (before.Notice == nil || n.Title != before.Notice.Title || n.Text != before.Notice.Text) {
		t.notice(n)
	}
	if after.TimeLeft != nil && before.TimeLeft == nil {
		t.timeLeft(after)
	}
	if e := after.Entry; e != nil && before.Entry != nil && (e.Typed != before.Entry.Typed || e.Shown != before.Entry.Shown) {
		t.typed(before, after)
	}
	return t.text()
}

// greeting is what is said when the voice is turned on.
func greeting(v ui.View) string {
	t := teller{language: v.Language}
	t.key(catalogue.VoiceOn)
	t.say(v.TestText)
	t.say(whole(v))
	t.key(catalogue.VoiceVolume)
	return t.text()
}

// whole is all that stands in a View, and how to go on.
func whole(v ui.View) string {
	t := teller{language: v.Language}
	t.say(v.Title)
	t.say(v.Text...)
	if v.Notice != nil {
		t.notice(v.Notice)
	}
	t.facts(v)
	t.service(v)
	if v.Entry != nil {
		t.entry(v.Entry)
	}
	if v.TimeLeft != nil {
		t.say(v.TimeLeft.Text)
	}
	if v.Busy {
		t.key(catalogue.VoiceWait)
	}
	t.choices(v)
	return t.text()
}

// details are what names the citizen, said because they asked.
func details(v ui.View) string {
	t := teller{language: v.Language}
	t.fields(v.Fields)
	return t.text()
}

// covered reports whether what names the citizen is not to be said unasked. Between
// visits nothing does.
func covered(v ui.View) bool {
	return len(v.Fields) > 0 && v.Cover != nil
}

// turnedOn reports whether a way to see, reach or hear is chosen.
func turnedOn(e *ui.Ease, id string) bool {
	if e != nil {
		for _, o := range e.Options {
			if o.ID == id {
				return o.On
			}
		}
	}
	return false
}

// spelled gives characters one by one.
func spelled(language, text string) string {
	return strings.Join(strings.Split(text, ""), comma(language)) + stop(language)
}

func solid(language string) bool {
	return strings.HasPrefix(language, "ja") || strings.HasPrefix(language, "zh")
}

func comma(language string) string {
	if solid(language) {
		return "、"
	}
	return ", "
}

func stop(language string) string {
	switch {
	case solid(language):
		return "。"
	case language == "ne":
		return "।"
	}
	return "."
}

// A teller gathers sentences.
type teller struct {
	language string
	lines    []string
}

func (t *teller) text() string { return strings.Join(t.lines, "\n") }

// say adds sentences, and their end where it is missing.
func (t *teller) say(texts ...string) {
	for _, text := range texts {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		if !strings.HasSuffix(text, "\n") && !strings.ContainsAny(text[lastRune(text):], ".!?。！？।:：") {
			text += stop(t.language)
		}
		t.lines = append(t.lines, text)
	}
}

func lastRune(text string) int {
	at := 0
	for i := range text {
		at = i
	}
	return at
}

func (t *teller) key(key catalogue.Key, args ...catalogue.Arg) {
	t.say(catalogue.Text(t.language, key, args...))
}

func (t *teller) notice(n *ui.Notice) {
	t.say(n.Title, n.Text)
	for i, step := range n.Steps {
		t.say(strconv.Itoa(i+1) + comma(t.language) + step)
	}
	if n.Code != "" && n.Kind == ui.Error { // for the help desk, who will ask for it
		t.say(spelled(t.language, n.Code))
	}
}

// facts are what the screen shows besides its words.
func (t *teller) facts(v ui.View) {
	if covered(v) {
		t.key(catalogue.HiddenText)
	} else {
		t.fields(v.Fields)
	}
	for _, m := range v.Matches {
		t.say(m.Word)
	}
	if v.Code != nil {
		t.say(v.Code.Label)
		for _, group := range v.Code.Groups {
			t.say(spelled(t.language, group))
		}
	}
}

func (t *teller) fields(fields []ui.Field) {
	for _, f := range fields {
		value := f.Value
		if digitsOnly(value) {
			value = spelled(t.language, strings.Join(strings.Fields(value), ""))
		}
		t.say(f.Label+comma(t.language)+value, f.Note)
	}
}

// digitsOnly reports a number that is read one by one, as a registration key is.
func digitsOnly(text string) bool {
	return text != "" && strings.Trim(text, "0123456789 -") == ""
}

// service is what a technician is shown.
func (t *teller) service(v ui.View) {
	for _, f := range v.Findings {
		t.say(f.Title, f.Text)
	}
	for _, trial := range v.Trials {
		if trial.Result != "" {
			t.say(trial.Label, trial.Result)
		}
	}
	if v.Seal != nil {
		t.say(v.Seal.Label)
	}
	if v.Locked != nil {
		t.say(v.Locked.Text)
		t.key(catalogue.VoiceSeconds, catalogue.Seconds(v.Locked.Seconds))
	}
}

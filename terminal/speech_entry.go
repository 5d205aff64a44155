package terminal

import (
	"strconv"
	"strings"

	"github.com/digital-watashi/kiosk/terminal/catalogue"
	"github.com/digital-watashi/kiosk/ui"
)

// What is said of an entry while it is typed into, and how to go on from a screen.

// entry tells what is to be typed, and how far it is.
func (t *teller) entry(e *ui.Entry) {
	t.say(e.Label, e.Hint)
	if e.Kind == ui.Password {
		t.key(catalogue.VoiceTaps)
	}
	if e.Masked {
		t.key(catalogue.VoiceMasked)
	}
	t.standing(e)
}

// standing tells what stands there: which digits, if they may be seen, else how many
// characters.
func (t *teller) standing(e *ui.Entry) {
	switch {
	case e.Typed == 0:
		t.key(catalogue.VoiceEmpty)
	case e.Masked || e.Shown == "":
		t.key(catalogue.VoiceTyped, catalogue.Count(e.Typed))
	default:
		t.say(spelled(t.language, e.Shown))
	}
}

// typed tells what a key did to an entry: the digit, if it may be seen, else how many
// characters there are; and once it is complete, how to go on.
func (t *teller) typed(before, after ui.View) {
	was, is := before.Entry, after.Entry
	switch {
	case is.Typed < was.Typed && is.Typed > 0:
		t.key(catalogue.VoiceErased)
		t.standing(is)
	case !is.Masked && is.Typed > was.Typed && strings.HasPrefix(is.Shown, was.Shown):
		t.say(spelled(t.language, is.Shown[len(was.Shown):]))
	default:
		t.standing(is)
	}
	if a, opened := primary(after); opened {
		if _, open := primary(before); !open {
			t.choice(a.Label, catalogue.Text(t.language, catalogue.VoiceKeyNext))
		}
	}
}

// primary is the way forward, if it is open.
func primary(v ui.View) (ui.Action, bool) {
	for _, a := range v.Actions {
		if a.Style == ui.Primary && a.Enabled {
			return a, true
		}
	}
	return ui.Action{}, false
}

// turned tells which ways to see, reach or hear were just turned over.
func (t *teller) turned(before, after *ui.Ease) {
	if before == nil || after == nil {
		return
	}
	for _, o := range after.Options {
		if turnedOn(before, o.ID) == o.On {
			continue
		}
		word := after.Off
		if o.On {
			word = after.On
		}
		t.say(o.Label + comma(t.language) + word)
	}
}

// timeLeft warns, and tells the way to more time.
func (t *teller) timeLeft(v ui.View) {
	t.say(v.TimeLeft.Text)
	for i, a := range v.Actions {
		if a.ID == v.TimeLeft.MoreAction {
			t.choice(a.Label, t.numbered(v, i))
		}
	}
}

// choices tell which key does what.
func (t *teller) choices(v ui.View) {
	for i, a := range v.Actions {
		if !a.Enabled {
			continue
		}
		if v.Entry != nil && a.Style == ui.Primary {
			t.choice(a.Label, catalogue.Text(t.language, catalogue.VoiceKeyNext))
			continue
		}
		t.choice(a.Label, t.numbered(v, i))
	}
	switch {
	case v.Locked != nil: // no key does anything
	case v.Entry != nil:
		t.choice(v.Entry.Keyboard.Backspace, catalogue.Text(t.language, catalogue.VoiceKeyDelete))
		t.key(catalogue.VoiceHold)
	default:
		t.elsewhere(v)
	}
}

// elsewhere are the keys of a screen on which nothing is typed.
func (t *teller) elsewhere(v ui.View) {
	if covered(v) {
		t.key(catalogue.VoiceDetails, catalogue.Press(keyDetails))
	}
	if len(v.Languages) > 1 && !v.Busy {
		t.choice(v.LanguageText, catalogue.Text(t.language, catalogue.VoiceKeyDelete))
	}
	if !v.Busy {
		t.key(catalogue.VoiceAgain, catalogue.Press(keyAgain))
	}
}

func (t *teller) choice(label, press string) {
	t.key(catalogue.VoiceChoice, catalogue.Choice(label), catalogue.Press(press))
}

// numbered is the key of an action: the number that its button bears, and before it
// another key where digits are typed.
func (t *teller) numbered(v ui.View, i int) string {
	number := strconv.Itoa(i + 1)
	if v.Entry == nil {
		return number
	}
	return catalogue.Text(t.language, catalogue.VoiceKeyOther, catalogue.Press(number))
}

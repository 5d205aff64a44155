package terminal

import (
	"time"

	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
	"github.com/digital-watashi/kiosk/ui"
)

// The ids of the actions, as they stand in Views and come back in Commands.
const (
	ActionNext    = "next"
	ActionYes     = "yes"
	ActionNo      = "no"
	ActionStop    = "stop"
	ActionSkip    = "skip"
	ActionEra     = "era"
	ActionWestern = "western"
	ActionSign    = "sign"
	ActionOther   = "other"
	ActionMissing = "missing"
	ActionFinish  = "finish"
	ActionMore    = "more"
)

// surroundings are what every screen shows besides the state: they change with
// the bundle and the devices, never with the citizen.
type surroundings struct {
	test      bool
	scanner   bool
	lights    bool
	voice     bool
	languages []string
	contact   map[string]string
	opens     time.Time // the site, next; now while it is open
	machine   *Facts    // for a technician; nil elsewhere
}

// view is what the screen shows in a state: nothing else is looked at.
func view(around surroundings, number uint64, s State) ui.View {
	p := page{around, s.visit()}
	v := s.show(p)
	v.Page, v.Language = number, p.Language
	if v.Locked == nil {
		v.Languages, v.LanguageText, v.Ease = p.offered(), catalogue.LanguageLabel(p.Language), p.ease()
	}
	if p.test {
		v.Test, v.TestText = true, p.say(catalogue.TestBanner)
	}
	if p.Warned {
		p.warn(&v)
	}
	return v
}

// page helps a state to say what it shows.
type page struct {
	surroundings
	Visit
}

func (p page) say(key catalogue.Key, args ...catalogue.Arg) string {
	return catalogue.Text(p.Language, key, args...)
}

func (p page) offered() []ui.Language {
	var all []ui.Language
	for _, l := range catalogue.Languages() {
		for _, tag := range p.languages {
			if tag == l.Tag {
				all = append(all, ui.Language{Tag: l.Tag, Name: l.Name})
			}
		}
	}
	return all
}

// ask is where to ask, as the bundle says. Where it does not say it in the citizen's
// language it is said in the nearest, and at last in the bundle's first.
func (p page) ask() string {
	for _, tag := range append([]string{p.Language, catalogue.Nearest(p.Language)}, p.languages...) {
		if text := p.contact[tag]; text != "" {
			return text
		}
	}
	return ""
}

// warn shows the time that is left, and the way to more of it.
func (p page) warn(v *ui.View) {
	seconds := int(turnWarning.Seconds())
	text := p.say(catalogue.TimeLeft, catalogue.Seconds(seconds))
	v.TimeLeft = &ui.TimeLeft{Seconds: seconds, Text: text, MoreAction: ActionMore}
	v.Actions = append(v.Actions, p.button(ActionMore, ui.Secondary, catalogue.More))
	v.Live = text
}

func (p page) button(id string, style ui.Style, label catalogue.Key) ui.Action {
	return ui.Action{ID: id, Label: p.say(label), Style: style, Enabled: true}
}

func (p page) stop() ui.Action { return p.button(ActionStop, ui.Secondary, catalogue.Stop) }

// next is the way forward, closed until what was typed makes sense.
func (p page) next(open bool) ui.Action {
	a := p.button(ActionNext, ui.Primary, catalogue.Next)
	a.Enabled = open
	return a
}

// steps of the strip at the top.
const (
	stepCard = 1 + iota
	stepPassword
	stepCheck
	stepKey
	stepSend
	stepCode
)

func (p page) progress(step int) *ui.Progress {
	return &ui.Progress{Step: step, Labels: []string{
		p.say(catalogue.StepCard), p.say(catalogue.StepPassword), p.say(catalogue.StepCheck),
		p.say(catalogue.StepKey), p.say(catalogue.StepSend), p.say(catalogue.StepCode),
	}}
}

// busy is a screen on which nothing need be done.
func (p page) busy(screen string, step int, title catalogue.Key, texts ...catalogue.Key) ui.View {
	v := ui.View{Screen: screen, Progress: p.progress(step), Title: p.say(title), Busy: true, Picture: "keep-card"}
	for _, key := range texts {
		v.Text = append(v.Text, p.say(key))
	}
	if step > stepSend || screen == "delivering" {
		v.Picture = "wait"
	}
	return v
}

func (p page) keyboard() ui.KeyboardTexts {
	return ui.KeyboardTexts{Backspace: p.say(catalogue.Backspace), Clear: p.say(catalogue.Clear)}
}

// number is an entry of digits that may be seen.
func (p page) number(label catalogue.Key, typed digits, groups ...int) *ui.Entry {
	most := 0
	for _, n := range groups {
		most += n
	}
	return &ui.Entry{
		Kind: ui.Digits, Label: p.say(label), Typed: typed.count, Shown: string(typed.bytes()),
		Min: most, Max: most, Groups: groups, Keyboard: p.keyboard(),
	}
}

// again is a fault after which the citizen tries once more; nil for none.
func (p page) again(code catalogue.Code, args ...catalogue.Arg) *ui.Notice {
	if code == "" {
		return nil
	}
	f := catalogue.Explain(p.Language, code, args...)
	return &ui.Notice{Kind: ui.Warning, Title: f.Title, Text: catalogue.Join(p.Language, f.Happened, f.Data), Code: string(code), Steps: f.Steps}
}

// ended is a fault as a whole screen.
func (p page) ended(screen string, kind ui.NoticeKind, code catalogue.Code) ui.View {
	f := catalogue.Explain(p.Language, code, catalogue.Contact(p.ask()), catalogue.Opens(p.opens))
	v := ui.View{
		Screen: screen, Title: f.Title, Picture: code.Picture(),
		Notice: &ui.Notice{Kind: kind, Title: f.Happened, Text: f.Data, Code: string(code), Steps: f.Steps},
		Live:   catalogue.Join(p.Language, f.Title, f.Happened),
	}
	if f.Where != "" {
		v.Text = append(v.Text, p.say(catalogue.WhereToGo, catalogue.Place(f.Where)))
	}
	return v
}

// reference is the short form of an id, for the help desk.
func reference(id protocol.ID) string { return id.Reference().String() }

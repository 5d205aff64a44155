package terminal

import (
	"strings"

	"github.com/digital-watashi/kiosk/hal/mynumber"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
	"github.com/digital-watashi/kiosk/ui"
)

// The screens from the person to the signature.

func (s ShowingAttributes) show(p page) ui.View {
	return ui.View{
		Screen: "attributes", Progress: p.progress(stepCheck), Title: p.say(catalogue.AttributesTitle),
		Text: []string{p.say(catalogue.AttributesText)}, Fields: p.facts(s.Person), Cover: p.cover(),
		Actions: []ui.Action{
			p.stop(), p.button(ActionNo, ui.Danger, catalogue.NotMe), p.button(ActionYes, ui.Primary, catalogue.ThisIsMe),
		},
	}
}

// facts are the four attributes, each with what a person must know to judge it.
// What stands on the card is Japanese on every screen.
func (p page) facts(a mynumber.Attributes) []ui.Field {
	return []ui.Field{
		{Label: p.say(catalogue.NameLabel), Value: a.Name.Value, Note: p.substituted(a.Name), Language: "ja"},
		{Label: p.say(catalogue.AddressLabel), Value: a.Address.Value, Note: p.substituted(a.Address), Language: "ja"},
		{Label: p.say(catalogue.BirthDateLabel), Value: catalogue.BirthDate(p.Language, a.BirthDate.Code())},
		{Label: p.say(catalogue.SexLabel), Value: p.sex(a.Sex)},
	}
}

// substituted says in words which characters stand for others.
func (p page) substituted(t mynumber.Text) string {
	var found []string
	for i, r := range []rune(t.Value) {
		if i < len(t.Substituted) && t.Substituted[i] {
			found = append(found, "「"+string(r)+"」")
		}
	}
	if len(found) == 0 {
		return ""
	}
	return p.say(catalogue.Substituted) + strings.Join(found, "")
}

func (p page) sex(s mynumber.Sex) string {
	switch s {
	case mynumber.Male:
		return p.say(catalogue.SexMale)
	case mynumber.Female:
		return p.say(catalogue.SexFemale)
	}
	return p.say(catalogue.SexUnknown)
}

func (s CheckingPhoto) show(p page) ui.View {
	return p.busy("photo-reading", stepCheck, catalogue.CardReadingTitle, catalogue.KeepCard)
}

func (s AskingLastPhotoTry) show(p page) ui.View {
	return ui.View{
		Screen: "last-try", Progress: p.progress(stepCheck), Title: p.say(catalogue.LastTryTitle), Picture: "warning",
		Notice:  &ui.Notice{Kind: ui.Warning, Title: p.say(catalogue.PhotoTries, catalogue.Tries(1)), Text: p.say(catalogue.PhotoLastText)},
		Actions: append(p.without(), p.button(ActionYes, ui.Danger, catalogue.LastTryYes)),
		Live:    p.say(catalogue.PhotoLastText),
	}
}

// without are the ways past the photo: leaving it out, where the rules let that,
// and stopping.
func (p page) without() []ui.Action {
	if p.Rules.Photo == PhotoOptional {
		return []ui.Action{p.stop(), p.button(ActionSkip, ui.Secondary, catalogue.PhotoSkip)}
	}
	return []ui.Action{p.stop()}
}

func (s AskingFormat) show(p page) ui.View {
	v := ui.View{
		Screen: "photo-format", Progress: p.progress(stepCheck), Title: p.say(catalogue.PhotoTitle), Picture: "year-kinds",
		Text:   []string{p.say(catalogue.PhotoText), p.say(catalogue.PhotoTries, catalogue.Tries(s.Tries))},
		Notice: p.again(s.Fault, catalogue.Tries(s.Tries)),
		Actions: append(p.without(),
			p.button(ActionEra, ui.Secondary, catalogue.PhotoEra), p.button(ActionWestern, ui.Secondary, catalogue.PhotoWestern)),
	}
	if p.Rules.Photo == PhotoOptional {
		v.Text = append(v.Text, p.say(catalogue.PhotoOptional))
	}
	return v
}

func (s AskingExpiry) show(p page) ui.View {
	return ui.View{
		Screen: "photo-expiry", Progress: p.progress(stepCheck), Title: p.say(catalogue.PhotoExpiryTitle),
		Text: []string{p.say(catalogue.PhotoExpiryText)}, Picture: p.face(s.Western),
		Entry:   p.number(catalogue.PhotoExpiryLabel, s.Typed, 4),
		Actions: []ui.Action{p.stop(), p.next(s.Typed.count == 4)},
	}
}

func (p page) face(western bool) string {
	if western {
		return "western-card"
	}
	return "era-card"
}

func (s AskingSecurityCode) show(p page) ui.View {
	return ui.View{
		Screen: "photo-code", Progress: p.progress(stepCheck), Title: p.say(catalogue.PhotoCodeTitle), Picture: "security-code",
		Text:    []string{p.say(catalogue.PhotoCodeText), p.say(catalogue.PhotoTries, catalogue.Tries(s.Tries))},
		Entry:   p.number(catalogue.PhotoCodeLabel, s.Typed, 4),
		Actions: []ui.Action{p.stop(), p.next(s.Typed.count == 4)},
	}
}

func (s ReadingPhoto) show(p page) ui.View {
	return p.busy("photo-reading", stepCheck, catalogue.PhotoReadingTitle, catalogue.KeepCard)
}

func (s EnteringKey) show(p page) ui.View {
	e := p.number(catalogue.KeyLabel, s.Typed, 4, 4, 4)
	e.Hint = p.say(catalogue.KeyHint)
	v := ui.View{
		Screen: "key", Progress: p.progress(stepKey), Title: p.say(catalogue.KeyTitle), Picture: "phone", Entry: e,
		Text:    []string{p.say(catalogue.KeyText), p.say(catalogue.KeyWarning)},
		Notice:  p.again(s.Fault, catalogue.Chances(mostWrongKeys-s.Misses)),
		Actions: []ui.Action{p.stop(), p.next(s.Typed.count == e.Max)},
	}
	if p.scanner && s.scans() {
		v.Title, v.Picture = p.say(catalogue.KeyScanTitle), "scan-key"
		v.Text = []string{p.say(catalogue.KeyScanText), p.say(catalogue.KeyScanWarning)}
	}
	if s.Fault != "" { // its steps say what to do
		v.Text = v.Text[1:]
	}
	if s.Unread {
		v.Text = append(v.Text, p.say(catalogue.PhotoUnread))
	}
	return v
}

func (s CheckingKey) show(p page) ui.View {
	return p.busy("key-checking", stepKey, catalogue.KeyCheckingTitle, catalogue.KeepCard)
}

// consent is what the citizen agrees to, word by word: its hash is signed.
func consent(lang, platform string, photo bool) []string {
	texts := []string{catalogue.Text(lang, catalogue.ConfirmConsent, catalogue.Platform(platform))}
	if photo {
		texts = append(texts, catalogue.Text(lang, catalogue.ConfirmConsentPhoto))
	}
	return append(texts, catalogue.Text(lang, catalogue.ConfirmRevocation))
}

func (s Confirming) show(p page) ui.View {
	v := ui.View{
		Screen: "confirm", Progress: p.progress(stepSend), Title: p.say(catalogue.ConfirmTitle),
		Text:   consent(p.Language, p.Rules.Platform, len(s.Photo) > 0),
		Fields: append(p.facts(s.Person), ui.Field{Label: p.say(catalogue.KeyLabel), Value: string(s.Key.Grouped())}),
		Cover:  p.cover(),
	}
	for i := range v.Fields { // it was told when they were shown first
		v.Fields[i].Note = ""
	}
	if !s.matched() {
		v.Notice = &ui.Notice{Kind: ui.Warning, Title: p.say(catalogue.KeyWarning), Text: p.say(catalogue.ConfirmNoMatch)}
		v.Actions = []ui.Action{p.stop(), p.button(ActionSign, ui.Primary, catalogue.ConfirmYes)}
		return v
	}
	v.Notice = &ui.Notice{Kind: ui.Warning, Title: p.say(catalogue.ConfirmMatch), Text: p.say(catalogue.KeyWarning)}
	v.Matches = p.matches(s.Pictures)
	v.Actions = []ui.Action{
		p.stop(), p.button(ActionOther, ui.Danger, catalogue.ConfirmOther), p.button(ActionSign, ui.Primary, catalogue.ConfirmYesMatch),
	}
	return v
}

func (p page) matches(pictures [2]protocol.Picture) (all []ui.Match) {
	for _, picture := range pictures {
		all = append(all, ui.Match{Picture: string(picture), Word: catalogue.Picture(p.Language, string(picture))})
	}
	return all
}

func (s Signing) show(p page) ui.View {
	return p.busy("signing", stepSend, catalogue.SigningTitle, catalogue.KeepCard)
}

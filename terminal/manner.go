package terminal

import (
	"github.com/digital-watashi/kiosk/terminal/catalogue"
	"github.com/digital-watashi/kiosk/ui"
)

// Manner is how the person in front is spoken to and shown things. It lasts as long
// as somebody is there, names nobody, and is nowhere kept.
type Manner struct {
	Language string
	Ease     Ease
}

// Ease are the ways to see, reach and hear that were chosen.
type Ease struct{ Contrast, Large, Low, Cover, Mixed, Voice bool }

// plain is the manner in which a terminal meets whom it does not know.
func plain() Manner { return Manner{Language: defaultLanguage()} }

// turned turns one way over. An unknown one changes nothing.
func (e Ease) turned(id string) Ease {
	if way := e.way(id); way != nil {
		*way = !*way
	}
	return e
}

func (e *Ease) way(id string) *bool {
	switch id {
	case ui.EaseContrast:
		return &e.Contrast
	case ui.EaseLarge:
		return &e.Large
	case ui.EaseLow:
		return &e.Low
	case ui.EaseCover:
		return &e.Cover
	case ui.EaseMixed:
		return &e.Mixed
	case ui.EaseVoice:
		return &e.Voice
	}
	return nil
}

// ease offers the ways that this machine has.
func (p page) ease() *ui.Ease {
	offered := &ui.Ease{
		Label: p.say(catalogue.EaseMenu), Title: p.say(catalogue.EaseTitle), Back: p.say(catalogue.EaseBack),
		On: p.say(catalogue.EaseOn), Off: p.say(catalogue.EaseOff),
	}
	for _, way := range []struct {
		id    string
		label catalogue.Key
	}{
		{ui.EaseContrast, catalogue.EaseContrast}, {ui.EaseLarge, catalogue.EaseLarge}, {ui.EaseLow, catalogue.EaseLow},
		{ui.EaseCover, catalogue.EaseCover}, {ui.EaseMixed, catalogue.EaseMixed}, {ui.EaseVoice, catalogue.EaseVoice},
	} {
		if way.id == ui.EaseVoice && !p.voice {
			continue
		}
		offered.Options = append(offered.Options, ui.EaseOption{ID: way.id, Label: p.say(way.label), On: *p.Ease.way(way.id)})
	}
	return offered
}

// cover stands before what names the citizen, if they want it so.
func (p page) cover() *ui.Cover {
	if !p.Ease.Cover {
		return nil
	}
	return &ui.Cover{Text: p.say(catalogue.HiddenText), Show: p.say(catalogue.HiddenShow)}
}

package terminal

import (
	"slices"

	"github.com/digital-watashi/kiosk/ui"
)

// understand turns what the citizen did into an event, if the screen they saw is
// the one that is shown and offers it. Anything else is nil: a late touch, or an
// invented one. A key of a password goes straight into the pad; the event only
// counts.
func (t *Terminal) understand(c ui.Command) Event {
	if c.Page != t.shown.Page {
		return nil
	}
	switch {
	case c.Action != "":
		return t.pressed(c.Action)
	case c.Language != "":
		return t.chosen(c.Language)
	case c.Ease != "":
		return t.eased(c.Ease)
	case t.shown.Entry == nil:
		return nil
	case t.shown.Entry.Masked:
		return PasswordTyped{Count: t.pad.key(c.Key)}
	}
	return typed(c.Key)
}

func (t *Terminal) pressed(action string) Event {
	open := func(a ui.Action) bool { return a.ID == action && a.Enabled }
	if !slices.ContainsFunc(t.shown.Actions, open) {
		return nil
	}
	return Pressed{Action: action}
}

func (t *Terminal) chosen(tag string) Event {
	if !slices.ContainsFunc(t.shown.Languages, func(l ui.Language) bool { return l.Tag == tag }) {
		return nil
	}
	return LanguageChosen{Tag: tag}
}

func (t *Terminal) eased(id string) Event {
	if t.shown.Ease == nil || !slices.ContainsFunc(t.shown.Ease.Options, func(o ui.EaseOption) bool { return o.ID == id }) {
		return nil
	}
	return EaseChosen{ID: id}
}

func typed(key string) Event {
	switch {
	case key == ui.KeyBackspace:
		return Erased{}
	case key == ui.KeyClear:
		return Cleared{}
	case len(key) == 1 && key[0] >= '0' && key[0] <= '9':
		return DigitTyped{Digit: key[0]}
	}
	return nil
}

package terminal

import (
	"github.com/digital-watashi/kiosk/terminal/catalogue"
	"github.com/digital-watashi/kiosk/ui"
)

// The screens between sessions, and from the card to the person.

func (s Starting) show(p page) ui.View {
	return p.ended("out-of-service", ui.Info, catalogue.TerminalStarting)
}

func (s OutOfService) show(p page) ui.View {
	kind := ui.Warning
	if s.Faults[0].Calm() {
		kind = ui.Info
	}
	v := p.ended("out-of-service", kind, s.Faults[0])
	v.Text = append(v.Text, p.say(catalogue.OutOfServiceAsk, catalogue.Contact(p.ask())))
	return v
}

func (s Welcome) show(p page) ui.View {
	v := ui.View{Screen: "welcome", Title: p.say(catalogue.WelcomeTitle), Picture: "insert-card"}
	if s.Notice != "" { // whoever reads it was here a moment ago
		v.Notice = p.again(s.Notice)
		v.Notice.Kind = ui.Info
		v.Live = catalogue.Join(p.Language, v.Notice.Title, v.Notice.Text)
		return v
	}
	v.Text = []string{p.say(catalogue.WelcomeText), p.say(catalogue.WelcomeNeed)}
	v.Fields = []ui.Field{
		{Label: p.say(catalogue.StepCard), Value: p.say(catalogue.WelcomeNeedCard)},
		{Label: p.say(catalogue.StepPassword), Value: p.say(catalogue.WelcomeNeedPassword)},
		{Label: p.say(catalogue.StepKey), Value: p.say(catalogue.WelcomeNeedKey)},
	}
	return v
}

func (s Inspecting) show(p page) ui.View {
	return p.busy("card-reading", stepCard, catalogue.CardReadingTitle, catalogue.CardReadingText)
}

func (s ReadingCard) show(p page) ui.View {
	return p.busy("card-reading", stepCard, catalogue.CardReadingTitle, catalogue.CardReadingText)
}

func (s AskingLastTry) show(p page) ui.View {
	return ui.View{
		Screen: "last-try", Progress: p.progress(stepPassword), Title: p.say(catalogue.LastTryTitle),
		Text: []string{p.say(catalogue.PasswordOther), p.say(catalogue.LastTryStop)}, Picture: "warning",
		Notice:  &ui.Notice{Kind: ui.Warning, Title: p.say(catalogue.LastTryLocks), Text: p.say(catalogue.LastTryText)},
		Actions: []ui.Action{p.stop(), p.button(ActionYes, ui.Danger, catalogue.LastTryYes)},
		Live:    p.say(catalogue.LastTryLocks),
	}
}

func (s AskingPassword) show(p page) ui.View { return p.password(s.Tries, s.Typed, s.Fault) }

func (s AskingAgain) show(p page) ui.View {
	v := p.password(s.Tries, s.Typed, s.Fault)
	v.Text = append([]string{p.say(catalogue.PasswordAgain)}, v.Text...)
	return v
}

// password shows how many characters were typed, and knows no more.
func (p page) password(tries, typed int, fault catalogue.Code) ui.View {
	return ui.View{
		Screen: "password", Progress: p.progress(stepPassword), Title: p.say(catalogue.PasswordTitle),
		Text:    []string{p.say(catalogue.PasswordText), p.say(catalogue.PasswordTries, catalogue.Tries(tries)), p.say(catalogue.KeepCard)},
		Notice:  p.again(fault, catalogue.Tries(tries)),
		Picture: "password-kinds",
		Entry: &ui.Entry{
			Kind: ui.Password, Label: p.say(catalogue.PasswordLabel), Hint: p.say(catalogue.PasswordHint), Masked: true,
			Typed: typed, Min: shortestPassword, Max: longestPassword, Keyboard: p.keyboard(),
		},
		Actions: []ui.Action{p.stop(), p.next(typed >= shortestPassword)},
	}
}

func (s VerifyingPassword) show(p page) ui.View {
	return p.busy("password-checking", stepPassword, catalogue.PasswordCheckingTitle, catalogue.KeepCard)
}

func (s VerifyingAgain) show(p page) ui.View {
	return p.busy("password-checking", stepPassword, catalogue.PasswordCheckingTitle, catalogue.KeepCard)
}

func (s ReadingHolder) show(p page) ui.View {
	return p.busy("reading", stepCheck, catalogue.ReadingTitle, catalogue.KeepCard)
}

func (s Stopped) show(p page) ui.View {
	kind, screen := ui.Error, "fault"
	switch s.Fault {
	case catalogue.SessionStopped, catalogue.SessionTime, catalogue.SessionNotMe, catalogue.SessionWithdrawn:
		kind, screen = ui.Info, "goodbye"
	}
	v := p.ended(screen, kind, s.Fault)
	v.Picture = "take-card"
	if s.Fault == catalogue.CardRemoved { // there is nothing to take
		v.Picture = "insert-card"
	}
	v.Text = append(v.Text, p.say(catalogue.SlipReference, catalogue.Reference(reference(s.ID))))
	v.Actions = []ui.Action{p.button(ActionFinish, ui.Primary, catalogue.Finish)}
	return v
}

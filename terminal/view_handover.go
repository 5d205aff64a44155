package terminal

import (
	"rsc.io/qr/coding"

	"github.com/digital-watashi/kiosk/hal/escpos"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
	"github.com/digital-watashi/kiosk/ui"
)

// The screens from the signature to the slip.

func (s Committing) show(p page) ui.View {
	return p.busy("delivering", stepSend, catalogue.SavingTitle, catalogue.CardDone)
}

func (s Delivering) show(p page) ui.View {
	v := p.busy("delivering", stepSend, catalogue.DeliveringTitle, catalogue.CardDone)
	v.Actions = []ui.Action{p.button(ActionStop, ui.Secondary, catalogue.DeliveringStop)}
	return v
}

func (s Beginning) show(p page) ui.View {
	return p.busy("printing", stepCode, catalogue.PrintingTitle, catalogue.CardDone)
}

func (s Printing) show(p page) ui.View {
	v := p.busy("printing", stepCode, catalogue.PrintingTitle, p.outcome(s.Outcome))
	v.Picture = "printer"
	return v
}

func (p page) outcome(o Outcome) catalogue.Key {
	if o == Active {
		return catalogue.ActiveText
	}
	return catalogue.ReceivedText
}

func (s ShowingCode) show(p page) ui.View {
	return ui.View{
		Screen: "code", Progress: p.progress(stepCode), Title: p.say(catalogue.CodeTitle),
		Text: []string{
			p.say(catalogue.CodeText), p.say(p.outcome(s.Outcome)),
			p.say(catalogue.CodeUntil, catalogue.Until(p.Rules.until(s.Outcome, s.Issue))),
		},
		Notice: p.doubtful(), Code: p.code(s.Issue.Code), Live: p.say(catalogue.CodeAsk),
		Actions: []ui.Action{p.button(ActionNo, ui.Danger, catalogue.CodeNo), p.button(ActionYes, ui.Primary, catalogue.CodeYes)},
	}
}

// doubtful says in few words why the code stands here: it must not be pushed off
// the screen.
func (p page) doubtful() *ui.Notice {
	f := catalogue.Explain(p.Language, catalogue.PrinterUnconfirmed)
	return &ui.Notice{Kind: ui.Warning, Title: f.Title, Text: f.Data, Code: string(catalogue.PrinterUnconfirmed)}
}

// code is the code as the screen shows it. Only here it becomes text.
func (p page) code(c protocol.Code) *ui.Code {
	shown := &ui.Code{Label: p.say(catalogue.CodeLabel)}
	for _, group := range c.Groups() {
		shown.Groups = append(shown.Groups, string(group))
	}
	content := c.Scannable()
	defer clear(content)
	if symbol, err := escpos.EncodeQR(content); err == nil {
		defer clear(symbol.Bitmap)
		shown.QR = modules(symbol)
	}
	return shown
}

func modules(symbol *coding.Code) (rows []string) {
	for y := range symbol.Size {
		row := make([]byte, symbol.Size)
		for x := range row {
			row[x] = '0'
			if symbol.Black(x, y) {
				row[x] = '1'
			}
		}
		rows = append(rows, string(row))
	}
	return rows
}

func (s Recording) show(p page) ui.View {
	return p.busy("printing", stepCode, catalogue.RecordingTitle, p.outcome(s.Outcome))
}

func (s TakingCard) show(p page) ui.View {
	v := ui.View{
		Screen: "take-card", Progress: p.progress(stepCode), Title: p.say(catalogue.TakeCardOnlyTitle), Picture: "take-card",
		Text:    []string{p.say(p.outcome(s.Outcome)), p.say(catalogue.TakeCardText)},
		Actions: []ui.Action{p.button(ActionFinish, ui.Primary, catalogue.Finish)},
	}
	if s.Printed {
		v.Title, v.Picture = p.say(catalogue.TakeCardTitle), "take-both"
		v.Actions = append([]ui.Action{p.button(ActionMissing, ui.Secondary, catalogue.TakeCardMissing)}, v.Actions...)
	}
	return v
}

// show says it and nothing else: nobody knows who reads it.
func (s CallingBack) show(p page) ui.View {
	title, text := p.say(catalogue.StillHereTitle), p.say(catalogue.StillHereText)
	return ui.View{
		Screen: "card-left", Title: title, Text: []string{text}, Picture: "take-card",
		Live: catalogue.Join(p.Language, title, text), Alert: s.Calls,
	}
}

func (s Withdrawing) show(p page) ui.View {
	return p.busy("delivering", stepSend, catalogue.WithdrawingTitle)
}

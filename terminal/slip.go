package terminal

import (
	"bytes"

	"github.com/digital-watashi/kiosk/hal/escpos"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

// slip is what the citizen takes home: the code, how long it lives and what to do
// with it. It carries no name, no address and no registration key, so that who
// finds it learns nothing and can do nothing with it. The caller wipes it.
func slip(p page, terminal string, i Issue, o Outcome) escpos.Slip {
	var blocks []escpos.Block
	if p.test {
		blocks = append(blocks, escpos.Banner{Text: p.say(catalogue.SlipBanner)}, escpos.Small{Text: p.say(catalogue.SlipTestText)})
	}
	blocks = append(blocks,
		escpos.Heading{Text: p.say(catalogue.SlipTitle)},
		escpos.Paragraph{Text: p.say(catalogue.SlipCode)},
		escpos.Code{Text: bytes.Join(i.Code.Groups(), []byte(" "))},
		escpos.QR{Content: i.Code.Scannable(), Caption: p.say(catalogue.SlipQR)},
		escpos.Paragraph{Text: p.say(promise(o))},
		escpos.Field{Label: p.say(catalogue.SlipUntil), Value: p.say(catalogue.SlipUntilValue, catalogue.Until(p.Rules.until(o, i)))},
		escpos.Rule{},
	)
	blocks = append(blocks, p.whatNext(o)...)
	blocks = append(blocks, p.whereToAsk(terminal, i)...)
	return escpos.Slip{Language: p.Language, Blocks: blocks}
}

// promise is honest: only an accepted registration has a code that works now.
func promise(o Outcome) catalogue.Key {
	if o == Active {
		return catalogue.SlipActive
	}
	return catalogue.SlipPending
}

func (p page) whatNext(o Outcome) []escpos.Block {
	steps := []string{p.say(catalogue.SlipNextOpen), p.say(catalogue.SlipNextType), p.say(catalogue.SlipNextName)}
	if o != Active {
		steps = append(steps, p.say(catalogue.SlipNextWait))
	}
	return []escpos.Block{
		escpos.Heading{Text: p.say(catalogue.SlipNext)},
		escpos.Steps{Texts: steps},
		escpos.Paragraph{Text: p.say(catalogue.SlipSecret)},
		escpos.Rule{},
	}
}

func (p page) whereToAsk(terminal string, i Issue) []escpos.Block {
	return []escpos.Block{
		escpos.Small{Text: p.say(catalogue.SlipLost)},
		escpos.Small{Text: p.say(catalogue.SlipNotYou)},
		escpos.Field{Label: p.say(catalogue.SlipContact), Value: p.say(catalogue.SlipContactValue, catalogue.Contact(p.ask()))},
		escpos.Field{Label: p.say(catalogue.SlipAt), Value: p.say(catalogue.SlipAtValue, catalogue.At(i.At))},
		escpos.Small{Text: p.say(catalogue.SlipTerminal, catalogue.Terminal(terminal))},
		escpos.Small{Text: p.say(catalogue.SlipReference, catalogue.Reference(reference(p.ID)))},
		escpos.Small{Text: p.say(catalogue.SlipRevocation)},
	}
}

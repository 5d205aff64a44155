package terminal

import (
	"bytes"
	"time"

	"github.com/digital-watashi/kiosk/hal/escpos"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

// slip is what the citizen takes home: the code, how long it lives, what to do
// with it, and a notice of what was done here and how to object (NIST SP 800-63A-4,
// 3.10). It carries no name, no address and no registration key, so that who finds
// it learns nothing and can do nothing with it. A machine that lacks the letters of
// the citizen's language prints it in the nearest. The caller wipes it.
func slip(p page, terminal string, i Issue, o Outcome) escpos.Slip {
	s := escpos.Slip{Language: p.Language, Blocks: p.slipBlocks(terminal, i, o)}
	if near := catalogue.Nearest(p.Language); near != p.Language {
		p.Language = near
		spare := slip(p, terminal, i, o)
		s.Spare = &spare
	}
	return s
}

func (p page) slipBlocks(terminal string, i Issue, o Outcome) []escpos.Block {
	var blocks []escpos.Block
	if p.test {
		blocks = append(blocks, escpos.Banner{Text: p.say(catalogue.SlipBanner)})
	}
	blocks = append(blocks,
		escpos.Heading{Text: p.say(catalogue.SlipTitle)},
		escpos.Paragraph{Text: p.say(catalogue.SlipCode)},
		escpos.Code{Text: bytes.Join(i.Code.Groups(), []byte(" "))},
		escpos.QR{Content: i.Code.Scannable(), Text: p.say(promise(o)), Caption: p.say(catalogue.SlipQR)},
		p.until(p.Rules.until(o, i)),
		escpos.Rule{},
	)
	blocks = append(blocks, p.whatNext(o)...)
	return append(blocks, p.notice(terminal, i)...)
}

func (p page) until(end time.Time) escpos.Field {
	return escpos.Field{Label: p.say(catalogue.SlipUntil, catalogue.Era(end)), Value: p.say(catalogue.SlipUntilValue, catalogue.UntilBrief(end))}
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
		escpos.Small{Text: p.say(catalogue.SlipLost)},
		escpos.Small{Text: p.say(catalogue.SlipRare)},
		escpos.Rule{},
	}
}

// notice tells what was done with a card, when and where, and whom to tell if it
// was somebody else.
func (p page) notice(terminal string, i Issue) []escpos.Block {
	what := p.say(catalogue.SlipNoticeText, catalogue.Platform(p.Rules.Platform))
	if p.Rules.Photo != PhotoOff {
		what = catalogue.Join(p.Language, what, p.say(catalogue.SlipNoticePhoto))
	}
	return []escpos.Block{
		escpos.Heading{Text: p.say(catalogue.SlipNotice)},
		escpos.Small{Text: what},
		escpos.Facts{
			{Label: p.say(catalogue.SlipAt), Value: p.say(catalogue.SlipAtValue, catalogue.AtBrief(i.At))},
			{Value: p.say(catalogue.SlipTerminal, catalogue.Terminal(terminal))},
			{Value: p.say(catalogue.SlipReference, catalogue.Reference(reference(p.ID)))},
		},
		escpos.Small{Text: p.say(catalogue.SlipRevocation)},
		escpos.Paragraph{Text: p.say(catalogue.SlipNotYou)},
		escpos.Small{Text: p.say(catalogue.SlipStopCard)},
		escpos.Field{Label: p.say(catalogue.SlipContact), Value: p.say(catalogue.SlipContactValue, catalogue.Contact(p.ask()))},
	}
}

//go:build e2e && linux

package e2e_test

import (
	"net"
	"slices"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/terminal/residue"
	"github.com/digital-watashi/kiosk/terminal/street"
	"github.com/digital-watashi/kiosk/ui"
)

// ways are how visits go, one after another: half of them to a code, and the rest as
// far as people go who change their minds, pull their cards or walk away.
func ways() []func(*guest) {
	return []func(*guest){
		func(g *guest) {
			g.hears("en")
			g.opens()
			g.overhears()
			g.shows()
			g.scans()
			g.caughtConfirming()
			g.caughtPrinting()
		},
		func(g *guest) { g.mistakesPassword(); g.opens(); g.hides(); g.types(); g.prints() },
		func(g *guest) { g.hears("ja"); g.opens(); g.shows(); g.types(); g.getsNoPaper() },
		func(g *guest) { g.pullsCardTyping() },
		func(g *guest) { g.opens(); g.hides(); g.scans(); g.prints() },
		func(g *guest) { g.hears("ja"); g.opens(); g.listens() },
		func(g *guest) { g.opens(); g.shows(); g.scans() },
		func(g *guest) { g.opens(); g.mistakesFace(); g.hides(); g.scans(); g.prints() },
		func(g *guest) { g.hears("ja"); g.opens(); g.pullsCardShowing() },
		func(g *guest) { g.opens(); g.shows(); g.types(); g.walksAway() },
	}
}

// journey is the visit of a stranger, who takes the card at its end.
func (l *laboratory) journey(number int) {
	l.T.Helper()
	g := l.comes(number)
	ways()[number%len(ways())](g)
	g.in.remove()
	l.Printer.Break(haltest.PrinterFaults{})
	l.glass.ends()
	l.AwaitUnsent(0)
	l.used = append(l.used, l.secrets(g.who)...)
	if t := l.count("pcscd", g.who.secrets(), pcscd()); t.Copies(residue.PIN)+t.Found[residue.PIN].Fragments+t.Copies(residue.Number) > 0 {
		l.T.Errorf("after journey %d: %v", number, t)
	}
	l.hushes()
}

// hushes has the machine speak no more: it would go on for whoever comes soon.
func (l *laboratory) hushes() {
	l.T.Helper()
	if v, _ := l.glass.now(); speaks(v) {
		l.glass.touch("ease", ui.EaseVoice)
	}
	l.until("nothing speaks", func() bool {
		v, err := l.glass.now()
		return err == nil && !speaks(v) && len(l.terminald()) == 1
	})
}

func speaks(v ui.View) bool {
	return v.Ease != nil && slices.ContainsFunc(v.Ease.Options, func(o ui.EaseOption) bool { return o.ID == ui.EaseVoice && o.On })
}

// comes puts a stranger in front of the machine, with a card and a key of their own.
func (l *laboratory) comes(number int) *guest {
	l.T.Helper()
	who := l.stranger()
	citizen, issued := l.card(number, who)
	v := &visit{shop: l.shop, citizen: citizen, card: haltest.NewCard(citizen, l.CA, issued)}
	v.phone = &phone{street.NewPhone(l.Roots, net.IPv4(127, 0, 1, byte(number+1))), l.T}
	if err := v.phone.Ask(l.T.Context()); err != nil {
		l.T.Fatal(err)
	}
	who.key, who.code, who.signature = string(v.phone.Digits()), "", v.card.Certificate().Signature
	v.remove = l.Insert(v.card)
	l.glass.shows("password")
	return &guest{laboratory: l, in: v, who: who, number: number}
}

// warns waits for a notice on a screen.
func (g *glass) warns(screen string) {
	g.street.T.Helper()
	g.street.Until("the screen warns", func() error {
		if v, err := g.now(); err != nil || v.Screen != screen || v.Notice == nil {
			return errNotSo
		}
		return nil
	})
}

// ends touches "finish" where it stands, and waits for the welcome.
func (g *glass) ends() {
	g.street.T.Helper()
	g.street.Until("the screen is as for the next one", func() error {
		v, err := g.now()
		if err != nil || v.Screen == "welcome" {
			return err
		}
		for _, a := range v.Actions {
			if a.ID == "finish" && a.Enabled {
				g.touch("action", "finish")
			}
		}
		return errNotSo
	})
}

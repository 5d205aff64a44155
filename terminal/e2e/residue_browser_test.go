//go:build e2e && linux

package e2e_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/terminal/residue"
)

// inBrowser has strangers walk through real Chromium, and looks into it before it is
// replaced, as the kiosk does after each visit, and afterwards. The page never holds a
// password; what it showed may lie in memory that the browser has freed.
func (l *laboratory) inBrowser(journeys int) {
	l.T.Helper()
	var inside []residue.Secret
	l.withBrowser("a browser at work", func() {
		for i := range journeys {
			inside = append(inside, l.browses(200+i)...)
		}
		if tally := l.examine("browser", inside, browsers()); tally.Copies(residue.PIN) > 0 {
			l.T.Errorf("the browser holds a password: %v", tally)
		}
	})
	begun := time.Now()
	l.withBrowser("the next browser", func() {
		took := time.Since(begun)
		l.clean(l.examine("the next", inside, browsers()), residue.Kinds()...)
		l.report[len(l.report)-1] += fmt.Sprintf(" | there after %.1f s", took.Seconds())
	})
}

// withBrowser opens the screen in a browser, which has gone afterwards.
func (l *laboratory) withBrowser(name string, do func()) {
	l.T.Helper()
	outer := l.life
	defer func() { l.life = outer }()
	l.T.Run(name, func(t *testing.T) {
		l.In(t, func() {
			l.life = t
			l.openScreen()
			l.screen.Shows("welcome")
			do()
		})
	})
}

// browses is the visit of a stranger in front of real Chromium, each second with a photo.
func (l *laboratory) browses(number int) []residue.Secret {
	l.T.Helper()
	who := l.stranger()
	citizen, issued := l.card(number, who)
	v := l.visit(citizen, "ja", issued)
	v.through("attributes")
	v.screen.Press("yes")
	l.faces(v, who, number%2 == 0)
	v.screen.Shows("key")
	v.screen.Type(string(v.phone.Digits()))
	v.screen.Press("next")
	v.screen.Shows("confirm")
	v.screen.Press("sign")
	v.screen.Shows("take-card")
	who.key, who.code, who.signature = string(v.phone.Digits()), string(v.code()), v.card.Certificate().Signature
	l.slips = append(l.slips, v.Printer.Last())
	v.leaves()
	l.AwaitUnsent(0)
	l.used = append(l.used, l.secrets(who)...)
	return l.secrets(who)
}

// faces has the photo read, or leaves it out.
func (l *laboratory) faces(v *visit, who stranger, photo bool) {
	l.T.Helper()
	v.screen.Shows("photo-format")
	if !photo {
		v.screen.Press("skip")
		return
	}
	v.screen.Press("era")
	for _, entry := range [][2]string{{"photo-expiry", who.CardExpiry.Format("2006")}, {"photo-code", who.SecurityCode}} {
		v.screen.Shows(entry[0])
		v.screen.Type(entry[1])
		v.screen.Press("next")
	}
}

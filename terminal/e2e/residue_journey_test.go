//go:build e2e && linux

package e2e_test

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/terminal/residue"
	"github.com/digital-watashi/kiosk/terminal/street"
)

// A stranger is a person whom nobody has seen before.
type stranger struct{ name, address, password, key, code string }

func (l *laboratory) stranger() stranger {
	return stranger{
		name: l.kanji(3) + "\u3000" + l.kanji(3), address: l.kanji(14), password: l.grams.Password(l.random),
		key: l.digits(12), code: l.digits(6),
	}
}

func (l *laboratory) kanji(n int) string {
	var b strings.Builder
	for range n {
		b.WriteRune(0x4E00 + rune(l.random.IntN(0x5000)))
	}
	return b.String()
}

func (l *laboratory) digits(n int) string {
	var b strings.Builder
	for range n {
		b.WriteByte('0' + byte(l.random.IntN(10)))
	}
	return b.String()
}

// secrets are what of them nobody may find; a code not where it stood in a memory as
// some number before anybody came.
func (l *laboratory) secrets(s stranger) []residue.Secret {
	if l.grams.HasNumber(s.code) {
		s.code = ""
	}
	return s.secrets()
}

func (s stranger) secrets() []residue.Secret {
	all := []residue.Secret{
		{Kind: residue.PIN, Text: s.password}, {Kind: residue.Key, Text: s.key},
		{Kind: residue.Attribute, Text: s.name}, {Kind: residue.Attribute, Text: s.address},
	}
	if s.code != "" {
		all = append(all, residue.Secret{Kind: residue.Code, Text: s.code})
	}
	return all
}

// journey is the visit of a stranger. Most go to the end; each fifth leaves when the
// attributes are shown, by taking the card, each fifth before signing, and each fifth
// types somebody's password first.
func (l *laboratory) journey(number int) {
	l.T.Helper()
	who := l.stranger()
	v := l.comes(number, &who)
	if number%5 == 1 {
		wrong := l.stranger()
		l.remember(residue.Secret{Kind: residue.PIN, Text: wrong.password})
		l.glass.enters(wrong.password)
		l.glass.warns()
	}
	l.glass.enters(who.password)
	l.glass.shows("attributes")
	if number%5 != 2 {
		l.glass.touch("action", "yes")
		l.glass.shows("key")
		l.glass.enters(who.key)
		l.glass.shows("confirm")
	}
	if number%5 < 2 || number%5 == 4 {
		l.glass.touch("action", "sign")
		l.glass.shows("take-card")
		who.code = string(v.code())
	}
	v.remove()
	l.glass.ends()
	l.AwaitUnsent(0)
	l.remember(l.secrets(who)...)
	if t := l.count("pcscd", who.secrets(), pcscd()); t.Copies(residue.PIN)+t.Found[residue.PIN].Fragments > 0 {
		l.T.Errorf("after journey %d: %v", number, t)
	}
}

// card is a stranger's.
func (l *laboratory) card(number int, who stranger) (haltest.Citizen, haltest.Option) {
	citizen := haltest.Citizens()[0]
	citizen.Name, citizen.Address, citizen.Password = who.name, who.address, who.password
	citizen.NameFlags, citizen.AddressFlags = "", ""
	issued := time.Now().AddDate(0, -3, 0).Add(-time.Duration(number) * time.Hour)
	return citizen, haltest.Issued(haltest.IssueOptions{IssuedAt: issued})
}

// comes puts a stranger in front of the machine, with a card and a key of their own.
func (l *laboratory) comes(number int, who *stranger) *visit {
	l.T.Helper()
	citizen, issued := l.card(number, *who)
	v := &visit{shop: l.shop, citizen: citizen, card: haltest.NewCard(citizen, l.CA, issued)}
	v.phone = &phone{street.NewPhone(l.Roots, net.IPv4(127, 0, 1, byte(number+1))), l.T}
	if err := v.phone.Ask(l.T.Context()); err != nil {
		l.T.Fatal(err)
	}
	who.key, who.code = string(v.phone.Digits()), ""
	v.remove = l.Insert(v.card)
	l.glass.shows("password")
	return v
}

// remember keeps what was used.
func (l *laboratory) remember(all ...residue.Secret) {
	l.used = append(l.used, all...)
}

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

func (l *laboratory) browses(number int) []residue.Secret {
	l.T.Helper()
	who := l.stranger()
	citizen, issued := l.card(number, who)
	v := l.visit(citizen, "ja", issued)
	v.through("")
	v.screen.Shows("take-card")
	who.key, who.code = string(v.phone.Digits()), string(v.code())
	v.leaves()
	l.AwaitUnsent(0)
	l.remember(l.secrets(who)...)
	return l.secrets(who)
}

// warns waits for a notice on the screen.
func (g *glass) warns() {
	g.street.T.Helper()
	g.street.Until("the screen warns", func() error {
		if v, err := g.now(); err != nil || v.Notice == nil {
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

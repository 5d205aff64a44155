//go:build e2e && linux

package e2e_test

import (
	"net"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/terminal/street"
)

// journey is the visit of a stranger. Most go to the end; each fifth leaves when the
// attributes are shown, by taking the card, each fifth before signing, and each fifth
// types somebody's password first.
func (l *laboratory) journey(number int) {
	l.T.Helper()
	v, who := l.comes(number)
	if number%5 == 1 {
		wrong := l.grams.Password(l.random)
		l.used = append(l.used, stranger{password: wrong}.secrets()[:1]...)
		l.glass.enters(wrong)
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
	l.remember(who)
	v.remove()
	l.glass.ends()
	l.AwaitUnsent(0)
}

// comes puts a stranger in front of the machine, with a card and a key of their own.
func (l *laboratory) comes(number int) (*visit, stranger) {
	l.T.Helper()
	who := l.stranger()
	citizen := haltest.Citizens()[0]
	citizen.Name, citizen.Address, citizen.Password = who.name, who.address, who.password
	citizen.NameFlags, citizen.AddressFlags = "", ""
	issued := haltest.IssueOptions{IssuedAt: time.Now().AddDate(0, -3, 0).Add(-time.Duration(number) * time.Hour)}
	v := &visit{shop: l.shop, citizen: citizen, card: haltest.NewCard(citizen, l.CA, haltest.Issued(issued))}
	v.phone = &phone{street.NewPhone(l.Roots, net.IPv4(127, 0, 1, byte(number+1))), l.T}
	if err := v.phone.Ask(l.T.Context()); err != nil {
		l.T.Fatal(err)
	}
	who.key, who.code = string(v.phone.Digits()), ""
	v.remove = l.Insert(v.card)
	l.glass.shows("password")
	return v, who
}

// remember keeps what of a stranger was used.
func (l *laboratory) remember(who stranger) {
	for _, s := range who.secrets() {
		if s.Text != "" {
			l.used = append(l.used, s)
		}
	}
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

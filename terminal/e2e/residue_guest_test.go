//go:build e2e && linux

package e2e_test

import (
	"errors"
	"strings"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/terminal/residue"
	"github.com/digital-watashi/kiosk/terminal/street"
	"github.com/digital-watashi/kiosk/ui"
)

// A guest is a stranger in front of the machine.
type guest struct {
	*laboratory
	in     *visit
	who    stranger
	number int // of the journey
}

// hears has the machine speak.
func (g *guest) hears(language string) {
	g.T.Helper()
	g.glass.speaks(language)
	g.glass.touch("ease", ui.EaseVoice)
	g.listens()
}

// listens waits until something is said.
func (g *guest) listens() {
	g.T.Helper()
	g.until("something speaks", func() bool { return len(g.terminald()) > 1 })
}

// overhears has what names the citizen read aloud, and finds it in what speaks.
func (g *guest) overhears() {
	g.T.Helper()
	names := []residue.Secret{{Kind: residue.Attribute, Text: g.who.Name}, {Kind: residue.Attribute, Text: g.who.Address}}
	g.glass.touch("ease", ui.EaseDetails)
	g.Until("what speaks has the name", func() error {
		speaks := residue.NewTally("what speaks")
		if err := speaks.Search(names, nil, g.terminald()[1:]...); err != nil || speaks.Copies(residue.Attribute) == 0 {
			return errors.Join(err, errNotSo)
		}
		return nil
	})
}

// opens types the password.
func (g *guest) opens() {
	g.T.Helper()
	g.glass.enters(g.who.Password)
	g.glass.shows("attributes")
}

// mistakesPassword types somebody else's.
func (g *guest) mistakesPassword() {
	g.T.Helper()
	wrong := g.stranger()
	g.used = append(g.used, residue.Secret{Kind: residue.PIN, Text: wrong.Password})
	g.glass.enters(wrong.Password)
	g.glass.warns("password")
}

// pullsCardTyping types no more than a part of the password.
func (g *guest) pullsCardTyping() {
	g.T.Helper()
	g.glass.types(g.who.Password[:len(g.who.Password)-1])
}

// shows has the photo read.
func (g *guest) shows() {
	g.T.Helper()
	g.face(g.who.SecurityCode)
	g.glass.touch("action", "next")
	g.glass.shows("key")
}

// face types what stands on the card's face.
func (g *guest) face(code string) {
	g.T.Helper()
	g.glass.touch("action", "yes")
	g.glass.shows("photo-format")
	g.glass.touch("action", "era")
	g.glass.shows("photo-expiry")
	g.glass.enters(g.who.CardExpiry.Format("2006"))
	g.glass.shows("photo-code")
	g.glass.types(code)
}

// mistakesFace types another code than stands there.
func (g *guest) mistakesFace() {
	g.T.Helper()
	right, wrong := g.who.VerificationCodeB(), "2"+g.digits(3)
	g.used = append(g.used, residue.Secret{Kind: residue.Number, Text: right[:len(right)-4] + wrong})
	g.face(wrong)
	g.glass.touch("action", "next")
	g.glass.warns("photo-format")
}

// pullsCardShowing pulls the card while the photo is read from it.
func (g *guest) pullsCardShowing() {
	g.T.Helper()
	g.face(g.who.SecurityCode)
	g.in.card.Break(haltest.Fault{At: len(g.in.card.Transcript())/2 + 1 + behindVerify, Remove: true})
	g.glass.touch("action", "next")
	g.glass.shows("welcome")
}

// hides leaves the photo out.
func (g *guest) hides() {
	g.T.Helper()
	if v, _ := g.glass.now(); v.Screen == "attributes" {
		g.glass.touch("action", "yes")
	}
	g.glass.shows("photo-format")
	g.glass.touch("action", "skip")
	g.glass.shows("key")
}

// scans holds the key to the scanner.
func (g *guest) scans() {
	g.T.Helper()
	g.scanner.Scan(string(g.in.phone.Issued.RegistrationKey.Scannable()))
	g.glass.shows("confirm")
}

func (g *guest) types() {
	g.T.Helper()
	g.glass.enters(g.who.key)
	g.glass.shows("confirm")
}

// prints goes on to the slip.
func (g *guest) prints() {
	g.T.Helper()
	g.glass.touch("action", "sign")
	g.printed()
}

func (g *guest) printed() {
	g.T.Helper()
	g.glass.shows("take-card")
	g.who.code = string(g.in.code())
	g.slips = append(g.slips, g.Printer.Last())
}

// getsNoPaper reads the code off the screen, where its QR code stands too.
func (g *guest) getsNoPaper() {
	g.T.Helper()
	g.Printer.Break(haltest.PrinterFaults{PaperRows: 300})
	g.glass.touch("action", "sign")
	v := g.glass.shows("code")
	g.listens()
	g.who.code = strings.Join(v.Code.Groups, "")
	const finder = 8 // rows of it are the same in each code
	for _, row := range v.Code.QR[finder : len(v.Code.QR)-finder] {
		g.used = append(g.used, residue.Secret{Kind: residue.Slip, Text: row})
	}
	g.glass.touch("action", "yes")
}

// walksAway leaves the machine alone until its time is up, the first time; whoever does
// so later says it.
func (g *guest) walksAway() {
	g.T.Helper()
	if g.number >= len(ways()) {
		g.glass.touch("action", "stop")
		return
	}
	if err := street.Eventually(g.T.Context(), 3*time.Minute, "the terminal gives up", func() error {
		if v, err := g.glass.now(); err != nil || v.Screen == "confirm" {
			return errors.Join(err, errNotSo)
		}
		return nil
	}); err != nil {
		g.T.Fatal(err)
	}
}

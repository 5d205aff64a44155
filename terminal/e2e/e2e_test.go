//go:build e2e

package e2e_test

import (
	"bytes"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/haltest/pcscdtest"
)

func TestE2ERegistrationsOnRealParts(t *testing.T) {
	pcscdtest.Within(t, func(t *testing.T) {
		s := newShop(t)
		for _, scene := range []struct {
			name string
			play func(*shop)
		}{
			{"the journey in Japanese", func(s *shop) { s.journey(0, "ja") }},
			{"the journey in English, by a visitor", func(s *shop) { s.journey(5, "en") }},
			{"a wrong password once", (*shop).wrongPassword},
			{"the card pulled at each screen", (*shop).pulled},
			{"a revoked certificate is refused", (*shop).refused},
			{"no slip came out, so it is withdrawn", (*shop).withdrawn},
			{"the platform down, then up", (*shop).offline},
			{"terminald killed and restarted", (*shop).killed},
			{"nothing personal at the status socket", (*shop).nobodyNamed},
			{"nothing personal on the disk", (*shop).searched},
		} {
			if !t.Run(scene.name, func(t *testing.T) { s.in(t, scene.play) }) {
				return // the shop is not as the next scene needs it
			}
		}
		s.screen.Quiet()
	})
}

// visit is one citizen with card and phone in front of the machine.
type visit struct {
	*shop
	citizen haltest.Citizen
	card    *haltest.Card
	phone   *phone
	remove  func()
}

func (s *shop) visit(citizen haltest.Citizen, language string, options ...haltest.Option) *visit {
	s.T.Helper()
	v := &visit{shop: s, citizen: citizen, card: haltest.NewCard(citizen, s.CA, options...)}
	v.phone = newPhone(s.Street)
	s.notes(string(v.phone.Digits()))
	s.screen.Shows("welcome")
	s.screen.Speak(language)
	v.remove = s.Insert(v.card)
	s.screen.Shows("password")
	return v
}

// way is what stands on the screen one after another, and what moves it on.
func (v *visit) way() []step {
	return []step{
		{"password", func() { v.screen.Type(v.citizen.Password); v.screen.Press("next") }},
		{"attributes", func() { v.screen.Press("yes") }},
		{"key", func() { v.screen.Type(string(v.phone.Digits())); v.screen.Press("next") }},
		{"confirm", func() { v.screen.Press("sign") }},
	}
}

type step struct {
	screen string
	do     func()
}

// through goes the way as far as the screen named; "" is all of it.
func (v *visit) through(last string) {
	v.T.Helper()
	for _, step := range v.way() {
		v.screen.Shows(step.screen)
		if step.screen == last {
			return
		}
		step.do()
	}
}

// leaves takes the card, touches "finish" where it stands, and waits until the
// machine is as for the next one.
func (v *visit) leaves() {
	v.T.Helper()
	v.remove()
	if v.screen.Shows("welcome", "take-card", "fault", "goodbye") != "welcome" {
		v.screen.Press("finish")
	}
	v.screen.Shows("welcome")
	if touched := v.card.Touched(); len(touched) > 0 {
		v.T.Errorf("the terminal touched what it must never touch: %v", touched)
	}
}

// code is on the youngest slip, read from its QR code by another program.
func (v *visit) code() []byte {
	v.T.Helper()
	path := filepath.Join(v.T.TempDir(), "slip.png")
	file, err := os.Create(path)
	if err != nil {
		v.T.Fatal(err)
	}
	if err := png.Encode(file, v.Printer.Last()); err != nil {
		v.T.Fatal(err)
	}
	file.Close()
	out, err := exec.Command("zbarimg", "--quiet", "--raw", path).Output()
	if err != nil {
		v.T.Fatal("reading the QR code of the slip: ", err)
	}
	code, ok := bytes.CutPrefix(bytes.TrimSpace(out), []byte("watashi:code:"))
	if !ok {
		v.T.Fatal("the QR code of the slip is none of ours")
	}
	v.notes(string(code))
	return code
}

// codeOnScreen is what a citizen whose slip did not come out would write down.
func (v *visit) codeOnScreen() []byte {
	v.T.Helper()
	var code string
	v.screen.Run("reading the code on the screen", chromedp.Evaluate(`[...document.querySelectorAll("#code .groups span")].map((e) => e.innerText).join("")`, &code))
	if code == "" {
		v.T.Fatal("no code stands on the screen")
	}
	v.notes(code)
	return []byte(code)
}

func (s *shop) journey(citizen int, language string) {
	v := s.visit(haltest.Citizens()[citizen], language)
	v.through("")
	v.screen.Shows("take-card")
	code := v.code()
	v.leaves()
	v.phone.binds(code, v.citizen.Name)
	s.AwaitUnsent(0)
}

func (s *shop) wrongPassword() {
	v := s.visit(haltest.Citizens()[1], "en")
	v.screen.Type("WRONG99")
	v.screen.Press("next")
	v.screen.Says("4")
	if got := v.card.TriesLeft(); got != 4 {
		v.T.Errorf("one wrong password leaves %d tries, want 4", got)
	}
	v.through("")
	v.screen.Shows("take-card")
	if got := v.card.TriesLeft(); got != 5 {
		v.T.Errorf("the right password leaves %d tries, want 5", got)
	}
	code := v.code()
	v.leaves()
	v.phone.binds(code, v.citizen.Name)
}

func (s *shop) pulled() {
	slips := len(s.Printer.Slips())
	for _, screen := range []string{"password", "attributes", "key", "confirm"} {
		v := s.visit(haltest.Citizens()[0], "ja")
		v.through(screen)
		v.leaves()
		if got := v.card.TriesLeft(); got != 5 {
			v.T.Errorf("pulled at %s: %d tries left, want 5", screen, got)
		}
	}
	s.AwaitUnsent(0)
	if got := len(s.Printer.Slips()); got != slips {
		s.T.Errorf("%d slips came out for nothing", got-slips)
	}
}

func (s *shop) refused() {
	revoked, ok := haltest.FindSituation("revoked")
	if !ok {
		s.T.Fatal("there is no revoked card")
	}
	slips := len(s.Printer.Slips())
	v := s.visit(haltest.Citizens()[0], "en", revoked.Options...)
	v.through("")
	v.screen.Shows("fault")
	v.screen.Says("PLT-")
	v.leaves()
	s.AwaitUnsent(0)
	if got := len(s.Printer.Slips()); got != slips {
		s.T.Error("a refused registration got a slip")
	}
}

func (s *shop) withdrawn() {
	s.Printer.Break(haltest.PrinterFaults{PaperRows: 300}) // told at once; silence takes as long as a printer may
	defer s.Printer.Break(haltest.PrinterFaults{})
	v := s.visit(haltest.Citizens()[0], "en")
	v.through("")
	v.screen.Shows("code")
	code := v.codeOnScreen()
	v.remove() // the card has done its part: taking it ends nothing
	v.screen.Press("no")
	v.screen.Shows("goodbye", "fault", "take-card")
	v.leaves()
	s.AwaitUnsent(0)
	if a, status := v.phone.activate(code, true); a.Status == "bound" {
		v.T.Errorf("a withdrawn code activates: status %d", status)
	}
}

func (s *shop) offline() {
	v := s.visit(haltest.Citizens()[0], "ja")
	v.through("key")
	s.Platformd.Stop()
	v.screen.Type(string(v.phone.Digits()))
	v.screen.Press("next")
	v.screen.Shows("confirm")
	v.screen.Press("sign")
	v.screen.Shows("take-card")
	s.AwaitUnsent(1)
	s.nobodyNamed() // while there is something in the queue
	code := v.code()
	v.leaves()
	s.Start(s.Platformd)
	s.AwaitUnsent(0)
	v.phone.bindsEventually(code, v.citizen.Name)
}

func (s *shop) killed() {
	v := s.visit(haltest.Citizens()[2], "ja")
	v.through("key")
	s.Platformd.Stop()
	v.screen.Type(string(v.phone.Digits()))
	v.screen.Press("next")
	v.screen.Shows("confirm")
	v.screen.Press("sign")
	v.screen.Shows("take-card")
	code := v.code()
	s.Terminald.End(syscall.SIGKILL)
	v.remove()
	s.StartTerminald()
	s.Start(s.Platformd)
	s.screen.Visit(s.Page())
	s.screen.Shows("welcome")
	s.AwaitUnsent(0)
	v.phone.bindsEventually(code, v.citizen.Name)

	v = s.visit(haltest.Citizens()[0], "ja")
	v.through("key")
	s.Terminald.End(syscall.SIGKILL)
	v.remove()
	s.StartTerminald()
	s.screen.Visit(s.Page())
	s.screen.Shows("welcome")
	s.AwaitUnsent(0)
	if got := v.card.TriesLeft(); got != 5 {
		s.T.Errorf("killed in mid-session: %d tries left, want 5", got)
	}
	s.journey(0, "ja")
}

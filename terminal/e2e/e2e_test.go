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

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/haltest/pcscdtest"
)

func TestE2ERegistrationsOnRealParts(t *testing.T) {
	pcscdtest.Within(t, func(t *testing.T) {
		s := newStreet(t)
		for _, scene := range []struct {
			name string
			play func(*street)
		}{
			{"the journey in Japanese", func(s *street) { s.journey(0, "ja") }},
			{"the journey in English, by a visitor", func(s *street) { s.journey(5, "en") }},
			{"a wrong password once", (*street).wrongPassword},
			{"the card pulled at each screen", (*street).pulled},
			{"a revoked certificate is refused", (*street).refused},
			{"no slip came out, so it is withdrawn", (*street).withdrawn},
			{"the platform down, then up", (*street).offline},
			{"terminald killed and restarted", (*street).killed},
			{"nothing personal on the disk", (*street).searched},
		} {
			if !t.Run(scene.name, func(t *testing.T) { s.in(t, scene.play) }) {
				return // the street is not as the next scene needs it
			}
		}
		s.screen.Quiet()
	})
}

// in plays a scene with failures told under its name.
func (s *street) in(t *testing.T, play func(*street)) {
	outer := s.t
	s.t = t
	defer func() { s.t = outer }()
	play(s)
}

// visit is one citizen with card and phone in front of the machine.
type visit struct {
	*street
	citizen haltest.Citizen
	card    *haltest.Card
	phone   *phone
	remove  func()
}

func (s *street) visit(citizen haltest.Citizen, language string, options ...haltest.Option) *visit {
	s.t.Helper()
	v := &visit{street: s, citizen: citizen, card: haltest.NewCard(citizen, s.ca, options...)}
	v.phone = newPhone(s.t, "https://"+platformAddress, s.roots)
	s.notes(string(v.phone.digits()))
	s.screen.Shows("welcome")
	s.screen.Speak(language)
	v.remove = s.insert(v.card)
	s.screen.Shows("password")
	return v
}

// way is what stands on the screen one after another, and what moves it on.
func (v *visit) way() []step {
	return []step{
		{"password", func() { v.screen.Type(v.citizen.Password); v.screen.Press("next") }},
		{"attributes", func() { v.screen.Press("yes") }},
		{"key", func() { v.screen.Type(string(v.phone.digits())); v.screen.Press("next") }},
		{"confirm", func() { v.screen.Press("sign") }},
	}
}

type step struct {
	screen string
	do     func()
}

// through goes the way as far as the screen named; "" is all of it.
func (v *visit) through(last string) {
	v.t.Helper()
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
	v.t.Helper()
	v.remove()
	if v.screen.Shows("welcome", "take-card", "fault", "goodbye") != "welcome" {
		v.screen.Press("finish")
	}
	v.screen.Shows("welcome")
	if touched := v.card.Touched(); len(touched) > 0 {
		v.t.Errorf("the terminal touched what it must never touch: %v", touched)
	}
}

// code is on the youngest slip, read from its QR code by another program.
func (v *visit) code() []byte {
	v.t.Helper()
	path := filepath.Join(v.t.TempDir(), "slip.png")
	file, err := os.Create(path)
	if err != nil {
		v.t.Fatal(err)
	}
	if err := png.Encode(file, v.printer.Last()); err != nil {
		v.t.Fatal(err)
	}
	file.Close()
	out, err := exec.Command("zbarimg", "--quiet", "--raw", path).Output()
	if err != nil {
		v.t.Fatal("reading the QR code of the slip: ", err)
	}
	code, ok := bytes.CutPrefix(bytes.TrimSpace(out), []byte("watashi:code:"))
	if !ok {
		v.t.Fatal("the QR code of the slip is none of ours")
	}
	v.notes(string(code))
	return code
}

func (s *street) journey(citizen int, language string) {
	v := s.visit(haltest.Citizens()[citizen], language)
	v.through("")
	v.screen.Shows("take-card")
	code := v.code()
	v.leaves()
	v.phone.binds(code, v.citizen.Name)
	s.unsent(0)
}

func (s *street) wrongPassword() {
	v := s.visit(haltest.Citizens()[1], "en")
	v.screen.Type("WRONG99")
	v.screen.Press("next")
	v.screen.Says("4")
	if got := v.card.TriesLeft(); got != 4 {
		v.t.Errorf("one wrong password leaves %d tries, want 4", got)
	}
	v.through("")
	v.screen.Shows("take-card")
	if got := v.card.TriesLeft(); got != 5 {
		v.t.Errorf("the right password leaves %d tries, want 5", got)
	}
	code := v.code()
	v.leaves()
	v.phone.binds(code, v.citizen.Name)
}

func (s *street) pulled() {
	slips := len(s.printer.Slips())
	for _, screen := range []string{"password", "attributes", "key", "confirm"} {
		v := s.visit(haltest.Citizens()[0], "ja")
		v.through(screen)
		v.leaves()
		if got := v.card.TriesLeft(); got != 5 {
			v.t.Errorf("pulled at %s: %d tries left, want 5", screen, got)
		}
	}
	s.unsent(0)
	if got := len(s.printer.Slips()); got != slips {
		s.t.Errorf("%d slips came out for nothing", got-slips)
	}
}

func (s *street) refused() {
	revoked, ok := haltest.FindSituation("revoked")
	if !ok {
		s.t.Fatal("there is no revoked card")
	}
	slips := len(s.printer.Slips())
	v := s.visit(haltest.Citizens()[0], "en", revoked.Options...)
	v.through("")
	v.screen.Shows("fault")
	v.screen.Says("PLT-")
	v.leaves()
	s.unsent(0)
	if got := len(s.printer.Slips()); got != slips {
		s.t.Error("a refused registration got a slip")
	}
}

func (s *street) withdrawn() {
	s.printer.Break(haltest.PrinterFaults{Unconfirmed: true})
	defer s.printer.Break(haltest.PrinterFaults{})
	v := s.visit(haltest.Citizens()[0], "en")
	v.through("")
	v.screen.Shows("code")
	v.remove() // the card has done its part: taking it ends nothing
	v.screen.Press("no")
	v.screen.Shows("goodbye", "fault", "take-card")
	v.leaves()
	s.unsent(0)
	if a, status := v.phone.activate(v.code(), true); a.Status == "bound" {
		v.t.Errorf("a withdrawn code activates: status %d", status)
	}
}

func (s *street) offline() {
	v := s.visit(haltest.Citizens()[0], "ja")
	v.through("key")
	s.platformd.end(os.Interrupt)
	v.screen.Type(string(v.phone.digits()))
	v.screen.Press("next")
	v.screen.Shows("confirm")
	v.screen.Press("sign")
	v.screen.Shows("take-card")
	s.unsent(1)
	code := v.code()
	v.leaves()
	s.platformd = s.start("watashi-platformd", "-config", s.path("platform", "platformd.json"), "run")
	s.unsent(0)
	v.phone.bindsEventually(code, v.citizen.Name)
}

func (s *street) killed() {
	v := s.visit(haltest.Citizens()[2], "ja")
	v.through("key")
	s.platformd.end(os.Interrupt)
	v.screen.Type(string(v.phone.digits()))
	v.screen.Press("next")
	v.screen.Shows("confirm")
	v.screen.Press("sign")
	v.screen.Shows("take-card")
	code := v.code()
	s.terminald.end(syscall.SIGKILL)
	v.remove()
	s.startTerminald()
	s.platformd = s.start("watashi-platformd", "-config", s.path("platform", "platformd.json"), "run")
	s.screen.Visit(s.page())
	s.screen.Shows("welcome")
	s.unsent(0)
	v.phone.bindsEventually(code, v.citizen.Name)

	v = s.visit(haltest.Citizens()[0], "ja")
	v.through("key")
	s.terminald.end(syscall.SIGKILL)
	v.remove()
	s.startTerminald()
	s.screen.Visit(s.page())
	s.screen.Shows("welcome")
	s.unsent(0)
	if got := v.card.TriesLeft(); got != 5 {
		s.t.Errorf("killed in mid-session: %d tries left, want 5", got)
	}
	s.journey(0, "ja")
}

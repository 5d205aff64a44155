//go:build e2e

package torture_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"math/rand/v2"
	"net"
	"os/exec"
	"strings"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/terminal/street"
	"github.com/digital-watashi/kiosk/ui"
)

// visit is one citizen who came to the machine, and what was in the hand after.
type visit struct {
	phone    *street.Phone
	citizen  haltest.Citizen
	codes    [][]byte // read from paper or screen
	declined bool     // the citizen said that nothing came out
}

// visit has the n-th citizen go as far as the machine lets him. Whatever breaks,
// he takes his card, and what paper there is.
func (s *world) visit(n int, signed func()) *visit {
	s.T.Helper()
	cast := haltest.Citizens()
	v := &visit{citizen: cast[n%len(cast)]}
	v.phone = street.NewPhone(s.Roots, net.IPv4(127, 1, byte(n>>8), byte(n)))
	s.Until("there is a registration key", func() error { return v.phone.Ask(s.T.Context()) })
	glass := s.welcomed()
	s.Printer.TakeSlips() // what nobody collected, and the pictures of the visits before
	remove := s.Insert(haltest.NewCard(v.citizen, s.CA))
	s.stand(v, glass, signed)
	remove()
	glass.Close()
	s.collect(v)
	return v
}

// welcomed waits for a machine that takes the next one.
func (s *world) welcomed() (glass *street.Screen) {
	s.T.Helper()
	last := "no screen"
	s.Until("the next one is welcome", func() (err error) {
		if glass, err = s.OpenScreen(); err != nil {
			return err
		}
		h := street.Hands{Screen: glass}
		for end := time.After(time.Second); ; {
			select {
			case v, ok := <-glass.Views:
				switch {
				case !ok:
					return street.ErrNoScreen
				case v.Screen == "welcome":
					return nil
				}
				last = v.Screen
				h.Dismiss(v)
			case <-end:
				glass.Close()
				return fmt.Errorf("the screen shows %s", last)
			}
		}
	})
	return glass
}

// stand is the time in front of the machine: until it says that all is over, or
// its screen is gone.
func (s *world) stand(v *visit, glass *street.Screen, signed func()) {
	s.T.Helper()
	h := &citizen{Hands: street.Hands{Screen: glass}, visit: v, paper: func() bool { return len(s.Printer.Slips()) > 0 }, signed: signed}
	over := time.After(patience)
	again := time.NewTicker(40 * time.Millisecond)
	defer again.Stop()
	var now ui.View
	for begun := false; ; {
		select {
		case shown, ok := <-glass.Views:
			if !ok {
				return
			}
			now = shown
		case <-again.C:
		case <-over:
			s.T.Fatalf("a visit never ended; the screen shows %+v", now)
		}
		if now.Screen == "welcome" {
			if begun {
				return
			}
			continue
		}
		begun = begun || now.Screen != ""
		if h.act(now) {
			return
		}
	}
}

// citizen does what one does at each screen.
type citizen struct {
	street.Hands
	visit  *visit
	paper  func() bool // a slip came out
	signed func()
}

// act reports that the visit is over.
func (h *citizen) act(v ui.View) bool {
	switch v.Screen {
	case "password":
		h.Type(v, h.visit.citizen.Password)
	case "key":
		h.Type(v, string(h.visit.phone.Digits()))
	case "attributes":
		h.Press(v, "yes")
	case "confirm":
		if h.Press(v, "sign") {
			h.signed()
		}
	case "code":
		h.reads(v)
		h.Press(v, "yes")
	case "take-card":
		return h.leaves(v)
	case "fault", "goodbye", "out-of-service":
		return true
	}
	return false
}

// reads takes the code home from the screen.
func (h *citizen) reads(v ui.View) {
	if v.Code != nil && len(h.visit.codes) == 0 {
		h.visit.codes = append(h.visit.codes, []byte(strings.Join(v.Code.Groups, "")))
	}
}

// leaves says so when nothing is in the hand.
func (h *citizen) leaves(v ui.View) bool {
	if h.paper() || len(h.visit.codes) > 0 || h.visit.declined || !street.Offers(v, "missing") {
		return true
	}
	if h.Press(v, "missing") {
		h.visit.declined = true
	}
	return false
}

// collect takes the paper that came out. Of a strip that was not cut, the citizen
// tears off what there is.
func (s *world) collect(v *visit) {
	s.T.Helper()
	if s.Printer.Uncut() > 0 {
		s.welcomed().Close() // whoever printed is done with it
		if s.Printer.Uncut() > 0 {
			s.Printer.PowerCycle()
			_, _ = s.Printer.Write([]byte{0x1d, 'V', 0})
		}
	}
	for _, slip := range s.Printer.TakeSlips() {
		v.codes = append(v.codes, s.read(slip)...)
	}
}

// read is what another program reads from the QR codes of a slip.
func (s *world) read(slip image.Image) (codes [][]byte) {
	s.T.Helper()
	var file bytes.Buffer
	if err := png.Encode(&file, slip); err != nil {
		s.T.Fatal(err)
	}
	command := exec.CommandContext(s.T.Context(), "zbarimg", "--quiet", "--raw", "-")
	command.Stdin = &file
	out, _ := command.Output() // none on a strip that broke off
	for line := range bytes.Lines(out) {
		if code, ok := bytes.CutPrefix(bytes.TrimSpace(line), []byte("watashi:code:")); ok {
			codes = append(codes, code)
		}
	}
	return codes
}

// binds has the app enter a code until it has an answer; an answer that was lost on
// its way is asked for again.
func (v *visit) binds(ctx context.Context, code []byte) (bound int, err error) {
	err = street.Eventually(ctx, patience, "an activation is answered", func() error {
		a, status, err := v.phone.Activate(ctx, code, true)
		switch {
		case err != nil:
			return err
		case status == 429 || status >= 500 || status == 200 && a.Status == "pending":
			return fmt.Errorf("status %d %s", status, a.Status)
		case status == 200 && a.Status == "bound":
			bound++
		}
		return nil
	})
	return bound, err
}

// within is a random part of a span.
func within(d time.Duration) time.Duration { return rand.N(d) }

//go:build e2e

package soak_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"net"
	"os/exec"
	"strings"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/haltest/pcscdtest"
	"github.com/digital-watashi/kiosk/terminal/street"
	"github.com/digital-watashi/kiosk/ui"
)

// A way is how a visit goes. The zero way is straight to the slip, in the language of
// the screen.
type way struct {
	language string
	wrong    bool   // the first password is somebody else's
	typo     bool   // the first key has one
	photo    bool   // is sent along
	voice    bool   // reads the screen
	leaves   string // the screen at which the card is taken out
	stops    string // the screen at which the visitor stops
	missing  bool   // no slip came out, says the visitor, and has the code shown
	declines bool   // nor is the code taken from the screen
	before   func(*laboratory)
	after    func(*laboratory)
	seldom   bool // only in some rounds, as it takes its time
}

// visitor is somebody on a way.
type visitor struct {
	street.Hands
	way
	phone     *street.Phone
	card      *haltest.Card
	passwords []string
	keys      []string
	entered   string // the screen whose entry was given last
	asked     bool   // for the slip that did not come out
	paper     []image.Image
	bound     int  // how often the platform said so
	used      bool // the app has entered the code
}

// visitor comes with a phone, a key of its own, and a card that nobody has seen
// before.
func (l *laboratory) visitor(number int, w way) *visitor {
	l.T.Helper()
	who := l.stranger()
	v := &visitor{way: w, passwords: []string{who.Password}, card: haltest.NewCard(who, l.CA, l.issued(number))}
	if w.wrong {
		v.passwords = []string{"WRONG99", who.Password}
	}
	v.phone = street.NewPhone(l.Roots, net.IPv4(127, 1, byte(number>>8), byte(number)))
	l.Until("there is a registration key", func() error { return v.phone.Ask(l.T.Context()) })
	v.keys = []string{string(v.phone.Digits())}
	if w.typo {
		wrong := []byte(v.keys[0])
		wrong[11] = '0' + (wrong[11]-'0'+1)%10
		v.keys = []string{string(wrong), v.keys[0]}
	}
	return v
}

// stranger is somebody of the cast with another name and address.
func (l *laboratory) stranger() haltest.Citizen {
	who := haltest.Citizens()[0]
	who.Name, who.Address = l.kanji(3)+"\u3000"+l.kanji(3), l.kanji(14)
	who.NameFlags, who.AddressFlags = "", ""
	return who
}

func (l *laboratory) kanji(n int) string {
	var b strings.Builder
	for range n {
		b.WriteRune(0x4E00 + rune(l.random.IntN(0x5000)))
	}
	return b.String()
}

func (l *laboratory) issued(number int) haltest.Option {
	return haltest.Issued(haltest.IssueOptions{IssuedAt: time.Now().AddDate(0, -3, 0).Add(-time.Duration(number) * time.Minute)})
}

// serve is a whole visit, from the card that is put in until the next one is
// welcome, and returns how long that took.
func (l *laboratory) serve(v *visitor) time.Duration {
	l.T.Helper()
	v.Screen = l.welcomed()
	l.Printer.TakeSlips() // of the test before
	begun := time.Now()
	remove := pcscdtest.Insert(l.T, v.card)
	last := l.stands(v)
	remove()
	l.awaits(&v.Hands, last, "welcome")
	took := time.Since(begun)
	v.paper = l.Printer.TakeSlips()
	return took
}

// stands is the time in front of the machine.
func (l *laboratory) stands(v *visitor) (now ui.View) {
	l.T.Helper()
	late := time.After(patience)
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for {
		select {
		case shown, ok := <-v.Screen.Views:
			if !ok {
				l.T.Fatal("the screen has gone in a visit")
			}
			now = shown
		case <-again.C:
		case <-late:
			l.T.Fatalf("a visit never ends: %+v; the screen shows %s", v.way, now.Screen)
		}
		if over := v.act(now); over {
			return now
		}
	}
}

// act does what the visitor does at a screen, and reports that the card is to be
// taken.
func (v *visitor) act(now ui.View) (over bool) {
	switch {
	case now.Screen == "": // nothing was shown yet
		return false
	case now.Screen == "fault" || now.Screen == "goodbye":
		return true
	case now.Screen == v.leaves:
		return true
	case now.Screen == v.stops:
		v.Press(now, "stop")
		return false
	case v.language != "" && now.Screen == "password" && now.Language != v.language:
		v.Choose(now, "language", v.language)
		return false
	case v.voice && now.Screen == "password" && !speaks(now):
		v.Choose(now, "ease", ui.EaseVoice)
		return false
	}
	return v.goesOn(now)
}

func (v *visitor) goesOn(now ui.View) (over bool) {
	who := v.card.Citizen()
	switch now.Screen {
	case "password":
		v.enters(now, &v.passwords)
	case "attributes":
		v.Press(now, "yes")
	case "photo-format":
		v.Press(now, map[bool]string{true: "era", false: "skip"}[v.photo])
	case "photo-expiry":
		v.Type(now, who.CardExpiry.Format("2006"))
	case "photo-code":
		v.Type(now, who.SecurityCode)
	case "key":
		v.enters(now, &v.keys)
	case "confirm":
		v.Press(now, "sign")
	case "take-card":
		if !v.missing || v.asked {
			return true
		}
		v.Press(now, "missing")
	case "code":
		v.asked = true
		v.Press(now, map[bool]string{true: "no", false: "yes"}[v.declines])
	}
	return false
}

// enters gives one text after the other: the next when the screen asks again.
func (v *visitor) enters(now ui.View, texts *[]string) {
	if now.Entry != nil && now.Entry.Typed == 0 && v.entered == now.Screen && len(*texts) > 1 {
		*texts, v.entered = (*texts)[1:], ""
	}
	if v.Type(now, (*texts)[0]) {
		v.entered = now.Screen
	}
}

func speaks(v ui.View) bool {
	if v.Ease != nil {
		for _, o := range v.Ease.Options {
			if o.ID == ui.EaseVoice {
				return o.On
			}
		}
	}
	return false
}

// binds has the app enter the code.
func (l *laboratory) binds(v *visitor) {
	l.T.Helper()
	code := l.read(v.paper[0])
	if code == nil {
		l.unread++
		return
	}
	l.AwaitUnsent(0) // else it is pending
	v.used = true
	l.Until("an activation is answered", func() error {
		a, status, err := v.phone.Activate(l.T.Context(), code, true)
		switch {
		case err != nil:
			return err
		case status == 200 && a.Status == "bound":
			v.bound++
		default:
			return fmt.Errorf("status %d %s", status, a.Status)
		}
		return nil
	})
}

// takes reports whether a slip came home.
func (v *visitor) takes() bool { return len(v.paper) > 0 && !v.declines }

// foreseen reports whether the visit went its way: to a slip, or to where it was left.
func (v *visitor) foreseen() bool { return (len(v.paper) == 1) == (v.leaves == "" && v.stops == "") }

func (v *visitor) hand() street.Hand {
	h := street.Hand{Key: v.phone.Issued.RegistrationKey, Declined: v.declines, Bound: v.bound, Unused: !v.used}
	if v.takes() {
		h.Codes = len(v.paper)
	}
	return h
}

// read is what another program reads from the QR code of a slip; nil where it cannot.
func (l *laboratory) read(slip image.Image) []byte {
	l.T.Helper()
	var file bytes.Buffer
	if err := png.Encode(&file, slip); err != nil {
		l.T.Fatal(err)
	}
	command := exec.CommandContext(l.T.Context(), "zbarimg", "--quiet", "--raw", "-")
	command.Stdin = &file
	out, _ := command.Output() // it reads nearly all
	for line := range bytes.Lines(out) {
		if code, ok := bytes.CutPrefix(bytes.TrimSpace(line), []byte("watashi:code:")); ok {
			return code
		}
	}
	return nil
}

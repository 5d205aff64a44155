//go:build e2e

package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/hal/haltest/pcscdtest"
	"github.com/digital-watashi/kiosk/provisioning/provision/trial"
)

// These tests run the command as a shell would, over a real pcscd with a virtual
// reader.

// e2ePatience bounds every wait.
const e2ePatience = time.Minute

// shell runs the whole command. The lab's configuration names nothing that there
// is, so that the devices of the machine underneath are left alone.
func (l *lab) shell(in string, args ...string) ended {
	l.t.Helper()
	ctx, cancel := context.WithTimeout(l.t.Context(), e2ePatience)
	defer cancel()
	var out, said paper
	args = append(append([]string{"device"}, args...), "--config", l.config("{}"))
	code := run(ctx, args, strings.NewReader(in), &out, &said)
	return ended{code, out.String(), said.String(), strings.Join(args, " ")}
}

func TestE2ECardsOfTheStreetAreRead(t *testing.T) {
	pcscdtest.Within(t, func(t *testing.T) {
		for _, c := range []struct {
			situation, pin string
			code           int
			says           string
		}{
			{"good", "MIDORI123", exitDone, `"verdict":"trusted"`},
			{"short", "midori123", exitDone, `"signature":"valid"`},
			{"no-short-ids", "MIDORI123", exitDone, `"signature":"valid"`},
			{"drowsy", "MIDORI123", exitDone, `"signature":"valid"`},
			{"good", "MIDORI124", exitWrongPIN, `"tries_left_after":4`},
			{"good", "MIDORI", exitPINShape, `"tries_left":5`},
			{"last-try", "MIDORI123", exitLastTry, `"tries_left":1`},
			{"blocked", "MIDORI123", exitBlocked, `"tries_left":0`},
			{"expired", "MIDORI123", exitDates, `"verdict":"expired"`},
			{"foreign-ca", "MIDORI123", exitUntrusted, `"verdict":"unknown-issuer"`},
			{"android", "MIDORI123", exitOtherCard, `"card":"phone"`},
			{"stranger", "MIDORI123", exitOtherCard, `"card":"other"`},
			{"mute", "MIDORI123", exitMute, `"card":"mute"`},
		} {
			l := newLab(t)
			s, ok := haltest.FindSituation(c.situation)
			if !ok {
				t.Fatalf("there is no situation %s", c.situation)
			}
			card := haltest.NewCard(midori(), l.ca, s.Options...)
			remove := pcscdtest.Insert(t, card)
			e := l.shell(c.pin+"\n", "card", "read", "--pin-stdin", "--json", "--ca", l.cas())
			l.want(e, c.code, c.says)
			l.valid("device-card-read", e.out)
			await(t, "the power-down", func() bool { return !card.Verified() })
			if touched := card.Touched(); len(touched) > 0 {
				t.Errorf("%s: touched %q", c.situation, touched)
			}
			remove()
		}
	})
}

func TestE2EPhotoIsReadOverPCSCAndKeptNowhere(t *testing.T) {
	pcscdtest.Within(t, func(t *testing.T) {
		around, l := ownFolders(t), newLab(t)
		pcscdtest.Insert(t, haltest.NewCard(midori(), l.ca))
		args := append(photoFlags("era", "2035"), "--reader", "Virtual PCD 00 00", "--pin-stdin", "--ca", l.cas())
		around.unchanged(t, "reading a photo", func() {
			e := l.shell("MIDORI123\n2285\n", append([]string{"card", "read"}, args...)...)
			l.want(e, exitDone, "trusted", "Virtual PCD 00 00 (virtual)", "bytes of JPEG 2000, kept nowhere", "chip genuine, issuer not anchored")
		})
	})
}

func TestE2EReadersAreListedAndChecked(t *testing.T) {
	pcscdtest.Within(t, func(t *testing.T) {
		l := newLab(t)
		l.want(l.shell("", "list"), exitDone, pcscdtest.ReaderName+" (virtual)  no card")
		l.want(l.shell("", "card", "read", "--wait", "1s"), exitNoCard)
		l.want(l.shell("", "card", "read", "--reader", "PaSoRi"), exitReader, `"PaSoRi"`)
		l.want(l.shell("", "card", "read", "--reader", "Virtual", "--wait", "1s"), exitNoCard)
		l.want(l.shell("", "check"), exitPrinter, "reader          ok")
		pcscdtest.Insert(t, haltest.NewCard(midori(), l.ca))
		e := l.shell("", "list", "--json")
		l.want(e, exitDone, `"card_present":true,"atr":"3BE000FF8131FE4514"`)
		l.valid("device-list", e.out)
		l.want(l.shell("", "card", "read"), exitDone, "5 tries left; not tried")
	})
}

// The card comes while the command waits, and goes while the watch looks on.
func TestE2ECardsComeAndGo(t *testing.T) {
	pcscdtest.Within(t, func(t *testing.T) {
		l := newLab(t)
		var out, said paper
		ctx, stop := context.WithTimeout(t.Context(), e2ePatience)
		defer stop()
		ended := make(chan int, 1)
		go func() { ended <- run(ctx, []string{"device", "watch", "--config", l.config("{}")}, nil, &out, &said) }()
		awaitText(t, &out, "reader    online")
		remove := pcscdtest.Insert(t, haltest.NewCard(midori(), l.ca))
		awaitText(t, &out, "card in  "+pcscdtest.ReaderName)
		remove()
		awaitText(t, &out, "card out")
		stop()
		if code := <-ended; code != exitDone {
			t.Errorf("exit %d\n%s%s", code, out.String(), said.String())
		}
	})
}

// awaitText waits for a text to be printed.
func awaitText(t *testing.T, out *paper, text string) {
	t.Helper()
	await(t, text, func() bool { return strings.Contains(out.String(), text) })
}

// await waits until something is so: what pcscd is told reaches the card later.
func await(t *testing.T, what string, is func() bool) {
	t.Helper()
	deadline, tick := time.After(e2ePatience), time.NewTicker(20*time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("waiting for %s in vain", what)
		}
	}
}

// A card that shares nothing with ours, on the wire of the virtual reader.
func TestE2EACardByAnotherHandIsRead(t *testing.T) {
	pcscdtest.Within(t, func(t *testing.T) {
		for name, card := range map[string]*otherCard{
			"SELECT EF only, short lengths":       newOtherCard(t, false, false),
			"short identifiers, extended lengths": newOtherCard(t, true, true),
		} {
			l := newLab(t)
			remove := card.insert(t)
			e := l.shell(strings.ToLower(otherPassword)+"\n", "card", "read", "--pin-stdin", "--json", "--ca", card.caFile(t, card.short))
			l.want(e, exitDone, `"verdict":"trusted"`, `"signature":"valid"`, "3BDA13FF8131FB468012392F31C173C601C03B", `"birth_year":1999`)
			l.valid("device-card-read", e.out)
			t.Log(name, lineOf(t, l, e.out))
			await(t, "the power-down", card.isOff)
			if card.refused > 0 {
				t.Errorf("%s: %d commands unknown to it", name, card.refused)
			}
			photo := append(photoFlags("era", "2030"), "--pin-stdin", "--ca", card.caFile(t, true))
			l.want(l.shell("WATASHI99\n2285\n", append([]string{"card", "read"}, photo...)...), exitPhoto, "no face photo on the card", "signature       valid")
			l.want(l.shell("WATASHI98\n", "card", "read", "--pin-stdin"), exitWrongPIN, "4 tries left")
			remove()
			betweenCards(t)
		}
	})
}

// betweenCards is the second that pcscd needs to notice that one card left and
// another came; nothing tells of what it missed.
func betweenCards(t *testing.T) {
	t.Helper()
	timer := time.NewTimer(time.Second)
	defer timer.Stop()
	<-timer.C
}

// lineOf is what passed between the card and us.
func lineOf(t *testing.T, l *lab, out string) string {
	t.Helper()
	var r trial.CardReport
	l.decode(out, &r)
	if r.Line == nil {
		return "nothing"
	}
	return fmt.Sprintf("%+v", *r.Line)
}

// insert puts the card into the virtual reader, and waits for its power.
func (c *otherCard) insert(t *testing.T) (remove func()) {
	t.Helper()
	conn, err := net.Dial("tcp", pcscdtest.Addr)
	if err != nil {
		t.Fatal(err)
	}
	powered, done := make(chan struct{}, 1), make(chan error, 1)
	go func() { done <- c.serveVPCD(conn, powered) }()
	select {
	case <-powered:
	case err := <-done:
		t.Fatalf("the card left before it had power: %v", err)
	case <-time.After(e2ePatience):
		t.Fatal("the card got no power")
	}
	return sync.OnceFunc(func() {
		if err := errors.Join(conn.Close(), <-done); err != nil {
			t.Error(err)
		}
	})
}

// isOff reports whether the card has forgotten who was verified.
func (c *otherCard) isOff() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.verified
}

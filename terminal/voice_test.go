package terminal_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/digital-watashi/kiosk/hal"
	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/platform/protocol"
	"github.com/digital-watashi/kiosk/ui"
)

// voiced gives a bench a voice that takes no time.
func voiced(v *haltest.Voice) func(*bench) {
	return func(b *bench) {
		furnished(b)
		b.config.Voice = v
	}
}

func (b *bench) ease(id string) {
	b.terminal.Command(ui.Command{Page: b.screen().Page, Ease: id})
	b.settle()
}

// A listener hears what is said and does only what they were told to.
type listener struct {
	*bench
	voice *haltest.Voice
	at    int // what was heard of it
}

// hear gives what was said since the last time.
func (l *listener) hear() string {
	var heard []string
	for _, s := range l.voice.Said()[l.at:] {
		heard = append(heard, s.Text)
		l.at++
	}
	return strings.Join(heard, "\n")
}

// obey hears until a choice is offered, and presses its key.
func (l *listener) obey(label string) (heard string) {
	l.t.Helper()
	heard = l.hear()
	v := l.screen()
	for i, a := range v.Actions {
		if a.Label == label && a.Enabled {
			if !strings.Contains(heard, label) {
				l.t.Errorf("on %s nobody said %q, but %q", v.Screen, label, heard)
			}
			l.press(v.Actions[i].ID)
			return heard
		}
	}
	l.t.Fatalf("%s offers no %q; heard %q", v.Screen, label, heard)
	return ""
}

func TestWholeJourneyIsMadeByEarAlone(t *testing.T) {
	words := map[string]struct{ password, next, me, key, sign, finish, wait string }{
		"ja": {"署名用", "次へ", "はい、私です", "登録キー", "", "終わる", "お待ちください"},
		"en": {"password", "Next", "Yes, this is me", "registration key", "", "Finish", "Please wait"},
	}
	for language, w := range words {
		t.Run(language, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				voice := haltest.NewVoice("ja", "en")
				b := newBench(t, voiced(voice))
				defer b.stop()
				l := &listener{bench: b, voice: voice}
				b.choose(language)
				b.ease(ui.EaseVoice)
				if got := l.hear(); !strings.Contains(got, b.screen().Title) || !strings.Contains(got, b.screen().Text[0]) {
					t.Errorf("the welcome is not said: %q", got)
				}
				b.insertNamed("midori")
				if got := l.hear(); !strings.Contains(got, w.password) {
					t.Errorf("the password is not asked for: %q", got)
				}
				password := b.card.Citizen().Password
				b.typeKeys(password)
				l.onlyCounted(l.hear(), password)
				b.press("next")
				name := b.card.Citizen().Name
				if got := l.hear(); !strings.Contains(got, name) {
					t.Errorf("whose card it is is not said: %q", got)
				}
				b.press("yes")
				if got := l.hear(); !strings.Contains(got, w.key) {
					t.Errorf("the key is not asked for: %q", got)
				}
				b.typeKeys(string(protocol.NewRegistrationKey().Digits()))
				l.obey(w.next)
				b.wait(time.Second)
				if got := l.hear(); !strings.Contains(got, name) {
					t.Errorf("what is signed is not said: %q", got)
				}
				b.press("sign")
				b.wait(time.Second)
				if got := l.hear(); !strings.Contains(got, w.wait) || !strings.Contains(got, b.screen().Title) {
					t.Errorf("the end is not said: %q", got)
				}
				b.press("finish")
				b.wait(2 * time.Second)
				b.nothingLeft()
				for _, s := range voice.Said() {
					if s.Language != language {
						t.Errorf("something is said in %s", s.Language)
					}
					if strings.Contains(s.Text, password) {
						t.Error("the password is said")
					}
				}
			})
		})
	}
}

// onlyCounted looks for a character of a password in what was said of it: a capital
// or a digit that stands by itself and is not the count.
func (l *listener) onlyCounted(heard, password string) {
	l.t.Helper()
	for _, c := range password {
		for line := range strings.SplitSeq(heard, "\n") {
			if c >= 'A' && strings.Trim(line, " .。、,") == string(c) {
				l.t.Errorf("a character of the password is said: %q", line)
			}
		}
	}
}

func TestVoiceIsSilentUntilItIsWantedAndAfterTheVisit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		voice := haltest.NewVoice("ja")
		b := newBench(t, voiced(voice))
		defer b.stop()
		b.insertNamed("midori")
		b.ease(ui.EaseAgain)
		if said := voice.Said(); len(said) > 0 {
			t.Errorf("%d texts are said to nobody", len(said))
		}
		b.ease(ui.EaseVoice)
		b.reader.Remove()
		b.wait(2 * time.Minute)
		n := len(voice.Said())
		b.insertNamed("claire")
		if got := len(voice.Said()); n == 0 || got != n {
			t.Errorf("the next person hears what they did not ask for: %d texts, then %d", n, got)
		}
	})
}

func TestAnyKeyBreaksTheVoiceOffAndItCanBeAskedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		voice := haltest.NewVoice("ja")
		voice.Pace = time.Second
		b := newBench(t, voiced(voice))
		defer b.stop()
		b.insertNamed("midori")
		b.ease(ui.EaseVoice)
		b.wait(3 * time.Second)
		before := voice.Energy()
		b.terminal.Command(ui.Command{Page: b.screen().Page, Key: "+"}) // no key of this entry
		b.typeKeys("A")
		b.wait(100 * time.Second) // longer than a turn lasts without the voice
		if got := b.screen(); got.Screen != "password" || got.TimeLeft != nil {
			t.Errorf("%s hurries whoever listens", got.Screen)
		}
		typed := voice.Said()[len(voice.Said())-1].Text
		if got := (voice.Energy() - before) / 60; got != len([]rune(typed)) {
			t.Errorf("%d characters are heard after the key, of %q", got, typed)
		}
		for id, louder := range map[string]bool{ui.EaseAgain: false, ui.EaseLouder: true} {
			was := voice.Said()[len(voice.Said())-1]
			b.ease(id)
			is := voice.Said()[len(voice.Said())-1]
			if !strings.Contains(is.Text, b.screen().Title) || (is.Volume > was.Volume) != louder {
				t.Errorf("%s: volume %d after %d, %q", id, is.Volume, was.Volume, is.Text)
			}
		}
	})
}

func TestVoiceIsOfferedInTheLanguagesItSpeaks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, voiced(haltest.NewVoice("en")))
		defer b.stop()
		offers := func() bool {
			for _, o := range b.screen().Ease.Options {
				if o.ID == ui.EaseVoice {
					return true
				}
			}
			return false
		}
		if offers() {
			t.Error("offers in Japanese what is not there")
		}
		if b.choose("en"); !offers() {
			t.Error("does not offer in English what is there")
		}
	})
}

// headset plugs a headset in, or pulls it out.
func (b *bench) headset(is hal.Headset) {
	b.sensors.Set(hal.Auxiliaries{Device: hal.Online, Door: hal.DoorClosed, Switch: hal.SwitchRun, Headset: is})
	b.settle()
}

func TestHeadsetTurnsTheVoiceOnAndOffForOneVisit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		voice := haltest.NewVoice("ja")
		b := newBench(t, voiced(voice))
		defer b.stop()
		b.headset(hal.HeadsetPresent) // it lay there when the sensors spoke first
		b.headset(hal.HeadsetPresent)
		l := &listener{bench: b, voice: voice}
		if got := l.hear(); got != "" {
			t.Errorf("a headset that somebody forgot is spoken into: %q", got)
		}
		b.headset(hal.HeadsetNotPresent)
		b.headset(hal.HeadsetPresent)
		if got := l.hear(); !strings.Contains(got, b.screen().Title) {
			t.Errorf("plugged in, it hears %q, want the screen", got)
		}
		b.insertNamed("midori")
		l.hear()
		password := b.card.Citizen().Password
		b.typeKeys(password)
		l.onlyCounted(l.hear(), password)
		b.headset(hal.HeadsetNotPresent)
		b.press("next")
		if got := l.hear(); got != "" {
			t.Errorf("pulled out, it is spoken on: %q", got)
		}
		b.headset(hal.HeadsetPresent)
		if got := l.hear(); !strings.Contains(got, b.card.Citizen().Name) {
			t.Errorf("in the middle of a visit it hears %q", got)
		}
		b.reader.Remove()
		b.wait(2 * time.Minute)
		l.hear()
		b.insertNamed("claire")
		if got := l.hear(); got != "" {
			t.Errorf("the next citizen is read to unasked: %q", got)
		}
	})
}

func TestSensorsThatComeAndGoMoveNoHeadset(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		voice := haltest.NewVoice("ja")
		b := newBench(t, voiced(voice))
		defer b.stop()
		b.headset(hal.HeadsetNotPresent)
		b.headset(hal.HeadsetPresent)
		heard := len(voice.Said())
		b.sensors.Set(hal.Auxiliaries{Device: hal.NoDevice})
		b.settle()
		b.headset(hal.HeadsetPresent)
		if e := b.screen().Ease; heard == 0 || e == nil || !slices.ContainsFunc(e.Options, func(o ui.EaseOption) bool { return o.ID == ui.EaseVoice && o.On }) {
			t.Errorf("the voice is off although the headset is in; it had said %d texts", heard)
		}
	})
}

//go:build e2e

package ui_test

import (
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"github.com/digital-watashi/kiosk/ui"
	"github.com/digital-watashi/kiosk/ui/uitest"
)

// handset presses keys of a numeric keypad.
func handset(keys string) chromedp.Tasks {
	var all chromedp.Tasks
	for _, c := range keys {
		key := string(c)
		if c == '⏎' {
			key = "Enter"
		}
		press := input.DispatchKeyEvent(input.KeyDown).WithKey(key).WithIsKeypad(true)
		release := input.DispatchKeyEvent(input.KeyUp).WithKey(key).WithIsKeypad(true)
		all = append(all, press, release)
	}
	return all
}

// speaking turns the voice of a View on or off.
func speaking(v ui.View, on bool) ui.View {
	v.Ease = &ui.Ease{
		Label: "Display and voice", Title: "Display and voice", Back: "Back", On: "on", Off: "off",
		Options: []ui.EaseOption{{ID: ui.EaseVoice, Label: "Read aloud", On: on}},
	}
	return v
}

// wantCommands compares what comes, in order, with what was meant.
func (k *kiosk) wantCommands(t *testing.T, page uint64, want ...ui.Command) {
	t.Helper()
	for _, w := range want {
		w.Page = page
		if got := k.command(t); got != w {
			t.Errorf("got action %q, key %q, ease %q, language %q; want %q, %q, %q, %q",
				got.Action, got.Key, got.Ease, got.Language, w.Action, w.Key, w.Ease, w.Language)
		}
	}
	k.noCommand(t)
}

func TestE2EHandsetWithTenKeysReachesAll(t *testing.T) {
	k := startKiosk(t)
	password, number := fixture(t, "password-9.en", 0), fixture(t, "key-7.ja", 0)
	chosen := ui.View{
		Screen: "attributes", Language: "en", Title: "Is this you?", Languages: password.Languages,
		Actions: []ui.Action{{ID: "stop", Label: "Stop", Style: ui.Secondary, Enabled: true}, {ID: "no", Label: "No", Style: ui.Danger, Enabled: true}, {ID: "yes", Label: "Yes", Style: ui.Primary, Enabled: true}},
	}
	page := uint64(0)
	draw := func(v ui.View, on bool) uint64 {
		page++
		v.Page = page
		k.draw(t, speaking(v, on))
		k.run(t, evaluate[any](settled, nil))
		return page
	}

	p := draw(chosen, false)
	k.run(t, handset("2"))
	k.wantCommands(t, p, ui.Command{Ease: ui.EaseVoice})

	p = draw(chosen, true)
	k.run(t, handset("09+-*3⏎")) // the last too soon after the other: a trembling finger
	k.wantCommands(t, p, ui.Command{Ease: ui.EaseAgain}, ui.Command{Ease: ui.EaseDetails}, ui.Command{Ease: ui.EaseLouder}, ui.Command{Ease: ui.EaseSofter},
		ui.Command{Language: following(chosen)}, ui.Command{Action: "yes"})
	var badges []string
	k.run(t, chromedp.Evaluate(`[...document.querySelectorAll("#actions [data-number]")].map((b) => getComputedStyle(b, "::before").content)`, &badges))
	if len(badges) != 3 || badges[0] != `"1"` || badges[2] != `"3"` {
		t.Errorf("the buttons bear %q", badges)
	}
	k.keep(t, "handset-numbers")

	p = draw(number, true)
	k.run(t, handset("120*.⏎"))
	k.wantCommands(t, p, ui.Command{Key: "1"}, ui.Command{Key: "2"}, ui.Command{Key: "0"}, ui.Command{Key: ui.KeyBackspace}, ui.Command{Ease: ui.EaseAgain})
	k.run(t, handset("/1"))
	k.wantCommands(t, p, ui.Command{Action: number.Actions[0].ID})

	p = draw(password, true)
	began := time.Now()
	k.run(t, handset("2227777710")) // C, 7, 1, 0
	k.wantCommands(t, p, ui.Command{Key: "C"}, ui.Command{Key: "7"}, ui.Command{Key: "1"}, ui.Command{Key: "0"})
	k.run(t, handset("22*9")) // the letter that may still change is dropped; then W, by waiting
	k.wantCommands(t, p, ui.Command{Key: "W"})
	if took := time.Since(began); took < time.Second {
		t.Errorf("a letter was taken after %v", took)
	}
	k.run(t, handset("8⏎")) // going on takes the letter
	k.wantCommands(t, p, ui.Command{Key: "T"}, ui.Command{Action: "submit"})

	k.run(t, handset("5"))
	p = draw(chosen, true) // the screen turns: the letter is nobody's
	k.run(t, evaluate[any](`new Promise((done) => setTimeout(done, 1300)).then(() => null)`, nil))
	k.wantCommands(t, p)
}

// following is the language after the one that is shown.
func following(v ui.View) string {
	for i, l := range v.Languages {
		if l.Tag == v.Language {
			return v.Languages[(i+1)%len(v.Languages)].Tag
		}
	}
	return ""
}

// TestE2EHandsetReachesTrials holds that the buttons of the trials, which stand apart
// from the others, bear their numbers, and that nothing overflows by them.
func TestE2EHandsetReachesTrials(t *testing.T) {
	k := startKiosk(t)
	page := uint64(0)
	for _, size := range [][2]int64{{1080, 1920}, {1280, 800}} {
		k.run(t, chromedp.EmulateViewport(size[0], size[1]))
		for _, name := range []string{"maintenance-tests.ja", "maintenance-tests.en"} {
			page++
			trials := speaking(fixture(t, name, page), true)
			k.draw(t, trials)
			var badges, faults []string
			k.run(t, evaluate[any](settled, nil), evaluate(uitest.Tidy(true), &faults),
				chromedp.Evaluate(`[...document.querySelectorAll("#trials button")].map((b) => getComputedStyle(b, "::before").content + b.dataset.focus)`, &badges))
			for i, trial := range trials.Trials {
				at := slices.IndexFunc(trials.Actions, func(a ui.Action) bool { return a.ID == trial.Action })
				if want := fmt.Sprintf("%q%s", strconv.Itoa(at+1), trial.Action); i >= len(badges) || badges[i] != want {
					t.Errorf("%s: the buttons of the trials bear %q, want %s at %d", name, badges, want, i)
				}
			}
			if len(faults) > 0 {
				t.Errorf("%s at %v: %q", name, size, faults)
			}
			k.keep(t, fmt.Sprintf("handset-%d-%s", size[0], name))
			k.run(t, handset("2"))
			k.wantCommands(t, page, ui.Command{Action: trials.Actions[1].ID})
		}
	}
}

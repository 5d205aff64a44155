//go:build e2e

package ui_test

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// deaf stands in the place of the browser's sound, and counts the tones.
const deaf = `(() => {
  window.tones = 0;
  const node = () => ({ connect: (next) => next, start() {}, stop() {}, frequency: {}, gain: { setValueAtTime() {}, exponentialRampToValueAtTime() {} } });
  window.AudioContext = class { currentTime = 0; destination = {}; constructor() { window.tones++; } createOscillator() { return node(); } createGain() { return node(); } close() {} };
})()`

func TestE2EEachCallSoundsOnce(t *testing.T) {
	k := startKiosk(t)
	k.draw(t, fixture(t, "card-left.ja", 1))
	k.run(t, evaluate[any](deaf, nil))
	tones := func(after string, want int) {
		t.Helper()
		var got int
		if k.run(t, chromedp.Evaluate(`window.tones`, &got)); got != want {
			t.Errorf("%d tones after %s, want %d", got, after, want)
		}
	}
	v := fixture(t, "card-left.ja", 2)
	k.draw(t, fixture(t, "welcome.ja", 3))
	k.run(t, chromedp.Click(`#title`)) // no page sounds before it was touched once
	v.Page = 4
	k.draw(t, v)
	tones("the first call", 1)
	english := fixture(t, "card-left.en", 4)
	k.draw(t, english)
	k.run(t, chromedp.WaitVisible(`html[lang="en"] #title`))
	tones("the same call in another language", 1)
	english.Alert = 2
	k.draw(t, english)
	k.run(t, chromedp.Poll(`window.tones === 2`, nil))
	k.draw(t, fixture(t, "welcome.ja", 5))
	tones("the end of calling", 2)
}

func TestE2ECallMovesOnlyWhereMovementIsWelcome(t *testing.T) {
	k := startKiosk(t)
	for motion, want := range map[string]string{"no-preference": "call", "reduce": "none"} {
		k.run(t, emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: motion}}))
		k.draw(t, fixture(t, "card-left.en", 1))
		var got string
		if k.run(t, chromedp.Evaluate(`getComputedStyle(document.getElementById("picture")).animationName`, &got)); got != want {
			t.Errorf("prefers-reduced-motion %s: animation %q, want %q", motion, got, want)
		}
	}
}

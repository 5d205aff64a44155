//go:build e2e

package ui_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/digital-watashi/kiosk/ui"
)

// settled waits until a tap counts again after a new screen (see newScreen in
// screen.js), measured by the page's own frames.
const settled = `new Promise((done) => { const t = performance.now(); const f = () => performance.now() - t > 400 ? done(null) : requestAnimationFrame(f); f(); })`

func fixture(t testing.TB, name string, page uint64) ui.View {
	t.Helper()
	v := readView(t, "testdata/views/"+name+".json")
	v.Page = page
	return v
}

func TestE2EKeysOnTheGlassTypeAndButtonsAct(t *testing.T) {
	k := startKiosk(t)
	k.draw(t, fixture(t, "password-9.ja", 1))
	k.run(t, chromedp.Click(`[data-key="Q"]`), chromedp.Click(`[data-key="7"]`), chromedp.Click(`[data-key="backspace"]`), chromedp.Click(`[data-key="clear"]`))
	for _, key := range []string{"Q", "7", ui.KeyBackspace, ui.KeyClear} {
		if got, want := k.command(t), (ui.Command{Page: 1, Key: key}); got != want {
			t.Errorf("got %v %q, want key %q", got, got.Key, key)
		}
	}
	k.run(t, evaluate[any](settled, nil), chromedp.Click(`#actions .primary`))
	if got, want := k.command(t), (ui.Command{Page: 1, Action: "submit"}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	k.run(t, chromedp.Click(`#languages [lang="en"]`))
	if got, want := k.command(t), (ui.Command{Page: 1, Language: "en"}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestE2ERealKeysTypeInCapitalsAndEnterIsThePrimaryAction(t *testing.T) {
	k := startKiosk(t)
	k.draw(t, fixture(t, "password-9.en", 1))
	k.run(t, chromedp.KeyEvent("a"), chromedp.KeyEvent("Z"), chromedp.KeyEvent("5"), chromedp.KeyEvent(kb.Backspace), chromedp.KeyEvent(kb.Delete),
		chromedp.KeyEvent("-"), chromedp.KeyEvent("é"), evaluate[any](settled, nil), chromedp.KeyEvent(kb.Enter))
	for _, want := range []ui.Command{{Page: 1, Key: "A"}, {Page: 1, Key: "Z"}, {Page: 1, Key: "5"}, {Page: 1, Key: ui.KeyBackspace}, {Page: 1, Key: ui.KeyClear}, {Page: 1, Action: "submit"}} {
		if got := k.command(t); got != want {
			t.Errorf("got %v %q, want %v %q", got, got.Key, want, want.Key)
		}
	}
	k.noCommand(t)
}

func TestE2ELettersAreNoKeysOfANumber(t *testing.T) {
	k := startKiosk(t)
	k.draw(t, fixture(t, "key-7.ja", 1))
	k.run(t, chromedp.KeyEvent("a"), chromedp.KeyEvent("8"))
	if got := k.command(t); got.Key != "8" {
		t.Errorf("got %v, want only the digit", got)
	}
}

func TestE2EDisabledActionIsNotPressedByEnter(t *testing.T) {
	k := startKiosk(t)
	k.draw(t, fixture(t, "password-0.ja", 1))
	k.run(t, evaluate[any](settled, nil), chromedp.KeyEvent(kb.Enter), chromedp.KeyEvent("A"))
	if got := k.command(t); got.Key != "A" {
		t.Errorf("got %v, want nothing before the key", got)
	}
}

func TestE2EWholeScreenIsWalkedByTabAndArrows(t *testing.T) {
	k := startKiosk(t)
	k.draw(t, fixture(t, "password-9.ja", 1))
	focused := func() (name string) {
		k.run(t, chromedp.Evaluate(`document.activeElement.dataset.focus ?? document.activeElement.id`, &name))
		return name
	}
	walk := []struct{ key, want string }{
		{"", "title"}, {kb.Tab, "1"}, {kb.ArrowRight, "2"}, {kb.ArrowDown, "W"}, {kb.ArrowDown, "S"}, {kb.Tab, "stop"}, {kb.Tab, "submit"}, {kb.Tab, "open-languages"}, {kb.Tab, "ja"},
	}
	for _, step := range walk {
		if step.key != "" {
			k.run(t, chromedp.KeyEvent(step.key))
		}
		if got := focused(); got != step.want {
			t.Errorf("after %q: focus on %q, want %q", step.key, got, step.want)
		}
	}
	var ring string
	k.run(t, chromedp.Evaluate(`(() => { const s = getComputedStyle(document.activeElement); return [s.outlineWidth, s.outlineColor, s.boxShadow].join(" "); })()`, &ring))
	if want := "4px rgb(0, 0, 0) rgb(255, 212, 61) 0px 0px 0px 2px"; ring != want {
		t.Errorf("focus ring: got %q, want %q", ring, want)
	}
}

func TestE2ETechniciansButtonsAreWalkedAsTheyStand(t *testing.T) {
	k := startKiosk(t)
	k.draw(t, fixture(t, "maintenance-tests.en", 1))
	for _, want := range []string{"try-slip", "try-reader", "try-scanner", "try-lights", "back", "finish", "en"} {
		var got string
		k.run(t, chromedp.KeyEvent(kb.Tab), chromedp.Evaluate(`document.activeElement.dataset.focus`, &got))
		if got != want {
			t.Errorf("focus on %q, want %q", got, want)
		}
	}
	k.run(t, evaluate[any](settled, nil), chromedp.Click(`[data-focus="try-scanner"]`))
	if got, want := k.command(t), (ui.Command{Page: 1, Action: "try-scanner"}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestE2ELockedScreenTakesNoTouchAndNoKey(t *testing.T) {
	k := startKiosk(t)
	k.draw(t, fixture(t, "maintenance.en", 1)) // whose buttons stood there before
	k.draw(t, fixture(t, "cleaning.en", 2))
	k.run(t, evaluate[any](settled, nil), chromedp.MouseClickXY(200, 700), chromedp.MouseClickXY(900, 760), chromedp.MouseClickXY(640, 400),
		chromedp.KeyEvent(kb.Enter), chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(" "), chromedp.KeyEvent("A"))
	k.noCommand(t)
	k.draw(t, fixture(t, "maintenance.en", 3))
	k.run(t, evaluate[any](settled, nil), chromedp.KeyEvent(kb.Enter))
	if got := k.command(t); got.Action != "finish" {
		t.Errorf("got %v after the lock, want finish", got)
	}
}

func TestE2ESecondTapOfATremblingFingerDoesNothing(t *testing.T) {
	k := startKiosk(t)
	k.draw(t, fixture(t, "attributes.ja", 1))
	k.run(t, evaluate[any](settled, nil), chromedp.DoubleClick(`#actions .primary`))
	if got := k.command(t); got.Action != "confirm" {
		t.Errorf("got %v, want confirm", got)
	}
	const atOnce = `new MutationObserver((_, self) => {
	  if (document.getElementById("app").dataset.page !== "2") return;
	  self.disconnect();
	  document.querySelector("#actions .primary").click();
	}).observe(document.getElementById("app"), {attributes: true}); null`
	k.run(t, chromedp.Evaluate(atOnce, nil))
	k.draw(t, fixture(t, "confirm.ja", 2))
	k.run(t, chromedp.Click(`#languages [lang="en"]`)) // what came before this comes before it
	if got, want := k.command(t), (ui.Command{Page: 2, Language: "en"}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestTypingMovesNothing compares where everything stands before and after.
func TestE2ETypingMovesNothing(t *testing.T) {
	const places = `[...document.querySelectorAll("button, h1, #entry, #entry *, #tell > *")].map((e) => { const r = e.getBoundingClientRect(); return [e.id, r.x, r.y, r.width, r.height].join(); }).join(" ")`
	k := startKiosk(t)
	for _, size := range [][2]int64{{1080, 1920}, {1280, 800}} {
		k.run(t, chromedp.EmulateViewport(size[0], size[1]))
		empty := fixture(t, "password-0.ja", 1)
		k.draw(t, empty)
		var before, after string
		k.run(t, chromedp.Evaluate(places, &before))
		for _, next := range []string{"password-5.ja", "password-time-left.ja", "password-9.ja"} {
			k.draw(t, fixture(t, next, 1))
			k.run(t, chromedp.WaitVisible(fmt.Sprintf(`.slot:nth-child(%d).typed`, fixture(t, next, 1).Entry.Typed)))
			k.run(t, chromedp.Evaluate(`document.getElementById("timeleft").replaceChildren()`, nil), chromedp.Evaluate(places, &after))
			if before != after {
				t.Errorf("%s at %v: something moved", next, size)
			}
		}
	}
}

func TestE2EPageKnowsOnlyHowManyCharactersOfAPassword(t *testing.T) {
	k := startKiosk(t)
	k.draw(t, fixture(t, "password-5.ja", 1))
	var html string
	k.run(t, chromedp.KeyEvent("X"), chromedp.KeyEvent("X"), chromedp.OuterHTML(`#entry`, &html))
	k.command(t)
	k.command(t)
	var text string
	k.run(t, chromedp.Text(`.slots`, &text), chromedp.Evaluate(`document.querySelectorAll(".typed").length + ""`, &html))
	if text != "" || html != "5" {
		t.Errorf("slots hold %q with %s dots, want 5 dots only", text, html)
	}
}

func TestE2EReloadInTheBrowserShowsTheSameScreen(t *testing.T) {
	k := startKiosk(t)
	k.draw(t, fixture(t, "attributes.en", 8))
	k.run(t, chromedp.Reload(), chromedp.WaitVisible(`#app[data-page="8"] #fields`))
}

// TestLostLineHidesEverything: a second page takes the line away, and the first
// neither keeps a name nor fights for it.
func TestE2ELostLineHidesEverything(t *testing.T) {
	k := startKiosk(t)
	k.draw(t, fixture(t, "attributes.ja", 3))
	rival, leave := chromedp.NewContext(k.browser)
	defer leave()
	var address, left string
	k.run(t, chromedp.Location(&address))
	if err := chromedp.Run(rival, chromedp.Navigate(address), chromedp.WaitVisible(`#app[data-page="3"]`)); err != nil {
		t.Fatal(err)
	}
	k.run(t, chromedp.WaitVisible(`#moment`), chromedp.Evaluate(`(document.getElementById("app").textContent + document.title).trim()`, &left))
	if left != "Digital watashi" {
		t.Errorf("still in the page: %q", left)
	}
	k.run(t, chromedp.Reload(), chromedp.WaitVisible(`#app[data-page="3"] #fields`))
}

func TestE2ELineComesBackByItself(t *testing.T) {
	k := startKiosk(t)
	k.draw(t, fixture(t, "key-7.ja", 3))
	const flood = `new Promise((lost) => {
	  new MutationObserver(() => lost(null)).observe(document.getElementById("lost"), {attributes: true});
	  for (let i = 0; i < 200; i++) document.querySelector('[data-key="1"]').click();
	})`
	k.run(t, evaluate[any](flood, nil), chromedp.WaitVisible(`#app[data-page="3"] #keyboard`))
}

func TestE2ELanguageAndLiveTextReachAssistiveTechnology(t *testing.T) {
	k := startKiosk(t)
	v := fixture(t, "password-wrong.en", 1)
	v.Live = "Three tries left"
	k.draw(t, v)
	var got string
	k.run(t, chromedp.Evaluate(`[document.documentElement.lang, document.getElementById("live").textContent, document.title, document.activeElement.id, document.getElementById("notice").getAttribute("role")].join("|")`, &got))
	if want := "en|Three tries left|" + v.Title + "|title|alert"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestE2EPressedKeyShowsInTheSameFrame(t *testing.T) {
	k := startKiosk(t)
	k.draw(t, fixture(t, "password-5.ja", 1))
	var pressed bool
	k.run(t, evaluate(`(() => { const key = document.querySelector('[data-key="A"]'); key.dispatchEvent(new PointerEvent("pointerdown", {button: 0, bubbles: true})); return Promise.resolve(key.classList.contains("pressed")); })()`, &pressed))
	if got := k.command(t); got.Key != "A" || !pressed {
		t.Errorf("got %q, pressed %v", got.Key, pressed)
	}
}

func TestE2EBrowserCommandsAreNotTheCitizens(t *testing.T) {
	k := startKiosk(t)
	k.draw(t, fixture(t, "key-7.ja", 1))
	k.run(t, chromedp.KeyEvent("p", chromedp.KeyModifiers(input.ModifierCtrl)), chromedp.KeyEvent("5", chromedp.KeyModifiers(input.ModifierAlt)))
	k.noCommand(t)
	var open bool
	k.run(t, evaluate(`Promise.resolve(document.dispatchEvent(new MouseEvent("contextmenu", {bubbles: true, cancelable: true})))`, &open))
	if open {
		t.Error("the context menu opens")
	}
}

func TestE2ELongTextHasAButtonThatMovesOnUntilTheEnd(t *testing.T) {
	k := startKiosk(t)
	k.run(t, chromedp.EmulateViewport(800, 480))
	k.draw(t, fixture(t, "attributes.ja", 1))
	k.run(t, chromedp.Click(`#more`), chromedp.WaitNotVisible(`#more`))
	k.noCommand(t)
	k.draw(t, fixture(t, "goodbye.ja", 2))
	k.run(t, chromedp.WaitNotVisible(`#more`))
}

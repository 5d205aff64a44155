//go:build e2e

package ui_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/digital-watashi/kiosk/ui"
)

// chosen is a view with all languages and ways to see, some of them on.
func chosen(t *testing.T, name string, page uint64, on ...string) ui.View {
	v := fixture(t, name, page)
	v.LanguageText = "言語 / Language"
	v.Languages = nil
	for _, l := range [][2]string{{"ja", "日本語"}, {"ja-x-easy", "やさしい日本語"}, {"en", "English"}, {"zh-Hans", "简体中文"}, {"zh-Hant", "繁體中文"},
		{"ko", "한국어"}, {"vi", "Tiếng Việt"}, {"pt-BR", "Português"}, {"ne", "नेपाली"}, {"id", "Bahasa Indonesia"}} {
		v.Languages = append(v.Languages, ui.Language{Tag: l[0], Name: l[1]})
	}
	v.Ease = &ui.Ease{Label: "見やすさ・音声", Title: "画面の見え方と音声を選べます", Back: "もどる", On: "入", Off: "切"}
	for _, id := range []string{ui.EaseContrast, ui.EaseLarge, ui.EaseLow, ui.EaseCover, ui.EaseMixed, ui.EaseVoice} {
		v.Ease.Options = append(v.Ease.Options, ui.EaseOption{ID: id, Label: id, On: slices.Contains(on, id)})
	}
	return v
}

func TestE2EEveryLanguageIsTwoTouchesAway(t *testing.T) {
	k := startKiosk(t)
	for i, size := range [][2]int64{{1080, 1920}, {1280, 800}, {1024, 768}, {800, 480}} {
		k.run(t, chromedp.EmulateViewport(size[0], size[1]))
		for j, tag := range []string{"ja-x-easy", "ne", "id"} {
			k.draw(t, chosen(t, "password-5.ja", uint64(1+10*i+j)))
			k.run(t, chromedp.Click("#languages .open", chromedp.ByQuery), chromedp.Click("#menu [lang="+tag+"]", chromedp.ByQuery))
			if c := k.command(t); c.Language != tag {
				t.Errorf("%v: got %v, want %s", size, c, tag)
			}
			k.run(t, chromedp.WaitNotVisible("#menu", chromedp.ByQuery), chromedp.WaitVisible("#keyboard", chromedp.ByQuery))
		}
	}
}

func TestE2ELanguageThatIsSpokenStaysInSight(t *testing.T) {
	k := startKiosk(t)
	for i, size := range [][2]int64{{1280, 800}, {1024, 768}, {800, 480}} {
		v := chosen(t, "password-5.ja", uint64(i+1))
		v.Language = "id"
		k.run(t, chromedp.EmulateViewport(size[0], size[1]))
		k.draw(t, v)
		var seen bool
		k.run(t, evaluate(`document.querySelector('#languages .row [lang="id"]').checkVisibility()`, &seen))
		if !seen {
			t.Errorf("%v: the row does not say which language is spoken", size)
		}
	}
}

func TestE2EWaysToSeeAreTurnedOverAndFollowed(t *testing.T) {
	k := startKiosk(t)
	k.draw(t, chosen(t, "attributes.ja", 1))
	k.run(t, chromedp.Click("#ease .open", chromedp.ByQuery), chromedp.Click(`[data-focus="ease-contrast"]`, chromedp.ByQuery))
	if c := k.command(t); c.Ease != ui.EaseContrast || c.Page != 1 {
		t.Errorf("got %v", c)
	}
	v := chosen(t, "attributes.ja", 1, ui.EaseContrast)
	k.Show(v) // the same page: the sheet stays
	var state, background string
	k.run(t, chromedp.WaitVisible(`[data-focus="ease-contrast"][aria-checked="true"]`, chromedp.ByQuery),
		evaluate(`document.querySelector('[data-focus="ease-contrast"] .state').textContent`, &state),
		evaluate(`getComputedStyle(document.body).backgroundColor`, &background))
	if state != "入" || background != "rgb(0, 0, 0)" {
		t.Errorf("contrast is on: %q, ground %s", state, background)
	}
	k.run(t, chromedp.KeyEvent("\x1b"), chromedp.WaitNotVisible("#menu", chromedp.ByQuery), chromedp.WaitVisible("#fields", chromedp.ByQuery))
	k.noCommand(t)
}

func TestE2ELargerTextIsLarger(t *testing.T) {
	k := startKiosk(t)
	size := func(page uint64, on ...string) (px float64) {
		k.draw(t, chosen(t, "attributes.ja", page, on...))
		k.run(t, evaluate(`parseFloat(getComputedStyle(document.querySelector("#fields .value")).fontSize)`, &px))
		return px
	}
	if plain, large := size(1), size(2, ui.EaseLarge); large < 1.15*plain {
		t.Errorf("%v px, large %v px", plain, large)
	}
}

func TestE2ECoveredFactsShowOnlyWhileTheyAreHeld(t *testing.T) {
	k := startKiosk(t)
	v := chosen(t, "attributes.ja", 1, ui.EaseCover)
	v.Cover = &ui.Cover{Text: "covered", Show: "hold"}
	k.draw(t, v)
	seen := func() (is bool) {
		k.run(t, evaluate(`getComputedStyle(document.querySelector("#fields dd")).visibility === "visible"`, &is))
		return is
	}
	dispatch := func(kind string) {
		k.run(t, evaluate[any](`document.querySelector("#cover button").dispatchEvent(new PointerEvent("`+kind+`", {bubbles: true})), null`, nil))
	}
	for _, end := range []string{"pointerup", "pointerleave", "pointercancel"} {
		if seen() {
			t.Error("facts are seen before they are held")
		}
		if dispatch("pointerdown"); !seen() {
			t.Error("facts are not seen while they are held")
		}
		if dispatch(end); seen() {
			t.Errorf("facts are seen after %s", end)
		}
	}
}

func TestE2EMixedKeysTypeWhatStandsOnThem(t *testing.T) {
	k := startKiosk(t)
	order := func(page uint64, on ...string) (keys string) {
		k.draw(t, chosen(t, "password-5.ja", page, on...))
		k.run(t, evaluate(`[...document.querySelectorAll("#keyboard button:not(.edit)")].map((b) => b.dataset.key).join("")`, &keys))
		return keys
	}
	plain, first, second := order(1), order(2, ui.EaseMixed), order(3, ui.EaseMixed)
	sorted := func(s string) string { r := strings.Split(s, ""); slices.Sort(r); return strings.Join(r, "") }
	if plain != "1234567890QWERTYUIOPASDFGHJKLZXCVBNM" || first == plain || first == second || sorted(first) != sorted(plain) {
		t.Errorf("keys %s, mixed %s and %s", plain, first, second)
	}
	k.Show(func() ui.View { v := chosen(t, "password-5.ja", 3, ui.EaseMixed); v.Entry.Typed = 6; return v }())
	var again, face string
	k.run(t, chromedp.WaitVisible(".slot.typed:nth-child(6)", chromedp.ByQuery),
		evaluate(`[...document.querySelectorAll("#keyboard button:not(.edit)")].map((b) => b.dataset.key).join("")`, &again),
		evaluate(`document.querySelector("#keyboard button").textContent`, &face),
		chromedp.Click("#keyboard button", chromedp.ByQuery))
	if again != second {
		t.Error("the keys moved while somebody typed")
	}
	if c := k.command(t); face != second[:1] {
		t.Errorf("key %s typed %v", face, c)
	}
}

//go:build e2e

package ui_test

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// Before the terminal has said whom the page speaks to, it speaks to everybody, and
// nobody's words are cut off.
func TestE2EOneMomentIsSaidInEveryLanguageOnEveryGlass(t *testing.T) {
	k := startKiosk(t)
	for _, size := range [][2]int64{{800, 480}, {1080, 1920}} {
		var cut string
		k.run(t, chromedp.EmulateViewport(size[0], size[1]), chromedp.WaitVisible(`#moment p`), chromedp.Evaluate(`(() => {
			const said = [...document.querySelectorAll("#lost > *, #moment p")];
			const out = said.filter((e) => { const r = e.getBoundingClientRect(); return r.top < 0 || r.left < 0 || r.bottom > innerHeight || r.right > innerWidth || e.scrollWidth > e.clientWidth; });
			return out.map((e) => e.textContent || e.tagName).join(", ") + " of " + [...document.querySelectorAll("#moment p")].map((p) => p.lang).sort().join(" ");
		})()`, &cut))
		if want := " of en id ja ja-x-easy ko ne pt-BR vi zh-Hans zh-Hant"; cut != want {
			t.Errorf("%v: cut off or missing: %s", size, cut)
		}
		k.keep(t, "moment-"+map[int64]string{800: "small", 1080: "tall"}[size[0]])
	}
}

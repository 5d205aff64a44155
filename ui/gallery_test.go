//go:build e2e

package ui_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// tidy looks over the page as it stands and names what is wrong with it.
const tidy = `(() => {
  const faults = [];
  const name = (e) => e.tagName.toLowerCase() + (e.id ? "#" + e.id : "") + (e.className.length ? "." + e.className : "") + " " + JSON.stringify(e.textContent.slice(0, 24));
  const seen = (e) => e.checkVisibility() && e.getBoundingClientRect().width > 0;
  const inside = (r) => r.left >= -1 && r.top >= -1 && r.right <= innerWidth + 1 && r.bottom <= innerHeight + 1;
  const main = document.querySelector("main").getBoundingClientRect();
  const root = document.documentElement;
  if (root.scrollWidth > innerWidth || root.scrollHeight > innerHeight) faults.push("the page scrolls");
  const all = [...document.querySelectorAll("#app *")].filter(seen);
  for (const e of all) {
    const r = e.getBoundingClientRect();
    const strict = STRICT || !e.closest("#tell"); // it may scroll where room is short
    if (strict && !e.closest("svg svg") && !inside(r)) faults.push("outside the glass: " + name(e));
    if (strict && e.clientWidth > 0 && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== "inline" && !e.matches(".bar")) faults.push("too wide inside: " + name(e));
    if (strict && e.clientHeight > 0 && e.scrollHeight > e.clientHeight + 2 && /tell|do|app|main|footer|BUTTON|code|entry/i.test(e.id + e.tagName)) faults.push("too tall inside: " + name(e));
    if (e.closest("#do") && (r.top < main.top - 1 || r.bottom > main.bottom + 1)) faults.push("beyond its room: " + name(e));
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    const size = parseFloat(getComputedStyle(e).fontSize);
    if (own && size < (e.closest(".mark, .edit") ? 18 : 20)) faults.push("letters of " + size + " px: " + name(e));
  }
  const tries = document.querySelector(".with-password #notice h2");
  if (tries && tries.getBoundingClientRect().bottom > document.getElementById("tell").getBoundingClientRect().bottom + 1) faults.push("tries left scrolled away");
  const buttons = [...document.querySelectorAll("#app button")].filter(seen);
  const least = (b) => STRICT && b.closest("#keyboard") ? 64 : b.closest("#keyboard") ? 44 : 56;
  for (const b of buttons) {
    const r = b.getBoundingClientRect();
    if (r.width < least(b) - 0.5 || r.height < least(b) - 0.5) faults.push("target of " + r.width + "x" + r.height + " px: " + name(b));
    const top = document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2);
    const beside = !STRICT && b.closest("#tell");
    if (!b.contains(top) && !b.closest("[inert]") && !beside) faults.push("covered by " + (top ? name(top) : "nothing") + ": " + name(b));
  }
  for (const i of document.querySelectorAll("#tell img")) {
    const r = i.getBoundingClientRect();
    if (seen(i) && STRICT && (r.width < 100 || r.height < 100)) faults.push("picture of " + r.width + "x" + r.height + " px");
    if (seen(i) && i.naturalWidth === 0) faults.push("picture not loaded");
  }
  return faults;
})()`

// TestEveryScreenIsTidyAtEverySize draws the whole gallery. At the two sizes we
// are made for nothing may scroll; at the small ones the text may.
func TestE2EEveryScreenIsTidyAtEverySize(t *testing.T) {
	sizes := []struct {
		width, height int64
		strict        bool
	}{{1080, 1920, true}, {1280, 800, true}, {1024, 768, false}, {800, 480, false}}
	k := startKiosk(t)
	page := uint64(0)
	for _, size := range sizes {
		k.run(t, chromedp.EmulateViewport(size.width, size.height))
		for name, view := range gallery(t) {
			page++
			view.Page = page
			k.draw(t, view)
			var faults []string
			k.run(t, evaluate(strings.ReplaceAll(tidy, "STRICT", fmt.Sprint(size.strict)), &faults))
			for _, fault := range faults {
				t.Errorf("%s at %d×%d: %s", name, size.width, size.height, fault)
			}
			k.keep(t, fmt.Sprintf("%dx%d-%s", size.width, size.height, name))
		}
	}
}

//go:build e2e

package main

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/digital-watashi/kiosk/ui/uitest"
)

// seen is the page as it lies in the browser.
type seen struct {
	Wide, Window float64  // of the document and of the window
	Outside      []string // texts that reach over the right edge
	Pale         []string // texts whose contrast is less than 4.5 to 1 (WCAG 2.2, 1.4.3)
	Wordless     []string // terminals whose urgency or state is told by a colour alone
	Order        []string // of the terminals, from the top
}

// looked finds out what a person would stumble over.
const looked = `(() => {
	const light = c => c.match(/[\d.]+/g).slice(0, 3).map(v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
		.reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
	const ground = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (c !== 'rgba(0, 0, 0, 0)') return c; } return 'rgb(255, 255, 255)'; };
	const contrast = e => { const [a, b] = [light(getComputedStyle(e).color), light(ground(e))].sort((a, b) => b - a); return (a + .05) / (b + .05); };
	const texts = [...document.querySelectorAll('body *')].filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()));
	const articles = [...document.querySelectorAll('article')];
	return {
		Wide: document.documentElement.scrollWidth, Window: document.documentElement.clientWidth,
		Outside: texts.filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth).map(e => e.textContent),
		Pale: texts.filter(e => contrast(e) < 4.5).map(e => e.textContent + ' ' + contrast(e).toFixed(1)),
		Wordless: articles.filter(a => !a.querySelector('.chip')?.textContent || (a.className && !a.querySelector('.urgency.' + a.className)?.textContent)).map(a => a.textContent),
		Order: articles.map(a => a.querySelector('h2').firstChild.data.trim()),
	};
})()`

// TestE2EFleetPageIsReadInABrowser looks at it as an operator does: at a desk and on a
// phone, by day and in the dark, in both languages.
func TestE2EFleetPageIsReadInABrowser(t *testing.T) {
	_, h := openFleet(t)
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	screen := uitest.Open(t, server.URL+"/fleet?lang=ja", 1280, 800)
	for _, lang := range []string{"ja", "en"} {
		for _, size := range [][2]int64{{1280, 800}, {390, 844}} {
			for _, scheme := range []string{"light", "dark"} {
				var page seen
				screen.Run("looking at the page", chromedp.EmulateViewport(size[0], size[1]), inScheme(scheme),
					chromedp.Navigate(server.URL+"/fleet?lang="+lang), chromedp.Evaluate(looked, &page))
				screen.Keep(fmt.Sprintf("fleet-%s-%d-%s", lang, size[0], scheme))
				page.judge(t, fmt.Sprintf("%s, %d wide, %s", lang, size[0], scheme))
			}
		}
	}
	screen.Run("changing the language", chromedp.Click(`a[lang="ja"]`), chromedp.WaitVisible(`html[lang="ja"] article`))
	screen.Quiet()
}

func (s seen) judge(t *testing.T, where string) {
	t.Helper()
	if s.Wide > s.Window || len(s.Outside) > 0 {
		t.Errorf("%s: the page is %.0f wide in a window of %.0f: %q", where, s.Wide, s.Window, s.Outside)
	}
	for what, found := range map[string][]string{"hard to read": s.Pale, "told by a colour alone": s.Wordless} {
		if len(found) > 0 {
			t.Errorf("%s: %s: %q", where, what, found)
		}
	}
	if order := strings.Join(s.Order, " "); !strings.HasPrefix(order, "osaka-kita-01 ") || !strings.HasSuffix(order, " chiyoda-01 mito-00") {
		t.Errorf("%s: the terminals stand in the order %s", where, order)
	}
}

// inScheme has the browser prefer light or dark.
func inScheme(scheme string) chromedp.Action {
	return emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}})
}

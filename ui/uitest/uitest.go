// Package uitest is a citizen at the screen: hands that touch it and eyes that
// read it, through real Chromium. It is for tests only, and needs the Debian
// package chromium.
package uitest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Patience bounds every wait, so that a test that hangs says where.
const Patience = 60 * time.Second

// Screen is the citizen's side of the glass. Everything it is asked to do ends
// the test when it cannot be done.
type Screen struct {
	t        testing.TB
	browser  context.Context
	leave    func()        // ends the browser
	patience time.Duration // of one Run

	mu         sync.Mutex
	complaints []string
	pictures   int
}

// Open opens a page of that size, and closes it when the test ends.
func Open(t testing.TB, url string, width, height int64) *Screen {
	t.Helper()
	s := open(t, Patience)
	chromedp.ListenTarget(s.browser, s.listen)
	s.Run("opening the screen", chromedp.EmulateViewport(width, height), cdplog.Enable(), runtime.Enable(), chromedp.Navigate(url))
	return s
}

func open(t testing.TB, patience time.Duration) *Screen {
	s := &Screen{t: t, patience: patience}
	s.browser, s.leave = browser(t)
	return s
}

// Browser is a Chromium with a fresh profile for chromedp, and with further options. It
// ends with the test.
func Browser(t testing.TB, further ...chromedp.ExecAllocatorOption) context.Context {
	ctx, _ := browser(t, further...)
	return ctx
}

// browser can be left before the test ends. Chromium may be told to go but once:
// the second time chromedp panics.
func browser(t testing.TB, further ...chromedp.ExecAllocatorOption) (ctx context.Context, leave func()) {
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("hide-scrollbars", false))
	allocated, stop := chromedp.NewExecAllocator(context.Background(), append(options, further...)...)
	ctx, end := chromedp.NewContext(allocated)
	leave = sync.OnceFunc(func() { _ = chromedp.Cancel(ctx) })
	t.Cleanup(func() {
		leave()
		end()
		stop()
	})
	return ctx, leave
}

// Visit goes to another address, as a kiosk's browser does when it is restarted.
func (s *Screen) Visit(url string) {
	s.t.Helper()
	s.Run("opening the screen", chromedp.Navigate("about:blank"), chromedp.Navigate(url))
}

// listen keeps what the page threw, and violations of its policy. A lost line to
// a terminal that was killed is no fault of the page.
func (s *Screen) listen(event any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		s.complaints = append(s.complaints, e.ExceptionDetails.Error())
	case *cdplog.EventEntryAdded:
		if !strings.Contains(e.Entry.Text, "WebSocket") && !strings.Contains(e.Entry.Text, "ERR_CONNECTION") {
			s.complaints = append(s.complaints, e.Entry.Text)
		}
	}
}

// Quiet fails the test if the page complained.
func (s *Screen) Quiet() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.complaints {
		s.t.Errorf("the page complains: %s", c)
	}
}

// Run runs actions of chromedp on the page; doing names them in a failure.
func (s *Screen) Run(doing string, actions ...chromedp.Action) {
	s.t.Helper()
	// The first Run owns the browser's life, so the deadline must not be its context.
	timer := time.AfterFunc(s.patience, s.leave)
	err := chromedp.Run(s.browser, actions...)
	inTime := timer.Stop()
	if err != nil && !inTime {
		s.t.Fatalf("%s: not done after %v: %v", doing, s.patience, err)
	}
	if err != nil {
		s.t.Fatalf("%s: %v", doing, err)
	}
}

// Shows waits until one of the screens stands on the glass, and names it.
func (s *Screen) Shows(names ...string) string {
	s.t.Helper()
	var quoted []string
	for _, name := range names {
		quoted = append(quoted, fmt.Sprintf(`#app:not([hidden])[data-screen=%q]`, name))
	}
	script := fmt.Sprintf(`document.querySelector(%q)?.dataset.screen ?? ""`, strings.Join(quoted, ","))
	for deadline := time.Now().Add(Patience); time.Now().Before(deadline); {
		var shown string
		s.Run("looking at the screen", chromedp.Poll(script, &shown, chromedp.WithPollingTimeout(0)))
		if shown != "" {
			s.inSight(shown)
			s.Keep(shown)
			return shown
		}
	}
	s.t.Fatalf("the screen never showed %v; it shows %s", names, s.Now())
	return ""
}

// inSight complains of a screen that has to be scrolled: nobody scrolls at a
// kiosk, so what is below the edge is not there.
func (s *Screen) inSight(name string) {
	var below []string
	s.Run("looking for what is out of sight", chromedp.Evaluate(`[...document.querySelectorAll("#app, #app *")].filter((e) =>
		e.checkVisibility() && /auto|scroll|hidden/.test(getComputedStyle(e).overflowY) && e.scrollHeight > e.clientHeight + 2
	).map((e) => e.id || e.tagName)`, &below))
	if len(below) > 0 {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.complaints = append(s.complaints, fmt.Sprintf("%s: content out of sight in %v", name, below))
	}
}

// Now is what stands on the glass, for a test that failed.
func (s *Screen) Now() (text string) {
	s.Run("reading the screen", chromedp.Evaluate(`document.getElementById("app").dataset.screen + ": " + document.body.innerText`, &text))
	return text
}

// Says waits for a text on the glass.
func (s *Screen) Says(text string) {
	s.t.Helper()
	var found bool
	script := fmt.Sprintf(`document.getElementById("app").innerText.includes(%q)`, text)
	s.Run("waiting for "+text, chromedp.Poll(script, &found))
}

// Press touches a button until the screen has moved on: a tap just after a
// screen came up is taken for one that was meant for the screen before.
func (s *Screen) Press(action string) {
	s.t.Helper()
	script := fmt.Sprintf(`(() => {
		const app = document.getElementById("app");
		window.from ??= app.dataset.page;
		if (app.dataset.page !== window.from) { delete window.from; return true; }
		document.querySelector('#actions button[data-focus=%q]:not(:disabled), #timeleft button[data-focus=%q]:not(:disabled)')?.click();
		return false;
	})()`, action, action)
	var moved bool
	s.Run("pressing "+action, chromedp.Poll(script, &moved, chromedp.WithPollingInterval(50*time.Millisecond)))
}

// Type touches keys of the on-screen keyboard as fingers do, and waits for each
// to be counted.
func (s *Screen) Type(keys string) {
	s.t.Helper()
	for i, key := range keys {
		var done bool
		s.Run("typing",
			chromedp.Click(fmt.Sprintf(`#keyboard button[data-key=%q]`, string(key)), chromedp.ByQuery),
			chromedp.Poll(fmt.Sprintf(`document.querySelectorAll("#entry .slot.typed").length === %d`, i+1), &done))
	}
}

// Speak chooses a language.
func (s *Screen) Speak(language string) {
	s.t.Helper()
	var done bool
	s.Run("choosing a language", chromedp.Poll(fmt.Sprintf(`(() => {
		if (document.documentElement.lang === %q) {
			document.querySelector('#menu .back')?.click(); // opened again before the answer came
			return document.getElementById('menu').hidden;
		}
		(document.querySelector('#languages .row button[lang=%q]:not([hidden]), #menu button[lang=%q]') ?? document.querySelector('#languages .open'))?.click();
		return false;
	})()`, language, language, language), &done, chromedp.WithPollingInterval(100*time.Millisecond)))
}

// Keep writes a screenshot where SCREENSHOTS says, if it says so.
func (s *Screen) Keep(name string) {
	folder := os.Getenv("SCREENSHOTS")
	if folder == "" {
		return
	}
	var png []byte
	s.Run("taking a picture", chromedp.CaptureScreenshot(&png))
	s.pictures++
	path := filepath.Join(folder, fmt.Sprintf("%s-%02d-%s.png", strings.ReplaceAll(s.t.Name(), "/", "-"), s.pictures, name))
	if err := os.WriteFile(path, png, 0o644); err != nil {
		s.t.Fatal(err)
	}
}

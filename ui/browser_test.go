//go:build e2e

package ui_test

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/digital-watashi/kiosk/ui"
	"github.com/digital-watashi/kiosk/ui/uitest"
)

// patience bounds every wait for the browser.
const patience = 60 * time.Second

// kiosk is the page in a real browser, and the terminal's end of the line. At
// clean-up it fails the test if the browser complained of anything.
type kiosk struct {
	*ui.Server
	http     *http.Server
	host     string
	commands chan ui.Command
	browser  context.Context

	mu         sync.Mutex
	complaints []string
}

func startKiosk(t testing.TB, options ...chromedp.ExecAllocatorOption) *kiosk {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	k := &kiosk{host: listener.Addr().String(), commands: make(chan ui.Command, 1000)} // more than a test types
	token := ui.NewToken()
	k.Server = ui.New(ui.Config{
		Token: token, Hosts: []string{k.host}, Log: slog.New(slog.DiscardHandler),
		Commands: func(c ui.Command) { k.commands <- c },
	})
	k.http = &http.Server{Handler: k.Server, ReadHeaderTimeout: patience}
	go k.http.Serve(listener)
	t.Cleanup(func() { k.Server.Close(); k.http.Close() })
	k.startBrowser(t, options...)
	k.run(t, chromedp.Navigate(ui.PageURL(k.host, token)))
	return k
}

func (k *kiosk) startBrowser(t testing.TB, options ...chromedp.ExecAllocatorOption) {
	t.Cleanup(func() { // after the browser has ended
		for _, complaint := range k.complaints {
			t.Errorf("browser: %s", complaint)
		}
	})
	k.browser = uitest.Browser(t, options...)
	chromedp.ListenTarget(k.browser, k.listen)
	k.run(t, log.Enable(), runtime.Enable())
}

func (k *kiosk) listen(event any) {
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		k.complain(e.ExceptionDetails.Error())
	case *runtime.EventConsoleAPICalled:
		k.complain(fmt.Sprintf("console.%s", e.Type))
	case *log.EventEntryAdded: // violations of the policy among them
		k.complain(fmt.Sprintf("%s: %s (%s)", e.Entry.Level, e.Entry.Text, e.Entry.URL))
	}
}

func (k *kiosk) complain(what string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.complaints = append(k.complaints, what)
}

func (k *kiosk) run(t testing.TB, actions ...chromedp.Action) {
	t.Helper()
	if k.browser.Err() != nil {
		t.Fatal(k.browser.Err())
	}
	timer := time.AfterFunc(patience, func() { panic("browser does not answer") })
	defer timer.Stop()
	if err := chromedp.Run(k.browser, actions...); err != nil {
		t.Fatal(err)
	}
}

// draw shows v and waits until it stands on the glass, pictures and all.
func (k *kiosk) draw(t testing.TB, v ui.View) {
	t.Helper()
	k.Show(v)
	k.run(t, chromedp.WaitVisible(fmt.Sprintf(`#app[data-page="%d"]`, v.Page)), evaluate[any](
		`Promise.all([...document.images].filter((i) => i.checkVisibility()).map((i) => i.decode())).then(() => new Promise(requestAnimationFrame)).then(() => null)`, nil))
}

func (k *kiosk) command(t testing.TB) ui.Command {
	t.Helper()
	select {
	case c := <-k.commands:
		return c
	case <-time.After(patience):
		t.Fatal("no command came")
		return ui.Command{}
	}
}

func (k *kiosk) noCommand(t *testing.T) {
	t.Helper()
	select {
	case c := <-k.commands:
		t.Errorf("got %v, want no command", c)
	default:
	}
}

// evaluate runs a script and awaits its promise.
func evaluate[T any](script string, result *T) chromedp.Action {
	await := func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }
	if result == nil {
		return chromedp.Evaluate(script, nil, await)
	}
	return chromedp.Evaluate(script, result, await)
}

// keep writes a screenshot where SCREENSHOTS says, if it says so.
func (k *kiosk) keep(t *testing.T, name string) {
	t.Helper()
	folder := os.Getenv("SCREENSHOTS")
	if folder == "" {
		return
	}
	var png []byte
	k.run(t, chromedp.CaptureScreenshot(&png))
	if err := os.WriteFile(filepath.Join(folder, name+".png"), png, 0o644); err != nil {
		t.Fatal(err)
	}
}

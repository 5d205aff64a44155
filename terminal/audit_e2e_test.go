//go:build e2e

package terminal

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	cdppage "github.com/chromedp/cdproto/page"
	cdpruntime "github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/digital-watashi/kiosk/ui"
	"github.com/digital-watashi/kiosk/ui/uitest"
)

// auditPatience bounds the look at one page, on a machine with much to do.
const auditPatience = 60 * time.Second

// TestE2EEveryScreenPassesTheAudit looks at a slice of all pages, at all where
// AUDIT=all, or at those whose name has AUDIT in it. Where SCREENSHOTS names a folder, what it saw is kept there, with an
// index to look through and the sum of it in summary.txt.
func TestE2EEveryScreenPassesTheAudit(t *testing.T) {
	pages := auditSlice()
	if part := os.Getenv("AUDIT"); part != "" {
		pages = slices.DeleteFunc(auditPages(), func(p auditPage) bool { return part != "all" && !strings.Contains(p.name(), part) })
	}
	axe, began := uitest.Axe(t), time.Now()
	seen := make([]auditSight, len(pages))
	var work sync.WaitGroup
	for share := range slices.Chunk(slices.Collect(seq(len(pages))), (len(pages)+runtime.NumCPU()-1)/runtime.NumCPU()) {
		glass := openGlass(t, axe)
		work.Go(func() {
			for _, i := range share {
				seen[i] = glass.look(pages[i])
			}
		})
	}
	work.Wait()
	violations, overflows := tellSights(t, pages, seen)
	sum := fmt.Sprintf("%d pages, %d violations, %d overflows", len(pages), violations, overflows)
	t.Logf("%v a page", time.Since(began)/time.Duration(len(pages)))
	keepIndex(t, pages, sum)
	t.Log(sum)
}

func seq(n int) func(func(int) bool) {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

// auditSight is what was found wrong with a page.
type auditSight struct {
	Violations, Overflows []string
	err                   error
}

func tellSights(t *testing.T, pages []auditPage, seen []auditSight) (violations, overflows int) {
	for i, s := range seen {
		if s.err != nil {
			t.Errorf("%s: %v", pages[i].name(), s.err)
		}
		for _, fault := range slices.Concat(s.Violations, s.Overflows) {
			t.Errorf("%s: %s", pages[i].name(), fault)
		}
		violations, overflows = violations+len(s.Violations), overflows+len(s.Overflows)
	}
	return violations, overflows
}

// glass is one browser with the page, and the terminal's end of the line.
type glass struct {
	screen  *ui.Server
	browser context.Context
	number  uint64
	size    auditSize
}

func openGlass(t *testing.T, axe string) *glass {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	host, token := listener.Addr().String(), ui.NewToken()
	g := &glass{screen: ui.New(ui.Config{Token: token, Hosts: []string{host}})}
	server := &http.Server{Handler: g.screen, ReadHeaderTimeout: auditPatience}
	go server.Serve(listener)
	t.Cleanup(func() { g.screen.Close(); server.Close() })
	g.browser = uitest.Browser(t)
	if err := chromedp.Run(g.browser, chromedp.Navigate(ui.PageURL(host, token)), chromedp.Evaluate(axe+";null", nil)); err != nil {
		t.Fatal(err)
	}
	return g
}

// auditScript waits for a page, opens its sheet and looks at it.
const auditScript = `(async () => {
	const app = document.getElementById("app");
	const end = performance.now() + 20000;
	const frame = () => new Promise(requestAnimationFrame);
	while (app.dataset.page !== "%d" || app.hidden) {
		if (performance.now() > end) throw new Error("the page never came");
		await frame();
	}
	const sheet = %q;
	if (sheet) document.querySelector("#" + sheet + " .open").click();
	await Promise.all([...document.images].filter((i) => i.checkVisibility()).map((i) => i.decode()));
	await frame();
	await frame();
	return { Overflows: %s, Violations: %t ? await %s : [] };
})()`

// look draws a page and looks at it.
func (g *glass) look(p auditPage) (s auditSight) {
	ctx, cancel := context.WithTimeout(g.browser, auditPatience)
	defer cancel()
	if p.size != g.size {
		g.size = p.size
		s.err = chromedp.Run(ctx, chromedp.EmulateViewport(p.size.width, p.size.height))
	}
	g.number++
	p.view.Page = g.number
	g.screen.Show(p.view)
	script := fmt.Sprintf(auditScript, g.number, p.sheet, uitest.Tidy(p.strict()), p.judged, uitest.Judge(p.manner == auditContrast))
	await := func(e *cdpruntime.EvaluateParams) *cdpruntime.EvaluateParams { return e.WithAwaitPromise(true) }
	if s.err == nil {
		s.err = chromedp.Run(ctx, chromedp.Evaluate(script, &s, await))
	}
	if s.err == nil {
		s.err = g.keep(ctx, p)
	}
	return s
}

// keep writes a picture of half the size where SCREENSHOTS says, if it says so.
func (g *glass) keep(ctx context.Context, p auditPage) error {
	folder := os.Getenv("SCREENSHOTS")
	if folder == "" {
		return nil
	}
	return chromedp.Run(ctx, chromedp.ActionFunc(func(ctx context.Context) error {
		whole := &cdppage.Viewport{Width: float64(p.size.width), Height: float64(p.size.height), Scale: 0.5}
		picture, err := cdppage.CaptureScreenshot().WithFormat(cdppage.CaptureScreenshotFormatJpeg).WithQuality(70).WithClip(whole).Do(ctx)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(folder, p.name()+".jpg"), picture, 0o644)
	}))
}

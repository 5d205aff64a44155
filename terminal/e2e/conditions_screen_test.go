//go:build e2e && linux && cgo

package e2e_test

import (
	"context"
	"strings"
	"syscall"

	"github.com/chromedp/chromedp"

	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

// screenPart is about a screen that tells nothing itself.
func screenPart() part {
	return part{title: "The screen", conditions: []condition{
		{what: "the browser has died", screen: "–", code: catalogue.ScreenNone, meet: (*scene).noBrowser, read: (*scene).darkness},
		{what: "terminald has died, and the page has lost it", screen: "–", meet: (*scene).noTerminald, read: (*scene).lost},
	}}
}

// noBrowser kills Chromium. Another one is started, as the kiosk's session does.
func (s *scene) noBrowser() {
	s.screen.Quiet()
	s.screen.Run("killing the browser", chromedp.ActionFunc(func(ctx context.Context) error {
		return chromedp.FromContext(ctx).Browser.Process().Kill()
	}))
	s.later(s.openScreen)
}

// darkness is told by the status alone: a browser that comes is shown welcome again.
func (s *scene) darkness() (citizen, technician string) {
	s.T.Helper()
	s.until("the status says that there is no screen", func() bool {
		all, err := s.Status()
		return err == nil && all.OutOfService == string(catalogue.ScreenNone)
	})
	return "nothing: no browser shows the page", "status: `out_of_service` " + string(catalogue.ScreenNone)
}

func (s *scene) noTerminald() {
	s.Terminald.End(syscall.SIGKILL)
	s.later(func() {
		s.StartTerminald()
		s.screen.Visit(s.Page())
	})
}

// lost is what the page says by itself.
func (s *scene) lost() (citizen, technician string) {
	s.T.Helper()
	var shown []string
	s.until("the page says that it has lost the terminal", func() bool {
		s.screen.Run("reading what a page without a terminal says", chromedp.Evaluate(
			`document.getElementById("lost").checkVisibility() ? [...document.querySelectorAll("#moment p:is([lang=ja], [lang=en])")].map((p) => p.innerText) : []`, &shown))
		return len(shown) == 2
	})
	if _, err := s.Status(); err == nil {
		s.T.Error("a terminald that was killed answers")
	}
	return cell(strings.Join(shown, "<br>")), "nothing answers at the status socket"
}

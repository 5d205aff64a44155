//go:build e2e

package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/ui/uitest"
)

// open starts the demo on free ports and gives the addresses that it prints.
func open(t *testing.T) (terminal, workbench, phone string) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	printed, ended := make(chan string, 1), make(chan error, 1)
	go func() {
		at := addresses{"127.0.0.1:0", "127.0.0.1:0", "127.0.0.1:0"}
		ended <- serve(ctx, t.TempDir(), at, once(printed), slog.New(slog.NewTextHandler(io.Discard, nil)))
	}()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	select {
	case text := <-printed:
		found := regexp.MustCompile(`http://\S+`).FindAllString(text, -1)
		if len(found) != 3 {
			t.Fatalf("the demo prints %d addresses:\n%s", len(found), text)
		}
		return found[0], found[1], found[2]
	case err := <-ended:
		ended <- nil
		t.Fatal(err)
	}
	return "", "", ""
}

type once chan string

func (o once) Write(b []byte) (int, error) {
	o <- string(b)
	return len(b), nil
}

func TestE2ENewcomerCompletesTheJourneyInTheDemo(t *testing.T) {
	t.Run("portrait in Japanese", func(t *testing.T) { journey(t, 1080, 1920, "ja") })
	t.Run("landscape in English", func(t *testing.T) { journey(t, 1280, 800, "en") })
}

func journey(t *testing.T, width, height int64, language string) {
	began := time.Now()
	terminalURL, benchURL, phoneURL := open(t)
	terminal := uitest.Open(t, terminalURL, width, height)
	bench := uitest.Open(t, benchURL, 1100, 1400)
	phone := uitest.Open(t, phoneURL, 460, 1100)
	citizen := haltest.Citizens()[0]

	phone.Run("asking for a key", chromedp.Click("#ask"), chromedp.WaitVisible("#digits"))
	phone.Keep("phone-key")
	key := text(phone, "#digits")
	terminal.Shows("welcome")
	terminal.Speak(language)
	bench.Run("inserting the card", chromedp.Click("#insert:not(:disabled)"))
	terminal.Shows("password")
	terminal.Type(citizen.Password)
	terminal.Press("next")
	terminal.Shows("attributes")
	terminal.Press("yes")
	terminal.Shows("key")
	terminal.Type(strings.ReplaceAll(key, " ", ""))
	terminal.Press("next")
	terminal.Shows("confirm")
	terminal.Press("sign")
	terminal.Shows("take-card", "take-slip", "goodbye")
	bench.Run("waiting for the slip", chromedp.WaitVisible("#slips img"))
	bench.Keep("bench")
	code := codeOn(t, benchURL)
	phone.Run("entering the code", chromedp.SendKeys("#number", code), chromedp.Click("#entry button"), chromedp.WaitVisible("#who"))
	if name := text(phone, "#name"); name != citizen.Name {
		t.Errorf("the phone asks for %q, want the name on the card", name)
	}
	phone.Keep("phone-name")
	phone.Run("binding", chromedp.Click("#bind"), chromedp.WaitVisible("#bound"))
	phone.Keep("phone-bound")
	bench.Run("pulling the card", chromedp.Click("#remove:not(:disabled)"))
	terminal.Press("finish")
	terminal.Shows("welcome")
	for _, page := range []*uitest.Screen{terminal, bench, phone} {
		page.Quiet()
	}
	t.Logf("the journey took %v of machine time", time.Since(began).Round(time.Millisecond))
}

func text(s *uitest.Screen, selector string) (found string) {
	s.Run("reading "+selector, chromedp.Text(selector, &found))
	return strings.TrimSpace(found)
}

// codeOn reads the code back from the slip's QR code, as another machine would.
func codeOn(t *testing.T, benchURL string) string {
	t.Helper()
	response, err := http.Get(benchURL + "slips/0.png")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	scan := exec.Command("zbarimg", "--quiet", "--raw", "-")
	scan.Stdin = response.Body
	out, err := scan.Output()
	if err != nil {
		t.Fatal("reading the QR code: ", err)
	}
	code, ok := bytes.CutPrefix(bytes.TrimSpace(out), []byte("watashi:code:"))
	if !ok {
		t.Fatal("the QR code is not that of an enrollment code")
	}
	return string(code)
}

//go:build e2e

package main

import (
	"bytes"
	"context"
	"fmt"
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

// desk is the three pages in three browsers.
type desk struct {
	*testing.T
	terminal, bench, phone *uitest.Screen
	benchURL               string
}

func sit(t *testing.T, width, height int64) *desk {
	t.Helper()
	terminalURL, benchURL, phoneURL := open(t)
	return &desk{
		T: t, benchURL: benchURL, terminal: uitest.Open(t, terminalURL, width, height),
		bench: uitest.Open(t, benchURL, 1100, 1700), phone: uitest.Open(t, phoneURL, 460, 1100),
	}
}

// quiet fails the test if a page complained.
func (d *desk) quiet() {
	for _, page := range []*uitest.Screen{d.terminal, d.bench, d.phone} {
		page.Quiet()
	}
}

// click waits until something on the workbench can be clicked, and does.
func (d *desk) click(selector string) {
	d.Helper()
	d.bench.Run("clicking "+selector, chromedp.Click(selector+":not(:disabled)"))
}

// choose picks a row of a menu on the workbench.
func (d *desk) choose(selector, value string) {
	d.Helper()
	var done bool
	d.bench.Run("choosing "+value, chromedp.Poll(fmt.Sprintf(`(() => {
		const menu = document.querySelector(%q);
		if (![...menu.options].some(o => o.value === %q)) return false;
		menu.value = %q;
		menu.dispatchEvent(new Event("change"));
		return true;
	})()`, selector, value, value), &done))
}

// glows waits until a guide light on the workbench glows so.
func (d *desk) glows(light, how string) {
	d.Helper()
	var done bool
	d.bench.Run(light+" glows "+how, chromedp.Poll(fmt.Sprintf(`document.getElementById("lamp-%s").dataset.glow === %q`, light, how), &done))
}

func TestE2ENewcomerCompletesTheJourneyInTheDemo(t *testing.T) {
	t.Run("portrait in Japanese, the key held to the scanner", func(t *testing.T) {
		sit(t, 1080, 1920).journey("ja", func(d *desk, _ string) { d.click("#hold") })
	})
	t.Run("landscape in English, the key typed", func(t *testing.T) {
		sit(t, 1280, 800).journey("en", func(d *desk, key string) {
			d.terminal.Type(key)
			d.terminal.Press("next")
		})
	})
}

func (d *desk) journey(language string, enter func(d *desk, key string)) {
	began, citizen := time.Now(), haltest.Citizens()[0]
	d.phone.Run("asking for a key", chromedp.Click("#ask"), chromedp.WaitVisible("#digits"))
	d.phone.Keep("phone-key")
	key := text(d.phone, "#digits")
	d.terminal.Shows("welcome")
	d.terminal.Speak(language)
	d.click("#insert")
	d.terminal.Shows("password")
	d.terminal.Type(citizen.Password)
	d.terminal.Press("next")
	d.terminal.Shows("attributes")
	d.terminal.Press("yes")
	d.terminal.Shows("key")
	d.bench.Keep("bench-key")
	enter(d, strings.ReplaceAll(key, " ", ""))
	d.terminal.Shows("confirm")
	d.terminal.Press("sign")
	d.terminal.Shows("take-card", "take-slip", "goodbye")
	d.bench.Run("waiting for the slip", chromedp.WaitVisible("#slips img"))
	d.bench.Keep("bench")
	code := codeOn(d.T, d.benchURL)
	d.phone.Run("entering the code", chromedp.SendKeys("#number", code), chromedp.Click("#entry button"), chromedp.WaitVisible("#who"))
	if name := text(d.phone, "#name"); name != citizen.Name {
		d.Errorf("the phone asks for %q, want the name on the card", name)
	}
	d.phone.Keep("phone-name")
	d.phone.Run("binding", chromedp.Click("#bind"), chromedp.WaitVisible("#bound"))
	d.phone.Keep("phone-bound")
	d.objects()
	d.click("#remove")
	d.terminal.Press("finish")
	d.terminal.Shows("welcome")
	d.quiet()
	d.Logf("the journey took %v of machine time", time.Since(began).Round(time.Millisecond))
}

// objects reads the notice of proofing, and what to do if that was somebody else.
func (d *desk) objects() {
	if where, when := text(d.phone, "#noticeterminal"), text(d.phone, "#noticetime"); where != "demo-terminal" || when == "" {
		d.Errorf("the phone says that it was done at %q, %q", where, when)
	}
	d.phone.Run("objecting", chromedp.Click("#notme"), chromedp.WaitVisible("#object"))
	if contact, reference := text(d.phone, "#contact"), text(d.phone, "#reference"); !strings.Contains(contact, "0120-000-000") || len(reference) != 8 {
		d.Errorf("the phone says to call %q and to give %q", contact, reference)
	}
	d.phone.Keep("phone-object")
}

// Whatever can happen to the machine of a street can be played.
func TestE2EAccidentsOfTheStreetCanBePlayedInTheDemo(t *testing.T) {
	d := sit(t, 1280, 800)
	d.terminal.Shows("welcome")
	d.terminal.Speak("en")
	d.glows("card_reader", "slow")
	d.forced()
	d.twoCards()
	for state, fault := range map[string]string{"offline": "RDR-SERVICE", "noDevice": "RDR-NONE", "deviceBusy": "RDR-BUSY", "hardwareError": "RDR-FAULT"} {
		d.choose("#reader", state)
		d.terminal.Says(fault)
		d.choose("#reader", "online")
		d.terminal.Shows("welcome")
	}
	for box, fault := range map[string]string{"#door": "SNS-DOOR", "#operator": "SNS-SWITCH", "#sensors": "SNS-NONE", "#cutter": "PRN-CUTTER"} {
		d.click(box)
		d.terminal.Says(fault)
		d.click(box)
		d.terminal.Shows("welcome")
	}
	d.listens()
	d.somethingElse()
	d.terminal.Quiet() // the workbench was refused something, which its browser notes
}

// listens plugs a headset in and pulls it out.
func (d *desk) listens() {
	d.click("#headset")
	d.terminal.Run("hearing", chromedp.WaitReady(".ease-voice"))
	d.hears("マイナンバーカード") // the visit that chose English is over
	d.bench.Keep("bench-headset")
	d.click("#headset")
	d.terminal.Run("hearing no more", chromedp.WaitNotPresent(".ease-voice"))
}

// forced opens the machine, and clears it as soon as that may be.
func (d *desk) forced() {
	d.click("#tamper")
	d.terminal.Shows("out-of-service")
	d.terminal.Says("SNS-TAMPER")
	d.glows("card_reader", "")
	d.click("#clear")
	d.bench.Run("being refused", chromedp.WaitVisible("#message:not(:empty)"))
	d.bench.Keep("bench-tamper")
	d.click("#tamper")
	var done bool // once the terminal has seen that it is closed
	d.bench.Run("clearing", chromedp.Poll(`document.getElementById("clear").click(), document.getElementById("clear").disabled`, &done,
		chromedp.WithPollingInterval(250*time.Millisecond)))
	d.terminal.Shows("welcome")
}

// twoCards puts two in at once. The one that is left is a card like any other.
func (d *desk) twoCards() {
	d.click("#two")
	d.click("#insert")
	d.terminal.Shows("fault")
	d.terminal.Says("CARD-TWO")
	d.click("#remove")
	d.terminal.Shows("password")
	d.click("#two")
	d.click("#remove")
	d.terminal.Shows("welcome")
}

// somethingElse holds a stranger's QR code to the scanner.
func (d *desk) somethingElse() {
	d.click("#insert")
	d.terminal.Shows("password")
	d.terminal.Type(haltest.Citizens()[0].Password)
	d.terminal.Press("next")
	d.terminal.Shows("attributes")
	d.terminal.Press("yes")
	d.terminal.Shows("key")
	d.click("#other button")
	d.terminal.Says("KEY-SCAN")
	d.click("#remove")
	d.terminal.Shows("welcome")
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

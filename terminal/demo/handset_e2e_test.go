//go:build e2e

package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/digital-watashi/kiosk/hal/haltest"
)

// settled waits until a key counts again after a new screen.
const settled = `new Promise((done) => setTimeout(done, 450)).then(() => null)`

// keypad presses keys of a handset with ten keys, once the screen takes them.
func (d *desk) keypad(keys ...string) {
	d.Helper()
	await := func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }
	tasks := chromedp.Tasks{chromedp.Evaluate(settled, nil, await)}
	for _, key := range keys {
		tasks = append(tasks, input.DispatchKeyEvent(input.KeyDown).WithKey(key).WithIsKeypad(true), input.DispatchKeyEvent(input.KeyUp).WithKey(key).WithIsKeypad(true))
	}
	d.terminal.Run("pressing keys of the handset", tasks)
}

// typed waits until that many characters stand there.
func (d *desk) typed(n int) {
	d.Helper()
	var done bool
	d.terminal.Run(fmt.Sprintf("%d characters stand there", n), chromedp.Poll(fmt.Sprintf(`document.querySelectorAll("#entry .slot.typed").length === %d`, n), &done))
}

// taps types a password by repeated presses.
func (d *desk) taps(password string) {
	d.Helper()
	groups := []string{"0", "1", "ABC2", "DEF3", "GHI4", "JKL5", "MNO6", "PQRS7", "TUV8", "WXYZ9"}
	for n, c := range password {
		for digit, group := range groups {
			if i := strings.IndexRune(group, c); i >= 0 {
				d.keypad(strings.Split(strings.Repeat(fmt.Sprint(digit), i+1), "")...)
			}
		}
		d.typed(n + 1)
	}
}

// hears waits until the headset says something.
func (d *desk) hears(word string) {
	d.Helper()
	var done bool
	d.bench.Run("hearing "+word, chromedp.Poll(fmt.Sprintf(`document.getElementById("voice").textContent.includes(%q)`, word), &done))
}

func TestE2EJourneyIsMadeByTheTenKeysOfAHandset(t *testing.T) {
	d := sit(t, 1280, 800)
	citizen := haltest.Citizens()[0]
	d.phone.Run("asking for a key", chromedp.Click("#ask"), chromedp.WaitVisible("#digits"))
	key := strings.ReplaceAll(text(d.phone, "#digits"), " ", "")
	d.terminal.Shows("welcome")
	d.keypad("5")
	d.hears("音声案内を始めます。")
	d.click("#insert")
	d.terminal.Shows("password")
	d.hears("2を1回")
	d.taps(citizen.Password)
	d.terminal.Keep("handset-password")
	d.keypad("Enter")
	d.terminal.Shows("attributes")
	d.hears(citizen.Name)
	d.bench.Keep("handset-bench")
	d.keypad("3")
	d.terminal.Shows("key")
	d.keypad(strings.Split(key, "")...)
	d.typed(len(key))
	d.keypad("#")
	d.terminal.Shows("confirm")
	d.keypad("3")
	d.terminal.Shows("take-card", "take-slip")
	d.hears("カード")
	d.quiet()
}

func TestE2EJourneyIsMadeByTheKeyboardAlone(t *testing.T) {
	d := sit(t, 1280, 800)
	press := func(keys ...string) {
		d.keypad() // only waits
		for _, key := range keys {
			d.terminal.Run("typing", chromedp.KeyEvent(key))
		}
	}
	d.phone.Run("asking for a key", chromedp.Click("#ask"), chromedp.WaitVisible("#digits"))
	key := strings.ReplaceAll(text(d.phone, "#digits"), " ", "")
	d.terminal.Shows("welcome")
	d.click("#insert")
	d.terminal.Shows("password")
	password := haltest.Citizens()[0].Password
	press(strings.ToLower(password))
	d.typed(len(password))
	press(kb.Enter)
	d.terminal.Shows("attributes")
	press(kb.Tab, kb.Tab, kb.Tab, kb.Enter) // stop, it is not me, it is me
	d.terminal.Shows("key")
	press(key)
	d.typed(len(key))
	press(kb.Enter)
	d.terminal.Shows("confirm")
	press(kb.Enter)
	d.terminal.Shows("take-card", "take-slip")
	d.quiet()
}

//go:build e2e

package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/terminal/catalogue"
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

// hears waits until the headset says all of that at once, and gives what it says.
func (d *desk) hears(words ...string) (said string) {
	d.Helper()
	all, err := json.Marshal(words)
	if err != nil {
		d.Fatal(err)
	}
	d.bench.Run(fmt.Sprintf("hearing %q", words), chromedp.Poll(fmt.Sprintf(`(() => {
		const said = document.getElementById("voice").textContent;
		return %s.every((word) => said.includes(word)) && said;
	})()`, all), &said))
	return said
}

// follows presses the key that was said to be the one for this.
func (d *desk) follows(said, choice string) {
	d.Helper()
	told := regexp.MustCompile("「" + regexp.QuoteMeta(choice) + `」は ([0-9]) を押してください`).FindStringSubmatch(said)
	if told == nil {
		d.Fatalf("no key is told for %q:\n%s", choice, said)
	}
	d.keypad(told[1])
}

// spells types a password by repeated presses, counting by ear.
func (d *desk) spells(password string) {
	d.Helper()
	groups := []string{"0", "1", "ABC2", "DEF3", "GHI4", "JKL5", "MNO6", "PQRS7", "TUV8", "WXYZ9"}
	for n, c := range password {
		for digit, group := range groups {
			if i := strings.IndexRune(group, c); i >= 0 {
				d.keypad(strings.Split(strings.Repeat(fmt.Sprint(digit), i+1), "")...)
			}
		}
		d.hears(fmt.Sprintf("%d文字入力しました", n+1))
	}
}

// pictures are the words for what the phone shows to compare.
func (d *desk) pictures(language string) (words []string) {
	d.Helper()
	d.phone.Run("reading the pictures", chromedp.Evaluate(`[...document.querySelectorAll("#pictures img")].map((i) => i.alt)`, &words))
	for i, name := range words {
		words[i] = catalogue.Picture(language, name)
	}
	return words
}

// TestE2EJourneyIsMadeByEarAndTenKeys: whoever cannot see the screen finishes. Nothing
// is read off it here; what to press is what was said.
func TestE2EJourneyIsMadeByEarAndTenKeys(t *testing.T) {
	d := sit(t, 1280, 800)
	citizen := haltest.Citizens()[0]
	d.phone.Run("asking for a key", chromedp.Click("#ask"), chromedp.WaitVisible("#digits"))
	key := strings.ReplaceAll(text(d.phone, "#digits"), " ", "")
	pictures := d.pictures("ja")
	d.terminal.Shows("welcome") // the machine has started
	d.keypad("5")
	d.hears("音声案内を始めます。", "マイナンバーカードを入れてください")
	d.click("#insert")
	d.hears("署名用の暗証番号を入力してください", "あと5回", "2を1回", "入力した文字は読み上げません")
	d.spells(citizen.Password)
	d.keypad("#")
	d.follows(d.hears(citizen.Name, citizen.Address), "私です")
	d.hears("本登録キー", "12けたの数字")
	d.keypad(strings.Split(key, "")...)
	d.hears("「次へ」は エンターまたはシャープ を押してください")
	d.keypad("#")
	d.follows(d.hears(append(pictures, "アプリの画面に、この2つの絵が出ていますか", citizen.Name)...), "同じ絵です。同意して署名する")
	d.follows(d.hears("カードと控えをお取りください", "アプリに入力"), "終わる")
	d.bench.Keep("by-ear-bench")
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

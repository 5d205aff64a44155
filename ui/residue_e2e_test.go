//go:build e2e

package ui_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/digital-watashi/kiosk/ui"
)

// visitor is somebody whom nobody may find in the page afterwards. No name, number or
// password of hers stands in it by chance.
var visitor = map[string]string{
	"name": "残菊　のこり子", "address": "長崎県架空郡跡形町名残六丁目５番４号", "birth date": "昭和61年3月9日（1986年）",
	"registration key": "483920175566", "code": "735182649915", "password": "ZANRYU4711",
}

// grouped is a number as it stands on the screen.
func grouped(number string) []string {
	var groups []string
	for part := range slices.Chunk([]byte(number), 4) {
		groups = append(groups, string(part))
	}
	return groups
}

// traces are the texts that each secret leaves where it is kept: as it is, in groups,
// as JSON escapes it, and as bytes that were taken for characters.
func traces() map[string][]string {
	all := map[string][]string{}
	for what, secret := range visitor {
		all[what] = []string{secret, misread(secret), strings.Trim(strconv.QuoteToASCII(secret), `"`)}
		if strings.Trim(secret, "0123456789") == "" {
			groups := grouped(secret)
			all[what] = append(all[what], strings.Join(groups, " "), strings.Join(groups, `","`), strings.Join(groups, `\",\"`))
		}
	}
	return all
}

// misread is a text whose bytes in UTF-8 were taken for characters.
func misread(text string) string {
	var characters []rune
	for _, b := range []byte(text) {
		characters = append(characters, rune(b))
	}
	return string(characters)
}

// left names what of the visitor stands in a text.
func left(text []byte) (found []string) {
	for what, forms := range traces() {
		if slices.ContainsFunc(forms, func(form string) bool { return bytes.Contains(text, []byte(form)) }) {
			found = append(found, what)
		}
	}
	slices.Sort(found)
	return found
}

// visit walks a whole journey of hers, the last screen of which is the next citizen's.
func (k *kiosk) visit(t *testing.T) {
	t.Helper()
	k.draw(t, fixture(t, "welcome.ja", 1))
	k.types(t, fixture(t, "password-0.ja", 2), visitor["password"])
	k.draw(t, fixture(t, "password-checking.ja", 3))
	facts := fixture(t, "attributes.ja", 4)
	for i, what := range []string{"name", "address", "birth date"} {
		facts.Fields[i].Value = visitor[what]
	}
	k.draw(t, facts)
	facts.Cover, facts.Page = &ui.Cover{Text: "隠しています", Show: "見る"}, 5
	k.draw(t, facts)
	k.types(t, fixture(t, "key-0.ja", 6), visitor["registration key"])
	facts.Screen, facts.Cover, facts.Page = "confirm", nil, 7
	facts.Fields = append(facts.Fields, ui.Field{Label: "本登録キー", Value: strings.Join(grouped(visitor["registration key"]), " ")})
	k.draw(t, facts)
	code := fixture(t, "code.ja", 8)
	code.Code.Groups = grouped(visitor["code"])
	k.draw(t, code)
	k.draw(t, fixture(t, "goodbye.ja", 9))
	k.draw(t, fixture(t, "welcome.ja", 10))
}

// types touches keys and answers as the terminal does, with what was typed where it is
// no secret.
func (k *kiosk) types(t *testing.T, v ui.View, text string) {
	t.Helper()
	k.draw(t, v)
	for i, key := range text {
		k.run(t, chromedp.KeyEvent(string(key)))
		k.command(t)
		entry := *v.Entry
		entry.Typed = i + 1
		if !entry.Masked {
			entry.Shown = text[:i+1]
		}
		v.Entry = &entry
		k.Show(v)
	}
	k.run(t, chromedp.WaitVisible(fmt.Sprintf(".slot.typed:nth-child(%d)", min(len(text), 4)), chromedp.ByQuery))
}

// wholeStrings has V8 write strings whole into a snapshot, and not their beginnings.
var wholeStrings = chromedp.Flag("js-flags", "--heap-snapshot-string-limit=10000000")

// snapshot is every string that lives in the page's heap, a line each.
func (k *kiosk) snapshot(t *testing.T) []byte {
	t.Helper()
	var mu sync.Mutex
	var text []byte
	listening, stop := context.WithCancel(k.browser)
	defer stop()
	chromedp.ListenTarget(listening, func(event any) {
		if chunk, is := event.(*heapprofiler.EventAddHeapSnapshotChunk); is {
			mu.Lock()
			defer mu.Unlock()
			text = append(text, chunk.Chunk...)
		}
	})
	k.run(t, heapprofiler.Enable(), heapprofiler.CollectGarbage(), heapprofiler.TakeHeapSnapshot())
	var heap struct{ Strings []string }
	whole := func() bool {
		mu.Lock()
		defer mu.Unlock()
		return json.Unmarshal(text, &heap) == nil
	}
	for deadline := time.Now().Add(patience); !whole(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the snapshot does not end")
		}
	}
	return []byte(strings.Join(heap.Strings, "\n"))
}

// kept is what else a page may keep: the document, storage of every kind, history.
const kept = `(async () => JSON.stringify({
	document: document.documentElement.outerHTML, title: document.title, name: window.name, state: history.state,
	local: { ...localStorage }, session: { ...sessionStorage }, cookie: document.cookie,
	databases: await indexedDB.databases(), caches: await caches.keys(),
	workers: (await navigator.serviceWorker.getRegistrations()).length,
}))()`

// stores is what kept finds, with the browser's own lists.
func (k *kiosk) stores(t *testing.T) []byte {
	t.Helper()
	var text string
	var cookies []*network.Cookie
	var history []*page.NavigationEntry
	k.run(t, evaluate(kept, &text), chromedp.ActionFunc(func(ctx context.Context) (err error) {
		if cookies, err = network.GetCookies().Do(ctx); err == nil {
			_, history, err = page.GetNavigationHistory().Do(ctx)
		}
		return err
	}))
	var store struct {
		Local, Session    map[string]string
		Databases, Caches []any
		Workers           int
		Cookie            string
		State             any
	}
	if err := json.Unmarshal([]byte(text), &store); err != nil {
		t.Fatal(err)
	}
	if n := len(store.Local) + len(store.Session) + len(store.Databases) + len(store.Caches) + store.Workers + len(store.Cookie) + len(cookies); n > 0 || store.State != nil {
		t.Errorf("the page keeps something: %+v, %d cookies", store, len(cookies))
	}
	all, err := json.Marshal(history)
	if err != nil {
		t.Fatal(err)
	}
	return append(all, text...)
}

func TestE2ENothingOfAVisitorStaysInThePage(t *testing.T) {
	k := startKiosk(t, wholeStrings)
	k.visit(t)
	heap, stores := k.snapshot(t), k.stores(t)
	t.Logf("read %d bytes of the heap, %d of document and stores", len(heap), len(stores))
	if found := left(heap); len(found) > 0 {
		t.Errorf("in the heap: %q\n%s", found, around(heap))
	}
	if found := left(stores); len(found) > 0 {
		t.Errorf("in the document or a store: %q", found)
	}
}

// around shows what stands beside the first trace.
func around(text []byte) string {
	for _, forms := range traces() {
		for _, form := range forms {
			if at := bytes.Index(text, []byte(form)); at >= 0 {
				return string(text[max(0, at-200):min(len(text), at+200)])
			}
		}
	}
	return ""
}

// TestE2EPlantedTracesAreFound plants each trace in a closure, behind more text than a
// snapshot shows of a string by itself. V8 keeps some in one byte a character, and
// those with kanji in two. The script that plants has them as numbers only.
func TestE2EPlantedTracesAreFound(t *testing.T) {
	k := startKiosk(t, wholeStrings)
	k.draw(t, fixture(t, "welcome.ja", 1))
	if found := left(k.snapshot(t)); len(found) > 0 {
		t.Fatalf("before anything was planted: %q", found)
	}
	var planted [][]uint16
	for _, forms := range traces() {
		for _, form := range forms {
			planted = append(planted, utf16.Encode([]rune(form)))
		}
	}
	numbers, err := json.Marshal(planted)
	if err != nil {
		t.Fatal(err)
	}
	k.run(t, chromedp.Evaluate(fmt.Sprintf(`(() => {
		const kept = %s.map((codes) => ["-".repeat(3000), String.fromCharCode(...codes)].join(""));
		addEventListener("never", () => kept);
	})()`, numbers), nil))
	heap := k.snapshot(t)
	for what, forms := range traces() {
		for i, form := range forms {
			if !bytes.Contains(heap, []byte(form)) {
				t.Errorf("planted, and not found: form %d of the %s", i, what)
			}
		}
	}
}

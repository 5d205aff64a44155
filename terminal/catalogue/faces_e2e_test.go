//go:build e2e

package catalogue_test

import (
	"io/fs"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"

	"github.com/digital-watashi/kiosk/terminal/catalogue"
	"github.com/digital-watashi/kiosk/ui"
)

// span is a range of characters.
type span struct{ first, last rune }

// stack is what the faces have together that the page asks for in a language.
func stack(t *testing.T, tag string) (has []span) {
	css, err := fs.ReadFile(ui.Web, "base.css")
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range regexp.MustCompile(`(?m)^(:lang\(.*) \{ font-family: ([^;]*);`).FindAllStringSubmatch(string(css), -1) {
		for _, asked := range regexp.MustCompile(`:lang\(([^)]*)\)`).FindAllStringSubmatch(rule[1], -1) {
			if tag == asked[1] || strings.HasPrefix(tag, asked[1]+"-") {
				for _, family := range regexp.MustCompile(`"([^"]*)"`).FindAllStringSubmatch(rule[2], -1) {
					has = append(has, charset(t, family[1])...)
				}
			}
		}
	}
	return has
}

// charset is what the regular face of a family has; nothing if it is not installed.
func charset(t *testing.T, family string) (has []span) {
	out, err := exec.CommandContext(t.Context(), "fc-list", ":family="+family+":style=Regular", "charset").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range strings.Fields(strings.ReplaceAll(string(out), ":charset=", " ")) {
		first, last, isRange := strings.Cut(field, "-")
		if !isRange {
			last = first
		}
		a, err := strconv.ParseInt(strings.TrimPrefix(first, ":"), 16, 32)
		if err != nil {
			t.Fatalf("%s: %v", family, err)
		}
		b, err := strconv.ParseInt(last, 16, 32)
		if err != nil {
			t.Fatalf("%s: %v", family, err)
		}
		has = append(has, span{rune(a), rune(b)})
	}
	return has
}

func lacking(has []span, text string) (missing []rune) {
next:
	for _, r := range text {
		for _, s := range has {
			if s.first <= r && r <= s.last || r < ' ' {
				continue next
			}
		}
		missing = append(missing, r)
	}
	return missing
}

// A browser draws a box for what no face has. Japanese terms stand in all languages.
func TestE2EScreenHasAFaceForEveryTextOfEveryLanguage(t *testing.T) {
	for _, l := range catalogue.Languages() {
		has := append(stack(t, l.Tag), stack(t, "ja")...)
		for name, text := range said(t, l.Tag) {
			if missing := lacking(has, text); missing != nil {
				t.Errorf("%s in %s: no face has %q", name, l.Tag, string(missing))
			}
		}
	}
}

// Names are in the kanji of JIS X 0208 and, as certificates hold them, JIS X 0212.
func TestE2EScreenHasAFaceForEveryKanjiOfAName(t *testing.T) {
	has, decoder, count := stack(t, "ja"), japanese.EUCJP.NewDecoder(), 0
	for row := byte(0xB0); row < 0xF5; row++ { // the rows of kanji in both
		for cell := byte(0xA1); cell < 0xFF; cell++ {
			for _, code := range [][]byte{{row, cell}, {0x8F, row, cell}} {
				kanji, err := decoder.Bytes(code)
				if r, _ := utf8.DecodeRune(kanji); err != nil || r == utf8.RuneError {
					continue
				}
				count++
				if missing := lacking(has, string(kanji)); missing != nil {
					t.Errorf("no face has %s %U", kanji, missing)
				}
			}
		}
	}
	if count < 6355+5801 {
		t.Errorf("looked at %d kanji only", count)
	}
}

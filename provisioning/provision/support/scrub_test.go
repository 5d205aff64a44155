package support

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/hal/haltest"
	"github.com/digital-watashi/kiosk/platform/protocol"
)

// planted are log lines with something of a citizen in each way that a line may have
// it, and what must be left of them.
func planted() map[string]string {
	c := haltest.Citizens()[0]
	id := protocol.NewID().String()
	return map[string]string{
		`time=2026-11-24T03:00:00.123+09:00 level=WARN msg="device not ready" error="reading card: ` + c.Name + `"`: `time=2026-11-24T03:00:00.123+09:00 level=WARN msg="device not ready" error="reading card: …"`,
		`level=INFO msg="` + c.Address + ` committed"`:                                                              `level=INFO msg="… committed"`,
		`level=INFO msg="receipt taken" id=` + id:                                                                   `level=INFO msg="receipt taken" id=…`,
		`panic: ` + c.Password:                    `panic: …`,
		`code=482913 code="482 913" code=482-913`: `code=… code="…" code=…`,
		`born 1979-04-12, 3.19790412, 昭和54年`:      `born …`,
		`born=` + c.BirthDate:                     `born=…`,
		"YAMADA TARO read the card":               "… read the card",
		`error="exit status 2"`:                   `error="exit status 2"`,
		`HTTP status 503 from 192.168.10.7:8443`:  `HTTP status 503 from …`,
		"\x1b[31mred\x00":                         " [… ",
	}
}

func TestOnlyWordsOfTheProgramsPassTheScrubber(t *testing.T) {
	scrub := newScrubber()
	for line, want := range planted() {
		if got := scrub.line(line); got != want {
			t.Errorf("%q\n got %q\nwant %q", line, got, want)
		}
	}
}

func FuzzScrubbedTextHasKnownWordsOnly(f *testing.F) {
	for line := range planted() {
		f.Add(line)
	}
	scrub := newScrubber()
	f.Fuzz(func(t *testing.T, line string) {
		once := scrub.text(line)
		for _, word := range wordsAndNumbers().FindAllString(once, -1) {
			if !scrub.known[strings.ToLower(word)] && !(isNumber(word) && len(word) <= 3) {
				t.Errorf("%q let %q through", line, word)
			}
		}
	})
}

// The list of words is made of the programs' sources: what they log is told whole, or
// nearly so, and no invented person is on it.
func TestWordsOfTheLogAreThoseOfTheSources(t *testing.T) {
	scrub, known, all := newScrubber(), 0, 0
	call := regexp.MustCompile(`(?i)log\.(?:Info|Warn|Error|Debug)\("([^"]+)"`)
	for _, folder := range []string{"../../../terminal", "../../../terminal/uplink", "../../../terminal/uplinkd", "../../../terminal/terminald", "../../../terminal/journal"} {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, said := range call.FindAllSubmatch(source, -1) {
				if all++; scrub.text(string(said[1])) == string(said[1]) {
					known++
				} else {
					t.Logf("%s: %s", file, scrub.text(string(said[1])))
				}
			}
		}
	}
	if all < 50 || known*100 < all*85 {
		t.Errorf("%d of %d messages pass whole: bring logwords.txt up to date", known, all)
	}
	for _, c := range haltest.Citizens() {
		for _, text := range []string{c.Name, c.Address, c.Password, c.BirthDate} {
			if left := scrub.text(text); strings.ContainsAny(left, "0123456789") || wordsAndNumbers().MatchString(left) {
				t.Errorf("%q is left of somebody", left)
			}
		}
	}
}

// What the services know of their configuration is in the bag, whole.
func TestConfigurationsOfBothServicesAreKnownWhole(t *testing.T) {
	for _, name := range []string{"../../../terminal/terminald/terminald.example.json", "../../../terminal/uplinkd/uplinkd.example.json"} {
		content, err := knownConfig(name)
		if err != nil || !bytes.Contains(content, []byte(`"left_out": 0`)) {
			t.Errorf("%s: %v\n%s", name, err, content)
		}
	}
}

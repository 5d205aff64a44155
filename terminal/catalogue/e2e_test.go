//go:build e2e

package catalogue_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

// cldr is what ECMAScript's Intl says of one language. Node is asked and not the
// browser: Chromium holds a part of CLDR only, and no Nepali.
type cldr struct {
	Resolved string     // the language that answered
	Days     [12]string // the long form of the 3rd of each month of 2026
	Months   [12]string // those months without a day
	Dates    [12]string // the long form at one moment of those days, in the time of Japan
	Plurals  [101]string
}

// spoken is whom Intl is asked for: what none of its own speaks is another's.
func spoken(tag string) (language, moments string) {
	switch tag {
	case "ja":
		return "ja", "ja-u-ca-japanese" // moments are told by the era
	case "en":
		return "en-GB", "en-GB" // day first, as English is written outside the United States
	}
	return tag, tag
}

const intl = `
const latin = { numberingSystem: "latn" }, gregory = { ...latin, calendar: "gregory" };
const months = [...Array(12).keys()];
function say([plain, moments]) {
	const day = new Intl.DateTimeFormat(plain, { ...gregory, dateStyle: "long", timeZone: "UTC" });
	const month = new Intl.DateTimeFormat(plain, { ...gregory, year: "numeric", month: "long", timeZone: "UTC" });
	const date = new Intl.DateTimeFormat(moments, { ...(moments === plain ? gregory : latin), dateStyle: "long", timeZone: "Asia/Tokyo" });
	const plural = new Intl.PluralRules(plain);
	return {
		Resolved: day.resolvedOptions().locale.replace(/-u-.*/, ""),
		Days: months.map((m) => day.format(Date.UTC(2026, m, 3))),
		Months: months.map((m) => month.format(Date.UTC(2026, m, 3))),
		Dates: months.map((m) => date.format(Date.UTC(2026, m, 2, 15, 5))),
		Plurals: [...Array(101).keys()].map((n) => plural.select(n)),
	};
}
console.log(JSON.stringify(process.argv.slice(1).map((tags) => say(tags.split(" ")))));`

// ask gives what Intl says of each of the languages, in their order.
func ask(t *testing.T, tags []string) (said []cldr) {
	t.Helper()
	args := []string{"-e", intl}
	for _, tag := range tags {
		plain, moments := spoken(tag)
		args = append(args, plain+" "+moments)
	}
	var stderr bytes.Buffer
	c := exec.CommandContext(t.Context(), "node", args...)
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		t.Fatalf("asking node: %v\n%s", err, stderr.String())
	}
	if err := json.Unmarshal(out, &said); err != nil {
		t.Fatal(err)
	}
	for i, tag := range tags {
		if plain, _ := spoken(tag); said[i].Resolved != plain {
			t.Fatalf("node answers for %s in %s: its ICU has not all languages", plain, said[i].Resolved)
		}
	}
	return said
}

// languages are all but easy Japanese, which CLDR does not know.
func languages() (all []string) {
	for _, l := range catalogue.Languages() {
		if l.Tag != "ja-x-easy" {
			all = append(all, l.Tag)
		}
	}
	return all
}

func TestE2EDatesAreThoseOfCLDR(t *testing.T) {
	tags := languages()
	for i, said := range ask(t, tags) {
		for m := range 12 {
			compare(t, tags[i], catalogue.BirthDate(tags[i], fmt.Sprintf("02026%02d03", m+1)), said.Days[m])
			compare(t, tags[i], catalogue.BirthDate(tags[i], fmt.Sprintf("02026%02d00", m+1)), said.Months[m])
			at := time.Date(2026, time.Month(m+1), 2, 15, 5, 0, 0, time.UTC)
			if got := catalogue.Text(tags[i], catalogue.SlipAtValue, catalogue.At(at)); !strings.Contains(got, said.Dates[m]) {
				t.Errorf("%s: %q does not hold CLDR's %q", tags[i], got, said.Dates[m])
			}
		}
	}
}

func TestE2EPluralsAreThoseOfCLDR(t *testing.T) {
	tags := languages()
	for i, said := range ask(t, tags) {
		for n, want := range said.Plurals {
			compare(t, fmt.Sprint(tags[i], " ", n), catalogue.Fill(tags[i], "{count:one|other}", catalogue.Count(n)), want)
		}
	}
}

func compare(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %q, CLDR has %q", what, got, want)
	}
}

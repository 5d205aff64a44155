package catalogue_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

func books() []catalogue.Book {
	return []catalogue.Book{
		catalogue.QueueState, catalogue.QueueKind, catalogue.Delivery, catalogue.HandOver, catalogue.Withdrawal, catalogue.Verdict,
		catalogue.Salvage, catalogue.AuditEvent,
		catalogue.Parts, catalogue.Sensed,
	}
}

func TestEveryLanguageHasTheSameWordsInItsBooks(t *testing.T) {
	first := catalogue.Languages()[0].Tag
	for _, book := range books() {
		want := catalogue.Codes(first, book)
		slices.Sort(want)
		if len(want) == 0 {
			t.Errorf("the book %s is empty", book)
		}
		for _, l := range catalogue.Languages() {
			got := catalogue.Codes(l.Tag, book)
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("%s in %s has\n%q, want\n%q", book, l.Tag, got, want)
			}
		}
	}
}

func TestCodeWithoutAWordStandsForItself(t *testing.T) {
	if got := catalogue.Word("ja", catalogue.AuditEvent, "newer-than-this"); got != "newer-than-this" {
		t.Errorf("got %q", got)
	}
}

// codesOf finds codes in the source of a neighbour: those that an expression picks
// out, without what its tests write.
func codesOf(t *testing.T, room, expression string) (codes []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", room, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		for _, found := range regexp.MustCompile(expression).FindAllStringSubmatch(string(text), -1) {
			codes = append(codes, found[1])
		}
	}
	if len(codes) == 0 {
		t.Fatalf("%s: no code in %s", expression, room)
	}
	return codes
}

func TestEveryCodeThatIsWrittenHasAWord(t *testing.T) {
	written := map[catalogue.Book][]string{
		catalogue.QueueState: codesOf(t, "status", `(?m)^\s(?:Waiting|Quarantined|Answered|Lost)\s*= "([a-z]+)"`),
		catalogue.QueueKind:  codesOf(t, "journal", `Kind[A-Z]\w+\s*= "([a-z]+)"`),
		catalogue.Delivery:   codesOf(t, "journal", `\sDelivery = "([a-z]+)"`),
		catalogue.HandOver:   codesOf(t, "journal", `\sHandOver = "([a-z]+)"`),
		catalogue.Withdrawal: codesOf(t, "journal", `\sWithdrawal = "([a-z]+)"`),
		catalogue.AuditEvent: append(codesOf(t, "journal", `(?:\bword[A-Z]\w*\s*=|quarantined =|event :?=|change\(id,|save\(t,) "([a-z-]*[a-z])"`),
			"maintenance-begun", "maintenance-ended", "hand-over-done", "hand-over-unknown", "answered-accepted", "answered-refused", "answered-received", "answered-withdrawn", "answered-activated"),
	}
	for book, codes := range written {
		known := catalogue.Codes("ja", book)
		for _, code := range codes {
			if !slices.Contains(known, code) {
				t.Errorf("%s: no word for %s", book, code)
			}
		}
		for _, code := range known {
			if !slices.Contains(codes, code) {
				t.Errorf("%s: nobody writes %s", book, code)
			}
		}
	}
}

// A technician reads of which part a fault is.
func TestEveryPartOfWhichAFaultIsToldHasAWord(t *testing.T) {
	for _, f := range catalogue.Faults() {
		part, _, _ := strings.Cut(string(f.Code), "-")
		if f.Severity == catalogue.Closed && !slices.Contains(catalogue.Codes("ja", catalogue.Parts), part) {
			t.Errorf("no word for the part of %s", f.Code)
		}
	}
}

package catalogue_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/digital-watashi/kiosk/terminal/catalogue"
	"github.com/digital-watashi/kiosk/ui"
)

// every argument that a text may ask for, with a value that is easily seen.
func arguments() []catalogue.Arg {
	at := time.Date(2026, 11, 24, 3, 0, 0, 0, time.UTC)
	return []catalogue.Arg{
		catalogue.Tries(4), catalogue.Chances(3), catalogue.Seconds(20), catalogue.Until(at), catalogue.Era(at), catalogue.At(at), catalogue.Opens(at), catalogue.Terminal("T-1"),
		catalogue.Platform("P-1"), catalogue.Reference("abcd"), catalogue.Contact("0120"), catalogue.Place("here"),
		catalogue.Count(7), catalogue.Choice("Next"), catalogue.Press("5"), catalogue.CodeList("PRN-PAPER"), catalogue.Card("another card"),
	}
}

func TestNoTextIsMissingInAnyLanguage(t *testing.T) {
	keys := constants(t, "Key")
	for _, l := range catalogue.Languages() {
		for name, key := range keys {
			if catalogue.Text(l.Tag, catalogue.Key(key)) == "" {
				t.Errorf("%s has no text for %s", l.Tag, name)
			}
		}
	}
}

func TestEveryTextIsSaidSomewhere(t *testing.T) {
	used := mentioned(t)
	for _, kind := range []string{"Key", "Code"} {
		for name := range declared(t, kind, "keys.go", "keys_ease.go", "keys_voice.go", "faults.go") {
			if !used[name] {
				t.Errorf("nothing says %s", name)
			}
		}
	}
}

func TestTextsAskForTheSameArgumentsInEveryLanguage(t *testing.T) {
	asks := func(lang, key string) string {
		found := regexp.MustCompile(`\{[a-z]+`).FindAllString(catalogue.Text(lang, catalogue.Key(key)), -1)
		slices.Sort(found)
		return strings.Join(slices.Compact(found), " ")
	}
	first := catalogue.Languages()[0].Tag
	for name, key := range constants(t, "Key") {
		for _, l := range catalogue.Languages() {
			if got, want := asks(l.Tag, key), asks(first, key); got != want {
				t.Errorf("%s asks for %s in %s and for %s in %s", name, got, l.Tag, want, first)
			}
			if filled := catalogue.Text(l.Tag, catalogue.Key(key), arguments()...); strings.ContainsAny(filled, "{}") {
				t.Errorf("%s in %s: an argument has no type: %s", name, l.Tag, filled)
			}
		}
	}
}

func TestEveryFaultIsExplainedInEveryLanguage(t *testing.T) {
	codes := constants(t, "Code")
	if got, want := len(catalogue.Faults()), len(codes); got != want {
		t.Errorf("the table has %d faults, the constants %d", got, want)
	}
	for name, code := range codes {
		if _, known := catalogue.Find(catalogue.Code(code)); !known {
			t.Errorf("%s stands in no row of the table", name)
		}
		for _, l := range catalogue.Languages() {
			f := catalogue.Explain(l.Tag, catalogue.Code(code), arguments()...)
			parts := append([]string{f.Title, f.Happened, f.Data, f.Staff}, f.Steps...)
			if slices.Contains(parts, "") || len(f.Steps) == 0 || strings.ContainsAny(strings.Join(append(parts, f.Where), ""), "{}") {
				t.Errorf("%s in %s is not complete: %+v", code, l.Tag, f)
			}
		}
	}
}

func TestFaultCodesKeepTheirShapeAndAreAllDifferent(t *testing.T) {
	seen := map[catalogue.Code]bool{}
	for _, f := range catalogue.Faults() {
		if !regexp.MustCompile(`^[A-Z]{3,5}(-[A-Z]+)*$`).MatchString(string(f.Code)) || seen[f.Code] {
			t.Errorf("code %s", f.Code)
		}
		seen[f.Code] = true
	}
}

func TestMatchPicturesHaveWordsInEveryLanguage(t *testing.T) {
	for _, l := range catalogue.Languages() {
		said := map[string]bool{}
		for _, name := range ui.MatchPictures() {
			word := catalogue.Picture(l.Tag, name)
			if word == "" || said[word] {
				t.Errorf("picture %s in %s: %q", name, l.Tag, word)
			}
			said[word] = true
		}
	}
}

func TestBirthDates(t *testing.T) {
	for _, test := range []struct{ certificate, ja, en string }{
		{"319800217", "昭和55年2月17日（1980年）", "17 February 1980 (Shōwa 55)"},
		{"319890107", "昭和64年1月7日（1989年）", "7 January 1989 (Shōwa 64)"},
		{"419890108", "平成元年1月8日（1989年）", "8 January 1989 (Heisei 1)"},
		{"520190501", "令和元年5月1日（2019年）", "1 May 2019 (Reiwa 1)"},
		{"219251224", "大正14年12月24日（1925年）", "24 December 1925 (Taishō 14)"},
		{"119120729", "明治45年7月29日（1912年）", "29 July 1912 (Meiji 45)"},
		{"019880714", "1988年7月14日", "14 July 1988"},
		{"319500400", "昭和25年4月（1950年）", "April 1950 (Shōwa 25)"},
		{"319500000", "昭和25年（1950年）", "1950 (Shōwa 25)"},
		{"000000000", "不明", "not known"},
		{"519800217", "1980年2月17日", "17 February 1980"}, // an era that had not begun
		{"31980021", "31980021", "31980021"},
		{"3198002x7", "3198002x7", "3198002x7"},
		{"319801301", "319801301", "319801301"},
	} {
		if got := catalogue.BirthDate("ja", test.certificate); got != test.ja {
			t.Errorf("%s: got %s, want %s", test.certificate, got, test.ja)
		}
		if got := catalogue.BirthDate("en", test.certificate); got != test.en {
			t.Errorf("%s: got %s, want %s", test.certificate, got, test.en)
		}
	}
}

func TestWordsAgreeWithTheirNumber(t *testing.T) {
	for n, want := range map[int]string{1: "Without a touch this ends in 1 second.", 20: "Without a touch this ends in 20 seconds."} {
		if got := catalogue.Text("en", catalogue.TimeLeft, catalogue.Seconds(n)); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestSentencesAreJoinedAsTheLanguageWritesThem(t *testing.T) {
	for _, test := range []struct{ lang, a, b, want string }{
		{"ja", "一。", "二。", "一。二。"}, {"en", "One.", "Two.", "One. Two."}, {"en", "", "Two.", "Two."}, {"en", "One.", "", "One."},
	} {
		if got := catalogue.Join(test.lang, test.a, test.b); got != test.want {
			t.Errorf("%s: %q", test.lang, got)
		}
	}
}

func TestUnknownLanguageIsTheFirst(t *testing.T) {
	if catalogue.Text("xx", catalogue.Stop) != catalogue.Text("ja", catalogue.Stop) || catalogue.Speaks("xx") || !catalogue.Speaks("en") {
		t.Error("an unknown language does not fall to the first")
	}
}

// constants are the constants of a type that a citizen reads or hears.
func constants(t *testing.T, kind string) map[string]string {
	t.Helper()
	return declared(t, kind, "keys.go", "keys_ease.go", "faults.go")
}

// declared are the named constants of a type in some files of this package.
func declared(t *testing.T, kind string, files ...string) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, is := n.(*ast.ValueSpec)
			if !is || len(spec.Values) != 1 {
				return true
			}
			if typed, is := spec.Type.(*ast.Ident); is && typed.Name == kind {
				text, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				found[spec.Names[0].Name] = text
			}
			return true
		})
	}
	if len(found) == 0 {
		t.Fatalf("no constants of %s found", kind)
	}
	return found
}

// mentioned are the names of this package that the session uses.
func mentioned(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	files, err := fs.Glob(os.DirFS(".."), "*.go")
	if err != nil {
		t.Fatal(err)
	}
	own, _ := filepath.Glob("*.go")
	for _, path := range append(prefixed("..", files), own...) {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr:
				if room, is := n.X.(*ast.Ident); is && room.Name == "catalogue" {
					names[n.Sel.Name] = true
				}
			case *ast.CallExpr: // catalogue's own use: Text(lang, DateUnknown)
				for _, arg := range n.Args {
					if name, is := arg.(*ast.Ident); is && !strings.HasPrefix(path, "..") {
						names[name.Name] = true
					}
				}
			}
			return true
		})
	}
	return names
}

func prefixed(dir string, files []string) (paths []string) {
	for _, f := range files {
		paths = append(paths, filepath.Join(dir, f))
	}
	return paths
}

package kiosk_test

import (
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/terminal/catalogue"
	"github.com/digital-watashi/kiosk/ui"
)

// The documents are read by people who have nothing else. What can be made from
// the tree is made (see makers), each command is run by the shipped programs
// (TestE2EDocuments), and whatever stands between backticks has to be found in the
// tree here.
//
//	go test . -run Documents -update
var update = flag.Bool("update", false, "write what is made in docs/ anew")

// documents are the README and what it links to.
func documents(t *testing.T) map[string]string {
	t.Helper()
	names, err := filepath.Glob("docs/*.md")
	if err != nil || len(names) == 0 {
		t.Fatal("docs/ has no document: ", err)
	}
	texts := map[string]string{}
	for _, name := range append(names, "README.md") {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		texts[name] = string(text)
	}
	return texts
}

// section is a part of a document that is made: between a comment with its name
// and the comment "end".
var section = regexp.MustCompile(`(?s)(<!-- made: ([a-z-]+) -->\n)(.*?)(<!-- end -->)`)

func TestDocumentsHoldWhatIsMade(t *testing.T) {
	made := map[string]bool{}
	for name, text := range documents(t) {
		written := section.ReplaceAllStringFunc(text, func(whole string) string {
			parts := section.FindStringSubmatch(whole)
			made[parts[2]] = true
			if make, here := makers()[parts[2]]; here {
				return parts[1] + make(t) + parts[4]
			}
			if !slices.Contains(madeElsewhere(), parts[2]) {
				t.Errorf("%s: nobody makes %q", name, parts[2])
			}
			return whole
		})
		compareDocument(t, name, text, written)
	}
	for name := range makers() {
		if !made[name] {
			t.Errorf("%q is made, and no document has it", name)
		}
	}
}

// compareDocument compares what a document has with what is made, or writes it.
func compareDocument(t *testing.T, name, text, written string) {
	t.Helper()
	switch {
	case text == written:
	case *update:
		if err := os.WriteFile(name, []byte(written), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		has, wants := firstDifference(text, written)
		t.Errorf("%s is not as the tree is now: it has\n%s\nwant\n%s\n-update writes it anew", name, has, wants)
	}
}

func firstDifference(a, b string) (string, string) {
	as, bs := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(as), len(bs)) {
		if as[i] != bs[i] {
			return as[i], bs[i]
		}
	}
	return strconv.Itoa(len(as)) + " lines", strconv.Itoa(len(bs)) + " lines"
}

var (
	fence = regexp.MustCompile("(?ms)^```([a-z ]*)\n(.*?)^```$")
	code  = regexp.MustCompile("`([^`\n]+)`")
	link  = regexp.MustCompile(`\]\(([^)#]*)(#[^)]*)?\)`)
	title = regexp.MustCompile(`(?m)^#+ (.*)$`)
)

// spans are what stands between backticks outside of fences.
func spans(text string) (all []string) {
	for _, found := range code.FindAllStringSubmatch(fence.ReplaceAllString(text, ""), -1) {
		all = append(all, found[1])
	}
	return all
}

// anchors are the headings of a document as links name them, a line each.
func anchors(text string) string {
	var all strings.Builder
	for _, found := range title.FindAllStringSubmatch(fence.ReplaceAllString(text, ""), -1) {
		words := regexp.MustCompile(`[^a-z0-9 -]`).ReplaceAllString(strings.ToLower(found[1]), "")
		all.WriteString("#" + strings.ReplaceAll(words, " ", "-") + "\n")
	}
	return all.String()
}

func TestDocumentsNameFilesThatExist(t *testing.T) {
	file := regexp.MustCompile(`^[a-z]+/[A-Za-z0-9./_-]+$`)
	for name, text := range documents(t) {
		for _, span := range spans(text) {
			if !file.MatchString(span) {
				continue
			}
			if _, err := os.Stat(filepath.FromSlash(span)); err != nil {
				t.Errorf("%s names %s: %v", name, span, err)
			}
		}
		for _, to := range link.FindAllStringSubmatch(text, -1) {
			if to[1] == "" {
				if !strings.Contains(anchors(text), to[2]+"\n") {
					t.Errorf("%s links to %s, which is no heading", name, to[2])
				}
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(name), to[1])); err != nil && !strings.Contains(to[1], "://") {
				t.Errorf("%s links to %s: %v", name, to[1], err)
			}
		}
	}
}

var faultCode = regexp.MustCompile("^[A-Z]+(?:-[A-Z]+)*$")

func TestDocumentsNameFaultsThatExist(t *testing.T) {
	for name, text := range documents(t) {
		named := 0
		for _, span := range spans(text) {
			if !faultCode.MatchString(span) {
				continue
			}
			named++
			if _, known := catalogue.Find(catalogue.Code(span)); !known {
				t.Errorf("%s names the fault %s, which is not in the catalogue", name, span)
			}
		}
		if named == 0 {
			t.Errorf("%s names no fault", name)
		}
	}
}

// TestIntegratingLeavesNothingOut holds that whoever builds a screen or a platform
// reads of every part of a View and of every path.
func TestIntegratingLeavesNothingOut(t *testing.T) {
	text := documents(t)["docs/integrating.md"]
	said := strings.Join(spans(text), "\n") + "\n"
	for _, part := range reflect.VisibleFields(reflect.TypeFor[ui.View]()) {
		name, _, _ := strings.Cut(part.Tag.Get("json"), ",")
		if !strings.Contains(said, name+"\n") {
			t.Errorf("nothing is said of the part `%s` of a View", name)
		}
	}
	api, err := os.ReadFile("platform/protocol/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	paths := regexp.MustCompile(`(?m)^  (/[^:]+):$`).FindAllStringSubmatch(string(api), -1)
	for _, path := range paths {
		if !strings.Contains(said, " "+strings.ReplaceAll(path[1], "{id}", "ID")+"\n") {
			t.Errorf("nothing is said of %s", path[1])
		}
	}
	if len(paths) == 0 {
		t.Error("the API has no path")
	}
}

// TestDocumentsSayWhatTheTreeSays holds that every word between backticks is one
// that a program, a schema or an example of ours has: members, metrics, flags,
// paths, Go names.
func TestDocumentsSayWhatTheTreeSays(t *testing.T) {
	known := treeWords(t)
	for name, text := range documents(t) {
		if name == "README.md" {
			continue // its words are older than this test; files and faults are compared above
		}
		for _, span := range spans(text) {
			for _, word := range strings.Fields(span) {
				if !knows(known, word) {
					t.Errorf("%s says `%s`: nothing in the tree has %q", name, span, word)
				}
			}
		}
	}
}

// knows reports whether the tree has a word, or is a file of that name. What people
// fill in is written in capitals, at the end or alone; $NAME is the shell's.
func knows(known map[string]bool, word string) bool {
	if _, err := os.Stat(filepath.FromSlash(word)); err == nil {
		return true
	}
	word = strings.TrimLeft(toFillIn.ReplaceAllString(word, ""), "-")
	return word == "" || known[word] || known[strings.ToLower(word)] || known[strings.Trim(word, ".:,")]
}

var toFillIn = regexp.MustCompile(`^[$]?[A-Z][A-Z0-9-]*$|\b[A-Z]+$`)

var wordOfTree = regexp.MustCompile(`[A-Za-z0-9_./:+@%*=-]+`)

// treeWords are the words of what is shipped: strings and names of the programs,
// schemas, examples, scripts.
func treeWords(t *testing.T) map[string]bool {
	t.Helper()
	words := map[string]bool{}
	take := func(text string) {
		for _, word := range wordOfTree.FindAllString(text, -1) {
			words[word], words[strings.Trim(word, ".:,=")], words[strings.ToLower(word)] = true, true, true
		}
	}
	for _, name := range tracked(t) {
		words[filepath.Base(name)] = true
		switch {
		case strings.HasSuffix(name, "_test.go"):
			testNames(name, words)
		case strings.HasSuffix(name, ".go"):
			goWords(t, name, words, take)
		case slices.Contains([]string{".json", ".yaml", ".sh", ".sql", ".js", ".txt"}, filepath.Ext(name)) || name == "Makefile":
			text, err := os.ReadFile(name)
			if err != nil {
				continue // somebody is moving it
			}
			take(string(text))
		}
	}
	return words
}

// tracked are the files of the repository.
func tracked(t *testing.T) []string {
	t.Helper()
	out, err := exec.Command("git", "ls-files").Output()
	if err != nil {
		t.Fatal("listing the files of the repository: ", err)
	}
	return strings.Fields(string(out))
}

// testNames takes the names of the tests of a file.
func testNames(name string, words map[string]bool) {
	text, _ := os.ReadFile(name) // somebody may be moving it
	for _, found := range regexp.MustCompile(`(?m)^func (Test\w+)`).FindAllSubmatch(text, -1) {
		words[string(found[1])] = true
	}
}

// goWords takes the strings, names and qualified names of one source file.
func goWords(t *testing.T, name string, words map[string]bool, take func(string)) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
	if err != nil {
		return // somebody is writing it
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			if n.Kind == token.STRING {
				text, _ := strconv.Unquote(n.Value)
				take(text)
			}
		case *ast.Ident:
			words[n.Name], words[file.Name.Name+"."+n.Name] = true, true
		}
		return true
	})
	if strings.Contains(name, "/main.go") { // whose doc is a manual
		take(file.Doc.Text())
	}
}

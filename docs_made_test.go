package kiosk_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

// makers are what makes each part of docs/ that is made from the tree.
func makers() map[string]func(*testing.T) string {
	all := map[string]func(*testing.T) string{
		"faults-of-the-machine": func(t *testing.T) string { return machineFaults(t) },
		"faults-of-a-visit":     func(t *testing.T) string { return visitFaults(t) },
		"exit-codes":            exitCodes,
		"queue-words":           queueWords,
		"configuration":         included("terminal/terminald/terminald.example.json", "json"),
		"enrol":                 included("platform/platformd/testdata/enrol.sh", "sh enrol"),
		"metrics-terminal":      func(t *testing.T) string { return metricsOf(t, "terminal/terminald") },
		"metrics-platform":      func(t *testing.T) string { return metricsOf(t, "platform/platformd") },
		"platform-commands":     platformCommands,
		"suites":                suites,
		"problems":              problems,
	}
	maps.Copy(all, messageMakers())
	maps.Copy(all, maintenanceMakers())
	maps.Copy(all, fleetMakers())
	return all
}

// madeElsewhere is what only running programs can make: TestE2EDocuments does.
func madeElsewhere() []string {
	return []string{"screen-exchange", "bring-up", "check", "commands", "stick", "stick-asks"}
}

// table is a table of a document.
func table(head string, rows [][]string) string {
	var text strings.Builder
	columns := strings.Split(head, "|")
	fmt.Fprintf(&text, "\n| %s |\n|%s\n", strings.Join(columns, " | "), strings.Repeat("---|", len(columns)))
	for _, row := range rows {
		for i := range row {
			row[i] = strings.ReplaceAll(strings.ReplaceAll(row[i], "|", "\\|"), "\n", " ")
		}
		fmt.Fprintf(&text, "| %s |\n", strings.Join(row, " | "))
	}
	return text.String() + "\n"
}

// conditions are what terminal/CONDITIONS.md, which is made by meeting each of
// them on the shipped programs, says is the matter when a code is told.
func conditions(t *testing.T) map[catalogue.Code][]string {
	t.Helper()
	text, err := os.ReadFile("terminal/CONDITIONS.md")
	if err != nil {
		t.Fatal(err)
	}
	met := map[catalogue.Code][]string{}
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(line, " | ")
		if len(cells) < 3 {
			continue
		}
		for _, cell := range cells[1:3] {
			if _, known := catalogue.Find(catalogue.Code(cell)); known {
				what := strings.TrimPrefix(cells[0], "| ")
				if !slices.Contains(met[catalogue.Code(cell)], what) {
					met[catalogue.Code(cell)] = append(met[catalogue.Code(cell)], what)
				}
			}
		}
	}
	return met
}

// placeholder is what a terminal fills in.
var placeholder = regexp.MustCompile(`\{[a-z]+\}`)

func faultRow(met map[catalogue.Code][]string, f catalogue.Fault, reads bool) []string {
	row := []string{"`" + string(f.Code) + "`"}
	if reads {
		row = append(row, placeholder.ReplaceAllString(catalogue.Explain("ja", f.Code).Title, "…"))
	}
	return append(row, placeholder.ReplaceAllString(catalogue.Explain("en", f.Code).Staff, "…"), strings.Join(met[f.Code], "; "))
}

func machineFaults(t *testing.T) string {
	met, rows := conditions(t), [][]string{}
	for _, f := range catalogue.Faults() {
		if f.Severity == catalogue.Closed {
			rows = append(rows, faultRow(met, f, false))
		}
	}
	return table("code|what it means, and what to do|for example", rows)
}

func visitFaults(t *testing.T) string {
	met, rows := conditions(t), [][]string{}
	for _, f := range catalogue.Faults() {
		if f.Severity != catalogue.Closed {
			rows = append(rows, faultRow(met, f, true))
		}
	}
	return table("code|the citizen reads|what it means|for example", rows)
}

// syntax parses the source of a program, without its tests.
func syntax(t *testing.T, folder string) (files []*ast.File) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil || len(names) == 0 {
		t.Fatalf("%s has no source: %v", folder, err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	return files
}

// texts are the values of the elements of a literal that are strings or names of
// constants; "" for others.
func texts(elements []ast.Expr, constants map[string]string) (all []string) {
	for _, e := range elements {
		if pair, is := e.(*ast.KeyValueExpr); is {
			e = pair.Value
		}
		all = append(all, text(e, constants))
	}
	return all
}

func text(e ast.Expr, constants map[string]string) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if value, err := strconv.Unquote(e.Value); err == nil {
			return value
		}
		return e.Value
	case *ast.Ident:
		return constants[e.Name]
	case *ast.SelectorExpr:
		return constants[e.Sel.Name]
	case *ast.BinaryExpr:
		return text(e.X, constants) + text(e.Y, constants)
	}
	return ""
}

// constantsOf are the constants of a program by name.
func constantsOf(files []*ast.File) map[string]string {
	found := map[string]string{}
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, is := n.(*ast.ValueSpec); is && len(spec.Names) == len(spec.Values) {
				for i, name := range spec.Names {
					found[name.Name] = text(spec.Values[i], found)
				}
			}
			return true
		})
	}
	return found
}

// fieldsIn are the texts of the fields that one function sets, by their names.
func fieldsIn(files []*ast.File, function string) map[string]string {
	found := map[string]string{}
	for _, file := range files {
		for _, d := range file.Decls {
			if f, is := d.(*ast.FuncDecl); !is || f.Name.Name != function {
				continue
			}
			ast.Inspect(d, func(n ast.Node) bool {
				if field, is := n.(*ast.KeyValueExpr); is {
					if name, is := field.Key.(*ast.Ident); is {
						found[name.Name] = text(field.Value, nil)
					}
				}
				return true
			})
		}
	}
	return found
}

// exitCodes reads the table of exits of watashi-provision: rows of an exit are a
// number, a name, a meaning, causes and a remedy, which names what is Linux's own.
func exitCodes(t *testing.T) string {
	files := syntax(t, "provisioning/provision")
	constants, rows := constantsOf(files), [][]string{}
	maps.Copy(constants, fieldsIn(syntax(t, "provisioning/provision/system"), "linuxSystem"))
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			literal, is := n.(*ast.CompositeLit)
			if !is || len(literal.Elts) != 5 {
				return true
			}
			if name, is := literal.Elts[0].(*ast.Ident); is && strings.HasPrefix(name.Name, "exit") {
				cells := texts(literal.Elts, constants)
				rows = append(rows, []string{cells[0], "`" + cells[1] + "`", cells[2], cells[4]})
			}
			return true
		})
	}
	slices.SortFunc(rows, func(a, b []string) int { return numeral(a[0]) - numeral(b[0]) })
	return table("exit|name|meaning|what to do", rows)
}

func numeral(s string) int { n, _ := strconv.Atoi(s); return n }

func queueWords(*testing.T) string {
	var rows [][]string
	for _, book := range []catalogue.Book{catalogue.QueueState, catalogue.Delivery, catalogue.HandOver} {
		codes := catalogue.Codes("en", book)
		slices.Sort(codes)
		for _, code := range codes {
			rows = append(rows, []string{string(book), "`" + code + "`", catalogue.Word("en", book, code), catalogue.Word("ja", book, code)})
		}
	}
	return table("of what|code|in English|in Japanese", rows)
}

// included is a file of the tree, whole.
func included(name, language string) func(*testing.T) string {
	return func(t *testing.T) string {
		t.Helper()
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return "\n```" + language + "\n" + strings.TrimRight(string(text), "\n") + "\n```\n\n"
	}
}

// metricsOf lists the metrics of a program: a name with its help behind it, as a
// row of a table or as options of a counter.
func metricsOf(t *testing.T, folder string) string {
	files := syntax(t, folder)
	found := map[string]string{}
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			var elements []ast.Expr
			switch n := n.(type) {
			case *ast.CompositeLit:
				elements = n.Elts
			case *ast.CallExpr:
				elements = n.Args
			}
			all := texts(elements, nil)
			for i := 0; i+1 < len(all); i++ {
				if strings.HasPrefix(all[i], "watashi_") && all[i+1] != "" {
					found[all[i]] = all[i+1]
				}
			}
			return true
		})
	}
	var rows [][]string
	for _, name := range slices.Sorted(maps.Keys(found)) {
		rows = append(rows, []string{"`" + name + "`", found[name]})
	}
	return table("metric|what it tells", rows)
}

// platformCommands is the part of platformd's manual that lists its commands.
func platformCommands(t *testing.T) string {
	for _, file := range syntax(t, "platform/platformd") {
		_, manual, found := strings.Cut(file.Doc.Text(), "With it:\n")
		if !found {
			_, manual, found = strings.Cut(file.Doc.Text(), "with it:\n")
		}
		if !found {
			continue
		}
		var rows []string
		for line := range strings.Lines(manual) {
			if strings.HasPrefix(line, "\t") {
				rows = append(rows, strings.TrimPrefix(line, "\t"))
			} else if len(rows) > 0 {
				break
			}
		}
		return "\n```text\n" + strings.Join(rows, "") + "```\n\n"
	}
	t.Fatal("platformd's manual lists no commands")
	return ""
}

// suites lists the conformance suites with the first sentence of their docs.
func suites(t *testing.T) string {
	var rows [][]string
	for _, folder := range []string{"hal/haltest", "platform/storetest"} {
		for _, file := range syntax(t, folder) {
			for _, d := range file.Decls {
				f, is := d.(*ast.FuncDecl)
				if !is || f.Recv != nil || !(f.Name.Name == "Run" || strings.HasPrefix(f.Name.Name, "Test")) || !takesTest(f) {
					continue
				}
				first, _, _ := strings.Cut(strings.ReplaceAll(strings.Split(f.Doc.Text(), ":\n")[0], "\n", " "), ". ")
				rows = append(rows, []string{"`" + file.Name.Name + "." + f.Name.Name + "`", strings.TrimSuffix(strings.TrimSpace(first), ".") + "."})
			}
		}
	}
	return table("suite|what it does", rows)
}

// takesTest reports whether a function is given a test.
func takesTest(f *ast.FuncDecl) bool {
	if len(f.Type.Params.List) == 0 {
		return false
	}
	kind := f.Type.Params.List[0].Type
	if star, is := kind.(*ast.StarExpr); is {
		kind = star.X
	}
	selector, is := kind.(*ast.SelectorExpr)
	return is && (selector.Sel.Name == "TB" || selector.Sel.Name == "T")
}

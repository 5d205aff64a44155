//go:build e2e

package kiosk_test

import (
	"fmt"
	"go/ast"
	"go/doc/comment"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A manual is the page of a program that a machine or a developer runs. Those of
// watashi-provision it writes itself (watashi-provision man).
type manual struct {
	name, section string
	source        string // of its package
	config        string // the type of its configuration; empty for none
	example       string // a configuration, whole
}

func manuals() []manual {
	return []manual{
		{"watashi-terminald", "8", "terminal/terminald", "Config", "terminal/terminald/terminald.example.json"},
		{"watashi-uplinkd", "8", "terminal/uplinkd", "Config", ""},
		{"watashi-platformd", "8", "platform/platformd", "config", ""},
		{"watashi-conform", "1", "platform/conformance/conform", "", ""},
		{"watashi-simulator", "1", "hal/simulator", "", ""},
	}
}

func (m manual) file() string { return filepath.Join("packaging/man", m.name+"."+m.section) }

// The pages are made of the doc of the package, of what the shipped program answers
// to --help, and of the fields of its configuration; groff has nothing to say of them.
func TestE2EDocumentsManualPages(t *testing.T) {
	for _, m := range manuals() {
		t.Run(m.name, func(t *testing.T) {
			help, err := exec.Command("bin/"+m.name, "--help").CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %s", err, help)
			}
			text, about := m.page(t, string(help))
			if *update {
				if err := os.WriteFile(m.file(), []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if is, err := os.ReadFile(m.file()); err != nil || string(is) != text {
				t.Errorf("%s is not what its program and its source say; renew it with -update: %v", m.file(), err)
			}
			for _, flag := range flagsIn(m.ofItself(about)) {
				if !slices.Contains(flagsIn(string(help)), flag) {
					t.Errorf("the doc of %s names the flag %s, and --help does not", m.source, flag)
				}
			}
			for _, row := range commandsIn(string(help)) {
				if !strings.Contains(about, row) {
					t.Errorf("--help has the command %q, and the doc of %s has not", row, m.source)
				}
			}
			groff := exec.Command("groff", "-ww", "-man", "-Tutf8", "-P-cbou", m.file())
			var complaints strings.Builder
			groff.Stderr = &complaints
			read, err := groff.Output()
			if err != nil || complaints.Len() > 0 {
				t.Errorf("groff: %v\n%s", err, complaints.String())
			}
			for _, flag := range flagsIn(string(help)) {
				if !slices.Contains(flagsIn(strings.ReplaceAll(string(read), "‐", "-")), flag) {
					t.Errorf("the page has no %s", flag)
				}
			}
		})
	}
}

// ofItself leaves out what a doc says of the flags of other programs.
func (m manual) ofItself(about string) string {
	others := regexp.MustCompile(`(?m)^\s*curl .*$|watashi-[a-z]+ -[a-z][a-z-]*`)
	return others.ReplaceAllStringFunc(about, func(said string) string {
		if strings.HasPrefix(said, m.name+" ") {
			return said
		}
		return ""
	})
}

// flagsIn are the flags that a text names.
func flagsIn(text string) (names []string) {
	for _, found := range regexp.MustCompile(`(?m)(?:^|[\s\[(])(--?[a-z][a-z0-9-]*)`).FindAllStringSubmatch(text, -1) {
		names = append(names, found[1])
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// commandsIn are the rows of a help that lists commands, as platformd's does.
func commandsIn(help string) (rows []string) {
	_, table, _ := strings.Cut(help, "\ncommands:\n")
	for line := range strings.Lines(table) {
		if row, is := strings.CutPrefix(strings.TrimRight(line, "\n"), "  "); is {
			rows = append(rows, row)
		}
	}
	return rows
}

// page is the page, and the words of it that a person wrote about the program.
func (m manual) page(t *testing.T, help string) (text, about string) {
	t.Helper()
	for _, file := range syntax(t, m.source) {
		if file.Doc != nil {
			about = file.Doc.Text()
		}
	}
	blocks := new(comment.Parser).Parse(about).Content
	name, rest := m.named(t, blocks)
	p := &page{}
	p.macro("TH", strings.ToUpper(m.name), m.section, "", "watashi", "")
	p.macro("SH", "NAME")
	p.line(m.name + " - " + name)
	p.macro("SH", "SYNOPSIS")
	if code, is := rest[0].(*comment.Code); is {
		p.code(code.Text)
		rest = rest[1:]
	} else {
		p.macro("B", m.name+" [flags]")
	}
	p.macro("SH", "DESCRIPTION")
	p.blocks(rest)
	p.options(m.name, help)
	if m.config != "" {
		p.macro("SH", "CONFIGURATION")
		p.line("One JSON object. What it leaves out has its default; a name that is not known is refused.")
		p.fields(t, m.source, m.config, "")
	}
	if m.example != "" {
		p.macro("SH", "EXAMPLE")
		example, err := os.ReadFile(m.example)
		if err != nil {
			t.Fatal(err)
		}
		p.code(string(example))
	}
	p.macro("SH", "SEE ALSO")
	for _, other := range manuals() {
		if other.name != m.name {
			p.macro("BR", other.name, "("+other.section+"),")
		}
	}
	p.macro("BR", "watashi-provision", "(8)")
	return p.String(), about
}

// named takes what the program is off the first sentence of its doc.
func (m manual) named(t *testing.T, blocks []comment.Block) (is string, rest []comment.Block) {
	t.Helper()
	first, ok := blocks[0].(*comment.Paragraph)
	if !ok {
		t.Fatalf("%s has no doc", m.source)
	}
	said := plain(first.Text)
	sentence, more, _ := strings.Cut(said, ". ")
	is, found := strings.CutPrefix(strings.TrimSuffix(sentence, "."), "Command "+m.name+" ")
	if !found {
		t.Fatalf("the doc of %s begins with %q", m.source, sentence)
	}
	rest = blocks[1:]
	if more != "" {
		rest = slices.Insert(slices.Clone(rest), 0, comment.Block(&comment.Paragraph{Text: []comment.Text{comment.Plain(more)}}))
		if code, is := blocks[1].(*comment.Code); is { // the synopsis stays in front
			rest[0], rest[1] = code, rest[0]
		}
	}
	return strings.TrimPrefix(is, "is "), rest
}

// plain is running text on one line.
func plain(text []comment.Text) string {
	var all strings.Builder
	for _, t := range text {
		switch t := t.(type) {
		case comment.Plain:
			all.WriteString(string(t))
		case comment.Italic:
			all.WriteString(string(t))
		case *comment.Link:
			all.WriteString(plain(t.Text))
		case *comment.DocLink:
			all.WriteString(plain(t.Text))
		}
	}
	return strings.ReplaceAll(all.String(), "\n", " ")
}

// A page is one that is being written, as roff for man(7).
type page struct{ strings.Builder }

func (p *page) macro(name string, words ...string) {
	p.WriteString("." + name)
	for _, w := range words {
		p.WriteString(` "` + strings.ReplaceAll(roffed(w), `"`, `\(dq`) + `"`)
	}
	p.WriteString("\n")
}

func (p *page) line(text string) {
	if text = roffed(text); strings.HasPrefix(text, ".") || strings.HasPrefix(text, "'") {
		text = `\&` + text
	}
	p.WriteString(text + "\n")
}

// roffed makes a text what it says (groff_char(7)).
func roffed(text string) string {
	return strings.NewReplacer(`\`, `\e`, "-", `\-`, "…", `\&...`, "→", `\(->`, "§", `\(sc`).Replace(text)
}

func (p *page) code(text string) {
	p.macro("EX")
	for line := range strings.Lines(text) {
		p.line(strings.TrimRight(line, "\n"))
	}
	p.macro("EE")
}

func (p *page) blocks(all []comment.Block) {
	for n, block := range all {
		if n > 0 {
			p.macro("PP")
		}
		switch block := block.(type) {
		case *comment.Paragraph:
			p.line(plain(block.Text))
		case *comment.Code:
			p.code(block.Text)
		case *comment.List:
			for _, item := range block.Items {
				p.macro("IP", "-", "2")
				p.blocks(item.Content)
			}
		case *comment.Heading:
			p.macro("SS", plain(block.Text))
		}
	}
}

// options are the flags as package flag prints them: two blanks, the flag and what it
// takes, and words on the next line.
func (p *page) options(program, help string) {
	if !strings.HasPrefix(help, "Usage of "+program) { // its commands stand in the doc
		return
	}
	p.macro("SH", "OPTIONS")
	for line := range strings.Lines(help) {
		switch flag, is := strings.CutPrefix(strings.TrimRight(line, "\n"), "  -"); {
		case is:
			p.macro("TP")
			p.macro("B", "-"+flag)
		case strings.HasPrefix(line, "    "):
			p.line(strings.TrimSpace(line))
		}
	}
}

// fields are those of a type of a configuration, and of the types in it.
func (p *page) fields(t *testing.T, folder, name, under string) {
	t.Helper()
	for _, field := range structOf(t, folder, name).Fields.List {
		folder, name, own := typeOf(folder, field.Type)
		if len(field.Names) == 0 {
			p.fields(t, folder, name, under)
			continue
		}
		tag, err := strconv.Unquote(field.Tag.Value)
		if err != nil {
			t.Fatal(err)
		}
		key, _, _ := strings.Cut(reflect.StructTag(tag).Get("json"), ",")
		about := strings.ReplaceAll(strings.TrimSpace(field.Doc.Text()+field.Comment.Text()), "\n", " ")
		about, _ = strings.CutPrefix(about, field.Names[0].Name+" is ")
		if more, is := strings.CutPrefix(about, field.Names[0].Name+" "); is {
			about = key + " " + more
		}
		if about != "" {
			p.macro("TP")
			p.macro("B", under+key)
			p.line(about)
		}
		if own && structOf(t, folder, name) != nil {
			p.fields(t, folder, name, under+key+".")
		} else if about == "" {
			t.Errorf("nothing says what %s%s in %s is", under, key, folder)
		}
	}
}

// typeOf finds the type of a field that is one of ours.
func typeOf(folder string, e ast.Expr) (in, name string, own bool) {
	switch e := e.(type) {
	case *ast.StarExpr:
		return typeOf(folder, e.X)
	case *ast.Ident:
		return folder, e.Name, ast.IsExported(e.Name) || strings.HasSuffix(e.Name, "Config")
	case *ast.SelectorExpr:
		homes := map[string]string{"devices": "terminal/devices", "platform": "platform", "protocol": "platform/protocol"}
		home := homes[fmt.Sprint(e.X)]
		return home, e.Sel.Name, home != ""
	}
	return folder, "", false
}

// structOf finds a type in a folder; nil where it is no struct.
func structOf(t *testing.T, folder, name string) (found *ast.StructType) {
	t.Helper()
	for _, file := range syntax(t, folder) {
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, is := n.(*ast.TypeSpec); is && spec.Name.Name == name {
				found, _ = spec.Type.(*ast.StructType)
			}
			return found == nil
		})
	}
	return found
}

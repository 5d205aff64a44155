package manual

import (
	"fmt"
	"strings"
)

// Page is a manual page, as a file: roff for man(1), section 8.
type Page struct {
	Name    string
	Content []byte
}

// Pages are one for the program, and one for each command.
func (p Program) Pages() []Page {
	pages := []Page{{p.Name + ".8", p.mainPage()}}
	for _, c := range p.Commands {
		pages = append(pages, Page{p.page(c) + ".8", p.commandPage(c)})
	}
	return pages
}

// page is the name of a command's page.
func (p Program) page(c Command) string { return p.Name + "-" + strings.ReplaceAll(c.Words, " ", "-") }

// A roff is a page that is being written; its words are escaped on the way.
type roff struct{ strings.Builder }

func (r *roff) macro(name string, words ...string) {
	r.WriteString("." + name)
	for _, w := range words {
		r.WriteString(` "` + strings.ReplaceAll(escape(w), `"`, `\(dq`) + `"`)
	}
	r.WriteString("\n")
}

// text writes one line of running text.
func (r *roff) text(line string) {
	if line = escape(line); strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
		line = `\&` + line
	}
	r.WriteString(line + "\n")
}

// escape makes a text what it says (groff_char(7)).
func escape(text string) string {
	return strings.NewReplacer(`\`, `\e`, "-", `\-`, "…", `\&...`, "→", `\(->`).Replace(text)
}

func (r *roff) head(page, version, about string) {
	r.macro("TH", strings.ToUpper(page), "8", "", version, "")
	r.macro("SH", "NAME")
	r.text(page + ` - ` + about)
}

// paragraphs writes help texts, whose paragraphs an empty line divides.
func (r *roff) paragraphs(text string) {
	for n, p := range strings.Split(strings.TrimSpace(text), "\n\n") {
		if n > 0 {
			r.macro("PP")
		}
		for line := range strings.Lines(p) {
			r.text(strings.TrimSpace(line))
		}
	}
}

func (r *roff) exits(all []Exit) {
	r.macro("SH", "EXIT STATUS")
	for _, e := range all {
		r.tagged("B", fmt.Sprint(e.Code), e.Meaning)
		if e.Remedy != "" {
			r.macro("br")
			r.text(e.Remedy)
		}
	}
}

// tagged is a paragraph that hangs on a word.
func (r *roff) tagged(font, tag, text string) {
	r.macro("TP")
	r.macro(font, tag)
	r.text(text)
}

func (r *roff) example(line string) {
	r.macro("SH", "EXAMPLE")
	r.macro("EX")
	r.text(line)
	r.macro("EE")
}

func (p Program) commandPage(c Command) []byte {
	r := &roff{}
	r.head(p.page(c), p.Version, c.About)
	r.macro("SH", "SYNOPSIS")
	r.macro("B", p.line(c))
	r.macro("SH", "DESCRIPTION")
	r.paragraphs(c.Help)
	if c.Flags != "" {
		r.macro("SH", "OPTIONS")
		for _, o := range c.Options() {
			r.tagged("B", strings.TrimSpace(o.Name+" "+o.Takes), o.About)
		}
	}
	r.exits(c.Exits)
	r.example(c.Example)
	r.macro("SH", "SEE ALSO")
	r.macro("BR", p.Name, "(8)")
	return []byte(r.String())
}

// mainPage is about the program, with every command and every exit code.
func (p Program) mainPage() []byte {
	r := &roff{}
	r.head(p.Name, p.Version, p.About)
	r.macro("SH", "SYNOPSIS")
	r.macro("B", p.Name+" COMMAND [flags]")
	r.macro("SH", "DESCRIPTION")
	r.paragraphs(p.Text)
	r.macro("SH", "COMMANDS")
	for _, c := range p.Commands {
		r.tagged("B", strings.TrimSpace(c.Words+" "+c.Takes), c.About)
	}
	r.exits(p.Exits)
	r.macro("SH", "FILES")
	for _, f := range p.Files {
		r.tagged("I", f[0], f[1])
	}
	r.macro("SH", "SEE ALSO")
	for n, c := range p.Commands {
		words := []string{p.page(c), "(8),"}
		if n == len(p.Commands)-1 {
			words[1] = "(8)"
		}
		r.macro("BR", words...)
	}
	return []byte(r.String())
}

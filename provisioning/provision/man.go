package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

const manHelp = `Writes the manual pages of this program and of each of its commands into a folder, as
roff for man(1), section 8. They are made of the same tables as this help.
`

// runMan writes the pages.
func runMan(_ context.Context, _ world, args []string, _ io.Reader, out, complaints io.Writer) int {
	var dir string
	if code, ok := justWords("man", args, complaints, &dir); !ok {
		return code
	}
	pages := manPages()
	for _, p := range pages {
		if err := os.WriteFile(filepath.Join(dir, p.name), p.content, 0o644); err != nil {
			return tell(options{}, fmt.Errorf("writing a manual page: %w", err), out, complaints)
		}
	}
	if _, err := fmt.Fprintf(out, "%s in %s\n", plural(len(pages), "manual page"), dir); err != nil {
		return exitOther
	}
	return exitDone
}

// manPages are one for the program, and one for each command.
func manPages() []part {
	all := entries()
	pages := []part{{"watashi-provision.8", mainPage(all)}}
	for _, e := range all {
		pages = append(pages, part{e.page() + ".8", e.roff()})
	}
	return pages
}

func (e entry) page() string { return "watashi-provision-" + strings.ReplaceAll(e.words, " ", "-") }

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

func (r *roff) head(page, about string) {
	r.macro("TH", strings.ToUpper(page), "8", "", "watashi "+version, "")
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

func (r *roff) exits(all []exit) {
	r.macro("SH", "EXIT STATUS")
	for _, e := range all {
		r.macro("TP")
		r.macro("B", fmt.Sprint(e.code))
		r.text(e.meaning)
		if e.remedy != "" {
			r.macro("br")
			r.text(e.remedy)
		}
	}
}

func (r *roff) example(line string) {
	r.macro("SH", "EXAMPLE")
	r.macro("EX")
	r.text(line)
	r.macro("EE")
}

func (e entry) roff() []byte {
	r := &roff{}
	r.head(e.page(), e.about)
	r.macro("SH", "SYNOPSIS")
	r.macro("B", e.line())
	r.macro("SH", "DESCRIPTION")
	r.paragraphs(e.help)
	if e.flags != "" {
		r.macro("SH", "OPTIONS")
		for _, o := range optionsOf(e.flags) {
			r.macro("TP")
			r.macro("B", strings.TrimSpace(o.name+" "+o.takes))
			r.text(o.about)
		}
	}
	r.exits(e.exits)
	r.example(e.example)
	r.macro("SH", "SEE ALSO")
	r.macro("BR", "watashi-provision", "(8)")
	return []byte(r.String())
}

// mainPage is about the program, with every command and every exit code.
func mainPage(all []entry) []byte {
	r := &roff{}
	r.head("watashi-provision", "set up, look after and retire a registration terminal")
	r.macro("SH", "SYNOPSIS")
	r.macro("B", "watashi-provision COMMAND [flags]")
	r.macro("SH", "DESCRIPTION")
	r.paragraphs("Gives a machine its identity out of a provisioning token, tries its devices as the terminal will use them, shows and carries what waits for the platform, and retires it. It says what it does step by step, what is wrong in words, and what to do about it; with --json it prints one object for programs. Colour is for terminals, and NO_COLOR turns it off.")
	r.macro("SH", "COMMANDS")
	for _, e := range all {
		r.macro("TP")
		r.macro("B", strings.TrimSpace(e.words+" "+e.takes))
		r.text(e.about)
	}
	r.exits(exitsWith(everyExit))
	r.macro("SH", "FILES")
	for _, f := range [][2]string{{defaultConfig, "configuration of watashi-terminald"}, {defaultState, "its folder"}, {defaultUplink, "the folder of watashi-uplinkd"}, {defaultSocket, "where watashi-terminald is asked"}} {
		r.macro("TP")
		r.macro("I", f[0])
		r.text(f[1])
	}
	r.macro("SH", "SEE ALSO")
	for n, e := range all {
		words := []string{e.page(), "(8),"}
		if n == len(all)-1 {
			words[1] = "(8)"
		}
		r.macro("BR", words...)
	}
	return []byte(r.String())
}

// option is one flag of a command.
type option struct{ name, takes, about string }

// optionsOf reads the flags of a help text: two blanks, the flag, what it takes, two
// blanks or more, and words that go on in deeper lines.
func optionsOf(flags string) (all []option) {
	for line := range strings.Lines(flags) {
		text := strings.TrimSpace(line)
		if !strings.HasPrefix(text, "--") {
			if len(all) > 0 {
				all[len(all)-1].about += " " + text
			}
			continue
		}
		left, about, _ := strings.Cut(text, "  ")
		name, takes, _ := strings.Cut(left, " ")
		all = append(all, option{name, takes, strings.TrimSpace(about)})
	}
	return all
}

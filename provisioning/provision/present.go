package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/digital-watashi/kiosk/terminal/catalogue"
)

// paint colours words for people. Off, it changes nothing: for files, for pipes,
// and for who has asked for none (https://no-color.org).
type paint struct{ on bool }

// The colours, as ECMA-48 SGR numbers.
const (
	green  = "32"
	yellow = "33"
	red    = "31"
	faint  = "2"
	bold   = "1"
)

// paintFor is colour only where a terminal shows it.
func paintFor(out io.Writer, environ func(string) string) paint {
	return paint{isTerminal(out) && environ("NO_COLOR") == "" && environ("TERM") != "dumb"}
}

func (p paint) in(colour, text string) string {
	if !p.on || text == "" {
		return text
	}
	return "\x1b[" + colour + "m" + text + "\x1b[0m"
}

// isTerminal reports whether somebody looks at, or types into, this end.
func isTerminal(end any) bool {
	file, ok := end.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// sheet is what a command prints for people: a label, then what there is to say.
type sheet struct {
	paint
	lang string // of the words that the catalogue has
	out  io.Writer
	err  error
}

// language is the technician's, as the environment says it (POSIX, 8.2): Japanese,
// or English for anybody else.
func language(environ func(string) string) string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if environ == nil {
			break
		}
		if said := environ(name); said != "" {
			if tag, _, _ := strings.Cut(said, "_"); catalogue.Speaks(tag) {
				return tag
			}
			break
		}
	}
	return "en"
}

// word is a code of the terminal's books as a person reads it.
func (s *sheet) word(book catalogue.Book, code string) string {
	return catalogue.Word(s.lang, book, code)
}

// labelWidth is the column in which facts begin.
const labelWidth = 14

// fact prints a label and its text; without a text nothing.
func (s *sheet) fact(label, text string) {
	if text != "" {
		s.line(s.in(bold, pad(label, labelWidth)) + "  " + text)
	}
}

// under prints a fact that belongs to the one above.
func (s *sheet) under(label, text string) {
	if text != "" {
		s.line(s.in(faint, pad("  "+label, labelWidth)) + "  " + text)
	}
}

// line prints one line, unless an earlier one could not be printed.
func (s *sheet) line(text string) {
	if s.err == nil {
		_, s.err = fmt.Fprintln(s.out, text)
	}
}

// pad is before any colour, which has a length and no width. Japanese letters take
// two columns.
func pad(text string, width int) string {
	for _, letter := range text {
		if width--; letter >= 0x2e80 {
			width--
		}
	}
	return text + strings.Repeat(" ", max(0, width))
}

// plural is a count with its noun.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
